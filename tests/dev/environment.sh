# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by ./dev at the root of the checkout: makes the environment where it is missing, and puts it on PATH.
# shellcheck shell=bash

export OB_DEV="$PWD/.dev"
export OB_DEV_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/oceanbase-cluster-dev"

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

make_venv() {
  local python log="$OB_DEV/log/install.log"
  python=$(find_python)
  "$python" -c 'import ensurepip' 2>/dev/null || bash tests/dev/packages.sh python3-venv
  echo "Installing the environment into .dev/venv (once; about a minute)" >&2
  mkdir -p "$OB_DEV/log"
  if ! { "$python" -m venv "$OB_DEV/venv" && "$OB_DEV/venv/bin/pip" install --requirement requirements/dev.txt; } >"$log" 2>&1; then
    tail -n 20 "$log" >&2
    echo "The environment could not be installed; the whole output is in $log" >&2
    return 1
  fi
}

link_collection() {
  local link="$OB_DEV/collections/ansible_collections/oceanbase/cluster"
  [ "$link" -ef . ] && return
  mkdir -p "${link%/*}"
  ln -sfn "$PWD" "$link"
}

wanted=$(sha256sum requirements/dev.txt)
if [ "$(cat "$OB_DEV/venv/stamp" 2>/dev/null)" != "$wanted" ]; then
  make_venv
  echo "$wanted" >"$OB_DEV/venv/stamp"
fi
link_collection

# Only the environment and the system: the shims of version managers confuse ansible-test.
export PATH="$OB_DEV/venv/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export VIRTUAL_ENV="$OB_DEV/venv"
export LC_ALL=C.UTF-8
export ANSIBLE_COLLECTIONS_PATH="$OB_DEV/collections"
export CONTAINERS_CONF="$PWD/tests/dev/containers.conf"
unset PYTHONPATH PYTHONHOME PYENV_VERSION ANSIBLE_CONFIG
engine=("$OB_DEV"/venv/lib/python3.*/site-packages/pylibseekdb)
export OB_ENGINE="${engine[0]}"

# Test hosts of this checkout, so that several checkouts can test at once.
checksum=$(cksum <<<"$PWD")
checksum=${checksum%% *}
export OB_HOSTS_PREFIX="oceanbase-cluster-$checksum"
export OB_HOSTS_SUBNET="10.$((160 + checksum / 250 % 64)).$((checksum % 250))"
