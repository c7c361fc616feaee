# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be known of each host that OBProxy runs on: from its own variables, else from those of the play."""

from __future__ import annotations

DOCUMENTATION = r"""
name: obproxies
short_description: The proxies on hosts of the inventory
description:
  - Returns what the tasks that work on a proxy need, for each host that runs one. A host's own variable wins over the common value.
author: the oceanbase.cluster authors (!UNKNOWN)
options:
  _input:
    description: Names of hosts.
    type: list
    elements: str
    required: true
  hostvars:
    description: The variables of all hosts.
    type: dict
    required: true
  common:
    description: The values of hosts that have none of their own, by the names in RV(_value).
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Show the proxies
  ansible.builtin.debug:
    msg: "{{ ['px1'] | oceanbase.cluster.obproxies(hostvars, {'port': 2883, 'home': '/home/admin/obproxy'}) }}"
"""

RETURN = r"""
_value:
  description:
    - >-
      The proxies, each with C(host), C(address), C(endpoint) (C(address:port)), C(home), C(user), C(group), C(port), C(prometheus_port), C(rpc_port),
      C(listen_address) and C(service).
  type: list
  elements: dict
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

# What it is called in the result, and the variable of a host that says it.
_VARIABLES = {
    "home": "oceanbase_obproxy_home",
    "user": "oceanbase_user",
    "group": "oceanbase_group",
    "port": "oceanbase_obproxy_port",
    "prometheus_port": "oceanbase_obproxy_prometheus_port",
    "rpc_port": "oceanbase_obproxy_rpc_port",
    "listen_address": "oceanbase_obproxy_listen_address",
    "service": "oceanbase_obproxy_service",
}


def obproxies(hosts: Iterable[str], hostvars: Mapping[str, Any], common: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the proxies on these hosts."""
    return [_proxy(host, hostvars[host], common) for host in hosts]


def _proxy(host: str, variables: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: variables[variable] if variable in variables else common.get(name, "") for name, variable in _VARIABLES.items()}
    address = _first(variables, "oceanbase_obproxy_address", "oceanbase_address", "ansible_host") or host
    return {"host": host, "address": address, "endpoint": f"{address}:{found['port']}", **found}


def _first(variables: Mapping[str, Any], *names: str) -> str:
    return next((str(variables[name]) for name in names if name in variables and variables[name]), "")


class FilterModule:
    """The filter."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return it under its name."""
        return {"obproxies": obproxies}
