# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration items, a part of them (oceanbase/obproxy 85766f9, src/obproxy/obutils/ob_proxy_config.h)."""

from __future__ import annotations

import re
from typing import Dict, NamedTuple

SECRETS = ("observer_sys_password", "observer_sys_password1", "obproxy_sys_password")


class Item(NamedTuple):
    """One item: its default, its type, what it is, whether it needs a restart, who sees it, its range and where it may differ."""

    default: str
    kind: str  # str, bool, int, time, capacity
    info: str
    need_reboot: bool = False
    visible_level: str = "USER"
    range: str = ""
    level: str = "LEVEL_GLOBAL"


SYS, VIP = "SYS", "LEVEL_VIP"
ITEMS: Dict[str, Item] = {
    "app_name": Item("undefined", "str", "current application name which proxy works for, need defined, only modified when restart", True, SYS),
    "client_max_connections": Item("8192", "int", "client max connections for one obproxy, [0, +inf]", range="[0,]"),
    "client_session_id_version": Item("1", "int", "client session id version", False, SYS, "[1,2]"),
    "cluster_expire_time": Item("1d", "time", "cluster resource expire time, 0 means never expire", range="[0,]"),
    "config_server_refresh_interval": Item("60s", "time", "config server info refresh task interval, [10s, 1d]", range="[10s,1d]"),
    "congestion_retry_interval": Item("20s", "time", "congestion retry interval, [1s, 1h]", range="[1s,1h]"),
    "connect_observer_max_retries": Item("3", "int", "max retries to do connect", range="[2,5]"),
    "delay_exit_time": Item("100ms", "time", "delay exit time, [100ms,500ms]", range="[100ms,500ms]"),
    "enable_cluster_checkout": Item("true", "bool", "if enable cluster checkout, proxy will send cluster name when login and server will check it"),
    "enable_metadb_used": Item("true", "bool", "use MetaDataBase when proxy run", True, SYS),
    "enable_prometheus": Item("true", "bool", "enable prometheus or not"),
    "enable_strict_kernel_release": Item("false", "bool", "If is true, proxy only support 5u/6u/7u redhat. Otherwise no care kernel release, and proxy"
                                         " maybe unstable", True, SYS),
    "enable_reroute": Item("false", "bool", "if this and protocol_v2 enabled, proxy will reroute when routing error"),
    "ignore_local_config": Item("true", "bool", "ignore all local cached files, start proxy with remote json"),
    "listen_port": Item("6688", "int", "obproxy listen port", True, SYS, "(1024,65536)"),
    "local_bound_ip": Item("0.0.0.0", "str", "local bound ip(any)", True, SYS),
    "log_dir_size_threshold": Item("64GB", "capacity", "max usable space size of log dir, used to decide whether should clean up log file",
                                   range="[256M,1T]"),
    "log_file_percentage": Item("80", "int", "max percentage of avail size occupied by proxy log file, [0, 90], 0 means ignore such limit",
                                range="[0, 100]"),
    "obproxy_config_server_url": Item("", "str", "url of config info(rs list and so on)", True, SYS),
    "obproxy_sys_password": Item("f0455d5edb4833fa2e91762e71b61bc35d45cf0b", "str", "password for obproxy sys user", False, SYS),
    "observer_query_timeout_delta": Item("20s", "time", "the delta value for @@ob_query_timeout, to cover net round trip time(proxy<->server) and task"
                                         " schedule time(server), [1s, 30s]", range="[1s,30s]", level=VIP),
    "observer_sys_password": Item("ee0e5138c912aed80b683c05303684be347ce81d", "str", "password for observer sys user", False, SYS, level=VIP),
    "observer_sys_password1": Item("ee0e5138c912aed80b683c05303684be347ce81d", "str", "password for observer sys user", False, SYS, level=VIP),
    "prometheus_listen_port": Item("2884", "int", "obproxy prometheus listen port", True, SYS, "(1024,65536)"),
    "proxy_id": Item("0", "int", "used to identify each obproxy and generate cs_id", False, SYS, "[0, 8191]"),
    "proxy_idc_name": Item("", "str", "idc name for proxy ldc route. If is empty or invalid, treat as do not use ldc", False, SYS, level=VIP),
    "proxy_local_cmd": Item("0", "int", "proxy local cmd type: 0->none(default), 1->exit, 2->restart", False, "MEMORY", "[0,4]"),
    "proxy_mem_limited": Item("2G", "capacity", "proxy memory limited, [100MB,], will disable alloc memory from the OS ", range="[100MB,]"),
    "refresh_rslist": Item("false", "bool", "when refresh config server, update all rslist if refresh_rslist is true", False, "MEMORY"),
    "rootservice_cluster_name": Item("undefined", "str", "1. default cluster name for rootservice_list; 2. default cluster name for cloud user", True,
                                     SYS, level=VIP),
    "rootservice_list": Item("", "str", "a list of servers against which election candidate is checked for validation, format"
                             " ip1:sql_port1;ip2:sql_port2", True, SYS),
    "rpc_listen_port": Item("2885", "int", "obproxy rpc service listen port", True, SYS, "(1024,65536)"),
    "server_state_refresh_interval": Item("20s", "time", "the interval to refresh server state for getting zone or server newest state, [10ms, 1h]",
                                          range="[10ms,1h]"),
    "short_async_task_timeout": Item("5s", "time", "short async task timeout, [1s, 1h]", range="[1s,1h]"),
    "skip_proxy_sys_private_check": Item("false", "bool", "skip_proxy_sys_private_check"),
    "skip_proxyro_check": Item("false", "bool", "used for proxro@sys, if set false, access denied", False, SYS),
    "syslog_level": Item("WDIAG", "str", "specifies the current level of logging: DEBUG, TRACE, WDIAG, EDIAG, INFO, WARN, USER_ERR, ERROR"),
    "task_thread_num": Item("2", "int", "proxy task thread num, [1, 4]", True, range="[1,4]"),
    "work_thread_num": Item("128", "int", "proxy work thread num or max work thread num when automatic match, [1, 128]", True, range="[1,128]"),
}
RPC_ITEMS = ("rpc_listen_port",)  # came with 4.3

_PATTERNS = {
    "int": r"-?\d+", "bool": r"(?i)true|false|1|0|on|off|yes|no", "time": r"\d+(?:us|ms|s|m|h|d)?", "capacity": r"(?i)\d+(?:b|k|kb|m|mb|g|gb|t|tb)?",
}
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "": 1.0}


def acceptable(item: Item, value: str) -> bool:
    """Tell whether an item takes a value: its form, and for whole numbers the range."""
    if item.kind in _PATTERNS and not re.fullmatch(_PATTERNS[item.kind], value):
        return False
    if item.kind == "int" and item.range:
        low, _comma, high = item.range[1:-1].partition(",")
        number = int(value)
        if low.strip() and (number < int(low) or (item.range[0] == "(" and number == int(low))):
            return False
        if high.strip() and (number > int(high) or (item.range[-1] == ")" and number == int(high))):
            return False
    return True


def stored(item: Item, value: str) -> str:
    """Return a value as the program keeps it."""
    return ("True" if value.lower() in ("true", "1", "on", "yes") else "False") if item.kind == "bool" else value


def seconds(text: str) -> float:
    """Read a time."""
    match = re.fullmatch(r"(\d+)(us|ms|s|m|h|d)?", text)
    assert match
    return int(match[1]) * _SECONDS[match[2] or ""]
