# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the agent and OBProxy need, where they are asked for: all of it is missed at once, before any host is contacted."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._component import parse_name
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults, nearest, shown
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.values import given

_ENDPOINT = re.compile(r"[^\s:]+:\d{1,5}\Z")


def check_agent(variables: Mapping[str, Any], faults: Faults) -> None:
    """Check what the agent needs."""
    _check_package("oceanbase_agent_rpm_name", variables, ("obagent",), faults)
    _need("oceanbase_agent_password", variables, "the agent asks for it", faults)
    _need("oceanbase_monitor_password", variables, "the agent reads the server by that account", faults)


def check_obproxy(variables: Mapping[str, Any], hosts: Collection[str], faults: Faults) -> None:
    """Check what linking OBProxy needs; ``hosts`` are all names of the inventory."""
    _check_package("oceanbase_obproxy_rpm_name", variables, ("obproxy", "obproxy-ce"), faults)
    names, servers = (variables.get(name) for name in ("oceanbase_obproxy_hosts", "oceanbase_obproxy_servers"))
    if not given(names) and not given(servers):
        faults.add("oceanbase_obproxy_hosts", "neither this nor oceanbase_obproxy_servers names a proxy to link")
    for name in names if isinstance(names, (list, tuple)) else []:
        if name not in hosts:
            faults.add("oceanbase_obproxy_hosts", f"{shown(name)} is not a host of the inventory{nearest(str(name), hosts)}")
    for server in servers if isinstance(servers, (list, tuple)) else []:
        if not _ENDPOINT.match(str(server)):
            faults.add("oceanbase_obproxy_servers", f"{shown(server)} is not ip:port")
    url = variables.get("oceanbase_obproxy_config_url")
    if given(url) and not re.match(r"https?://\S+\Z", str(url)):
        faults.add("oceanbase_obproxy_config_url", f"{shown(url)} is not a URL")
    _need("oceanbase_obproxy_sys_password", variables, "root@proxysys is given it, and asked for it", faults)
    _need("oceanbase_proxyro_password", variables, "OBProxy reads the cluster by that account", faults)


def check_config_service(variables: Mapping[str, Any], cluster: str, faults: Faults) -> None:
    """Check the address that the cluster registers with."""
    url = variables.get("oceanbase_obconfig_url")
    if not given(url):
        return
    names = re.findall(r"[?&](?:ObCluster|ObRegion)=([^&]*)", str(url))
    if not re.match(r"https?://[^\s'\"]+\Z", str(url)):
        faults.add("oceanbase_obconfig_url", f"{shown(url)} is not a URL")
    elif names != [cluster]:
        faults.add("oceanbase_obconfig_url", f"does not name this cluster: wanted is ObCluster={cluster}, as in ?Action=ObRootServiceInfo&ObCluster={cluster}")


def _need(name: str, variables: Mapping[str, Any], why: str, faults: Faults) -> None:
    if not given(variables.get(name)):
        faults.add(name, f"is missing; {why}")


def _check_package(name: str, variables: Mapping[str, Any], products: tuple[str, ...], faults: Faults) -> None:
    text = variables.get(name)
    if not given(text):
        return
    try:
        parsed = parse_name(str(text))
    except ObError as error:
        faults.add(name, f"{shown(text)}: {error.cause}")
        return
    if parsed.name not in products:
        faults.add(name, f"{shown(text)} is a package of {parsed.name}, wanted is one of {' or '.join(products)}")
