# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove from outside that a cluster is what it should be, by plain SQL from here.

Standard input holds JSON: {"password": ..., "servers": [{"endpoint": "ip:sql_port", "server": "ip:rpc_port", "zone": ..., "idc": ...}]}, and where there are
proxies and agents "cluster", "proxies": ["ip:port"] and "agents": [{"url": ..., "password": ...}].
Passwords stand there, as arguments and environments can be seen by others.
"""

from __future__ import annotations

import base64
import json
import sys
import urllib.error
import urllib.request
from typing import Any

import pymysql
from pymysql.cursors import Cursor

Rows = tuple[tuple[Any, ...], ...]
DATABASE = "proof"
ACCESS_DENIED = 1045


class Broken(Exception):
    """The cluster is not what it should be."""


def connect(endpoint: str, password: str, user: str = "root@sys") -> pymysql.Connection[Cursor]:
    """Log in through one server, by default as root of the sys tenant."""
    host, _colon, port = endpoint.rpartition(":")
    # As bytes, for the driver would encode a text as Latin-1.
    return pymysql.connect(host=host, port=int(port), user=user, password=password.encode(), autocommit=True, connect_timeout=10)


def ask(endpoint: str, password: str, *statements: str, user: str = "root@sys") -> Rows:
    """Send statements through one server; return the rows of the last."""
    with connect(endpoint, password, user) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return tuple(cursor.fetchall())


def check(what: str, wanted: object, seen: object) -> None:
    """Say what holds, or end with what does not."""
    if wanted != seen:
        raise Broken(f"{what}: expected {wanted}, seen {seen}")
    print(f"  ok  {what}")


def prove_topology(servers: list[dict[str, str]], password: str) -> None:
    """Every server is there, in its zone, serving; every zone knows its IDC."""
    asking = servers[0]["endpoint"]
    rows = ask(asking, password, "SELECT SVR_IP, SVR_PORT, ZONE, STATUS, START_SERVICE_TIME IS NOT NULL FROM oceanbase.DBA_OB_SERVERS")
    wanted = sorted((server["server"], server["zone"], "ACTIVE", 1) for server in servers)
    check(f"{len(servers)} servers serve", wanted, sorted((f"{ip}:{port}", *rest) for ip, port, *rest in rows))
    zones = ask(asking, password, "SELECT ZONE, STATUS, IDC FROM oceanbase.DBA_OB_ZONES")
    check("every zone is active, in its IDC", sorted({(s["zone"], "ACTIVE", s["idc"]) for s in servers}), sorted(zones))


def prove_refused(endpoint: str, wrong: str, user: str) -> None:
    """A wrong password does not open the door."""
    try:
        connect(endpoint, wrong, user).close()
    except pymysql.err.OperationalError as error:
        if error.args[0] != ACCESS_DENIED:
            raise
    else:
        raise Broken(f"{endpoint} lets {user} in with a wrong password")


def prove_password(endpoints: list[str], password: str) -> None:
    """The password opens the cluster through every server; another does not."""
    for endpoint in endpoints:
        for wrong in ("", password + "x"):
            prove_refused(endpoint, wrong, "root@sys")
        ask(endpoint, password, "SELECT 1")
    print(f"  ok  root@sys logs in through {', '.join(endpoints)}, and not with an empty or another password")


def prove_use(endpoints: list[str], password: str) -> None:
    """A database made through one server can be written and read through each."""
    ask(endpoints[0], password, f"DROP DATABASE IF EXISTS {DATABASE}", f"CREATE DATABASE {DATABASE}")
    ask(endpoints[0], password, f"CREATE TABLE {DATABASE}.visits (server VARCHAR(64) PRIMARY KEY)")
    for endpoint in endpoints:
        ask(endpoint, password, f"INSERT INTO {DATABASE}.visits VALUES ('{endpoint}')")
    read = {endpoint: sorted(ask(endpoint, password, f"SELECT server FROM {DATABASE}.visits")) for endpoint in endpoints}
    check("each server reads what was written through all", dict.fromkeys(endpoints, sorted((one,) for one in endpoints)), read)
    ask(endpoints[0], password, f"DROP DATABASE {DATABASE}")


def prove_proxies(proxies: list[str], cluster: str, password: str) -> None:
    """Each proxy lets root@sys of this cluster in, and a user of one's own, and passes on what is written."""
    user = f"root@sys#{cluster}"
    for proxy in proxies:
        prove_refused(proxy, password + "x", user)
        table = f"{DATABASE}_proxy.visits"
        made = (
            f"DROP DATABASE IF EXISTS {DATABASE}_proxy", f"CREATE DATABASE {DATABASE}_proxy", f"CREATE TABLE {table} (id INT PRIMARY KEY)",
            f"INSERT INTO {table} VALUES (1)", f"SELECT id FROM {table}",
        )  # fmt: skip
        check(f"{user} writes and reads through the proxy {proxy}", ((1,),), ask(proxy, password, *made, user=user))
        ask(proxy, password, "CREATE USER IF NOT EXISTS visitor IDENTIFIED BY 'from outside'", f"GRANT SELECT ON {DATABASE}_proxy.* TO visitor", user=user)
        read = ask(proxy, "from outside", f"SELECT id FROM {table}", user=f"visitor@sys#{cluster}")
        ask(proxy, password, "DROP USER visitor", f"DROP DATABASE {DATABASE}_proxy", user=user)
        check("a user of one's own, too", ((1,),), read)


def prove_agents(agents: list[dict[str, str]], cluster: str) -> None:
    """Each agent gives metrics of its host and its server to those who know its password."""
    for agent in agents:
        for path, word in (("node/host", "node_"), ("ob/basic", f'ob_cluster_name="{cluster}"')):
            login = base64.b64encode(f"ocp_agent:{agent['password']}".encode()).decode()
            request = urllib.request.Request(f"{agent['url']}/metrics/{path}", headers={"Authorization": f"Basic {login}"})
            with urllib.request.urlopen(request, timeout=10) as answer:
                if word not in answer.read().decode():
                    raise Broken(f"{agent['url']}/metrics/{path} has no {word}")
        try:
            urllib.request.urlopen(f"{agent['url']}/metrics/ob/basic", timeout=10).close()
        except urllib.error.HTTPError as error:
            check(f"the agent at {agent['url']} gives metrics of host and server, and none to a stranger", 401, error.code)
        else:
            raise Broken(f"{agent['url']} gives metrics to a stranger")


def main() -> int:
    """Prove it all, or say what is not so."""
    asked = json.load(sys.stdin)
    servers, password = asked["servers"], asked["password"]
    endpoints = [server["endpoint"] for server in servers]
    try:
        prove_password(endpoints, password)
        prove_topology(servers, password)
        prove_use(endpoints, password)
        prove_proxies(asked.get("proxies", []), asked.get("cluster", ""), password)
        prove_agents(asked.get("agents", []), asked.get("cluster", ""))
    except (Broken, pymysql.err.MySQLError, OSError) as error:
        print(f"  NOT SO  {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
