# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the releases before 4.0 do otherwise: flags, what is kept, what counts as empty, catalogs, errors, compactions, standby clusters."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import build
import pytest
from standin.errors import ServerError
from standin.generations import GENERATIONS, dialect_of, generation_of
from standin.grammar_system import parse
from standin.parameter_table import known_parameters
from standin.statements import Bootstrap, ClusterAction
from standin_host import Host, wait_for

MakeHost = Callable[..., Host]
OLD = ("2.2.73", "3.1.5")


def start(host: Host) -> Host:
    """Start a server for the first time and wait until it answers."""
    host.start()
    host.wait_sql()
    return host


@pytest.mark.parametrize(("version", "text"), [("2.2.73", "OceanBase 2.2.73"), ("3.1.5", "OceanBase CE 3.1.5")])
def test_version(make_host: MakeHost, version: str, text: str) -> None:
    """The product is written otherwise than in 4.x, and there is no -I."""
    host = make_host(version)
    assert f"\nobserver ({text})\n\nREVISION: " in host.run(["-V"]).stderr
    assert host.run(["-I", "127.0.0.1"]).returncode == 1
    assert "local_ip" not in host.run(["-h"]).stderr


@pytest.mark.parametrize("version", OLD)
def test_nothing_is_kept_before_the_bootstrap(make_host: MakeHost, version: str) -> None:
    """Killed before the bootstrap, a server does not start without flags; afterwards it does, and SIGTERM is graceful."""
    host = start(make_host(version))
    config = host.home / "etc/observer.config.bin"
    assert not config.exists()
    assert not (host.home / "audit").exists()
    assert not list((host.log_disk / "clog").iterdir())
    host.kill()
    assert host.run([]).returncode == 0
    host.wait_log("cluster id is 0")
    start(host)
    host.execute(Host.bootstrap_statement([host]))
    wait_for(config.exists, "the configuration is kept")
    assert {path.name for path in (host.log_disk / "ilog").iterdir()} == {"1"}
    host.kill(signal.SIGTERM)
    assert not (host.home / "run/observer.pid").exists()
    host.start([])
    host.wait_sql()
    assert host.execute("select status, start_service_time > 0 from oceanbase.__all_server") in ([("active", 1)], [("inactive", 0)], [("active", 0)])


@pytest.mark.parametrize(("version", "limit", "code"), [("3.1.5", "3G", -4624), ("2.2.73", "7G", -4624), ("4.0.0.0", "3G", -4147)])
def test_least_memory(make_host: MakeHost, version: str, limit: str, code: int) -> None:
    """Too little memory ends the start, with another code than in 4.x."""
    host = make_host(version)
    host.run(host.flags(o=f"memory_limit={limit},system_memory=1G"))
    host.wait_log(f"ret={code}" if version >= "4.2" else str(code))


def test_what_counts_as_empty(make_host: MakeHost) -> None:
    """A file in ilog is enough."""
    host = make_host("3.1.5")
    (host.log_disk / "ilog/7").write_bytes(b"x")
    host.start()
    wait_for(lambda: host.error("select 1")[0] == 8001, "root is not let in")


@pytest.mark.parametrize("version", OLD)
def test_zone_of_another(make_host: MakeHost, version: str) -> None:
    """A wrong zone is noticed late, and the half that is there cannot be bootstrapped again."""
    host = start(make_host(version, rpc_timeout=0.3))
    statement = f"ALTER SYSTEM BOOTSTRAP ZONE 'other' SERVER '{host.server}'"
    assert host.error(statement) == (4622, "wait all rs online timeout")
    assert host.error(statement) == (4015, "System error")


def test_regions(make_host: MakeHost) -> None:
    """Two zones in two regions have no place for the sys tenant's leaders."""
    hosts = [start(make_host("3.1.5")) for _number in range(2)]
    items = ", ".join(f"REGION 'r{at}' ZONE '{host.zone}' SERVER '{host.server}'" for at, host in enumerate(hosts))
    assert hosts[0].error(f"ALTER SYSTEM BOOTSTRAP {items}") == (4016, "no qualified primary zone for system")


def test_catalogs(old_cluster: list[Host]) -> None:
    """Lower case, times in microseconds, 0 for none; nothing of 4.x."""
    host = old_cluster[0]
    wait_for(lambda: host.execute("select count(*) from oceanbase.__all_server where start_service_time > 0") == [(2,)], "both serve")
    rows = host.execute("select svr_ip, svr_port, id, zone, inner_port, status, start_service_time, stop_time from oceanbase.__all_server order by id")
    assert [row[:6] for row in rows] == [(one.ip, one.rpc_port, at + 1, one.zone, one.sql_port, "active") for at, one in enumerate(old_cluster)]
    assert all(row[6] > 10**15 and row[7] == 0 for row in rows)
    assert host.execute("select version(), @@version") == [("3.1.5", "5.6.25")]
    assert host.execute("select info from oceanbase.__all_zone where zone = 'zone1' and name = 'status'") == [("ACTIVE",)]
    assert host.execute("select primary_zone, locality, compatibility_mode from oceanbase.__all_tenant") == [
        ("zone1;zone2", "FULL{1}@zone1, FULL{1}@zone2", 0)]
    assert host.execute("select count(*) from oceanbase.__all_unit u join oceanbase.__all_resource_pool p on p.resource_pool_id = u.resource_pool_id"
                        " join oceanbase.__all_unit_config c on c.unit_config_id = p.unit_config_id where c.max_memory > 0") == [(2,)]
    assert host.execute("select distinct value, edit_level from oceanbase.__all_virtual_sys_parameter_stat where name = 'memory_limit'") == [
        ("8G", "DYNAMIC_EFFECTIVE")]
    assert host.execute("select count(*) from oceanbase.__all_virtual_clog_stat where is_in_sync = 1") == [(2,)]
    assert host.error("select * from oceanbase.DBA_OB_SERVERS")[0] == 1146
    with contextlib.closing(host.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("show parameters like 'clog_disk_usage_limit_percentage'")
        assert len(cursor.fetchall()) == 2


def test_stop_is_told_by_its_time(old_cluster: list[Host]) -> None:
    """STOP SERVER leaves the status; two zones have no majority without one of them."""
    error = old_cluster[0].error(f"ALTER SYSTEM STOP SERVER '{old_cluster[1].server}'")
    assert error == (4179, "not enough member or quorum mismatch, stop servers not allowed")
    old_cluster[0].execute(f"ALTER SYSTEM FORCE STOP SERVER '{old_cluster[1].server}'")
    assert old_cluster[0].execute("select status, stop_time > 0 from oceanbase.__all_server where id = 2") == [("active", 1)]
    old_cluster[0].execute(f"ALTER SYSTEM START SERVER '{old_cluster[1].server}'")


def test_compaction(old_cluster: list[Host]) -> None:
    """A freeze is another version, which every zone merges."""
    host = old_cluster[0]
    asked = "select value from oceanbase.__all_zone where name = '%s' order by zone"
    assert host.execute(asked % "frozen_version") == [(1,)]
    host.execute("ALTER SYSTEM MAJOR FREEZE")
    assert host.execute(asked % "frozen_version") == [(2,)]
    assert ("MERGING",) in host.execute("select info from oceanbase.__all_zone where name = 'merge_status'")
    wait_for(lambda: host.execute(asked % "last_merged_version") == [(2,), (2,), (2,)], "everything is merged")
    assert set(host.execute("select info from oceanbase.__all_zone where name = 'merge_status'")) == {("IDLE",)}
    assert host.error("ALTER SYSTEM MAJOR FREEZE TENANT = sys")[0] == 1064


def test_standby(make_host: MakeHost) -> None:
    """A standby registers with its primary, is added there, has its users then, and lets nobody write."""
    primary = start(make_host("2.2.76"))
    primary.execute("ALTER SYSTEM BOOTSTRAP CLUSTER PRIMARY " + Host.bootstrap_statement([primary]).partition("BOOTSTRAP ")[2])
    primary.execute("alter user root identified by 'pw1'")
    primary.password = "pw1"
    primary.execute("ALTER SYSTEM ADD CLUSTER VERIFY", "create user 'reader' identified by 'r1'", "grant select on oceanbase.* to 'reader'")
    standby = make_host("2.2.76")
    standby.start(standby.flags(c="2"))
    standby.wait_sql()
    items = f"ZONE '{standby.zone}' SERVER '{standby.server}'"
    statement = f"ALTER SYSTEM BOOTSTRAP CLUSTER STANDBY {items} PRIMARY_CLUSTER_ID %d PRIMARY_ROOTSERVICE_LIST '{primary.server}'"
    assert standby.error(statement % 7)[0] == 4179
    standby.execute(statement % 1)
    assert standby.execute("select cluster_id, cluster_role from oceanbase.v$ob_cluster") == [(2, "PHYSICAL STANDBY")]
    asked = "select cluster_id, cluster_status from oceanbase.v$ob_standby_status"
    assert primary.execute(asked) == [(2, "REGISTERED")]
    assert primary.error("ALTER SYSTEM ADD CLUSTER terran CLUSTER_ID = 3")[0] == 1210
    primary.execute("ALTER SYSTEM ADD CLUSTER terran CLUSTER_ID = 2")
    assert primary.execute(asked) == [(2, "VALID")]
    standby.password = "pw1"
    wait_for(lambda: standby.execute("select 1", user="root@sys"), "root has the primary's password")
    assert standby.execute("select count(*) from oceanbase.__all_server", user="reader", password="r1") == [(1,)]
    assert standby.error("create user 'x' identified by 'y'")[0] == 1235
    assert standby.error("ALTER SYSTEM MAJOR FREEZE")[0] == 4217


def test_refused_standby(make_host: MakeHost) -> None:
    """A primary may have something to be done first."""
    host = start(make_host("2.2.73", refuse_add_cluster="NEED MAJOR FREEZE AFTER RESTORE TENANT"))
    host.execute(Host.bootstrap_statement([host]))
    assert host.error("ALTER SYSTEM ADD CLUSTER VERIFY") == (4179, "Add cluster not allowed. Actions: NEED MAJOR FREEZE AFTER RESTORE TENANT")


STANDBY = ("ALTER SYSTEM BOOTSTRAP CLUSTER STANDBY ZONE 'z' SERVER '127.0.0.1:2882'"
           " PRIMARY_CLUSTER_ID 1 PRIMARY_ROOTSERVICE_LIST '127.0.0.9:2882,127.0.0.8:2882'")


def test_grammar_of_clusters() -> None:
    """Only the enterprise edition of the old line knows clusters."""
    found = parse(STANDBY, "v3e")
    assert isinstance(found, Bootstrap)
    assert (found.primary_id, found.primary_servers) == (1, ("127.0.0.9:2882", "127.0.0.8:2882"))
    assert parse("alter system add cluster terran cluster_id 2", "v3e") == ClusterAction("ADD", "terran", 2)
    for dialect in ("v3", "v4"):
        for text in (STANDBY, "ALTER SYSTEM ADD CLUSTER VERIFY", "ALTER SYSTEM BOOTSTRAP CLUSTER PRIMARY ZONE 'z' SERVER '127.0.0.1:2882'"):
            with pytest.raises(ServerError, match="syntax"):
                parse(text, dialect)
    for text in (STANDBY.partition(" PRIMARY_CLUSTER")[0], STANDBY.replace("STANDBY", "PRIMARY")):
        with pytest.raises(ServerError, match="syntax"):
            parse(text, "v3e")


def test_every_generation_is_told_apart() -> None:
    """Releases find their behaviour, packages their grammar."""
    assert [generation_of(version).catalog for version in ("2.2.73", "3.1.0", "3.1.5", "4.0.0.0")] == ["v3", "v3", "v3", "v4"]
    assert [generation_of(version).minimum_memory >> 30 for version in ("2.2.73", "3.1.0", "3.1.5")] == [8, 8, 4]
    assert [dialect_of(generation_of("2.2.73"), "oceanbase"), dialect_of(generation_of("3.1.5"), "oceanbase-ce"),
            dialect_of(generation_of("4.2.1.6"), "oceanbase")] == ["v3e", "v3", "v4"]
    assert list(GENERATIONS) == sorted(GENERATIONS, key=lambda one: one.since)
    with pytest.raises(ValueError, match="no generation"):
        generation_of("1.4.79")


def test_parameters_of_old_releases() -> None:
    """Ports and memory have other defaults, and not every parameter is there."""
    assert {known_parameters((3, 1, 5))[name].default for name in ("mysql_port", "rpc_port")} == {"2880", "2500"}
    assert known_parameters((2, 2, 73))["system_memory"].default == "30G"
    assert "log_disk_size" in known_parameters((3, 1, 5))
    assert "log_disk_size" not in known_parameters((3, 1, 0))
    assert not {"local_ip", "ob_startup_mode", "log_disk_percentage"} & set(known_parameters((3, 1, 5)))


@pytest.mark.parametrize(("version", "first"), [("2.2.73", "version 1"), ("4.2.1.6", "io_type io_size_byte io_ps io_rt_us"), ("3.1.5", "")])
def test_io_bench(tmp_path: Path, version: str, first: str) -> None:
    """The old result begins with its version; the community edition of 3.1 has no io_bench."""
    tool = tmp_path / "ob_admin"
    tool.write_bytes(build.ob_admin("oceanbase" if version < "3" else "oceanbase-ce", version)[0])
    done = subprocess.run([sys.executable, str(tool), "io_bench", "-c", str(tmp_path), "-d", str(tmp_path)], capture_output=True, text=True, check=False)
    result = tmp_path / "io_resource.conf"
    assert (done.returncode == 0) == bool(first)
    assert (result.read_text().splitlines()[0] if result.exists() else "") == first
