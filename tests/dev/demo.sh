#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh [OPTION...]: create a three-zone cluster with an agent on each host and two proxies below .dev/demo, prove it, tell how to use it.
# Again: finish or change nothing. Options go to ansible-playbook, e.g. --check --diff.
set -euo pipefail
demo=.dev/demo
bash tests/dev/standin.sh "$OB_ENGINE" "$demo/packages"
python tests/dev/demo_inputs.py "$demo"

ansible-playbook --inventory inventories/demo playbooks/create_cluster.yml \
  --extra-vars "oceanbase_request_file=$PWD/inventories/requests/demo.json" --extra-vars "@$demo/vars.json" "$@"
case " $* " in *" --check "*) exit ;; esac

printf '\nThe cluster, asked from outside:\n'
python tests/dev/prove.py <"$demo/proof.json"

cat <<EOT

Log in:        mysql --defaults-file=$demo/login.cnf      (any MySQL client; in Debian, the package default-mysql-client)
               as root@sys#terran through OBProxy, 127.0.0.11:2883; as root@sys at a server, port 2881
The run:       $demo/artifacts      (report.html, task.json, cluster.json)
The hosts:     $demo/ob1, ob2, ob3   (addresses 127.0.0.11 to 127.0.0.13; OBProxy on the first two)
Metrics:       http://127.0.0.11:8088/metrics/ob/basic      (user and password of the agent: $demo/vars.json)
Again:         ./dev demo      (changes nothing)      ./dev demo --check --diff      (shows the plan)
Stop, remove:  ./dev clean

Server, OBProxy and agent are those of the stand-in release in tests/standin, not OceanBase's.
EOT
