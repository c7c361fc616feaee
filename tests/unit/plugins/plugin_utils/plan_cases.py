# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builders of inventories and requests for tests of the plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.creation import Inventory, Outcome, create_plan
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.topology import Host

ROLE = Path(__file__).resolve().parents[4] / "roles" / "create_cluster"
DEFAULTS: dict[str, Any] = yaml.safe_load((ROLE / "defaults" / "main.yml").read_text())
RPM = "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm"


def request(**changes: Any) -> dict[str, Any]:
    """Return a good request over the hosts of ``inventory``, with changes; a value of ... takes the field away."""
    body = {
        "type": "PRIMARY",
        "name": "terran",
        "password": "xxxxx",
        "primaryZone": "",
        "rpmName": RPM,
        "zones": [
            {"name": "zone1", "idcName": "hz1", "servers": [1]},
            {"name": "zone2", "idcName": "hz1", "servers": [2]},
            {"name": "zone3", "idcName": "hz2", "servers": [3]},
        ],
    }
    body.update(changes)
    return {key: value for key, value in body.items() if value is not ...}


def hosts(count: int = 3, **of_one: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return variables of hosts ob1.. with ids 1..; ``ob2={...}`` changes those of one."""
    result = {f"ob{number}": {"oceanbase_host_id": number, "oceanbase_address": f"192.0.2.{number}"} for number in range(1, count + 1)}
    for name, changes in of_one.items():
        result[name].update(changes)
    return result


def inventory(of_hosts: dict[str, dict[str, Any]], others: tuple[str, ...] = (), **everywhere: Any) -> Inventory:
    """Return an inventory whose hosts have the role's defaults, ``everywhere`` and their own variables."""
    members = []
    for name, own in of_hosts.items():
        variables = {**DEFAULTS, "oceanbase_address": name, "oceanbase_default_users": default_users(everywhere), **everywhere, **own}
        members.append(Host(name, variables, machine=str(own.get("machine", name))))
    plain = {key: value for key, value in DEFAULTS.items() if "{{" not in str(value)}
    return Inventory(tuple(members), others, plain, frozenset(DEFAULTS) | {"oceanbase_request", "oceanbase_request_file", "playbook_dir"})


def default_users(variables: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the default of oceanbase_default_users comes to."""
    keys = (("proxyro", "oceanbase_proxyro_password"), ("ocp_monitor", "oceanbase_monitor_password"))
    return [{"name": name, "password": variables.get(key, ""), "privileges": ["SELECT"], "scope": "oceanbase.*"} for name, key in keys]


def resolve(name: str) -> tuple[str, ...]:
    """Resolve names without a network: addresses stand for themselves, a few names for something."""
    table = {"one.example": ("192.0.2.77",), "two.example": ("192.0.2.1", "192.0.2.2")}
    return table.get(name, (name,) if name.replace(".", "").isdigit() or ":" in name else ())


def no_file(path: str) -> bytes:
    """Refuse to read."""
    raise AssertionError(f"nothing should be read, but {path} was")


def plan_of(of_hosts: dict[str, dict[str, Any]], others: tuple[str, ...] = (), **everywhere: Any) -> Outcome:
    """Make the plan of an inventory."""
    return create_plan(inventory(of_hosts, others, **everywhere), no_file, resolve)
