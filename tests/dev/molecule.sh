#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# molecule.sh [SCENARIO...]: run these scenarios, or all of them; one that fails does not keep the others from running.
set -euo pipefail
bash tests/dev/packages.sh rpm cpio podman runc mmdebstrap iptables openssh-client
# The hosts of a checkout are there once. The lock is not handed down, as connections that are kept open would keep it.
[ -n "${OB_HOSTS_LOCKED:-}" ] || OB_HOSTS_LOCKED=1 exec flock --close .dev/hosts.lock bash "$0" "$@"

bash tests/dev/standin.sh /opt/seekdb .dev/packages/hosts
export NO_COLOR=1 ANSIBLE_NOCOLOR=1
if [ $# -eq 0 ]; then
  scenarios=(molecule/*/molecule.yml)
  scenarios=("${scenarios[@]#molecule/}")
  set -- "${scenarios[@]%/molecule.yml}"
fi
status=0
for scenario in "$@"; do
  molecule test --scenario-name "$scenario" --report --no-command-borders || status=1
done
exit "$status"
