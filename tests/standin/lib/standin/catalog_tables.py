# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inner tables: the state of the cluster, kept in the engine's own database oceanbase."""

from typing import Dict, Iterator, NamedTuple, Tuple

from .generations import Generation

IP, ZONE, INT, INFO = "varchar(46) not null", "varchar(128) not null", "bigint not null default 0", "varchar(4096)"
TEXT = "varchar(256) not null default ''"


class Table(NamedTuple):
    """Columns after gmt_create and gmt_modified; the first ones, keys in number, are the primary key."""

    keys: int
    columns: Tuple[Tuple[str, str], ...]


def event_columns() -> Tuple[Tuple[str, str], ...]:
    """Make name1, value1 ... name6, value6."""
    found = [("module", "varchar(64) not null"), ("event", "varchar(64) not null")]
    for index in range(1, 7):
        found += [("name%d" % index, "varchar(256) default ''"), ("value%d" % index, "varchar(256) default ''")]
    return tuple(found + [("extra_info", "varchar(512) default ''"), ("rs_svr_ip", "varchar(46) default ''"), ("rs_svr_port", "bigint default 0")])


TABLES: Dict[str, Table] = {
    "__all_server": Table(2, (
        ("svr_ip", IP), ("svr_port", INT), ("id", INT), ("zone", ZONE), ("inner_port", INT), ("with_rootserver", INT), ("status", "varchar(64) not null"),
        ("block_migrate_in_time", INT), ("build_version", TEXT), ("stop_time", INT), ("start_service_time", INT), ("first_sessid", INT),
        ("with_partition", INT), ("last_offline_time", INT))),
    "__all_zone": Table(2, (("zone", ZONE), ("name", ZONE), ("value", INT), ("info", INFO))),
    "__all_tenant": Table(1, (
        ("tenant_id", INT), ("tenant_name", TEXT), ("zone_list", "varchar(8192)"), ("primary_zone", "varchar(8192)"), ("locked", INT),
        ("collation_type", INT), ("info", INFO), ("locality", "varchar(4096)"), ("previous_locality", "varchar(4096)"), ("default_tablegroup_id", "bigint"),
        ("compatibility_mode", INT), ("drop_tenant_time", INT), ("status", TEXT), ("in_recyclebin", INT), ("arbitration_service_status", TEXT))),
    "__all_unit": Table(1, (
        ("unit_id", INT), ("resource_pool_id", INT), ("unit_group_id", INT), ("zone", ZONE), ("svr_ip", IP), ("svr_port", INT),
        ("migrate_from_svr_ip", "varchar(46) default ''"), ("migrate_from_svr_port", INT), ("manual_migrate", INT), ("status", TEXT))),
    "__all_unit_config": Table(1, (
        ("unit_config_id", INT), ("name", TEXT), ("max_cpu", "double"), ("min_cpu", "double"), ("memory_size", INT), ("log_disk_size", INT),
        ("max_iops", INT), ("min_iops", INT), ("iops_weight", INT))),
    "__all_resource_pool": Table(1, (
        ("resource_pool_id", INT), ("name", TEXT), ("unit_count", INT), ("unit_config_id", INT), ("zone_list", "varchar(8192)"), ("tenant_id", INT),
        ("replica_type", INT), ("is_tenant_sys_pool", INT))),
    "__all_sys_parameter": Table(5, (
        ("zone", ZONE), ("svr_type", "varchar(32) not null"), ("svr_ip", IP), ("svr_port", INT), ("name", ZONE), ("data_type", "varchar(32)"),
        ("value", "varchar(65536) not null"), ("value_strict", "varchar(512)"), ("info", INFO), ("need_reboot", INT), ("section", TEXT),
        ("visible_level", TEXT), ("config_version", INT), ("scope", TEXT), ("source", TEXT), ("edit_level", TEXT))),
    "__all_rootservice_event_history": Table(0, event_columns()),
    "__all_virtual_tenant_parameter_stat": Table(0, (
        ("zone", ZONE), ("svr_type", "varchar(32) not null"), ("svr_ip", IP), ("svr_port", INT), ("name", ZONE), ("data_type", "varchar(32)"),
        ("value", "varchar(65536) not null"), ("info", INFO), ("section", TEXT), ("scope", TEXT), ("source", TEXT), ("edit_level", TEXT),
        ("default_value", "varchar(65536)"), ("isdefault", INT), ("tenant_id", "bigint"))),
    "__all_virtual_server": Table(2, (
        ("svr_ip", IP), ("svr_port", INT), ("zone", ZONE), ("sql_port", INT), ("cpu_capacity", INT), ("mem_capacity", INT), ("memory_limit", INT),
        ("log_disk_capacity", INT), ("data_disk_capacity", INT))),
    "__standin_tenant": Table(1, (("tenant_id", INT), ("tenant_role", TEXT))),
    "__standin_io_calibration": Table(2, (
        ("svr_ip", IP), ("svr_port", INT), ("storage_name", TEXT), ("status", TEXT), ("start_time", "timestamp(6) null"),
        ("finish_time", "timestamp(6) null"))),
    "__standin_io_benchmark": Table(0, (
        ("svr_ip", IP), ("svr_port", INT), ("storage_name", TEXT), ("mode", TEXT), ("size", INT), ("iops", INT), ("mbps", INT), ("latency", INT))),
}


# Before 4.0: what has other columns, and what the stand-in needs for standby clusters.
OLD_TABLES: Dict[str, Table] = {
    "__all_tenant": Table(1, (
        ("tenant_id", INT), ("tenant_name", TEXT), ("replica_num", INT), ("zone_list", "varchar(8192)"), ("primary_zone", "varchar(8192)"), ("locked", INT),
        ("collation_type", INT), ("info", INFO), ("read_only", INT), ("rewrite_merge_version", INT), ("locality", "varchar(4096)"),
        ("logonly_replica_num", INT), ("previous_locality", "varchar(4096)"), ("storage_format_version", INT), ("storage_format_work_version", INT),
        ("default_tablegroup_id", "bigint"), ("compatibility_mode", INT), ("drop_tenant_time", INT), ("status", TEXT), ("in_recyclebin", INT))),
    "__all_unit": Table(1, (
        ("unit_id", INT), ("resource_pool_id", INT), ("group_id", INT), ("zone", ZONE), ("svr_ip", IP), ("svr_port", INT),
        ("migrate_from_svr_ip", "varchar(46) default ''"), ("migrate_from_svr_port", INT), ("manual_migrate", INT), ("status", TEXT), ("replica_type", INT))),
    "__all_unit_config": Table(1, (
        ("unit_config_id", INT), ("name", TEXT), ("max_cpu", "double"), ("min_cpu", "double"), ("max_memory", INT), ("min_memory", INT), ("max_iops", INT),
        ("min_iops", INT), ("max_disk_size", INT), ("max_session_num", INT))),
    "__standin_cluster": Table(1, (("cluster_id", INT), ("cluster_name", TEXT), ("cluster_role", TEXT))),
    "__standin_standby": Table(1, (
        ("cluster_id", INT), ("cluster_name", TEXT), ("cluster_status", TEXT), ("rootservice_list", INFO), ("keeper_host", TEXT), ("keeper_port", INT),
        ("token", TEXT))),
}


def create_tables(generation: Generation) -> Iterator[str]:
    """Write the statements that make the tables of a release."""
    for name, table in dict(TABLES, **(OLD_TABLES if generation.old else {})).items():
        columns = [one for one in table.columns if "%s.%s" % (name, one[0]) not in generation.missing_columns]
        parts = ["gmt_create timestamp(6) not null default now(6)", "gmt_modified timestamp(6) not null default now(6) on update now(6)"]
        parts += ["`%s` %s" % one for one in columns]
        if table.keys:
            parts.append("primary key (%s)" % ", ".join(one[0] for one in columns[:table.keys]))
        yield "create table oceanbase.`%s` (%s)" % (name, ", ".join(parts))
