# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the inner tables hold right after a bootstrap."""

from typing import Any, Dict, Iterator, List

from .cluster_state import ClusterState, Server, Zone
from .engine_client import quote
from .rpc import parse_address

SYS_MEMORY, SYS_LOG_DISK = 2 << 30, 2 << 30
GLOBAL_ITEMS = ("privilege_version", "config_version", "lease_info_version", "time_zone_info_version", "storage_format_version")


def rows(cluster: str, items: List[Dict[str, Any]]) -> Iterator[str]:
    """Write the statements for the sys tenant, its pool and units, and the cluster-wide rows of __all_zone."""
    zones = [str(item["zone"]) for item in items]
    locality = ", ".join("FULL{1}@%s" % zone for zone in zones)
    yield "insert into oceanbase.__all_zone (zone, name, value, info) values ('', 'cluster', 0, %s)%s" % (
        quote(cluster), "".join(", ('', '%s', 0, '')" % name for name in GLOBAL_ITEMS))
    yield ("insert into oceanbase.__all_tenant (tenant_id, tenant_name, zone_list, primary_zone, collation_type, info, locality, previous_locality, status,"
           " arbitration_service_status) values (1, 'sys', %s, 'RANDOM', 45, 'system tenant', %s, '', 'NORMAL', 'DISABLED')" % (
               quote(";".join(zones)), quote(locality)))
    yield ("insert into oceanbase.__all_unit_config (unit_config_id, name, max_cpu, min_cpu, memory_size, log_disk_size, max_iops, min_iops, iops_weight)"
           " values (1, 'sys_unit_config', 1, 1, %d, %d, 10000, 10000, 1)" % (SYS_MEMORY, SYS_LOG_DISK))
    yield ("insert into oceanbase.__all_resource_pool (resource_pool_id, name, unit_count, unit_config_id, zone_list, tenant_id, replica_type,"
           " is_tenant_sys_pool) values (1, 'sys_pool', 1, 1, %s, 1, 0, 0)" % quote(";".join(zones)))
    for item in items:
        ip, port = parse_address(str(item["server"]))
        yield ("insert into oceanbase.__all_unit (unit_id, resource_pool_id, unit_group_id, zone, svr_ip, svr_port, status) values"
               " (%d, 1, 1, %s, %s, %d, 'ACTIVE')" % (item["server_id"], quote(item["zone"]), quote(ip), port))
    for name in ("LBACSYS", "ORAAUDITOR", "SYS"):
        yield "create database if not exists %s" % name


async def seed(state: ClusterState, cluster: str, items: List[Dict[str, Any]]) -> None:
    """Fill the tables."""
    for statement in rows(cluster, items):
        await state.engine.query(statement)
    for index, item in enumerate(items):
        zone = Zone(str(item["zone"]), str(item["region"]), True)
        await state.save_zone(zone)
        server = Server(parse_address(str(item["server"])), int(item["server_id"]), zone.name, 0, "")
        server.with_rootserver = int(not index)
        await state.insert_server(server)
    await state.event("bootstrap", "bootstrap_succeed")
