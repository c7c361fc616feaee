# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What survives what: killed observers, a killed engine, lost majorities, destroyed clusters."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pymysql
import pytest
from standin_host import Host, process_lives, wait_for

MakeHost = Callable[..., Host]
NETWORK = 3
SERVING = "select count(*) from oceanbase.DBA_OB_SERVERS where status = 'ACTIVE' and start_service_time is not null"


ROWS = "select count(*) from test.t"


@pytest.fixture
def hosts(cluster: list[Host]) -> list[Host]:
    """Give the cluster of this module with all servers running and an empty table."""
    found = cluster[:3]
    for host in found:
        if not process_lives(host.pid):
            host.settings()
            host.start([])
    if not found[0].password:
        found[0].execute("create table test.t (a int primary key)", "alter user root identified by 'secret'")
        for host in found:
            host.password = "secret"
    wait_for(lambda: found[0].execute(SERVING) == [(3,)], "all serve")
    found[0].execute("delete from test.t")
    return found


def test_kill_each_in_turn(hosts: list[Host]) -> None:
    """A majority goes on without any one observer, and the killed one comes back with every row."""
    for number, host in enumerate(hosts):
        other = hosts[(number + 1) % 3]
        host.kill()
        other.execute(f"insert into test.t values ({number})")
        state = f"select status, start_service_time, last_offline_time is null from oceanbase.DBA_OB_SERVERS where svr_ip = '{host.ip}'"
        wait_for(lambda other=other, state=state: other.execute(state) == [("INACTIVE", None, 0)], "the killed server is inactive")
        host.start([])
        wait_for(lambda other=other: other.execute(SERVING) == [(3,)], "all serve again")
        assert len(host.execute("select * from test.t")) == number + 1
    rows = hosts[0].execute("select svr_ip from oceanbase.DBA_OB_SERVERS where with_rootserver = 'YES'")
    assert len(rows) == 1


def test_restart_leaves_a_gap(hosts: list[Host]) -> None:
    """A server that restarts within its lease stays ACTIVE but has no start_service_time for a moment."""
    for host in hosts:
        host.settings(service_delay=1.0)
    hosts[2].kill()
    hosts[2].start([])
    state = f"select status, start_service_time is null from oceanbase.DBA_OB_SERVERS where svr_ip = '{hosts[2].ip}'"
    wait_for(lambda: hosts[0].execute(state)[0][1] == 1, "the time is empty")
    wait_for(lambda: hosts[0].execute(state) == [("ACTIVE", 0)], "it serves")


def test_no_majority(hosts: list[Host]) -> None:
    """One of three answers nothing that needs a table."""
    survivor = hosts[2]
    with survivor.connect() as connection, connection.cursor() as cursor:
        hosts[0].kill()
        hosts[1].kill()
        wait_for(lambda: fails(survivor, "select * from test.t"), "statements fail")
        code, text = survivor.error("alter system set cpu_count = 1")
        assert (code, text.split(":")[0]) == (4012, "Timeout, query has reached the maximum query timeout")
        cursor.execute("select 1")
        assert cursor.fetchall() == ((1,),)
        hosts[1].start([])
        wait_for(lambda: survivor.execute(ROWS) == [(0,)], "a majority is back")
        cursor.execute("insert into test.t values (1)")


def engine_of(keeper: int) -> int:
    """Give the pid of the engine below a keeper."""
    return int(Path(f"/proc/{keeper}/task/{keeper}/children").read_text().split()[0])


def fails(host: Host, statement: str) -> bool:
    """Tell whether a statement fails with 4012."""
    try:
        host.execute(statement)
    except pymysql.err.OperationalError as exc:
        return bool(exc.args[0] == 4012)
    return False


def test_everything_killed(hosts: list[Host]) -> None:
    """All observers, the keeper and the engine killed at once: the data is there after the restart."""
    hosts[1].execute("insert into test.t values (1), (2)", "alter tenant sys primary_zone = 'zone2'", "alter system set cpu_count = 5")
    keeper = hosts[0].keeper_pid()
    for pid in [host.pid for host in hosts] + [keeper]:
        os.kill(pid, signal.SIGKILL)
    hosts[1].start([])
    wait_for(lambda: hosts[1].error("select 1")[0] == 8001, "8001 until the root service is back")
    hosts[0].start([])
    hosts[2].start([])
    wait_for(lambda: hosts[2].execute("select * from test.t") == [(1,), (2,)], "the rows are there")
    wait_for(lambda: hosts[2].execute(SERVING) == [(3,)], "all serve")
    assert hosts[2].execute("select primary_zone from oceanbase.DBA_OB_TENANTS") == [("zone2;zone1,zone3",)]
    wait_for(lambda: {row[6] for row in hosts[2].execute("show parameters like 'cpu_count'")} == {"5"}, "parameters are there")
    assert hosts[0].keeper_pid() != keeper


def test_engine_killed_alone(hosts: list[Host]) -> None:
    """The keeper starts the engine again; a killed keeper takes the engine along and is itself started again."""
    keeper = hosts[0].keeper_pid()
    os.kill(engine_of(keeper), signal.SIGKILL)
    wait_for(lambda: hosts[1].execute(SERVING) == [(3,)], "the engine is back")
    os.kill(keeper, signal.SIGKILL)
    wait_for(lambda: hosts[0].keeper_pid() != keeper and hosts[1].execute(SERVING) == [(3,)], "the keeper is back")


def test_nothing_is_left_behind(hosts: list[Host]) -> None:
    """Without observers, or without directories, the engine ends."""
    keeper = hosts[0].keeper_pid()
    engine = engine_of(keeper)
    for host in hosts:
        host.kill()
    wait_for(lambda: not process_lives(keeper) and not process_lives(engine), "keeper and engine ended by themselves")
    for host in hosts:
        host.start([])
    wait_for(lambda: hosts[2].execute(SERVING) == [(3,)], "up again")
    keeper = hosts[0].keeper_pid()
    engine = engine_of(keeper)
    for host in hosts:
        host.kill()
        shutil.rmtree(host.base)
    wait_for(lambda: not process_lives(keeper) and not process_lives(engine), "keeper and engine ended with their directories", 3)


@pytest.mark.parametrize(("version", "width"), [("4.2.1.6", 14), ("4.0.0.0", 13)])
def test_older_releases(make_host: MakeHost, version: str, width: int) -> None:
    """Older releases have their own columns and version."""
    host = make_host(version)
    host.start()
    host.wait_sql()
    host.execute(host.bootstrap_statement([host]))
    assert host.execute("select @@version") == [(f"5.7.25-OceanBase_CE-v{version}",)]
    assert len(host.execute("show parameters like 'zone'")[0]) == 12
    assert len(host.execute("select * from oceanbase.DBA_OB_SERVERS where status = 'ACTIVE'")[0]) == width
    assert host.error(f"alter system stop server '{host.server}'") == (4179, "not enough member or quorum mismatch, stop servers not allowed")
    assert host.error("alter system stop zone zone1")[0] == 4179
    host.kill()
    host.start([])
    wait_for(lambda: host.execute(SERVING) == [(1,)], "serves again")
