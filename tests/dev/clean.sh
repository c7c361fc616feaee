#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# clean.sh [--all]: stop and remove what this checkout's demo and tests left; with --all the environment, too.
set -euo pipefail

# Ours is what works in a folder of the demo, or names one on its command line.
demo_processes() {
  local process
  for process in /proc/[0-9]*; do
    case "$(readlink "$process/cwd" 2>/dev/null) $(tr '\0' ' ' 2>/dev/null <"$process/cmdline")" in
      *"$OB_DEV/demo/"*) echo "${process#/proc/}" ;;
    esac
  done
}

mapfile -t processes < <(demo_processes)
if [ ${#processes[@]} -gt 0 ]; then
  kill -KILL "${processes[@]}" 2>/dev/null || true
  echo "Stopped ${#processes[@]} processes of the demo"
fi
if command -v podman >/dev/null; then
  for prefix in "$OB_HOSTS_PREFIX" "b-$OB_HOSTS_PREFIX" "ee-$OB_HOSTS_PREFIX"; do OB_HOSTS_PREFIX=$prefix bash tests/dev/hosts.sh destroy; done
fi
if [ "${1:-}" = --all ]; then
  rm -rf "$OB_DEV"
else
  find "$OB_DEV" -mindepth 1 -maxdepth 1 ! -name venv ! -name collections ! -name packages -exec rm -rf {} +
fi
