#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# awx_collection.sh VENV FOLDER: put the collection awx.awx into FOLDER. It comes in the PyPI package "ansible"; nothing else of that is kept.
set -euo pipefail
venv=$1 folder=$2 version=12.3.0
[ "$(cat "$folder/stamp" 2>/dev/null)" = "$version" ] && exit
rm -rf "$folder"
mkdir -p "$folder/download" "$folder/ansible_collections"
"$venv/bin/pip" download --quiet --no-deps --only-binary :all: --dest "$folder/download" "ansible==$version"
python3 -m zipfile -e "$folder"/download/ansible-*.whl "$folder/download"
mv "$folder/download/ansible_collections/awx" "$folder/ansible_collections/"
rm -rf "$folder/download"
echo "$version" >"$folder/stamp"
