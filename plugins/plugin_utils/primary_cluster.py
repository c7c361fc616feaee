# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The primary of a standby cluster: said in full, taken from the primary's cluster.json, or asked of the living cluster during the run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import has_standby_clusters
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults, nearest, shown
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.request import CLUSTER_ID_BOUNDS, Request
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.source import Read
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.values import given, read_int

VARIABLE = "oceanbase_primary_cluster"
KEYS = ("ob_cluster_id", "rootservice_list", "cluster_json", "login_servers")
_IPV4 = r"\d{1,3}(?:\.\d{1,3}){3}"
_ROOT_SERVER = re.compile(rf"({_IPV4}:\d+):(\d+)\Z")
_ENDPOINT = re.compile(rf"{_IPV4}:\d+\Z")


@dataclass(frozen=True)
class PrimaryCluster:
    """What is known of the primary before the run; an id of 0 is asked of the primary itself."""

    ob_cluster_id: int
    rootservice_list: tuple[str, ...]  # ip:rpc_port
    endpoints: tuple[str, ...]  # ip:sql_port

    def planned(self) -> dict[str, Any]:
        """Return it as a part of the plan."""
        return {"ob_cluster_id": self.ob_cluster_id, "rootservice_list": list(self.rootservice_list), "endpoints": list(self.endpoints)}


def read_primary(value: object, request: Request, read: Read, faults: Faults) -> PrimaryCluster | None:
    """Return the primary of a STANDBY request; None for a PRIMARY one, or where it cannot be read."""
    if request.type != "STANDBY":
        if given(value):
            faults.add(VARIABLE, "only a cluster of type STANDBY has a primary; take it away, or set the type")
        return None
    if not request.rpm or not has_standby_clusters(request.rpm.numbers, request.rpm.community):
        return None  # the type itself is the fault
    if not isinstance(value, Mapping) or not value:
        faults.add(VARIABLE, "missing: a standby needs ob_cluster_id and rootservice_list, or cluster_json, or login_servers of its primary")
        return None
    for key in value:
        if key not in KEYS:
            hint = "; root@sys of a standby has the password of its primary, oceanbase_password" if "password" in str(key) else nearest(str(key), KEYS)
            faults.add(f"{VARIABLE}.{key}", f"unknown key{hint}")
    forms = [key for key in ("rootservice_list", "cluster_json", "login_servers") if given(value.get(key))]
    if len(forms) != 1:
        said = " and ".join(forms) if forms else "nothing"
        faults.add(VARIABLE, f"says {said}; say one of rootservice_list (with ob_cluster_id), cluster_json and login_servers")
        return None
    if forms == ["login_servers"]:
        return _living(value["login_servers"], faults)
    if forms == ["cluster_json"]:
        value = _document(str(value["cluster_json"]), request, read, faults)
        if value is None:
            return None
    return _written(value, request, faults)


def _living(value: object, faults: Faults) -> PrimaryCluster | None:
    servers = tuple(str(item) for item in value) if isinstance(value, (list, tuple)) else (str(value),)
    bad = [server for server in servers if not _ENDPOINT.match(server)]
    if bad:
        faults.add(f"{VARIABLE}.login_servers", f"{shown(bad[0])} is not ip:sql_port")
        return None
    return PrimaryCluster(0, (), servers)


def _document(path: str, request: Request, read: Read, faults: Faults) -> Mapping[str, Any] | None:
    place = f"{VARIABLE}.cluster_json"
    try:
        document = json.loads(read(path))
        found = {"ob_cluster_id": document["obClusterId"], "rootservice_list": document["rootServiceList"]}
    except OSError as error:
        faults.add(place, f"{path} cannot be read: {error.strerror or error}")
    except (ValueError, KeyError, TypeError):
        faults.add(place, f"{path} is not a cluster.json that a run has written")
    except Exception as error:  # Ansible's own, of a file that is not there
        faults.add(place, f"{path} cannot be read: {error}")
    else:
        for key, wanted in (("name", request.name), ("type", "PRIMARY"), ("obVersion", request.rpm.version if request.rpm else "")):
            if str(document.get(key)) != wanted:
                faults.add(place, f"the primary's {key} is {shown(document.get(key))}; a standby's has to be {shown(wanted)}"
                           if key != "type" else f"{path} describes a cluster of type {shown(document.get(key))}, which is no primary")
        return found
    return None


def _written(value: Mapping[str, Any], request: Request, faults: Faults) -> PrimaryCluster | None:
    identity = value.get("ob_cluster_id")
    if not given(identity):
        faults.add(f"{VARIABLE}.ob_cluster_id", "missing: the id of the primary cluster")
        return None
    number = read_int(f"{VARIABLE}.ob_cluster_id", identity, *CLUSTER_ID_BOUNDS, faults)
    if number == request.ob_cluster_id:
        faults.add("obClusterId", f"{number} is the id of the primary cluster; a standby has the same name, but another id")
    listed = value["rootservice_list"]
    servers = [str(item) for item in listed] if isinstance(listed, (list, tuple)) else str(listed).split(";")
    matches = [(_ROOT_SERVER.match(server.strip()), server) for server in servers if server.strip()]
    bad = [server for match, server in matches if not match]
    if bad or not matches:
        faults.add(f"{VARIABLE}.rootservice_list", f"{shown(bad[0] if bad else listed)} is not ip:rpc_port:sql_port")
        return None
    found = [match for match, _server in matches if match]
    return PrimaryCluster(
        number, tuple(match[1] for match in found), tuple(f"{match[1].rpartition(':')[0]}:{match[2]}" for match in found))
