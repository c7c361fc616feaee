# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inner tables hold right after a bootstrap."""

from typing import Any, Dict, Iterator, List

from .cluster_state import MERGE_OF_CLUSTER, ClusterState, Server, Zone
from .engine_client import quote
from .primary_zone import normalise
from .rpc import parse_address

SYS_MEMORY, SYS_LOG_DISK = 2 << 30, 2 << 30
GLOBAL_ITEMS = ("privilege_version", "config_version", "lease_info_version", "time_zone_info_version", "storage_format_version")


def first_primary_zone(items: List[Dict[str, Any]]) -> str:
    """Give the sys tenant's primary zone before 4.0: the first zone of the region with most zones, normalised."""
    regions = {str(item["zone"]): str(item["region"]) for item in items}
    counts = [list(regions.values()).count(region) for region in regions.values()]
    first = list(regions)[counts.index(max(counts))]
    return normalise(first, regions, list(regions))


def old_rows(cluster: Dict[str, Any], items: List[Dict[str, Any]]) -> Iterator[str]:
    """Write the statements of a release before 4.0."""
    zones = [str(item["zone"]) for item in items]
    locality = ", ".join("FULL{1}@%s" % zone for zone in zones)
    yield ("insert into oceanbase.__all_tenant (tenant_id, tenant_name, replica_num, zone_list, primary_zone, collation_type, info, locality,"
           " previous_locality, status) values (1, 'sys', -1, %s, %s, 45, 'system tenant', %s, '', 'TENANT_STATUS_NORMAL')" % (
               quote(";".join(zones)), quote(first_primary_zone(items)), quote(locality)))
    yield ("insert into oceanbase.__all_unit_config (unit_config_id, name, max_cpu, min_cpu, max_memory, min_memory, max_iops, min_iops, max_disk_size,"
           " max_session_num) values (1, 'sys_unit_config', 5, 2.5, %d, %d, 10000, 5000, 549755813888, 9223372036854775807)" % (SYS_MEMORY, SYS_MEMORY))
    yield ("insert into oceanbase.__standin_cluster (cluster_id, cluster_name, cluster_role) values (%d, %s, %s)" % (
        int(cluster["cluster_id"]), quote(cluster["cluster"]), quote("PHYSICAL STANDBY" if cluster.get("primary") else "PRIMARY")))


def new_rows(items: List[Dict[str, Any]]) -> Iterator[str]:
    """Write the statements of a release from 4.0 on."""
    zones = [str(item["zone"]) for item in items]
    locality = ", ".join("FULL{1}@%s" % zone for zone in zones)
    yield ("insert into oceanbase.__all_tenant (tenant_id, tenant_name, zone_list, primary_zone, collation_type, info, locality, previous_locality, status,"
           " arbitration_service_status) values (1, 'sys', %s, 'RANDOM', 45, 'system tenant', %s, '', 'NORMAL', 'DISABLED')" % (
               quote(";".join(zones)), quote(locality)))
    yield ("insert into oceanbase.__all_unit_config (unit_config_id, name, max_cpu, min_cpu, memory_size, log_disk_size, max_iops, min_iops, iops_weight)"
           " values (1, 'sys_unit_config', 1, 1, %d, %d, 10000, 10000, 1)" % (SYS_MEMORY, SYS_LOG_DISK))


def rows(cluster: Dict[str, Any], items: List[Dict[str, Any]], old: bool) -> Iterator[str]:
    """Write the statements for the sys tenant, its pool and units, and the cluster-wide rows of __all_zone."""
    yield from old_rows(cluster, items) if old else new_rows(items)
    zones = [str(item["zone"]) for item in items]
    yield "insert into oceanbase.__all_zone (zone, name, value, info) values ('', 'cluster', 0, %s)%s" % (
        quote(cluster["cluster"]), "".join(", ('', '%s', 0, '')" % name for name in GLOBAL_ITEMS))
    yield ("insert into oceanbase.__all_resource_pool (resource_pool_id, name, unit_count, unit_config_id, zone_list, tenant_id, replica_type,"
           " is_tenant_sys_pool) values (1, 'sys_pool', 1, 1, %s, 1, 0, 0)" % quote(";".join(zones)))
    for item in items:
        ip, port = parse_address(str(item["server"]))
        yield ("insert into oceanbase.__all_unit (unit_id, resource_pool_id, %s, zone, svr_ip, svr_port, status) values"
               " (%d, 1, 1, %s, %s, %d, 'ACTIVE')" % ("group_id" if old else "unit_group_id", item["server_id"], quote(item["zone"]), quote(ip), port))
    for name in ("LBACSYS", "ORAAUDITOR", "SYS"):
        yield "create database if not exists %s" % name


async def seed(state: ClusterState, cluster: Dict[str, Any]) -> None:
    """Fill the tables."""
    items: List[Dict[str, Any]] = cluster["bootstrap"]
    for statement in rows(cluster, items, state.generation.old):
        await state.engine.query(statement)
    for index, item in enumerate(items):
        zone = Zone(str(item["zone"]), str(item["region"]), True)
        await state.save_zone(zone)
        server = Server(parse_address(str(item["server"])), int(item["server_id"]), zone.name, 0, "")
        server.with_rootserver = int(not index)
        await state.insert_server(server)
    if state.generation.old:
        await state.set_merge("", MERGE_OF_CLUSTER)
    await state.event("bootstrap", "bootstrap_succeed")
