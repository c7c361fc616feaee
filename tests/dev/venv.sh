#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# venv.sh FOLDER REQUIREMENTS: make or renew a virtual environment, unless it holds just what the file of requirements says.
set -euo pipefail
folder=$1 requirements=$2
# Parts of the test that run side by side may want the same one.
mkdir -p "${folder%/*}"
exec 9>"$folder.lock"
flock 9
wanted=$(sha256sum "$requirements")
[ "$(cat "$folder/stamp" 2>/dev/null)" = "$wanted" ] && exit

find_python() {
  local candidate
  for candidate in /usr/bin/python3.11 python3.11 python3.12 python3.13 python3; do
    if "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null; then
      echo "$candidate"
      return
    fi
  done
  echo "Python 3.11, 3.12 or 3.13 is needed. On Debian: apt-get install python3" >&2
  return 1
}

python=$(find_python)
"$python" -c 'import ensurepip' 2>/dev/null || bash tests/dev/packages.sh python3-venv
echo "Installing $requirements into ${folder#"$PWD/"} (once; less than a minute)" >&2
log=.dev/log/install.log
mkdir -p .dev/log
if ! { "$python" -m venv "$folder" && "$folder/bin/pip" install --requirement "$requirements"; } >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "The environment could not be installed; the whole output is in $log" >&2
  exit 1
fi
echo "$wanted" >"$folder/stamp"
