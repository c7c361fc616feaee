# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers hold data of a bootstrap or of a member, and what tells half a bootstrap from a cluster that was up."""

from __future__ import annotations

DOCUMENTATION = r"""
name: servers_with_data
short_description: Servers whose hosts hold data of a bootstrap or of a member
description:
  - Gives M(oceanbase.cluster.bootstrap) what the hosts know, so that half a bootstrap is recognised before anything is sent.
author: the oceanbase.cluster authors (!UNKNOWN)
options:
  _input:
    description: The plan, as M(oceanbase.cluster.cluster_plan) returns it.
    type: dict
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
    required: true
  register:
    description: Name of the variable in which M(oceanbase.cluster.observer) registered its result.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Show them
  ansible.builtin.debug:
    msg: "{{ planned.plan | oceanbase.cluster.servers_with_data(hostvars, 'started') }}"
"""

RETURN = r"""
_value:
  description: The option C(used) of M(oceanbase.cluster.bootstrap).
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping
from typing import Any


def servers_with_data(plan: Mapping[str, Any], hostvars: Mapping[str, Any], register: str) -> list[dict[str, Any]]:
    """Return a row for each host whose registered observer found data."""
    rows = []
    for name, host in plan["hosts"].items():
        result = hostvars[name].get(register)
        if isinstance(result, Mapping) and result.get("data"):
            rows.append(
                {
                    "server": host["server"],
                    "endpoint": host["endpoint"],
                    "restarted": bool(result.get("late_process")),
                    "first_start": bool(result.get("first_start")),
                    "age": result.get("data_age", 0),
                }
            )
    return rows


class FilterModule:
    """Filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"servers_with_data": servers_with_data}
