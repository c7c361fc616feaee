#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# build.sh ARCHIVE FOLDER: build the execution environment with this archive of the collection, and print the image's name.
# It is execution-environment.yml on another base image: one that can be made here.
set -euo pipefail
archive=$1 folder=$2
base=$(bash tests/ee/base_image.sh)
image=localhost/oceanbase-cluster-ee:$(sha256sum "$archive" execution-environment.yml "$0" | sha256sum | cut -c1-12)
if podman image exists "$image"; then
  echo "$image"
  exit
fi
rm -rf "$folder"
mkdir -p "$folder"
cp "$archive" "$folder/"
sed -e "s|^    name: docker.io/.*|    name: $base|" -e 's|/usr/bin/dnf|/usr/bin/apt-get|' execution-environment.yml >"$folder/execution-environment.yml"
# Debian's Python has no ensurepip; its pip is in the base image.
echo '  skip_pip_install: true' >>"$folder/execution-environment.yml"
cd "$folder"
ansible-builder create --file execution-environment.yml --context context >&2
certificates=/etc/ssl/certs/ca-certificates.crt
podman build --quiet --network host --volume "$certificates:$certificates:ro" --env PIP_CERT=$certificates \
  --tag "$image" --file context/Containerfile context >build.log 2>&1 || {
  tail -n 40 build.log >&2
  exit 1
}
echo "$image"
