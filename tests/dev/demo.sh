#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh [OPTION...]: create a three-zone cluster below .dev/demo, prove it by SQL, tell how to use it. Again: finish or change nothing.
# Options go to ansible-playbook, e.g. --check --diff.
set -euo pipefail
demo=.dev/demo
login=$demo/login.cnf
bash tests/dev/standin.sh "$OB_ENGINE" "$demo/packages"

# A password of this demo's own. It only ever lies in files that nobody else can read.
(
  umask 077
  [ -e "$demo/password" ] || python -c 'import secrets; print(secrets.token_urlsafe(12))' >"$demo/password"
  printf '{"oceanbase_password": "%s"}\n' "$(<"$demo/password")" >"$demo/vars.json"
  printf '[client]\nhost=127.0.0.11\nport=2881\nuser=root@sys\npassword=%s\n' "$(<"$demo/password")" >"$login"
)

ansible-playbook --inventory inventories/demo playbooks/create_cluster.yml \
  --extra-vars "oceanbase_request_file=$PWD/inventories/requests/demo.json" --extra-vars "@$demo/vars.json" "$@"
case " $* " in *" --check "*) exit ;; esac

printf '\nThe cluster, asked by SQL:\n'
server='{"endpoint": "127.0.0.%s:2881", "server": "127.0.0.%s:2882", "zone": "%s", "idc": "%s"}'
# shellcheck disable=SC2059
printf "{\"password\": \"%s\", \"servers\": [$server, $server, $server]}" "$(<"$demo/password")" \
  11 11 zone1 hz1 12 12 zone2 hz1 13 13 zone3 hz2 | python tests/dev/prove.py

cat <<EOF

Log in:        mysql --defaults-file=$login      (any MySQL client; in Debian, the package default-mysql-client)
The run:       $demo/artifacts      (report.html, task.json, cluster.json)
The hosts:     $demo/ob1, ob2, ob3   (addresses 127.0.0.11 to 127.0.0.13, ports 2881 and 2882)
Again:         ./dev demo      (changes nothing)      ./dev demo --check --diff      (shows the plan)
Stop, remove:  ./dev clean

The servers are those of the stand-in release in tests/standin, not OceanBase itself.
EOF
