# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogs of the 4.x releases as views over the inner tables: columns in order, zero times as NULL."""

from typing import Dict, Iterator, List, NamedTuple, Tuple

from .generations import Generation

Columns = List[Tuple[str, str]]


class View(NamedTuple):
    """Columns with their expressions, and the rest of the query; later ones exist only in releases that name them as extra."""

    columns: Columns
    source: str
    later: Tuple[str, ...] = ()


def time_of(column: str) -> str:
    """Show a time in microseconds; zero is NULL."""
    return "(case %s when 0 then null else usec_to_time(%s) end)" % (column, column)


def upper(prefix: str, names: str) -> Columns:
    """Make columns that are named like their source."""
    return [(name, "%s.%s" % (prefix, name.lower())) for name in names.split()]


def zone_item(name: str, alias: str = "info") -> str:
    """Pick one item of a zone out of the key/value table."""
    return "max(case z.name when '%s' then z.%s end)" % (name, alias)


MERGE = "FROZEN_SCN FROZEN_TIME GLOBAL_BROADCAST_SCN LAST_SCN LAST_FINISH_TIME START_TIME STATUS IS_ERROR IS_SUSPENDED INFO"
UNIT_SIZE = upper("c", "MAX_CPU MIN_CPU MEMORY_SIZE LOG_DISK_SIZE MAX_IOPS MIN_IOPS IOPS_WEIGHT")
ZONE_MERGE: Columns = [("ZONE", "z.zone"), ("BROADCAST_SCN", "m.global_broadcast_scn"), ("LAST_SCN", "m.last_scn"),
                       ("LAST_FINISH_TIME", "m.last_finish_time"), ("START_TIME", "m.start_time"),
                       ("STATUS", "(case m.status when 'IDLE' then 'IDLE' else 'COMPACTING' end)")]
ZONE_MERGE_FROM = "oceanbase.__all_zone z, oceanbase.DBA_OB_MAJOR_COMPACTION m where z.name = 'status' and z.zone <> ''"
UNIT_JOIN = ("oceanbase.__all_unit u join oceanbase.__all_resource_pool p on u.resource_pool_id = p.resource_pool_id"
             " join oceanbase.__all_unit_config c on p.unit_config_id = c.unit_config_id")
TENANT_ID = "(case p.tenant_id when -1 then null else p.tenant_id end)"

VIEWS: Dict[str, View] = {
    "DBA_OB_SERVERS": View([
        ("SVR_IP", "s.svr_ip"), ("SVR_PORT", "s.svr_port"), ("ID", "s.id"), ("ZONE", "s.zone"), ("SQL_PORT", "s.inner_port"),
        ("WITH_ROOTSERVER", "(case s.with_rootserver when 1 then 'YES' else 'NO' end)"), ("STATUS", "s.status"),
        ("START_SERVICE_TIME", time_of("s.start_service_time")), ("STOP_TIME", time_of("s.stop_time")),
        ("BLOCK_MIGRATE_IN_TIME", time_of("s.block_migrate_in_time")), ("CREATE_TIME", "s.gmt_create"), ("MODIFY_TIME", "s.gmt_modified"),
        ("BUILD_VERSION", "s.build_version"), ("LAST_OFFLINE_TIME", time_of("s.last_offline_time"))], "oceanbase.__all_server s"),
    "DBA_OB_ZONES": View([
        ("ZONE", "z.zone"), ("CREATE_TIME", "min(z.gmt_create)"), ("MODIFY_TIME", "max(z.gmt_modified)"), ("STATUS", zone_item("status")),
        ("IDC", zone_item("idc")), ("REGION", zone_item("region")), ("TYPE", zone_item("zone_type"))],
        "oceanbase.__all_zone z where z.zone <> '' group by z.zone"),
    "DBA_OB_TENANTS": View([
        ("TENANT_ID", "t.tenant_id"), ("TENANT_NAME", "t.tenant_name"), ("TENANT_TYPE", "(case t.tenant_id when 1 then 'SYS' else 'USER' end)"),
        ("CREATE_TIME", "t.gmt_create"),
        ("MODIFY_TIME", "t.gmt_modified"), ("PRIMARY_ZONE", "t.primary_zone"), ("LOCALITY", "t.locality"),
        ("PREVIOUS_LOCALITY", "nullif(t.previous_locality, '')"), ("COMPATIBILITY_MODE", "(case t.compatibility_mode when 0 then 'MYSQL' else 'ORACLE' end)"),
        ("STATUS", "t.status"), ("IN_RECYCLEBIN", "(case t.in_recyclebin when 0 then 'NO' else 'YES' end)"),
        ("LOCKED", "(case t.locked when 0 then 'NO' else 'YES' end)"), ("TENANT_ROLE", "ifnull(r.tenant_role, 'PRIMARY')"), ("SWITCHOVER_STATUS", "'NORMAL'"),
        ("SWITCHOVER_EPOCH", "0"), ("SYNC_SCN", "null"), ("REPLAYABLE_SCN", "null"), ("READABLE_SCN", "null"), ("RECOVERY_UNTIL_SCN", "null"),
        ("LOG_MODE", "'NOARCHIVELOG'"), ("ARBITRATION_SERVICE_STATUS", "t.arbitration_service_status"), ("UNIT_NUM", "1"),
        ("COMPATIBLE", "'@VERSION@'"), ("MAX_LS_ID", "1")],
        "oceanbase.__all_tenant t left join oceanbase.__standin_tenant r on r.tenant_id = t.tenant_id"),
    "DBA_OB_ACCESS_POINT": View([
        ("TENANT_ID", "t.tenant_id"), ("TENANT_NAME", "t.tenant_name"), ("SVR_IP", "s.svr_ip"), ("SQL_PORT", "s.inner_port")],
        "oceanbase.__all_tenant t join oceanbase.__all_server s"),
    "GV$OB_LOG_STAT": View([
        ("TENANT_ID", "1"), ("LS_ID", "1"), ("SVR_IP", "s.svr_ip"), ("SVR_PORT", "s.svr_port"),
        ("ROLE", "(case s.with_rootserver when 1 then 'LEADER' else 'FOLLOWER' end)"), ("BEGIN_LSN", "0")], "oceanbase.__all_server s"),
    "DBA_OB_LS": View([("LS_ID", "1"), ("STATUS", "'NORMAL'")], "oceanbase.__all_tenant t where t.tenant_id = 1"),
    "DBA_OB_UNITS": View([
        ("UNIT_ID", "u.unit_id"), ("TENANT_ID", TENANT_ID), ("STATUS", "u.status"), ("RESOURCE_POOL_ID", "u.resource_pool_id"),
        ("UNIT_GROUP_ID", "u.unit_group_id"), ("CREATE_TIME", "u.gmt_create"), ("MODIFY_TIME", "u.gmt_modified"), ("ZONE", "u.zone"),
        ("SVR_IP", "u.svr_ip"), ("SVR_PORT", "u.svr_port"), ("MIGRATE_FROM_SVR_IP", "nullif(u.migrate_from_svr_ip, '')"),
        ("MIGRATE_FROM_SVR_PORT", "nullif(u.migrate_from_svr_port, 0)"), ("MANUAL_MIGRATE", "(case u.manual_migrate when 0 then 'NO' else 'YES' end)"),
        ("UNIT_CONFIG_ID", "c.unit_config_id")] + UNIT_SIZE, UNIT_JOIN),
    "GV$OB_UNITS": View(
        upper("u", "SVR_IP SVR_PORT UNIT_ID") + [("TENANT_ID", "p.tenant_id"), ("ZONE", "u.zone"), ("ZONE_TYPE", "'ReadWrite'"), ("REGION", "r.info")]
        + upper("c", "MAX_CPU MIN_CPU MEMORY_SIZE MAX_IOPS MIN_IOPS IOPS_WEIGHT LOG_DISK_SIZE")
        + [("LOG_DISK_IN_USE", "67108864"), ("DATA_DISK_IN_USE", "67108864"), ("STATUS", "'NORMAL'"), ("CREATE_TIME", "u.gmt_create")],
        UNIT_JOIN + " join oceanbase.__all_zone r on r.zone = u.zone and r.name = 'region'"),
    "GV$OB_SERVERS": View(
        upper("s", "SVR_IP SVR_PORT ZONE SQL_PORT CPU_CAPACITY") + [
            ("CPU_CAPACITY_MAX", "s.cpu_capacity"), ("CPU_ASSIGNED", "ifnull(c.min_cpu, 0)"), ("CPU_ASSIGNED_MAX", "ifnull(c.max_cpu, 0)"),
            ("MEM_CAPACITY", "s.mem_capacity"), ("MEM_ASSIGNED", "ifnull(c.memory_size, 0)"), ("LOG_DISK_CAPACITY", "s.log_disk_capacity"),
            ("LOG_DISK_ASSIGNED", "ifnull(c.log_disk_size, 0)"), ("LOG_DISK_IN_USE", "67108864"), ("DATA_DISK_CAPACITY", "s.data_disk_capacity"),
            ("DATA_DISK_IN_USE", "67108864"), ("DATA_DISK_HEALTH_STATUS", "'NORMAL'"), ("MEMORY_LIMIT", "s.memory_limit"),
            ("DATA_DISK_ALLOCATED", "67108864"), ("DATA_DISK_ABNORMAL_TIME", "null"), ("SSL_CERT_EXPIRED_TIME", "null")],
        "oceanbase.__all_virtual_server s left join oceanbase.__all_unit u on s.svr_ip = u.svr_ip and s.svr_port = u.svr_port"
        " left join oceanbase.__all_resource_pool p on u.resource_pool_id = p.resource_pool_id"
        " left join oceanbase.__all_unit_config c on p.unit_config_id = c.unit_config_id"),
    "DBA_OB_RESOURCE_POOLS": View([
        ("RESOURCE_POOL_ID", "p.resource_pool_id"), ("NAME", "p.name"), ("TENANT_ID", TENANT_ID), ("CREATE_TIME", "p.gmt_create"),
        ("MODIFY_TIME", "p.gmt_modified"), ("UNIT_COUNT", "p.unit_count"), ("UNIT_CONFIG_ID", "p.unit_config_id"), ("ZONE_LIST", "p.zone_list"),
        ("REPLICA_TYPE", "'FULL'")], "oceanbase.__all_resource_pool p"),
    "DBA_OB_UNIT_CONFIGS": View([("UNIT_CONFIG_ID", "c.unit_config_id"), ("NAME", "c.name"), ("CREATE_TIME", "c.gmt_create"),
                                 ("MODIFY_TIME", "c.gmt_modified")] + UNIT_SIZE, "oceanbase.__all_unit_config c"),
    "GV$OB_PARAMETERS": View(
        upper("q", "SVR_IP SVR_PORT ZONE SCOPE TENANT_ID NAME DATA_TYPE VALUE INFO SECTION EDIT_LEVEL DEFAULT_VALUE")
        + [("ISDEFAULT", "(case q.isdefault when 1 then 'YES' else 'NO' end)")],
        "oceanbase.__all_virtual_tenant_parameter_stat q", ("DEFAULT_VALUE", "ISDEFAULT")),
    "DBA_OB_ROOTSERVICE_EVENT_HISTORY": View(
        [("TIMESTAMP", "h.gmt_create"), ("MODULE", "h.module"), ("EVENT", "h.event")]
        + upper("h", " ".join("NAME%d VALUE%d" % (index, index) for index in range(1, 7)) + " EXTRA_INFO RS_SVR_IP RS_SVR_PORT"),
        "oceanbase.__all_rootservice_event_history h"),
    "CDB_OB_MAJOR_COMPACTION": View([("TENANT_ID", "1")] + upper("m", MERGE), "oceanbase.DBA_OB_MAJOR_COMPACTION m"),
    "DBA_OB_ZONE_MAJOR_COMPACTION": View(ZONE_MERGE, ZONE_MERGE_FROM),
    "CDB_OB_ZONE_MAJOR_COMPACTION": View([("TENANT_ID", "1")] + ZONE_MERGE, ZONE_MERGE_FROM),
    "GV$OB_IO_CALIBRATION_STATUS": View(
        upper("i", "SVR_IP SVR_PORT STORAGE_NAME STATUS START_TIME FINISH_TIME"), "oceanbase.__standin_io_calibration i"),
    "GV$OB_IO_BENCHMARK": View(
        upper("i", "SVR_IP SVR_PORT STORAGE_NAME MODE SIZE IOPS MBPS LATENCY"), "oceanbase.__standin_io_benchmark i"),
}


def columns_of(name: str, generation: Generation) -> List[str]:
    """List the columns a catalog has in a release."""
    view = VIEWS[name]
    return [column for column, _expression in view.columns
            if "%s.%s" % (name, column) not in generation.missing_columns
            and (column not in view.later or "%s.%s" % (name, column) in generation.extra_columns)]


def create_views(generation: Generation, version: str) -> Iterator[str]:
    """Write the statements that make the catalogs of a release from 4.0 on."""
    for name, view in VIEWS.items():
        present = columns_of(name, generation)
        columns = ", ".join("%s as `%s`" % (expression, column) for column, expression in view.columns if column in present)
        yield ("create view oceanbase.`%s` as select %s from %s" % (name, columns, view.source)).replace("@VERSION@", version)
