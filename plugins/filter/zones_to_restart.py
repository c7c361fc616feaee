# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which zones to restart, in their order: all, or those that have not been restarted yet since their observers were first started."""

from __future__ import annotations

DOCUMENTATION = r"""
name: zones_to_restart
short_description: Zones to restart one after the other
description:
  - All zones of a plan, or, where the results of the observers' start are given, those in which an observer still runs with the flags of its first start.
  - A restarted observer runs without flags, from what it has kept. So a zone in which every observer runs without flags was restarted,
    and a run that is repeated does not restart it again.
author: the oceanbase.cluster authors (!UNKNOWN)
options:
  _input:
    description: The plan, as M(oceanbase.cluster.cluster_plan) returns it.
    type: dict
    required: true
  hostvars:
    description: The variables of all hosts, with O(register).
    type: dict
  register:
    description: Name of the variable in which M(oceanbase.cluster.observer) registered its result.
    type: str
"""

EXAMPLES = r"""
- name: Show the zones that have not been restarted
  ansible.builtin.debug:
    msg: "{{ planned.plan | oceanbase.cluster.zones_to_restart(hostvars, 'started') }}"
"""

RETURN = r"""
_value:
  description:
    - The zones of the plan that are to be restarted, in the plan's order.
    - Each with C(servers), its servers, and C(stopped_before), those of the zone before it, which are out of service until this one's turn.
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping
from typing import Any


def zones_to_restart(plan: Mapping[str, Any], hostvars: Mapping[str, Any] | None = None, register: str = "") -> list[dict[str, Any]]:
    """Return all zones, or those in which a host's registered observer does not run without flags."""
    zones: list[dict[str, Any]] = []
    for zone in plan["zones"]:
        if hostvars is None or not all(_runs_without_flags(hostvars[host].get(register)) for host in zone["hosts"]):
            servers = [plan["hosts"][host]["server"] for host in zone["hosts"]]
            zones.append({**zone, "servers": servers, "stopped_before": zones[-1]["servers"] if zones else []})
    return zones


def _runs_without_flags(result: Any) -> bool:
    argv = [str(word) for word in result.get("argv") or ()] if isinstance(result, Mapping) else []
    return bool(argv) and argv[-1].rpartition("/")[2] == "observer"


class FilterModule:
    """Filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"zones_to_restart": zones_to_restart}
