#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# standin.sh ENGINE OUTPUT: build the packages of the stand-in release, whose hosts have the SQL engine in the folder ENGINE.
set -euo pipefail
engine=$1 output=$2
bash tests/dev/packages.sh rpm cpio
wanted=$( (
  echo "$engine"
  find tests/standin -type f -not -name '*.pyc' -print0 | sort -z | xargs -0 sha256sum
) | sha256sum)
[ "$(cat "$output/stamp" 2>/dev/null)" = "$wanted" ] && exit
rm -rf "$output"
mkdir -p "$output"
python tests/standin/build.py --engine "$engine" --output "$output"
python tests/standin/build_tools.py --output "$output"
echo "$wanted" >"$output/stamp"
