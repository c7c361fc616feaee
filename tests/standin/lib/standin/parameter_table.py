# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parameters the stand-in knows, with their defaults and edit levels."""

from typing import Dict, NamedTuple, Optional, Tuple

DYNAMIC, STATIC, READONLY = "DYNAMIC_EFFECTIVE", "STATIC_EFFECTIVE", "READONLY"


class Parameter(NamedTuple):
    """One parameter: kind is str, int, bool, capacity, time or double; the range is in the kind's base unit."""

    name: str
    default: str
    kind: str
    level: str = DYNAMIC
    scope: str = "CLUSTER"
    low: Optional[int] = None
    high: Optional[int] = None
    since: Tuple[int, ...] = (4, 0)


_D, _S, _R = DYNAMIC, STATIC, READONLY
_MB, _GB = 1 << 20, 1 << 30
_PARAMETERS: Tuple[Parameter, ...] = (
    Parameter("obconfig_url", "", "str"),
    Parameter("rootservice_list", "", "str"),
    Parameter("cluster", "obcluster", "str"),
    Parameter("cluster_id", "0", "int", _D, "CLUSTER", 1, 4294901759),
    Parameter("zone", "", "str"),
    Parameter("data_dir", "store", "str", _R),
    Parameter("devname", "bond0", "str", _R),
    Parameter("local_ip", "", "str", _R, "CLUSTER", None, None, (4, 2)),
    Parameter("use_ipv6", "False", "bool", _S),
    Parameter("rpc_port", "2882", "int", _D, "CLUSTER", 1025, 65535),
    Parameter("mysql_port", "2881", "int", _D, "CLUSTER", 1025, 65535),
    Parameter("memory_limit", "0M", "capacity"),
    Parameter("memory_limit_percentage", "80", "int", _D, "CLUSTER", 10, 95),
    Parameter("system_memory", "0M", "capacity", _D, "CLUSTER", 0),
    Parameter("memory_reserved", "500M", "capacity", _D, "CLUSTER", 10 * _MB),
    Parameter("cpu_count", "0", "int", _D, "CLUSTER", 0),
    Parameter("datafile_size", "0M", "capacity", _D, "CLUSTER", 0),
    Parameter("datafile_disk_percentage", "0", "int", _D, "CLUSTER", 0, 99),
    Parameter("datafile_maxsize", "0", "capacity", _D, "CLUSTER", 0),
    Parameter("datafile_next", "0", "capacity", _D, "CLUSTER", 0),
    Parameter("log_disk_size", "0M", "capacity", _D, "CLUSTER", 0),
    Parameter("log_disk_percentage", "0", "int", _D, "CLUSTER", 0, 99),
    Parameter("log_disk_utilization_threshold", "80", "int", _D, "TENANT", 10, 100),
    Parameter("__min_full_resource_pool_memory", "2147483648", "int", _D, "CLUSTER", _GB),
    Parameter("enable_syslog_recycle", "False", "bool"),
    Parameter("enable_syslog_wf", "True", "bool"),
    Parameter("enable_async_syslog", "True", "bool"),
    Parameter("max_syslog_file_count", "0", "int", _D, "CLUSTER", 0),
    Parameter("syslog_level", "WDIAG", "str"),
    Parameter("syslog_io_bandwidth_limit", "30MB", "capacity"),
    Parameter("config_additional_dir", "etc2;etc3", "str"),
    Parameter("stack_size", "512K", "capacity", _S, "CLUSTER", 512 << 10, 20 * _MB),
    Parameter("net_thread_count", "0", "int", _S, "CLUSTER", 0, 64),
    Parameter("server_permanent_offline_time", "3600s", "time", _D, "CLUSTER", 20),
    Parameter("lease_time", "10s", "time", _D, "CLUSTER", 1, 300),
    Parameter("enable_rich_error_msg", "False", "bool"),
    Parameter("enable_rereplication", "True", "bool"),
    Parameter("enable_rebalance", "True", "bool", _D, "TENANT"),
    Parameter("enable_major_freeze", "True", "bool"),
    Parameter("enable_upgrade_mode", "False", "bool"),
    Parameter("enable_ddl", "True", "bool"),
    Parameter("enable_record_trace_log", "True", "bool"),
    Parameter("enable_sql_audit", "True", "bool"),
    Parameter("enable_perf_event", "True", "bool"),
    Parameter("enable_sys_table_ddl", "False", "bool"),
    Parameter("enable_rpc_authentication_bypass", "True", "bool", _D, "CLUSTER", None, None, (4, 2)),
    Parameter("enable_cgroup", "True", "bool"),
    Parameter("use_large_pages", "false", "str", _S),
    Parameter("ob_startup_mode", "NORMAL", "str", _R, "CLUSTER", None, None, (4, 2)),
    Parameter("observer_id", "0", "int", _R, "CLUSTER", 1, None, (4, 2)),
    Parameter("major_freeze_duty_time", "02:00", "str", _D, "TENANT"),
    Parameter("merger_check_interval", "10m", "time", _D, "TENANT", 10),
    Parameter("minor_compact_trigger", "2", "int", _D, "TENANT", 0, 16),
    Parameter("freeze_trigger_percentage", "20", "int", _D, "TENANT", 1, 99),
    Parameter("writing_throttling_trigger_percentage", "60", "int", _D, "TENANT", 1, 100),
    Parameter("writing_throttling_maximum_duration", "2h", "time", _D, "TENANT", 1),
    Parameter("cpu_quota_concurrency", "10", "int", _D, "TENANT", 1, 20),
    Parameter("workers_per_cpu_quota", "10", "int", _D, "CLUSTER", 2, 20),
    Parameter("schema_history_expire_time", "7d", "time", _D, "CLUSTER", 60),
    Parameter("cache_wash_threshold", "4GB", "capacity", _D, "CLUSTER", 0),
    Parameter("trace_log_slow_query_watermark", "1s", "time"),
    Parameter("large_query_threshold", "5s", "time"),
    Parameter("sql_work_area", "1G", "capacity", _D, "TENANT", 10 * _MB),
    Parameter("plan_cache_evict_interval", "5s", "time", _D, "CLUSTER", 0),
    Parameter("clog_sync_time_warn_threshold", "100ms", "time"),
    Parameter("open_cursors", "50", "int", _D, "TENANT", 0, 65535),
    Parameter("max_string_print_length", "500", "int", _D, "CLUSTER", 0),
    Parameter("ssl_client_authentication", "False", "bool"),
    Parameter("tenant_task_queue_size", "16384", "int", _D, "CLUSTER", 1024),
    Parameter("tablet_size", "128M", "capacity"),
    Parameter("undo_retention", "1800", "int", _D, "TENANT", 0),
    Parameter("resource_hard_limit", "100", "int", _D, "CLUSTER", 100, 10000),
    Parameter("trx_2pc_retry_interval", "100ms", "time"),
    Parameter("global_index_build_single_replica_timeout", "48h", "time"),
    Parameter("internal_sql_execute_timeout", "30s", "time"),
    Parameter("location_refresh_thread_count", "2", "int", _S, "CLUSTER", 1, 64),
    Parameter("rpc_timeout", "2s", "time", _D, "CLUSTER", 0),
    Parameter("zone_merge_order", "", "str"),
    Parameter("all_cluster_list", "", "str"),
    Parameter("_enable_parallel_minor_merge", "True", "bool", _D, "TENANT"),
    Parameter("_hidden_sys_tenant_memory", "0M", "capacity", _D, "CLUSTER", 0),
    Parameter("_enable_adaptive_compaction", "True", "bool", _D, "TENANT"),
)


# What 2.2 and 3.x have otherwise, or alone (3.1.5; the first two of 3.1.5 are not in releases before).
_OLD: Tuple[Parameter, ...] = (
    Parameter("log_disk_size", "0G", "capacity", _S, "CLUSTER", 0, None, (3, 1, 5)),
    Parameter("datafile_maxsize", "0", "capacity", _D, "CLUSTER", 0, None, (3, 1, 5)),
    Parameter("datafile_next", "0", "capacity", _D, "CLUSTER", 0, None, (3, 1, 5)),
    Parameter("rpc_port", "2500", "int", _D, "CLUSTER", 1025, 65535),
    Parameter("mysql_port", "2880", "int", _D, "CLUSTER", 1025, 65535),
    Parameter("devname", "bond0", "str"),
    Parameter("system_memory", "30G", "capacity", _D, "CLUSTER", 0),
    Parameter("memory_limit_percentage", "80", "int", _D, "CLUSTER", 10, 90),
    Parameter("cpu_reserved", "2", "int", _D, "CLUSTER", 0, 15),
    Parameter("datafile_disk_percentage", "90", "int", _D, "CLUSTER", 5, 99),
    Parameter("clog_disk_usage_limit_percentage", "95", "int", _D, "CLUSTER", 80, 100),
    Parameter("__min_full_resource_pool_memory", "5368709120", "int", _D, "CLUSTER", 268435456),
    Parameter("syslog_level", "INFO", "str"),
    Parameter("stack_size", "1M", "capacity", _S, "CLUSTER", 512 << 10, 20 * _MB),
    Parameter("net_thread_count", "12", "int", _S, "CLUSTER", 1, 100),
    Parameter("enable_rebalance", "True", "bool"),
    Parameter("enable_merge_by_turn", "True", "bool"),
    Parameter("enable_manual_merge", "False", "bool"),
    Parameter("enable_auto_leader_switch", "True", "bool"),
    Parameter("major_freeze_duty_time", "02:00", "str"),
)
_ONLY_NEW = ("log_disk_size", "log_disk_percentage", "log_disk_utilization_threshold", "datafile_maxsize", "datafile_next", "resource_hard_limit",
             "_hidden_sys_tenant_memory", "tablet_size", "enable_cgroup")


def known_parameters(version: Tuple[int, ...]) -> Dict[str, Parameter]:
    """List the parameters of a release by name."""
    if version < (4, 0):
        found = {one.name: one for one in _PARAMETERS if one.since <= (4, 0) and one.name not in _ONLY_NEW}
        found.update({one.name: one._replace(since=(2, 2)) for one in _OLD if one.since == (4, 0) or one.since <= version})
        if version >= (3, 1, 5):
            found["enable_merge_by_turn"] = found["enable_merge_by_turn"]._replace(default="False")
            found["net_thread_count"] = found["net_thread_count"]._replace(default="0", low=0, high=64)
        return {name: one._replace(scope="CLUSTER") for name, one in found.items()}
    found = {one.name: one for one in _PARAMETERS if one.since <= version}
    if version < (4, 2):
        found["devname"] = found["devname"]._replace(level=DYNAMIC)
        found["syslog_level"] = found["syslog_level"]._replace(default="INFO")
    return found
