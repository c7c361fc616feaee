# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The views of the releases before 4.0; most catalogs are tables there."""

import re
from typing import Dict, Iterator

from .catalog_views import View, upper
from .generations import Generation


def lower(prefix: str, names: str) -> View:
    """Make columns of one source, in lower case; the source is added by the caller."""
    return View([(name.lower(), expression) for name, expression in upper(prefix, names)], "")


PARAMETERS = "zone svr_type svr_ip svr_port name data_type value info"
SERVER_JOIN = "oceanbase.__all_server s left join oceanbase.__all_virtual_server r on s.svr_ip = r.svr_ip and s.svr_port = r.svr_port"
UNIT_JOIN = ("oceanbase.__all_unit u join oceanbase.__all_resource_pool p on u.resource_pool_id = p.resource_pool_id"
             " join oceanbase.__all_unit_config c on p.unit_config_id = c.unit_config_id left join oceanbase.__all_tenant t on t.tenant_id = p.tenant_id")

# The engine has tables of these names itself, so that the views need others, and statements are rewritten.
STAND_FOR = {"__all_virtual_sys_parameter_stat": "__standin_sys_parameter_stat", "__all_virtual_server_stat": "__standin_server_stat"}
_OCCUPIED = re.compile("|".join(STAND_FOR), re.I)

VIEWS: Dict[str, View] = {
    "__all_virtual_sys_parameter_stat": View(
        lower("q", PARAMETERS).columns + [("need_reboot", "0")] + lower("q", "section").columns + [("visible_level", "null")]
        + lower("q", "scope source edit_level").columns, "oceanbase.__all_virtual_tenant_parameter_stat q"),
    "__all_virtual_server_stat": View(
        lower("s", "svr_ip svr_port zone").columns + [
            ("cpu_total", "r.cpu_capacity"), ("cpu_assigned", "1"), ("cpu_assigned_percent", "10"), ("mem_total", "r.mem_capacity"), ("mem_assigned", "0"),
            ("register_time", "unix_timestamp(s.gmt_create) * 1000000"), ("last_heartbeat_time", "unix_timestamp(now(6)) * 1000000"),
            ("block_migrate_in_time", "0"), ("start_service_time", "s.start_service_time"), ("last_offline_time", "s.last_offline_time"),
            ("stop_time", "s.stop_time"), ("force_stop_heartbeat", "0"), ("admin_status", "'NORMAL'"),
            ("heartbeat_status", "(case s.status when 'active' then 'alive' else 'lease_expired' end)"), ("with_rootserver", "s.with_rootserver"),
            ("with_partition", "1"), ("mem_in_use", "0"), ("disk_in_use", "67108864"), ("clock_deviation", "0"), ("heartbeat_latency", "500"),
            ("clock_sync_status", "'SYNC'")], SERVER_JOIN),
    "__all_virtual_clog_stat": View(
        lower("s", "svr_ip svr_port").columns + [("is_in_sync", "1"), ("is_offline", "0")], "oceanbase.__all_server s where s.status = 'active'"),
    "gv$unit": View(
        [("unit_id", "u.unit_id"), ("unit_config_id", "c.unit_config_id"), ("unit_config_name", "c.name"), ("resource_pool_id", "p.resource_pool_id"),
         ("resource_pool_name", "p.name"), ("zone", "u.zone"), ("tenant_id", "p.tenant_id"), ("tenant_name", "t.tenant_name"), ("svr_ip", "u.svr_ip"),
         ("svr_port", "u.svr_port")] + lower("c", "max_cpu min_cpu max_memory min_memory max_iops min_iops max_disk_size max_session_num").columns, UNIT_JOIN),
    "gv$tenant": View(lower("t", "tenant_id tenant_name zone_list primary_zone collation_type info read_only locality").columns, "oceanbase.__all_tenant t"),
    "v$ob_cluster": View(
        lower("c", "cluster_id cluster_name").columns + [
            ("created", "c.gmt_create"), ("cluster_role", "c.cluster_role"), ("cluster_status", "'VALID'"), ("switchover#", "0"),
            ("switchover_status", "'NOT ALLOWED'"), ("current_scn", "unix_timestamp(now(6)) * 1000000"), ("protection_mode", "'MAXIMUM PERFORMANCE'")],
        "oceanbase.__standin_cluster c"),
    "v$ob_standby_status": View(
        lower("s", "cluster_id cluster_name").columns + [
            ("cluster_role", "'PHYSICAL STANDBY'"), ("cluster_status", "s.cluster_status"), ("current_scn", "unix_timestamp(now(6)) * 1000000"),
            ("rootservice_list", "s.rootservice_list")], "oceanbase.__standin_standby s"),
}


def create_views(_generation: Generation) -> Iterator[str]:
    """Write the statements that make them."""
    for name, view in VIEWS.items():
        columns = ", ".join("%s as `%s`" % (expression, column) for column, expression in view.columns)
        yield "create view oceanbase.`%s` as select %s from %s" % (STAND_FOR.get(name, name), columns, view.source)


def redirected(text: str) -> str:
    """Make a statement read the views instead of the engine's own tables."""
    return _OCCUPIED.sub(lambda match: STAND_FOR[match[0].lower()], text)
