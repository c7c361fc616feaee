#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# hosts.sh create COUNT | destroy: the test hosts of this checkout, containers named PREFIX-ob1... at SUBNET.11...
# Root there may look at the processes of other users, as on a real host.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
state=$root/.dev/hosts
prefix=${OB_HOSTS_PREFIX:?}
subnet=${OB_HOSTS_SUBNET:?}

start() {
  local name=$1 address=$2 image=$3
  podman run --detach --quiet --name "$prefix-$name" --hostname "$name" --network "$prefix" --ip "$address" \
    --systemd always --ulimit "nofile=$(ulimit -Hn)" --ulimit nproc=10000 \
    --tmpfs /small:size=64m,mode=1777 --volume "$state/id_ed25519.pub:/etc/ssh/authorized_keys:ro" --volume "${OB_ENGINE:?}:/opt/seekdb:ro" "$image" >/dev/null
  # Fails until the container's bus answers; then waits until every unit has started.
  until running=$(podman exec "$prefix-$name" systemctl is-system-running --wait 2>/dev/null) || [ "$running" = degraded ]; do
    if ((SECONDS > 120)); then
      echo "The test host $name did not start within two minutes: podman logs $prefix-$name" >&2
      return 1
    fi
  done
}

create() {
  local count=$1 image pids=() pid
  if [ "$(id -u)" -ne 0 ]; then
    echo "The test hosts need root: they are reached at addresses of their own" >&2
    return 1
  fi
  # Each systemd holds some; with too few it waits for ever.
  if ((count > 8 && $(cat /proc/sys/fs/inotify/max_user_instances) < 1024)); then
    echo "Raising fs.inotify.max_user_instances to 1024 until the next boot, for $count hosts" >&2
    echo 1024 >/proc/sys/fs/inotify/max_user_instances
  fi
  image=$(bash "$root/tests/dev/image.sh")
  mkdir -p "$state"
  # shellcheck disable=SC2016
  [ -e "$state/id_ed25519" ] || flock "$state.lock" sh -c '[ -e "$1" ] || ssh-keygen -q -t ed25519 -N "" -C "$0" -f "$1"' "$prefix" "$state/id_ed25519"
  destroy
  podman network create --subnet "$subnet.0/24" "$prefix" >/dev/null
  for ((i = 1; i <= count; i++)); do
    start "ob$i" "$subnet.$((10 + i))" "$image" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid"; done
}

destroy() {
  local names
  mapfile -t names < <(podman ps --all --quiet --filter "name=^$prefix-")
  [ ${#names[@]} -eq 0 ] || podman rm --force --time 0 "${names[@]}" >/dev/null
  podman network exists "$prefix" && podman network rm --force "$prefix" >/dev/null
  return 0
}

"$@"
