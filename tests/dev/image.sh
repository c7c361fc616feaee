#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Make the image of the test hosts where it is missing, and print its name: systemd, sshd and an rpm database on a system
# that says of itself it is Rocky Linux 9. Users: root, admin (sudo, as the product's manual makes it) and dba (no sudo).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cache=${OB_DEV_CACHE:?}
recipe=$(cat "$0" "$here/base-system.spec" | sha256sum | cut -c1-12)
image=localhost/oceanbase-cluster-host:$recipe
tar=$cache/host-$recipe.tar

mkdir -p "$cache"
exec 9>"$cache/image.lock"
flock 9
if podman image exists "$image"; then
  echo "$image"
  exit
fi

if [ ! -e "$tar" ]; then
  echo "Building the image of the test hosts (once; about a minute)" >&2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  rpmbuild -bb --quiet --define "_topdir $work" "$here/base-system.spec" >&2
  sources=()
  for file in /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list; do
    if [ ${#sources[@]} -eq 0 ] && grep -qs bookworm "$file"; then sources=("$file"); fi
  done
  cat >"$work/setup" <<'EOF'
set -eu
cd "$1"
mkdir -p run/sshd
chroot . useradd --create-home --shell /bin/bash admin
chroot . useradd --create-home --shell /bin/bash dba
echo 'admin ALL=(ALL) NOPASSWD:ALL' >etc/sudoers.d/admin
echo 'AuthorizedKeysFile /etc/ssh/authorized_keys' >etc/ssh/sshd_config.d/keys.conf
chroot . systemctl mask systemd-logind.service getty.target console-getty.service systemd-remount-fs.service \
  dev-hugepages.mount sys-fs-fuse-connections.mount
chroot . systemctl enable ssh.service
chroot . rpm -i /tmp/base-system-12-1.noarch.rpm 2>/dev/null
rm tmp/*.rpm
rm etc/os-release
cat >etc/os-release <<'RELEASE'
NAME="Rocky Linux"
VERSION="9.4 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.4"
PLATFORM_ID="platform:el9"
PRETTY_NAME="Rocky Linux 9.4 (Blue Onyx)"
RELEASE
echo 'Rocky Linux release 9.4 (Blue Onyx)' >etc/redhat-release
EOF
  mmdebstrap --quiet --format=tar --variant=minbase --mode=root \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --include=cpio,dbus,iproute2,libaio1,openssh-server,procps,python3,rpm,sudo,systemd-sysv \
    --customize-hook="copy-in $work/RPMS/noarch/base-system-12-1.noarch.rpm /tmp" \
    --customize-hook="sh $work/setup \"\$1\"" \
    bookworm "$tar.part" "${sources[@]}" >&2
  mv "$tar.part" "$tar"
fi
podman import --quiet \
  --change 'CMD ["/sbin/init"]' --change 'ENV container=podman' --change 'STOPSIGNAL SIGRTMIN+3' "$tar" "$image" >/dev/null
echo "$image"
