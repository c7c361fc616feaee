#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# isolated.sh COMMAND...: run it, as root with a network and processes of its own, so that it meets no other run and leaves none.
set -euo pipefail
if [ "$(id -u)" -ne 0 ]; then exec "$@"; fi
if [ -z "${OB_ISOLATED:-}" ]; then
  bash tests/dev/packages.sh iproute2
  OB_ISOLATED=1 exec unshare --net --pid --fork --kill-child --mount-proc bash "$0" "$@"
fi
# The SQL engine does not start without an interface that has a hardware address and an IP address.
ip link set lo up
ip link add inside type veth peer name outside
ip link set inside up
ip link set outside up
ip address add 192.0.2.1/24 dev inside
"$@"
