#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# molecule.sh [SCENARIO...]: run these scenarios, or all of them.
set -euo pipefail
bash tests/dev/packages.sh rpm cpio podman runc mmdebstrap iptables openssh-client
bash tests/dev/standin.sh /opt/seekdb .dev/packages/hosts
selection=(--all)
[ $# -eq 0 ] || selection=("${@/#/--scenario-name=}")
export NO_COLOR=1 ANSIBLE_NOCOLOR=1
# The hosts of a checkout are there once. The lock is not handed down, as connections that are kept open would keep it.
exec flock --close .dev/hosts.lock molecule test "${selection[@]}" --report --no-command-borders
