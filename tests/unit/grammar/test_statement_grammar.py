# SPDX-License-Identifier: GPL-3.0-or-later
"""Every statement that the collection can build satisfies the server's grammar, as it is shown and as the driver sends it."""

from __future__ import annotations

import inspect

import pymysql
import pytest
from statement_grammar import ENTERPRISE, GENERATIONS, Refused, parse

from ansible_collections.oceanbase.cluster.plugins.module_utils import _statements as sql

PASSWORD = "a'b\"c\\d$e#f@g é"
ZONES = (
    sql.ZoneServers("zone1", "", "hz1", ("192.0.2.1:2882", "192.0.2.4:2882")),
    sql.ZoneServers("zone2", "east", "", ("[2001:db8::2]:2882",)),
    sql.ZoneServers("Zone_3", "100% west", "", ("192.0.2.3:3882",)),
)

BUILT = [
    sql.bootstrap(ZONES), sql.bootstrap(ZONES[:1]), sql.query_timeout(1000), sql.query_timeout(0.5), sql.add_server("192.0.2.4:2882", "zone1"),
    sql.start_servers(["192.0.2.1:2882"]), sql.start_servers(["192.0.2.1:2882", "192.0.2.4:2882"]), sql.stop_servers(["192.0.2.1:2882", "192.0.2.4:2882"]),
    sql.delete_servers(["192.0.2.1:2882"]), sql.add_zone("zone4", "", ""), sql.add_zone("zone4", "east", ""), sql.add_zone("zone4", "", "hz3"),
    sql.add_zone("zone4", "east", "hz3"), sql.modify_zone("zone4", "east", ""), sql.modify_zone("zone4", "", "hz3"), sql.modify_zone("zone4", "a%b", "hz3"),
    sql.start_zone("zone4"), sql.stop_zone("zone4"), sql.delete_zone("zone4"), sql.set_password("root", PASSWORD), sql.create_user("proxyro", PASSWORD),
    sql.create_user("ocp-monitor.1", "x"), sql.drop_user("proxyro"), sql.grant(["SELECT"], "*.*", "proxyro"), sql.grant(["SELECT"], "oceanbase.*", "proxyro"),
    sql.grant(["PROCESS", "SELECT", "SHOW DATABASES"], "oceanbase.t", "mon"), sql.grant(["ALL PRIVILEGES"], "*.*", "op"),
    sql.grant(["GRANT OPTION"], "*.*", "op"),
    sql.revoke(["SELECT", "INSERT"], "*.*", "proxyro"), sql.revoke(["ALL PRIVILEGES"], "*.*", "op"), sql.revoke(["GRANT OPTION"], "*.*", "op"),
    sql.set_primary_zone("sys", "RANDOM"), sql.set_primary_zone("sys", "random"), sql.set_primary_zone("sys", "zone1"),
    sql.set_primary_zone("sys", "zone1;zone2,zone3"), sql.set_parameter("max_syslog_file_count", "10"), sql.set_parameter("_hidden", "True"),
    sql.set_parameter("obconfig_url", "http://x/?a=%20'&b"), sql.set_parameter("memory_limit", "6G", server="192.0.2.1:2882"),
    sql.set_parameter("memory_limit", "6G", zone="zone1"), sql.set_parameter("undo_retention", "1800", tenant="sys"),
    sql.set_parameter("undo_retention", "1800", zone="zone1", tenant="sys"), sql.major_freeze(),
]
SOURCE = "SERVICE=192.0.2.1:2881;192.0.2.2:2881 USER=standbyro@orders PASSWORD=secret"
ONLY_4 = [
    sql.major_freeze("sys"), sql.create_standby_tenant("orders", SOURCE, ["pool1"]), sql.io_calibration(),
    sql.create_standby_tenant("orders", SOURCE, ["pool1", "pool2"], "F@zone1,F@zone2", "zone1;zone2"),
    sql.create_standby_tenant("orders", SOURCE, ["pool1"], primary_zone="random"),
    sql.grant(["SELECT"], "oceanbase.GV$OB_LOG_STAT", "standbyro"), sql.revoke(["SELECT"], "oceanbase.DBA_OB_LS", "standbyro"),
]
SAME_IN_3 = {sql.io_calibration(), *ONLY_4[-2:]}  # the parser takes them; there are no such things
ONLY_ENTERPRISE = [
    sql.bootstrap(ZONES, sql.Primary(1, ("192.0.2.11:2882", "192.0.2.12:2882"))), sql.bootstrap(ZONES[:1], sql.Primary(4294901759, ("192.0.2.11:2882",))),
    sql.verify_add_cluster(), sql.add_cluster("terran", 2),
]


def sent(statement: sql.Statement) -> str:
    """Return the text that the driver sends."""
    connection = pymysql.connect(host="192.0.2.1", user="root", password=b"", defer_connect=True, ssl_disabled=True)
    connection.server_status = 0
    return str(connection.cursor().mogrify(statement.sql, tuple(statement.args)))


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("statement", BUILT, ids=lambda one: one.shown()[:50])
def test_statement_is_in_the_grammar(statement: sql.Statement, generation: str) -> None:
    parse(statement.shown(), generation)
    parse(sent(statement), generation)


@pytest.mark.parametrize("statement", ONLY_4, ids=lambda one: one.shown())
def test_statement_of_4_only(statement: sql.Statement) -> None:
    parse(statement.shown(), "4")
    parse(sent(statement), "4")
    for generation in GENERATIONS[:-1] if statement not in SAME_IN_3 else ():
        with pytest.raises(Refused):
            parse(statement.shown(), generation)


@pytest.mark.parametrize("statement", ONLY_ENTERPRISE, ids=lambda one: one.shown()[:60])
def test_statement_of_standby_clusters(statement: sql.Statement) -> None:
    for generation in ENTERPRISE:
        parse(statement.shown(), generation)
        parse(sent(statement), generation)
    for generation in ("3", "4"):
        with pytest.raises(Refused):
            parse(statement.shown(), generation)


@pytest.mark.parametrize("text", [
    "ALTER SYSTEM BOOTSTRAP CLUSTER STANDBY ZONE 'z' SERVER '192.0.2.1:2882'",
    "ALTER SYSTEM BOOTSTRAP ZONE 'z' SERVER '192.0.2.1:2882' PRIMARY_CLUSTER_ID 1 PRIMARY_ROOTSERVICE_LIST '192.0.2.9:2882'",
    "ALTER SYSTEM BOOTSTRAP CLUSTER PRIMARY ZONE 'z' SERVER '192.0.2.1:2882' PRIMARY_CLUSTER_ID 1 PRIMARY_ROOTSERVICE_LIST '192.0.2.9:2882'",
    "ALTER SYSTEM BOOTSTRAP CLUSTER STANDBY ZONE 'z' SERVER '192.0.2.1:2882' PRIMARY_CLUSTER_ID 1 PRIMARY_ROOTSERVICE_LIST '192.0.2.9:2882:2881'",
    "ALTER SYSTEM ADD CLUSTER terran", "ALTER SYSTEM ADD CLUSTER CLUSTER_ID = 2",
])
def test_grammar_of_standby_clusters_is_strict(text: str) -> None:
    with pytest.raises(Refused):
        parse(text, "3.2")


def test_every_builder_is_covered() -> None:
    builders = {name for name, value in inspect.getmembers(sql, inspect.isfunction) if inspect.signature(value).return_annotation is not None}
    builders = {name for name in builders if "-> Statement" in inspect.getsource(getattr(sql, name))}
    table = inspect.getsource(__import__("test_statement_grammar"))
    assert builders
    assert [name for name in sorted(builders) if f"sql.{name}(" not in table] == []


@pytest.mark.parametrize("statement", [one for one in BUILT + ONLY_4 if one.secret], ids=lambda one: one.sql)
def test_secret_is_not_shown(statement: sql.Statement) -> None:
    shown = statement.shown()
    assert all(arg not in shown for arg in statement.args)
    assert sql.SECRET in shown


def test_what_is_shown_is_what_is_sent() -> None:
    for statement in BUILT + ONLY_4 + ONLY_ENTERPRISE:
        if not statement.secret:
            assert sent(statement) == statement.shown()


@pytest.mark.parametrize("text", [
    "ALTER SYSTEM BOOTSTRAP", "ALTER SYSTEM BOOTSTRAP ZONE 'z'", "ALTER SYSTEM BOOTSTRAP ZONE 'z' SERVER 192.0.2.1:2882",
    "ALTER SYSTEM BOOTSTRAP ZONE 'z' SERVER '192.0.2.1'", "ALTER SYSTEM BOOTSTRAP SERVER '192.0.2.1:2882' ZONE 'z'",
    "ALTER SYSTEM ADD SERVER '192.0.2.1:2882' IN ZONE 'z'", "ALTER SYSTEM ADD SERVER ZONE 'z'", "ALTER SYSTEM STOP SERVERS '192.0.2.1:2882'",
    "ALTER SYSTEM MODIFY ZONE 'z' SET", "ALTER SYSTEM MODIFY ZONE 'z' IDC", "ALTER TENANT 'sys' SET PRIMARY_ZONE = 'z1'",
    "ALTER TENANT sys SET PRIMARY_ZONE = z1,z2", "ALTER USER root IDENTIFIED 'x'", "ALTER USER root IDENTIFIED BY 'it's'", "CREATE USER x",
    "GRANT READ ON *.* TO 'x'", "GRANT SELECT TO 'x'", "GRANT SELECT ON *.* TO", "GRANT ROLE 'r' TO 'x'", "SET SESSION ob_query_timeout = '1s'",
    "ALTER SYSTEM MAJOR FREEZE NOW", "ALTER SYSTEM SET memory_limit 6G", "SELECT 1", "ALTER SYSTEM START ZONE 'z'; DROP USER 'x'", "",
])
def test_grammar_is_strict(text: str) -> None:
    with pytest.raises(Refused):
        parse(text)


@pytest.mark.parametrize("bad", ["it's", 'a"b', "a\\b", "a\0b", "a\nb"])
def test_literal_refuses_what_it_cannot_quote(bad: str) -> None:
    with pytest.raises(ValueError, match="not a plain literal"):
        sql.literal(bad)
