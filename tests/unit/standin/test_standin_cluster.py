# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster of three zones: catalogs, statements and their errors, passwords and privileges."""

from __future__ import annotations

import datetime
import http.server
import json
import threading
from typing import Any

import pymysql
import pytest
from standin.catalog_views import VIEWS, columns_of
from standin.generations import generation_of
from standin_host import Host, wait_for

NETWORK = 2
COLUMNS = {
    "DBA_OB_SERVERS": "SVR_IP SVR_PORT ID ZONE SQL_PORT WITH_ROOTSERVER STATUS START_SERVICE_TIME STOP_TIME BLOCK_MIGRATE_IN_TIME CREATE_TIME MODIFY_TIME"
                      " BUILD_VERSION LAST_OFFLINE_TIME",
    "DBA_OB_ZONES": "ZONE CREATE_TIME MODIFY_TIME STATUS IDC REGION TYPE",
    "DBA_OB_TENANTS": "TENANT_ID TENANT_NAME TENANT_TYPE CREATE_TIME MODIFY_TIME PRIMARY_ZONE LOCALITY PREVIOUS_LOCALITY COMPATIBILITY_MODE STATUS"
                      " IN_RECYCLEBIN LOCKED TENANT_ROLE SWITCHOVER_STATUS SWITCHOVER_EPOCH SYNC_SCN REPLAYABLE_SCN READABLE_SCN RECOVERY_UNTIL_SCN LOG_MODE"
                      " ARBITRATION_SERVICE_STATUS UNIT_NUM COMPATIBLE MAX_LS_ID",
    "DBA_OB_UNITS": "UNIT_ID TENANT_ID STATUS RESOURCE_POOL_ID UNIT_GROUP_ID CREATE_TIME MODIFY_TIME ZONE SVR_IP SVR_PORT MIGRATE_FROM_SVR_IP"
                    " MIGRATE_FROM_SVR_PORT MANUAL_MIGRATE UNIT_CONFIG_ID MAX_CPU MIN_CPU MEMORY_SIZE LOG_DISK_SIZE MAX_IOPS MIN_IOPS IOPS_WEIGHT",
    "GV$OB_UNITS": "SVR_IP SVR_PORT UNIT_ID TENANT_ID ZONE ZONE_TYPE REGION MAX_CPU MIN_CPU MEMORY_SIZE MAX_IOPS MIN_IOPS IOPS_WEIGHT LOG_DISK_SIZE"
                   " LOG_DISK_IN_USE DATA_DISK_IN_USE STATUS CREATE_TIME",
    "GV$OB_SERVERS": "SVR_IP SVR_PORT ZONE SQL_PORT CPU_CAPACITY CPU_CAPACITY_MAX CPU_ASSIGNED CPU_ASSIGNED_MAX MEM_CAPACITY MEM_ASSIGNED LOG_DISK_CAPACITY"
                     " LOG_DISK_ASSIGNED LOG_DISK_IN_USE DATA_DISK_CAPACITY DATA_DISK_IN_USE DATA_DISK_HEALTH_STATUS MEMORY_LIMIT DATA_DISK_ALLOCATED"
                     " DATA_DISK_ABNORMAL_TIME SSL_CERT_EXPIRED_TIME",
    "DBA_OB_RESOURCE_POOLS": "RESOURCE_POOL_ID NAME TENANT_ID CREATE_TIME MODIFY_TIME UNIT_COUNT UNIT_CONFIG_ID ZONE_LIST REPLICA_TYPE",
    "DBA_OB_UNIT_CONFIGS": "UNIT_CONFIG_ID NAME CREATE_TIME MODIFY_TIME MAX_CPU MIN_CPU MEMORY_SIZE LOG_DISK_SIZE MAX_IOPS MIN_IOPS IOPS_WEIGHT",
    "GV$OB_PARAMETERS": "SVR_IP SVR_PORT ZONE SCOPE TENANT_ID NAME DATA_TYPE VALUE INFO SECTION EDIT_LEVEL DEFAULT_VALUE ISDEFAULT",
    "DBA_OB_ROOTSERVICE_EVENT_HISTORY": "TIMESTAMP MODULE EVENT NAME1 VALUE1 NAME2 VALUE2 NAME3 VALUE3 NAME4 VALUE4 NAME5 VALUE5 NAME6 VALUE6 EXTRA_INFO"
                                        " RS_SVR_IP RS_SVR_PORT",
    "DBA_OB_MAJOR_COMPACTION": "FROZEN_SCN FROZEN_TIME GLOBAL_BROADCAST_SCN LAST_SCN LAST_FINISH_TIME START_TIME STATUS IS_ERROR IS_SUSPENDED INFO",
    "CDB_OB_MAJOR_COMPACTION": "TENANT_ID FROZEN_SCN FROZEN_TIME GLOBAL_BROADCAST_SCN LAST_SCN LAST_FINISH_TIME START_TIME STATUS IS_ERROR IS_SUSPENDED INFO",
    "DBA_OB_ZONE_MAJOR_COMPACTION": "ZONE BROADCAST_SCN LAST_SCN LAST_FINISH_TIME START_TIME STATUS",
    "CDB_OB_ZONE_MAJOR_COMPACTION": "TENANT_ID ZONE BROADCAST_SCN LAST_SCN LAST_FINISH_TIME START_TIME STATUS",
    "GV$OB_IO_CALIBRATION_STATUS": "SVR_IP SVR_PORT STORAGE_NAME STATUS START_TIME FINISH_TIME",
    "__all_server": "gmt_create gmt_modified svr_ip svr_port id zone inner_port with_rootserver status block_migrate_in_time build_version stop_time"
                    " start_service_time first_sessid with_partition last_offline_time",
    "__all_zone": "gmt_create gmt_modified zone name value info",
}


@pytest.mark.parametrize("name", COLUMNS)
def test_columns(cluster: list[Host], name: str) -> None:
    """The columns and their order are the real ones."""
    with cluster[1].connect(cursorclass=pymysql.cursors.Cursor) as connection, connection.cursor() as cursor:
        cursor.execute(f"select * from oceanbase.{name}")
        assert [column[0] for column in cursor.description] == COLUMNS[name].split()


def test_older_columns() -> None:
    """4.0 and 4.2 lack some."""
    assert columns_of("DBA_OB_TENANTS", generation_of("4.0.0.0"))[-1] == "LOCKED"
    assert "LAST_OFFLINE_TIME" not in columns_of("DBA_OB_SERVERS", generation_of("4.0.0.0"))
    assert columns_of("GV$OB_PARAMETERS", generation_of("4.2.1.6"))[-1] == "EDIT_LEVEL"
    # Of these three the stand-in has no more than a standby tenant asks for.
    assert set(VIEWS) <= set(COLUMNS) | {"GV$OB_IO_BENCHMARK", "DBA_OB_ACCESS_POINT", "GV$OB_LOG_STAT", "DBA_OB_LS"}


def test_state_after_bootstrap(cluster: list[Host]) -> None:
    """What a bootstrap leaves behind."""
    host = cluster[0]
    rows = host.execute("select svr_ip, zone, status, with_rootserver, stop_time, block_migrate_in_time, start_service_time, build_version"
                        f" from oceanbase.DBA_OB_SERVERS where svr_ip <> '{cluster[3].ip}' order by id")
    assert [row[:6] for row in rows] == [(one.ip, one.zone, "ACTIVE", "YES" if one is host else "NO", None, None) for one in cluster[:3]]
    assert all(isinstance(row[6], datetime.datetime) and row[7].startswith("4.3.5.3_103000092025080818-") for row in rows)
    assert host.execute("select locality, primary_zone from oceanbase.DBA_OB_TENANTS") == [("FULL{1}@zone1, FULL{1}@zone2, FULL{1}@zone3", "RANDOM")]
    assert host.execute("select zone, status, region, type from oceanbase.DBA_OB_ZONES order by zone") == [
        (f"zone{number}", "ACTIVE", "default_region", "ReadWrite") for number in (1, 2, 3)]
    version = host.execute("select column_value from oceanbase.__all_core_table where table_name = '__all_global_stat' and column_name ="
                           " 'baseline_schema_version'")
    assert int(version[0][0]) > 0
    assert {"oceanbase", "mysql", "information_schema", "test"} <= {row[0] for row in host.execute("show databases")}
    assert host.execute("select version(), @@version, ob_version()") == [("5.7.25-OceanBase_CE-v4.3.5.3", "5.7.25-OceanBase_CE-v4.3.5.3", "4.3.5.3")]
    assert "stand-in" in host.execute("select @@version_comment limit 1")[0][0]
    assert host.connect().get_server_info() == "5.7.25"


def test_add_delete_server(cluster: list[Host]) -> None:
    """A fourth server joins, becomes active, and can be taken out again."""
    first, _second, _third, fourth = cluster
    statement = f"ALTER SYSTEM ADD SERVER '{fourth.server}' ZONE 'zone1'"
    assert first.error(statement.replace("zone1", "zone9")) == (4530, "Zone info 'zone9' not exist")
    assert first.error(statement.replace("zone1", "zone2")) == (4631, "server zone not match")
    assert first.error("ALTER SYSTEM ADD SERVER '127.77.7.7:2882' ZONE 'zone1'")[0] == 4012
    first.execute(statement)
    status = f"select status, start_service_time is null from oceanbase.DBA_OB_SERVERS where svr_ip = '{fourth.ip}'"
    wait_for(lambda: first.execute(status) == [("ACTIVE", 0)], "the new server serves")
    assert fourth.execute("select count(*) from oceanbase.DBA_OB_SERVERS") == [(4,)]
    assert first.error(statement) == (4017, "Entry already exist")
    assert first.execute("select count(*) from oceanbase.DBA_OB_ROOTSERVICE_EVENT_HISTORY where event = 'add_server'") == [(1,)]
    assert first.error(f"alter system cancel delete server '{fourth.server}'") == (4629, "server is not in deleting status")
    first.execute(f"alter system delete server '{fourth.server}'", f"alter system cancel delete server '{fourth.server}'")
    assert first.execute(status)[0][0] == "ACTIVE"
    first.execute(f"alter system delete server '{fourth.server}'")
    wait_for(lambda: first.execute(status) == [], "the server is gone")
    assert first.error(statement) == (4179, "add non-empty server not allowed")
    assert first.error(f"alter system stop server '{fourth.server}'") == (4630, "server not in server white list")


def test_stop_start_server(cluster: list[Host]) -> None:
    """STOP keeps the status and sets a time; only servers of one zone at once."""
    first, second, third, _fourth = cluster
    state = f"select status, stop_time is null from oceanbase.DBA_OB_SERVERS where svr_ip = '{second.ip}'"
    for action in ("STOP", "FORCE STOP", "ISOLATE"):
        first.execute(f"ALTER SYSTEM {action} SERVER '{second.server}'", f"ALTER SYSTEM {action} SERVER '{second.server}' ZONE 'zone2'")
        assert first.execute(state) == [("ACTIVE", 0)]
        assert first.error(f"ALTER SYSTEM STOP SERVER '{third.server}'") == (4660, "cannot stop server or stop zone in multiple zones")
        first.execute(f"ALTER SYSTEM START SERVER '{second.server}'", f"ALTER SYSTEM START SERVER '{second.server}'")
        assert first.execute(state) == [("ACTIVE", 1)]
    assert first.error(f"ALTER SYSTEM STOP SERVER '{second.server}' ZONE 'zone1'") == (4631, "server zone not match")
    assert first.error(f"ALTER SYSTEM STOP SERVER '{second.server}', '{third.server}'")[0] == 4660
    assert first.execute("select count(*) > 0 from oceanbase.__all_rootservice_event_history where event = 'stop_server'") == [(1,)]


def test_zones(cluster: list[Host]) -> None:
    """Zones are added, changed, started, stopped and deleted."""
    host = cluster[0]
    host.execute("alter system add zone zone4 region r4, idc 'i4'")
    state = "select status, region, idc, type from oceanbase.DBA_OB_ZONES where zone = 'zone4'"
    assert host.execute(state) == [("INACTIVE", "r4", "i4", "ReadWrite")]
    assert host.error("alter system add zone zone4") == (4017, "Entry already exist")
    assert host.error(f"alter system add server '{cluster[3].server}' zone 'zone4'") == (4655, "zone not active")
    host.execute("alter system stop zone zone4", "alter system modify zone zone4 set idc = 'i5', zone_type = 'readonly'", "alter system start zone zone4")
    assert host.execute(state) == [("ACTIVE", "r4", "i5", "ReadOnly")]
    assert host.error("alter system start zone zone4") == (4633, "zone status not match")
    assert host.error("alter system delete zone zone4") == (4633, "zone status not match")
    host.execute("alter system stop zone zone4", "alter system delete zone zone4")
    assert host.execute(state) == []
    assert host.error("alter system modify zone zone4 set idc = 'x'") == (4530, "Zone info 'zone4' not exist")
    host.execute("alter system stop zone zone3")
    assert host.error("alter system stop zone zone2")[0] == 4660
    assert host.error("alter system delete zone zone3")[0] == 4668
    host.execute("alter system start zone zone3")


def test_primary_zone(cluster: list[Host]) -> None:
    """It is stored normalised."""
    host = cluster[2]
    for given, stored in (("'zone1'", "zone1;zone2,zone3"), ("zone2", "zone2;zone1,zone3"), ("'zone3,zone2;zone1'", "zone2,zone3;zone1"), ("RANDOM", "RANDOM")):
        host.execute(f"ALTER TENANT sys SET PRIMARY_ZONE = {given}")
        assert host.execute("select primary_zone from oceanbase.DBA_OB_TENANTS") == [(stored,)]
    assert host.error("ALTER TENANT sys PRIMARY_ZONE DEFAULT") == (4179, "set tenant primary_zone DEFAULT not allowed")
    assert host.error("ALTER TENANT other PRIMARY_ZONE zone1") == (5157, "Unknown tenant 'other'")


def test_parameters(cluster: list[Host]) -> None:
    """Unknown, read-only, out of range, static, hidden."""
    host = cluster[0]
    assert host.error("alter system set no_such_thing = 1") == (5099, "System config unknown")
    assert host.error("alter system set data_dir = '/x'") == (4147, "Invalid config")
    assert host.error("alter system set cpu_count = -1") == (4147, "Invalid config")
    assert host.error("alter system set memory_limit = '1G'") == (4147, "Invalid config")
    host.execute(f"alter system set syslog_level = 'INFO' server = '{cluster[1].server}'", "alter system set stack_size = '1M'")
    assert [(row[2], row[6]) for row in host.execute("show parameters like 'syslog_level'")] == [
        (one.ip, "INFO" if one is cluster[1] else "WDIAG") for one in cluster[:3]]
    assert {row[6] for row in host.execute("show parameters like 'stack_size'")} == {"512K"}
    host.execute("alter system set cpu_count = 7 zone = 'zone3'")
    assert [row[6] for row in host.execute("show parameters like 'cpu_count'")] == ["0", "0", "7"]
    assert host.execute("show parameters like '%min_full%'") == []
    assert host.execute("select distinct value from oceanbase.GV$OB_PARAMETERS where name = '__min_full_resource_pool_memory'") == [("2147483648",)]
    assert host.execute("show parameters like 'zone'")[0][5] is None
    assert host.execute(f"show parameters where name = 'local_ip' and svr_ip = '{cluster[1].ip}'")[0][6] == cluster[1].ip
    assert host.error("show parameters tenant = other")[0] == 5157


def test_compaction(cluster: list[Host]) -> None:
    """A major freeze raises the frozen version, which the last one follows."""
    host = cluster[1]
    state = "select frozen_scn, last_scn, status, is_error from oceanbase.CDB_OB_MAJOR_COMPACTION where tenant_id = 1"
    before = host.execute(state)[0]
    host.execute("ALTER SYSTEM MAJOR FREEZE TENANT = sys")
    wait_for(lambda: host.execute(state)[0][0] > before[0], "frozen")
    with host.connect() as connection, connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM MAJOR FREEZE")  # succeeds while the first is under way
    host.execute(f"alter system minor freeze server = ('{host.server}')", "alter system minor freeze")
    assert host.error("alter system major freeze tenant = other")[0] == 5157
    host.execute("alter system set enable_major_freeze = False")
    assert host.error("alter system major freeze") == (4217, "Major freeze not allowed now")
    host.execute("alter system set enable_major_freeze = True")


def test_calibration_and_housekeeping(cluster: list[Host]) -> None:
    """Jobs and refreshes are accepted."""
    host = cluster[0]
    host.execute("alter system reload server", "alter system refresh schema", f"alter system run job 'io_calibration' server = '{host.server}'")
    state = "select svr_ip, status from oceanbase.GV$OB_IO_CALIBRATION_STATUS order by svr_ip"
    wait_for(lambda: dict(host.execute(state))[host.ip] == "READY", "calibrated")
    assert dict(host.execute(state))[cluster[1].ip] == "NOT AVAILABLE"
    assert host.error("alter system run job 'other'")[0] == 1210


def test_configuration_service(cluster: list[Host]) -> None:
    """The root servers are registered with the service that obconfig_url names."""
    seen: list[tuple[str, dict[str, Any]]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            seen.append((self.path, body))

        def log_message(self, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/services?Action=ObRootServiceInfo&ObCluster=terran"
        cluster[0].execute(f"alter system set obconfig_url = '{url}'", "alter system reload server")
        wait_for(lambda: seen, "registered")
        server.shutdown()
    path, body = seen[0]
    assert path.endswith("&ObCluster=terran&version=2&ObClusterId=1")
    assert (body["ObCluster"], body["ObClusterId"], body["Type"]) == ("terran", 1, "PRIMARY")
    assert body["RsList"] == [{"address": one.server, "role": "LEADER" if one is cluster[0] else "FOLLOWER", "sql_port": 2881} for one in cluster[:3]]
    cluster[0].execute("alter system set obconfig_url = ''")


def test_passwords_and_privileges(cluster: list[Host]) -> None:
    """A change counts on every member at once; a user may do what was granted and no more."""
    first, second, third, _fourth = cluster
    text = "it's \\ \"näh\" #1"
    secret = text.encode()  # PyMySQL would encode a str as latin-1
    literal = text.replace("\\", "\\\\").replace("'", "''")
    first.execute(f"alter user root identified by '{literal}'")
    try:
        for host in cluster[:3]:
            assert host.error("select 1") == (1045, "Access denied for user 'root'@'xxx.xxx.xxx.xxx' (using password: NO)")
            for user in ("root", "root@sys", "root@sys#terran", "terran:sys:root"):
                assert host.execute("select 1", user=user, password=secret) == [(1,)]
        assert second.error("select 1", user="root@sys#other", password=secret)[0] == 4666
        assert second.error("select 1", user="root@other", password=secret) == (
            1045, "Access denied for user 'root'@'xxx.xxx.xxx.xxx' (using password: YES)")
        second.execute("create user proxyro identified by 'p1'", "grant select on *.* to proxyro", "create table test.t1 (a int primary key)", password=secret)
        as_proxyro = {"user": "proxyro@sys", "password": "p1"}
        assert third.execute("select count(*) from oceanbase.DBA_OB_SERVERS", **as_proxyro)[0][0] >= 3
        assert third.error("insert into test.t1 values (1)", **as_proxyro)[0] == 1142
        assert third.error("alter system major freeze", **as_proxyro)[0] == 1227
        assert third.error("alter tenant sys primary_zone = zone1", **as_proxyro)[0] == 1227
        assert third.error(third.bootstrap_statement([third]), **as_proxyro)[0] in (1227, 4015)
        first.execute("alter user proxyro identified by 'p2'", password=secret)
        assert third.error("select 1", **as_proxyro)[0] == 1045
        assert third.execute("select 1", user="proxyro", password="p2") == [(1,)]
    finally:
        first.execute("alter user root identified by ''", password=secret)
