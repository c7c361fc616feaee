# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster as it is, against its plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any


def differences(plan: Mapping[str, Any], info: Mapping[str, Any]) -> list[str]:
    """Return everything in which the cluster is not as planned, a sentence each."""
    found = list(info.get("differences") or ())
    planned, actual = plan["cluster"], info.get("cluster") or {}
    for key, word in (("name", "name"), ("ob_cluster_id", "id")):
        if str(actual.get(key)) != str(planned[key]):
            found.append(f"the cluster's {word} is {actual.get(key)}, not {planned[key]}")
    for server in info.get("servers") or ():
        if server["status"] != "ACTIVE" or not server["start_service_time"] or server["stop_time"]:
            found.append(f"{server['server']} in {server['zone']} does not serve: it is {server['status']}")
        built = re.match(r"[\d.]+", str(server.get("build_version") or ""))
        if built and built[0] != planned["version"]:
            found.append(f"{server['server']} runs version {built[0]}, not {planned['version']}")
    return list(dict.fromkeys(found))


def describe(plan: Mapping[str, Any], info: Mapping[str, Any], status: str) -> dict[str, Any]:
    """Return the cluster in the words of the API. It holds no secret and no time, so that the same cluster gives the same text."""
    by_server = {host["server"]: host for host in plan["hosts"].values()}
    members: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(info.get("servers") or (), key=lambda item: int(item["id"])):
        host = by_server.get(row["server"], {})
        members.setdefault(row["zone"], []).append(
            {
                "hostId": host.get("host_id", ""),
                "host": host.get("host", ""),
                "ip": row["server"].rpartition(":")[0],
                "sqlPort": row["sql_port"],
                "rpcPort": int(row["server"].rpartition(":")[2]),
                "status": row["status"],
                "withRootserver": row["with_rootserver"],
            }
        )
    tenants = list(info.get("tenants") or ())
    system: Mapping[str, Any] = next((tenant for tenant in tenants if tenant["name"] == "sys"), {})
    return {
        "name": plan["cluster"]["name"],
        "obClusterId": plan["cluster"]["ob_cluster_id"],
        "type": plan["cluster"]["type"],
        "status": status,
        "obVersion": plan["cluster"]["version"],
        "rpmName": plan["package"]["rpm_name"],
        "primaryZone": system.get("primary_zone", ""),
        "zones": [
            {"name": zone["name"], "idcName": zone["idc"], "regionName": zone["region"], "status": zone["status"], "servers": members.get(zone["name"], [])}
            for zone in info.get("zones") or ()
        ],
        "rootServers": plan["root_servers"],
        "rootServiceList": plan["rootservice_list"],
        "endpoints": plan["endpoints"],
        "tenants": [{"id": tenant["id"], "name": tenant["name"], "type": tenant["type"], "status": tenant["status"]} for tenant in tenants],
        "defaultUsers": plan["default_users"],
    }
