#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Make the base image of the execution environment where it is missing, and print its name: Debian with Python and an SSH client.
set -euo pipefail
cache=${OB_DEV_CACHE:?}
recipe=$(sha256sum <"$0" | cut -c1-12)
image=localhost/oceanbase-cluster-ee-base:$recipe
tar=$cache/ee-base-$recipe.tar

mkdir -p "$cache"
exec 9>"$cache/image.lock"
flock 9
if podman image exists "$image"; then
  echo "$image"
  exit
fi

if [ ! -e "$tar" ]; then
  echo "Building the base image of the execution environment (once; less than a minute)" >&2
  sources=()
  for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    if [ ${#sources[@]} -eq 0 ] && grep -qs bookworm "$file"; then sources=("$file"); fi
  done
  # Its package sources are those of this machine, for a network that knows no others.
  # shellcheck disable=SC2016
  mmdebstrap --quiet --format=tar --variant=minbase --mode=root \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --include=ca-certificates,git,openssh-client,python3.11,python3-pip,python3-venv \
    --customize-hook='rm -f "$1"/usr/lib/python3.11/EXTERNALLY-MANAGED' \
    bookworm "$tar.part" "${sources[@]}" >&2
  mv "$tar.part" "$tar"
fi
podman import --quiet --change 'CMD ["/bin/bash"]' "$tar" "$image" >/dev/null
echo "$image"
