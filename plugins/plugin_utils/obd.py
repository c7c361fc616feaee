# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From a configuration of OceanBase Deployer (OBD) to an inventory of this collection.

Keys and defaults: obdeploy example/*.yaml and plugins/oceanbase*/*/parameter.yaml.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

COMPONENTS = ("oceanbase-ce", "oceanbase")
# Keys of OBD that have a variable of their own here.
_SERVER = {"mysql_port": "oceanbase_sql_port", "rpc_port": "oceanbase_rpc_port", "home_path": "oceanbase_home", "devname": "oceanbase_devname"}
_SECRETS = {
    "root_password": "oceanbase_password",
    "proxyro_password": "oceanbase_proxyro_password",
    "ocp_agent_monitor_password": "oceanbase_monitor_password",
}
_USER = {"username": "ansible_user", "key_file": "ansible_ssh_private_key_file", "port": "ansible_port"}
# Said by this collection in another way, or with no meaning outside OBD.
_ELSEWHERE = {"appname", "cluster_id", "zone", "data_dir", "redo_dir", "clog_dir", "ilog_dir", "slog_dir", "primary_zone", *_SERVER, *_SECRETS}
_OF_OBD = {
    "production_mode", "scenario", "obshell_port", "ocp_meta_tenant", "ocp_meta_db", "ocp_meta_username", "ocp_meta_password", "enable_auto_start",
    "use_proxy_protocol", "mysqltest", "sock_path", "local_ip", "root_servers", "skip_proxy_sys_private_check", "tag",
}  # fmt: skip


class ObdError(ValueError):
    """The configuration cannot be read; the text says why and never holds a password."""


def convert(config: object, group: str = "") -> dict[str, Any]:
    """Return the inventory, and under ``secrets`` and ``notes`` what does not belong into it."""
    if not isinstance(config, Mapping):
        raise ObdError("this is not a configuration of OBD: a mapping with the key oceanbase-ce or oceanbase is expected")
    found = [name for name in COMPONENTS if name in config]
    if len(found) != 1:
        raise ObdError(f"this is not a configuration of one cluster: one of the keys {' and '.join(COMPONENTS)} is expected, there are {len(found)}")
    part = config[found[0]]
    if not isinstance(part, Mapping) or not isinstance(part.get("servers"), list) or not part["servers"]:
        raise ObdError(f"{found[0]} names no servers")
    notes: list[str] = []
    shared = _mapping(part.get("global"))
    servers = [_server(item, index, part, shared, notes) for index, item in enumerate(part["servers"], start=1)]
    name = str(shared.get("appname") or group or "obcluster")
    cluster: dict[str, Any] = {"oceanbase_name": _name(name, notes)}
    if shared.get("cluster_id"):
        cluster["oceanbase_ob_cluster_id"] = shared["cluster_id"]
    cluster.update({variable: _user(config)[key] for key, variable in _USER.items() if _user(config).get(key)})
    cluster.update(_rpm_name(found[0], part, notes))
    cluster.update(_parameters(shared, servers, notes))
    if _user(config).get("password"):
        notes.append("user.password was left out: use a key, or put ansible_password into a vault")
    notes += [f"{component}: not converted; this makes the cluster itself" for component in config if component not in (*found, "user")]
    secrets = {variable: str(shared[key]) for key, variable in _SECRETS.items() if shared.get(key)}
    return {"inventory": _inventory(cluster, servers), "secrets": secrets, "notes": notes}


def _server(item: object, index: int, part: Mapping[str, Any], shared: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    """Return a server's variables, and under ``own`` the parameters that are its alone."""
    if isinstance(item, Mapping):
        name, address = str(item.get("name") or f"server{index}"), str(item.get("ip") or "")
    else:
        name, address = f"server{index}", str(item)
    if not address:
        raise ObdError(f"server {name} has no ip")
    own = _mapping(part.get(name) or part.get(address))
    settings = {**shared, **own}
    zone = str(settings.get("zone") or "")
    if not zone:
        zone = f"zone{index}"
        notes.append(f"{name} has no zone; {zone} was taken")
    variables: dict[str, Any] = {"ansible_host": address, "oceanbase_host_id": index, "oceanbase_address": address}
    variables.update({variable: settings[key] for key, variable in _SERVER.items() if settings.get(key)})
    home = str(settings.get("home_path") or "")
    if not home:
        raise ObdError(f"server {name} has no home_path")
    data = str(settings.get("data_dir") or f"{home}/store")
    log = str(settings.get("redo_dir") or data)
    if data == f"{home}/store":
        notes.append(f"{name}: OBD keeps the data below {data}; here the data disk is {home}-data, as the home holds links only")
        data, log = f"{home}-data", f"{home}-data" if log == data else log
    variables["oceanbase_data_disk"] = data
    variables["oceanbase_log_disk"] = f"{log}-log" if log == data else log
    return {"name": name, "zone": zone, "variables": variables, "own": {key: value for key, value in own.items() if _is_parameter(key)}}


def _parameters(shared: Mapping[str, Any], servers: list[dict[str, Any]], notes: list[str]) -> dict[str, Any]:
    parameters = {key: _text(value) for key, value in shared.items() if _is_parameter(key) and value is not None}
    for server in servers:
        for key, value in server["own"].items():
            said = f"{server['name']}: {key}={_text(value)} is of this server alone"
            notes.append(f"{said}; start-up parameters are the cluster's here, set it by SQL afterwards")
    dropped = sorted(key for key in shared if key in _OF_OBD)
    if dropped:
        notes.append(f"left out, as it concerns OBD alone: {', '.join(dropped)}")
    return {"oceanbase_startup_parameters": parameters} if parameters else {}


def _rpm_name(component: str, part: Mapping[str, Any], notes: list[str]) -> dict[str, Any]:
    version, release = part.get("version"), part.get("release")
    if version and release:
        return {"oceanbase_rpm_name": f"{component}-{version}-{release}.x86_64.rpm"}
    said = f"version {version}, but no release" if version else "neither version nor release"
    notes.append(f"set oceanbase_rpm_name to the file name of the package: the configuration names {said}")
    return {}


def _inventory(cluster: dict[str, Any], servers: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the inventory: a group for the cluster, one for each zone; what all servers have in common stands once."""
    common = {
        key: value for key, value in servers[0]["variables"].items() if all(server["variables"].get(key) == value for server in servers)
    } if len(servers) > 1 else {}
    zones: dict[str, Any] = {}
    name = cluster["oceanbase_name"]
    for server in servers:
        group = zones.setdefault(f"{name}_{server['zone']}", {"vars": {"oceanbase_zone": server["zone"]}, "hosts": {}})
        group["hosts"][server["name"]] = {key: value for key, value in server["variables"].items() if key not in common}
    return {"all": {"children": {name: {"vars": {**cluster, **common}, "children": zones}}}}


def _name(text: str, notes: list[str]) -> str:
    name = re.sub(r"[^A-Za-z0-9_]", "_", text)
    if name != text:
        notes.append(f'the name "{text}" is no name of a cluster here; {name} was taken')
    return name


def _is_parameter(key: object) -> bool:
    return str(key) not in _ELSEWHERE | _OF_OBD


def _text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


def _user(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(config.get("user"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
