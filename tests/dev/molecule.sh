#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# molecule.sh [SCENARIO...]: run these scenarios, or all of them; one that fails does not keep the others from running. On machines with four cores and more
# two run at a time, in lanes with hosts of their own. The output of each is shown when it has ended, and kept in .dev/log/molecule-SCENARIO.log.
set -euo pipefail
export NO_COLOR=1 ANSIBLE_NOCOLOR=1
busy=200 # what flock says of a lock that is held

# The hosts of a lane are there once. Its lock is not handed down, as connections that are kept open would keep it.
in_lane() {
  local lane=$1 wait=$2 scenario=$3 second third
  if [ "$lane" = b ]; then
    IFS=. read -r _ second third <<<"$OB_HOSTS_SUBNET"
    local -x OB_HOSTS_PREFIX="b-$OB_HOSTS_PREFIX" OB_HOSTS_SUBNET="10.$((second - 128)).$third"
  fi
  # shellcheck disable=SC2086
  flock --close $wait --conflict-exit-code "$busy" ".dev/hosts-$lane.lock" molecule test --scenario-name "$scenario" --report --no-command-borders
}

run_scenario() {
  local scenario=$1 log=.dev/log/molecule-$1.log status=0
  in_lane a --nonblock "$scenario" >"$log" 2>&1 || status=$?
  [ "$status" -ne "$busy" ] || { status=0 && in_lane b --nonblock "$scenario" >"$log" 2>&1 || status=$?; }
  [ "$status" -ne "$busy" ] || { status=0 && in_lane a "" "$scenario" >"$log" 2>&1 || status=$?; }
  flock .dev/molecule.lock cat "$log"
  return "$status"
}

if [ "${1:-}" = --one ]; then
  run_scenario "$2"
  exit
fi
bash tests/dev/packages.sh rpm cpio podman runc mmdebstrap iptables openssh-client
bash tests/dev/standin.sh /opt/seekdb .dev/packages/hosts
mkdir -p .dev/log
if [ $# -eq 0 ]; then
  # The longest first, so that both lanes end together.
  longest=(kill_matrix faults proxy_and_agent rootless)
  mapfile -t others < <(printf '%s\n' molecule/*/molecule.yml | cut -d/ -f2 | grep --invert-match --line-regexp --fixed-strings --file=<(printf '%s\n' "${longest[@]}"))
  set -- "${longest[@]}" "${others[@]}"
fi
lanes=$(($(nproc) >= 4 ? 2 : 1))
# xargs ends with another status than 0 where one of them fails.
printf '%s\n' "$@" | xargs --max-procs="$lanes" --max-args=1 bash "$0" --one
