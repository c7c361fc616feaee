#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# packages.sh NAME...: see that these Debian packages are installed.
set -euo pipefail

# One at a time; the lock is not handed down, as a service that a package starts would keep it.
mkdir -p .dev/log
[ -n "${OB_PACKAGES_LOCKED:-}" ] || OB_PACKAGES_LOCKED=1 exec flock --close .dev/packages.lock bash "$0" "$@"

missing=()
for name in "$@"; do
  status=$(dpkg-query --show --showformat='${db:Status-Status}' "$name" 2>/dev/null || true)
  [ "$status" = installed ] || missing+=("$name")
done
[ ${#missing[@]} -eq 0 ] && exit

if ! command -v apt-get >/dev/null; then
  echo "Not a Debian system; please install what these Debian packages hold: ${missing[*]}" >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "These packages are missing. As root: apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi
echo "Installing Debian packages: ${missing[*]}" >&2
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install --yes --quiet --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}")
{ "${install[@]}" || { apt-get update --quiet && "${install[@]}"; }; } >.dev/log/packages.log 2>&1 || {
  tail -n 20 .dev/log/packages.log >&2
  exit 1
}
