# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The script that watches over OBProxy where nothing else does: OBProxy itself has neither a pid file nor a supervisor.

OBD does the same with a script of its own (oceanbase/obdeploy 10ac254, plugins/obproxy/3.1.0/obproxyd.sh).
"""

TEXT = r"""#!/bin/sh
# Ansible managed: oceanbase.cluster.obproxy. Starts OBProxy again when it ends.
# obproxyd.sh HOME [FLAG...]   The flags are for the first start only; afterwards the proxy has them in etc/obproxy_config.bin.
home=$1
shift
cd "$home" || exit 1
LD_LIBRARY_PATH=$home/lib
export LD_LIBRARY_PATH
child=
trap 'trap "" TERM INT; [ -z "$child" ] || { kill -TERM "$child"; wait "$child"; }; exit 0' TERM INT
pause=1
while :; do
  begin=$(date +%s)
  "$home/bin/obproxy" -N "$@" &
  child=$!
  wait "$child"
  set --
  # One that ends again and again is started more and more seldom.
  if [ $(($(date +%s) - begin)) -ge 60 ]; then pause=1; else pause=$((pause * 2)); fi
  [ "$pause" -le 60 ] || pause=60
  sleep "$pause" &
  child=$!
  wait "$child"
done
"""
