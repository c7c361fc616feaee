# SPDX-License-Identifier: GPL-3.0-or-later
"""Prove from outside that a cluster is what it should be, by plain SQL from here.

Standard input holds JSON: {"password": ..., "servers": [{"endpoint": "ip:sql_port", "server": "ip:rpc_port", "zone": ..., "idc": ...}]}.
The password stands there, as arguments and environments can be seen by others.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import pymysql
from pymysql.cursors import Cursor

Rows = tuple[tuple[Any, ...], ...]
DATABASE = "proof"
ACCESS_DENIED = 1045


class Broken(Exception):
    """The cluster is not what it should be."""


def connect(endpoint: str, password: str) -> pymysql.Connection[Cursor]:
    """Log in through one server as root of the sys tenant."""
    host, _colon, port = endpoint.rpartition(":")
    # As bytes, for the driver would encode a text as Latin-1.
    return pymysql.connect(host=host, port=int(port), user="root@sys", password=password.encode(), autocommit=True, connect_timeout=10)


def ask(endpoint: str, password: str, *statements: str) -> Rows:
    """Send statements through one server; return the rows of the last."""
    with connect(endpoint, password) as connection, connection.cursor() as cursor:
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


def prove_password(endpoints: list[str], password: str) -> None:
    """The password opens the cluster through every server; another does not."""
    for endpoint in endpoints:
        for wrong in ("", password + "x"):
            try:
                connect(endpoint, wrong).close()
            except pymysql.err.OperationalError as error:
                if error.args[0] != ACCESS_DENIED:
                    raise
            else:
                raise Broken(f"{endpoint} lets root@sys in with a wrong password")
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


def main() -> int:
    """Prove it all, or say what is not so."""
    asked = json.load(sys.stdin)
    servers, password = asked["servers"], asked["password"]
    endpoints = [server["endpoint"] for server in servers]
    try:
        prove_password(endpoints, password)
        prove_topology(servers, password)
        prove_use(endpoints, password)
    except (Broken, pymysql.err.MySQLError) as error:
        print(f"  NOT SO  {error}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
