# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Before the bootstrap, and the bootstrap's errors."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable

import pymysql
import pytest
from standin_host import Host, wait_for

MakeHost = Callable[..., Host]


@pytest.fixture
def hosts(make_host: MakeHost) -> list[Host]:
    """Give two started servers."""
    found = [make_host(), make_host()]
    for host in found:
        host.start()
    for host in found:
        host.wait_sql()
    return found


def test_before(hosts: list[Host]) -> None:
    """Root gets in without a password and can do what tools do; nothing else works."""
    host = hosts[0]
    assert host.execute("select 1") == [(1,)]
    assert host.execute("SET SESSION ob_query_timeout=1000000000", "select 1", user="root@sys") == [(1,)]
    assert host.error("select 1", password="x") == (1045, "Access denied for user 'root'@'xxx.xxx.xxx.xxx' (using password: YES)")
    assert host.error("select 1", user="proxyro")[0] == 1045
    assert host.error("select 1", user="root@other") == (8001, "Server is initializing")
    assert host.error("select 1", user="root@sys#other") == (4666, "cluster name does not match to 'terran'")
    assert host.error("select * from oceanbase.__all_server")[0] == 1146
    assert host.error("alter system bootstrap zone z1")[0] == 1064
    for statement in ("show databases", "use oceanbase", "alter system add server '127.0.0.1:2882'", "show parameters", "create table t (a int)"):
        assert host.error(statement)[0] > 1000
    assert not list((host.log_disk / "clog").glob("tenant_1/*"))


def test_sqlstate(hosts: list[Host]) -> None:
    """A wrong password is SQLSTATE 42000, an initializing server 08004."""
    assert sqlstate(hosts[0], "root", "x") == "42000"
    assert sqlstate(hosts[0], "root@other", "") == "08004"


def sqlstate(host: Host, user: str, password: str) -> str:
    """Give the SQLSTATE of a refused login."""
    with pytest.raises(pymysql.err.OperationalError) as caught:
        host.connect(user, password)
    return str(caught.value.sqlstate)


@pytest.mark.parametrize(("statement", "errno", "text"), [
    ("ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '{0}', ZONE 'zone1' SERVER '{1}'", 4640, "The chosen partition servers belong to same zone."),
    ("ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '{0}', ZONE 'wrong' SERVER '{1}'", 4631, "server zone not match"),
    ("ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '{0}', ZONE 'zone2' SERVER '127.77.7.7:2882'", 4012, "Timeout"),
    ("ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '{0}', ZONE 'zone2' SERVER '{2}:2881'", 4012, "Timeout"),
    ("ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER 'nonsense'", 1210, "Invalid argument"),
])
def test_errors_that_leave_no_trace(hosts: list[Host], statement: str, errno: int, text: str) -> None:
    """These are found before anything is written."""
    code, message = hosts[0].error(statement.format(hosts[0].server, hosts[1].server, hosts[1].ip))
    assert code == errno
    assert message.startswith(text)
    for host in hosts:
        assert not list((host.log_disk / "clog").glob("tenant_1/*"))


def test_another_cluster_id(make_host: MakeHost) -> None:
    """Servers with another cluster id do not hear each other."""
    first, second = make_host(), make_host()
    first.start()
    second.start(second.flags(c="2"))
    first.wait_sql()
    second.wait_sql()
    assert first.error(first.bootstrap_statement([first, second]))[0] == 4012


def test_twice(hosts: list[Host]) -> None:
    """A bootstrapped server answers 4015, and is 4005 in the list of another."""
    first, second = hosts
    with contextlib.closing(first.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION ob_query_timeout=1000000000")
        cursor.execute(first.bootstrap_statement([first]))
        cursor.execute("show variables like 'ob_query_timeout'")
        assert cursor.fetchall() == (("ob_query_timeout", "1000000000"),)
        cursor.execute("select status, start_service_time is not null from oceanbase.DBA_OB_SERVERS")
        assert cursor.fetchall() == (("ACTIVE", 1),)
    assert first.error(first.bootstrap_statement([first])) == (4015, "System error")
    assert "this observer is not empty(ret=-4015" in first.log()
    assert second.error(second.bootstrap_statement([second, first])) == (4005, "The object is initialized twice")
    assert list((first.log_disk / "clog").glob("tenant_1/*"))


def test_half_done(make_host: MakeHost) -> None:
    """A bootstrap whose server was killed cannot be repeated."""
    first, second = make_host(bootstrap_delay=30.0), make_host()
    for host in (first, second):
        host.start()
        host.wait_sql()

    def bootstrap() -> None:
        with contextlib.suppress(pymysql.err.MySQLError):
            first.execute(first.bootstrap_statement([first, second]))
    thread = threading.Thread(target=bootstrap)
    thread.start()
    wait_for(lambda: list((second.log_disk / "clog").glob("tenant_1/*")), "the second server is no longer empty")
    wait_for((first.home / "etc/observer.config.bin").exists, "the first server has its id")
    os.kill(first.pid, signal.SIGKILL)
    thread.join(20)
    assert second.error(second.bootstrap_statement([second])) == (4015, "System error")
    first.settings(half_bootstrapped_login=True)
    first.start([])
    first.wait_sql()
    assert first.error(first.bootstrap_statement([first, second])) == (4015, "System error")
    first.kill()
    first.settings()
    first.start([])
    wait_for(lambda: first.error("select 1") == (8001, "Server is initializing"), "a half-bootstrapped server never gets ready")
    third = make_host(zone="zone3")
    third.start()
    third.wait_sql()
    assert third.error(third.bootstrap_statement([third, second]))[0] == 4005


def test_engine_missing(make_host: MakeHost) -> None:
    """Without the engine the bootstrap fails and the log says so."""
    host = make_host(engine="/nonexistent")
    host.start()
    host.wait_sql()
    assert host.error(host.bootstrap_statement([host]))[0] == 4638
    assert "/nonexistent/seekdb" in host.log()
