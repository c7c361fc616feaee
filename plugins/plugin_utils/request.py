# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The request: OCP's body of POST /api/v2/ob/clusters, its flat variables, and how the two become one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import KEYS, Generation, generation_of, has_standby_clusters
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm_name import RpmName, parse_rpm_name
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults, nearest, shown
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.values import (
    check_secret,
    given,
    read_capacity,
    read_choice,
    read_int,
    read_name,
    read_parameters,
)
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.zones_text import read_zone_lines


@dataclass(frozen=True)
class Field:
    """A field of the body and its flat variable; ``default`` is that of the variable."""

    api: str
    variable: str
    default: Any = ""


FIELDS = (
    Field("name", "oceanbase_name"),
    Field("rpmName", "oceanbase_rpm_name"),
    Field("type", "oceanbase_type", "PRIMARY"),
    Field("password", "oceanbase_password"),
    Field("primaryZone", "oceanbase_primary_zone"),
    Field("obClusterId", "oceanbase_ob_cluster_id", 1),
    Field("zones", "oceanbase_zones", []),
    Field("startupParameters", "oceanbase_startup_parameters", {}),
)
ZONE_FIELDS = ("name", "idcName", "servers")

# What the request and the inventory decide, so that it cannot be said again among the start-up parameters.
RESERVED_PARAMETERS = {
    "cluster": "name",
    "cluster_id": "obClusterId",
    "zone": "zones[].name",
    "rootservice_list": "zones[].servers",
    "mysql_port": "oceanbase_sql_port",
    "rpc_port": "oceanbase_rpc_port",
    "data_dir": "oceanbase_home and name",
    "config_additional_dir": "oceanbase_data_disk and oceanbase_log_disk",
    "devname": "oceanbase_devname",
    "local_ip": "oceanbase_address",
}
# Bounds of the parameter cluster_id (oceanbase v3.1.5_CE, v4.2.1_CE_BP6 src/share/parameter/ob_parameter_seed.ipp).
CLUSTER_ID_BOUNDS = (1, 4294901759)
ARCHITECTURES = ("x86_64", "aarch64")


@dataclass(frozen=True)
class ZoneRequest:
    """A zone as it was asked for; servers are host ids or inventory names."""

    name: str
    idc: str
    servers: tuple[str, ...]


@dataclass(frozen=True)
class Request:
    """What was asked for, as far as it could be read. It holds no secret."""

    name: str = ""
    type: str = "PRIMARY"
    primary_zone: str = ""
    ob_cluster_id: int = 1
    rpm: RpmName | None = None
    generation: Generation | None = None
    zones: tuple[ZoneRequest, ...] | None = None  # None: to be derived from the inventory
    startup_parameters: dict[str, str] = field(default_factory=dict)


def merge(body: object, flat: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Join the body and the flat variables into one value for each field.

    A flat variable sets its field alone. Where both say something and differ, that is a fault: a bank's cluster is not named by
    precedence rules. The one exception is the password: the API wants one in the body, a vault holds the real one, so the variable wins.
    """
    if given(body) and not isinstance(body, Mapping):
        faults.add("request", f"{shown(body)} is not a mapping of fields")
        body = {}
    request: Mapping[str, Any] = body if isinstance(body, Mapping) else {}
    known = [item.api for item in FIELDS]
    for name in request:
        if name not in known:
            faults.add(str(name), f"unknown field{nearest(str(name), known)}")
    merged = {}
    for item in FIELDS:
        asked, alone = request.get(item.api), flat.get(item.variable)
        flat_given = given(alone) and alone != item.default
        if item.api == "password":
            merged[item.api] = alone if flat_given else asked
            continue
        if given(asked) and flat_given and str(asked) != str(alone):
            faults.add(item.api, f"{shown(asked)} in the request, but {shown(alone)} in {item.variable}; take one of them away")
        merged[item.api] = asked if given(asked) else alone if given(alone) else item.default
    return merged


def read_request(merged: Mapping[str, Any], faults: Faults) -> Request:
    """Read the merged fields; everything wrong in them goes into ``faults``."""
    name = merged.get("name")
    if given(name):
        name = read_name("name", name, faults)
    else:
        faults.add("name", "missing (or set oceanbase_name)")
    _check_password(merged.get("password"), faults)
    rpm = _read_rpm(merged.get("rpmName"), faults)
    generation = generation_of(rpm.numbers) if rpm else None
    if rpm and not generation:
        lines = ", ".join(KEYS)
        faults.add("rpmName", f"version {rpm.version} belongs to none of the generations this collection knows ({lines})")
    cluster_type = read_choice("type", merged.get("type"), ("PRIMARY", "STANDBY"), faults)
    if cluster_type == "STANDBY" and rpm and generation:
        _check_standby(rpm, generation, faults)
    primary_zone = merged.get("primaryZone")
    if given(primary_zone) and not isinstance(primary_zone, str):
        faults.add("primaryZone", f'{shown(primary_zone)} is not a text such as "zone1;zone2,zone3"')
        primary_zone = ""
    parameters = read_parameters("startupParameters", merged.get("startupParameters") or {}, RESERVED_PARAMETERS, faults)
    _check_memory(parameters, generation, faults)
    return Request(
        name=str(name or ""),
        type=cluster_type,
        primary_zone=(primary_zone or "").strip(),
        ob_cluster_id=read_int("obClusterId", merged.get("obClusterId"), *CLUSTER_ID_BOUNDS, faults),
        rpm=rpm,
        generation=generation,
        zones=_read_zones(merged.get("zones"), faults),
        startup_parameters=parameters,
    )


def _check_password(password: object, faults: Faults) -> None:
    if not given(password):
        faults.add("password", "missing: the password of root@sys (or set oceanbase_password, best from a vault)")
    check_secret("password", password, faults)


def _read_rpm(text: object, faults: Faults) -> RpmName | None:
    if not given(text):
        faults.add("rpmName", "missing: the file name of the server's package (or set oceanbase_rpm_name)")
        return None
    if not isinstance(text, str):
        faults.add("rpmName", f"{shown(text)} is not a file name")
        return None
    rpm = parse_rpm_name(text)
    if not rpm:
        hint = "a server's package is named like oceanbase-ce-4.2.1.6-106000012024042515.el7.x86_64.rpm"
        if "/" in text:
            hint = "give the file name alone; where it lies is said by oceanbase_rpm_dir, oceanbase_rpm_url or oceanbase_rpm_remote_dir"
        elif re.match(r"oceanbase(-ce)?-(libs|utils|devel|debuginfo|sql-parser)-", text):
            hint = "this is a companion of the server's package; name the server's, its companions are found beside it"
        elif re.match(r"(obproxy|obagent|ob-|ocp-)", text):
            hint = "this is the package of another product; name the server's"
        faults.add("rpmName", f"{shown(text)} cannot be read: {hint}")
        return None
    if rpm.arch not in ARCHITECTURES:
        faults.add("rpmName", f"architecture {rpm.arch} is not one that OceanBase runs on ({', '.join(ARCHITECTURES)})")
    return rpm


def _check_standby(rpm: RpmName, generation: Generation, faults: Faults) -> None:
    if generation.standby != "cluster":
        faults.add(
            "type",
            "from 4.0 on standby is a property of a tenant, not of a cluster: create a PRIMARY cluster with another obClusterId "
            "and make standby tenants in it (CREATE STANDBY TENANT, from 4.2 on: playbook create_standby_tenant)",
        )
    elif not has_standby_clusters(rpm.numbers, rpm.community):
        faults.add("type", "the community edition of 3.x has no standby clusters, the enterprise edition has; its package is named oceanbase-...")


def _check_memory(parameters: Mapping[str, str], generation: Generation | None, faults: Faults) -> None:
    limit = read_capacity(parameters.get("memory_limit", ""))
    if generation and limit and limit < generation.minimum_memory:
        least = generation.minimum_memory >> 30
        faults.add("startupParameters", f"memory_limit={parameters['memory_limit']} is below the {least}G without which an observer does not start")
    system = read_capacity(parameters.get("system_memory", ""))
    if limit and system and system >= limit:
        faults.add("startupParameters", "system_memory is not below memory_limit: nothing would be left for tenants")


def _read_zones(value: object, faults: Faults) -> tuple[ZoneRequest, ...] | None:
    if not given(value):
        return None
    if isinstance(value, str):
        value = read_zone_lines(value, faults)
    if value is None:
        return None
    if not isinstance(value, (list, tuple)):
        faults.add("zones", f"{shown(value)} is not a list of zones")
        return ()
    zones: list[ZoneRequest] = []
    for index, item in enumerate(value):
        place = f"zones[{index}]"
        if not isinstance(item, Mapping):
            faults.add(place, f"{shown(item)} is not a zone: name, idcName and servers are needed")
            continue
        for name in item:
            if name not in ZONE_FIELDS:
                faults.add(f"{place}.{name}", f"unknown field{nearest(str(name), ZONE_FIELDS)}")
        name = item.get("name")
        if given(name):
            name = read_name(f"{place}.name", name, faults)
        else:
            faults.add(f"{place}.name", "missing")
        if given(name) and name in [zone.name for zone in zones]:
            faults.add(f"{place}.name", f'zone "{name}" is given twice')
        zones.append(ZoneRequest(str(name or ""), read_idc(f"{place}.idcName", item.get("idcName"), faults), _read_servers(place, item, faults)))
    return tuple(zones)


def read_idc(place: str, value: object, faults: Faults) -> str:
    """Return an IDC's or region's name; empty where none is given."""
    if not given(value):
        return ""
    if not isinstance(value, str) or not re.match(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,127}\Z", value):
        faults.add(place, f"{shown(value)} is not a name: letters, digits, underscores, dots and dashes are allowed")
        return ""
    return value


def _read_servers(place: str, zone: Mapping[str, Any], faults: Faults) -> tuple[str, ...]:
    servers = zone.get("servers")
    if not given(servers):
        faults.add(f"{place}.servers", "missing: at least one host id or inventory name is needed")
        return ()
    if not isinstance(servers, (list, tuple)):
        faults.add(f"{place}.servers", f"{shown(servers)} is not a list of host ids or inventory names")
        return ()
    names = []
    for index, server in enumerate(servers):
        if isinstance(server, bool) or not isinstance(server, (int, str)) or not str(server).strip():
            faults.add(f"{place}.servers[{index}]", f"{shown(server)} is neither a host id nor an inventory name")
        else:
            names.append(str(server).strip())
    return tuple(names)
