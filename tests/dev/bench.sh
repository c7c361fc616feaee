#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh [OPTION...]: what create_cluster costs beyond the database's own time, over SSH; --help names the options.
set -euo pipefail
bash tests/dev/packages.sh rpm cpio podman runc mmdebstrap iptables openssh-client
[ -n "${OB_HOSTS_LOCKED:-}" ] || OB_HOSTS_LOCKED=1 exec flock --close .dev/hosts-a.lock bash "$0" "$@"
bash tests/dev/standin.sh /opt/seekdb .dev/packages/hosts
exec python tests/dev/bench.py "$@"
