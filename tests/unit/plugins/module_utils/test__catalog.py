# SPDX-License-Identifier: GPL-3.0-or-later
"""The same rows come out of the catalogs of both generations."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sql_fakes import FakeSession, World

from ansible_collections.oceanbase.cluster.plugins.module_utils import _catalog
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError

# The row of 3.1 is that of oceanbase-doc V3.1.4, 100.create-a-cluster.md.
SERVERS_3 = [{
    "svr_ip": "172.16.0.1", "svr_port": 2882, "id": 1, "zone": "zone1", "sql_port": 2881, "with_rootserver": 1, "status": "active", "stop_time": 0,
    "start_service_time": 1653118130962016, "build_version": "3.1.3_10100032022041510-a09d3134c10665f03fd56d7f8bdd413b2b771977(Apr 15 2022 02:16:22)"}]
SERVERS_4 = [{
    "svr_ip": "172.16.0.1", "svr_port": 2882, "id": 1, "zone": "zone1", "sql_port": 2881, "with_rootserver": "YES", "status": "ACTIVE", "stop_time": None,
    "start_service_time": datetime.datetime(2022, 5, 21, 7, 28, 50, 962016), "build_version": SERVERS_3[0]["build_version"]}]


def session(**replies: list[dict[str, Any]] | SqlError) -> FakeSession:
    world = World()
    for part, rows in replies.items():
        world.reply(part, rows)
    return FakeSession(world, "192.0.2.1:2881")


def test_servers_of_both_generations_are_equal() -> None:
    old = _catalog.read_servers(session(__all_server=SERVERS_3), "3")
    new = _catalog.read_servers(session(DBA_OB_SERVERS=SERVERS_4), "4")
    assert old == new
    assert old[0] == _catalog.Server(
        "172.16.0.1:2882", "zone1", 2881, 1, True, "ACTIVE", "2022-05-21 07:28:50", "", str(SERVERS_3[0]["build_version"]))
    assert old[0].serving


@pytest.mark.parametrize(("change", "words"), [
    ({"status": "INACTIVE"}, "INACTIVE"), ({"start_service_time": None}, "does not serve yet"),
    ({"stop_time": datetime.datetime(2026, 1, 1, 0, 0, 1)}, "stopped since 2026-01-01 00:00:01"),
])
def test_not_serving(change: dict[str, Any], words: str) -> None:
    server = _catalog.read_servers(session(DBA_OB_SERVERS=[{**SERVERS_4[0], **change}]), "4")[0]
    assert not server.serving
    assert words in server.described


@pytest.mark.parametrize("change", [{"status": "inactive"}, {"start_service_time": 0}, {"stop_time": 1653118130962017}])
def test_not_serving_3(change: dict[str, Any]) -> None:
    assert not _catalog.read_servers(session(__all_server=[{**SERVERS_3[0], **change}]), "3")[0].serving


def test_ipv6_server() -> None:
    assert _catalog.read_servers(session(DBA_OB_SERVERS=[{**SERVERS_4[0], "svr_ip": "2001:db8::1"}]), "4")[0].server == "[2001:db8::1]:2882"


def test_zones_of_both_generations_are_equal() -> None:
    old = [
        {"zone": "z1", "name": "status", "info": "ACTIVE"}, {"zone": "z1", "name": "region", "info": "east"}, {"zone": "z1", "name": "idc", "info": "hz1"},
        {"zone": "z2", "name": "status", "info": "INACTIVE"}, {"zone": "z2", "name": "region", "info": "west"}, {"zone": "z2", "name": "idc", "info": ""}]
    new = [{"zone": "z2", "status": "INACTIVE", "region": "west", "idc": None}, {"zone": "z1", "status": "ACTIVE", "region": "east", "idc": "hz1"}]
    expected = (_catalog.Zone("z1", "ACTIVE", "east", "hz1"), _catalog.Zone("z2", "INACTIVE", "west", ""))
    assert _catalog.read_zones(session(__all_zone=old), "3") == expected
    assert _catalog.read_zones(session(DBA_OB_ZONES=new), "4") == expected


def test_tenants() -> None:
    old = [{"tenant_id": 1, "tenant_name": "sys", "primary_zone": "z1;z2", "locality": "FULL{1}@z1, FULL{1}@z2", "compatibility_mode": 0}]
    new = [{**old[0], "tenant_type": "SYS", "compatibility_mode": "MYSQL", "status": "NORMAL"}]
    assert _catalog.read_tenants(session(__all_tenant=old), "3") == _catalog.read_tenants(session(DBA_OB_TENANTS=new), "4")
    assert _catalog.read_tenants(session(DBA_OB_TENANTS=new), "4")[0].zones == ("z1", "z2")


def test_units_and_pools() -> None:
    unit = {"unit_id": 1, "resource_pool_id": 1, "tenant_id": 1, "zone": "z1", "svr_ip": "192.0.2.1", "svr_port": 2882, "status": "ACTIVE",
            "min_cpu": 2.5, "max_cpu": 5, "memory_size": 1 << 30}
    assert _catalog.read_units(session(__all_unit=[unit]), "3") == _catalog.read_units(session(DBA_OB_UNITS=[{**unit, "log_disk_size": None}]), "4")
    pool = {"resource_pool_id": 1, "name": "sys_pool", "tenant_id": -1, "unit_count": 1, "unit_config_id": 1, "zone_list": "z1;z2"}
    expected = (_catalog.Pool(1, "sys_pool", None, 1, 1, ("z1", "z2")),)
    assert _catalog.read_pools(session(__all_resource_pool=[pool]), "3") == expected
    assert _catalog.read_pools(session(DBA_OB_RESOURCE_POOLS=[{**pool, "tenant_id": None}]), "4") == expected


def test_parameters() -> None:
    row = {"svr_ip": "192.0.2.1", "svr_port": 2882, "zone": "z1", "name": "_x", "value": 1, "scope": "CLUSTER", "edit_level": "DYNAMIC_EFFECTIVE"}
    reader = session(__all_virtual_sys_parameter_stat=[row])
    expected = (_catalog.Parameter("_x", "1", "192.0.2.1:2882", "z1", "CLUSTER", None, "DYNAMIC_EFFECTIVE"),)
    assert _catalog.read_parameters(reader, "3", ["_x", "y"]) == expected
    assert reader.world.queries[0].endswith("WHERE name IN (_x, y)")
    assert _catalog.read_parameters(session(**{"GV$OB_PARAMETERS": [{**row, "tenant_id": None}]}), "4", ["_x"]) == expected
    assert _catalog.read_parameters(reader, "3", []) == ()


@pytest.mark.parametrize(("told", "catalog"), [
    ("3.1.5", "3"), ("2.2.77", "3"), ("5.7.25-OceanBase_CE-v4.2.1.6", "4"), ("5.7.25-OceanBase-v4.3.5.3", "4"), ("5.7.25-OceanBase-v3.2.4.1", "3"),
])
def test_catalog_by_version(told: str, catalog: str) -> None:
    assert _catalog.catalog_for(session(VERSION=[{"version": told}])) == catalog


def test_catalog_by_looking() -> None:
    unknown = [{"version": "5.7.25"}]
    assert _catalog.catalog_for(session(VERSION=unknown, DBA_OB_SERVERS=[{"servers": 1}])) == "4"
    assert _catalog.catalog_for(session(VERSION=unknown, DBA_OB_SERVERS=SqlError(1146, "no such table"))) == "3"


@pytest.mark.parametrize(("version", "catalog"), [((2, 2, 77), "3"), ((3, 1, 5), "3"), ((4, 0, 0, 0), "4"), ((4, 3, 5, 3), "4")])
def test_catalog_of_a_given_version_asks_nobody(version: tuple[int, ...], catalog: str) -> None:
    asked = session()
    assert _catalog.catalog_for(asked, version) == catalog
    assert asked.world.queries == []


@pytest.mark.parametrize(("rows", "yes"), [
    ([{"column_value": "1653118130962016"}], True), ([{"column_value": "-1"}], False), ([{"column_value": None}], False), ([], False),
    (SqlError(1146, "no such table"), False), (SqlError(4012, "Timeout"), False),
])
def test_is_bootstrapped(rows: list[dict[str, Any]] | SqlError, yes: bool) -> None:
    assert _catalog.is_bootstrapped(session(baseline_schema_version=rows)) is yes


def test_is_bootstrapped_does_not_take_a_broken_connection_for_an_answer() -> None:
    with pytest.raises(SqlError):
        _catalog.is_bootstrapped(session(baseline_schema_version=SqlError(2013, "lost")))


def test_identity() -> None:
    rows = [{"name": "cluster", "value": "terran"}, {"name": "cluster_id", "value": "7"}, {"name": "cluster", "value": "terran"}]
    assert _catalog.read_identity(session(**{"SHOW PARAMETERS": rows})) == ("terran", 7)


SYS = _catalog.Tenant(1, "sys", "SYS", "", "", "MYSQL", "NORMAL")


@pytest.mark.parametrize(("frozen", "last", "status", "error", "expected"), [
    (1, 1, "IDLE", "NO", _catalog.Compaction(1, 1, "IDLE", False)), (9, 1, "COMPACTING", "NO", _catalog.Compaction(9, 1, "COMPACTING", False)),
    (9, 9, "IDLE", "YES", _catalog.Compaction(9, 9, "IDLE", True)),
])
def test_compaction_4(frozen: int, last: int, status: str, error: str, expected: _catalog.Compaction) -> None:
    rows = [{"frozen_scn": frozen, "last_scn": last, "status": status, "is_error": error}]
    compaction = _catalog.read_compaction(session(CDB_OB_MAJOR_COMPACTION=rows), "4", SYS)
    assert compaction == expected
    assert compaction.never is (frozen == 1)


def test_compaction_3() -> None:
    def row(zone: str, name: str, value: int, info: str = "") -> dict[str, Any]:
        return {"zone": zone, "name": name, "value": value, "info": info}

    rows = [
        row("", "frozen_version", 5), row("", "is_merge_error", 0), row("z1", "status", 2, "ACTIVE"), row("z1", "last_merged_version", 5),
        row("z1", "merge_status", 0, "IDLE"), row("z2", "status", 2, "ACTIVE"), row("z2", "last_merged_version", 4), row("z2", "merge_status", 1, "MERGING"),
        row("z3", "status", 1, "INACTIVE"), row("z3", "last_merged_version", 1)]
    assert _catalog.read_compaction(session(__all_zone=rows), "3", SYS) == _catalog.Compaction(5, 4, "MERGING", False)
    assert _catalog.read_compaction(session(__all_zone=[]), "3", SYS).never
