#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# docs.sh: the documentation of modules, plugins and roles as HTML, in .dev/docs.
set -euo pipefail
site=$OB_DEV/docs log=$OB_DEV/log/docs.log
rm -rf "$site"
mkdir -p "$site" "$OB_DEV/log"
# The site is built without a network: references to other projects stay text.
if ! {
  antsibull-docs sphinx-init --use-current --lenient --squash-hierarchy --dest-dir "$site" oceanbase.cluster &&
    echo 'intersphinx_mapping = {}' >>"$site/conf.py" &&
    sed -i "/^sphinx-build /i python \"$PWD/tests/dev/playbook_pages.py\" rst" "$site/build.sh" &&
    bash "$site/build.sh"
} >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  exit 1
fi
echo "$site/build/html/index.html"
