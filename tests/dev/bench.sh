#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh [OPTION...]: what create_cluster costs beyond the database's own time, over SSH; --help names the options.
set -euo pipefail
bash tests/dev/packages.sh rpm cpio podman runc mmdebstrap iptables openssh-client
bash tests/dev/standin.sh /opt/seekdb .dev/packages/hosts
exec flock --close .dev/hosts.lock python tests/dev/bench.py "$@"
