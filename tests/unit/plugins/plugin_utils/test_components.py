# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests for the agent and OBProxy that are refused before any host is contacted, and the proxies that hosts are."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.filter.obproxies import obproxies
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.plan_cases import hosts, plan_of, request

AGENT = {"oceanbase_agent": True, "oceanbase_agent_password": "siege-1", "oceanbase_monitor_password": "siege-2"}
PROXY = {
    "oceanbase_link_obproxy": True, "oceanbase_obproxy_servers": ["192.0.2.5:2883"], "oceanbase_obproxy_sys_password": "siege-3",
    "oceanbase_proxyro_password": "siege-4",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        (AGENT, []),
        ({**AGENT, "oceanbase_agent_rpm_name": "obagent-4.2.2-100000042024011120.el7.x86_64.rpm"}, []),
        ({**AGENT, "oceanbase_agent_password": ""}, ["oceanbase_agent_password: is missing; the agent asks for it"]),
        ({**AGENT, "oceanbase_monitor_password": ""}, ["oceanbase_monitor_password: is missing; the agent reads the server by that account"]),
        (
            {**AGENT, "oceanbase_agent_password": 83},
            ["oceanbase_agent_password: not a text; quote it, so that YAML does not read a number or a boolean (in AWX choose one that is neither)"],
        ),
        ({"oceanbase_current_password": "nul\0"}, ["oceanbase_current_password: holds a NUL character, which no client can send"]),
        ({**AGENT, "oceanbase_agent": False, "oceanbase_agent_password": ""}, []),
        (
            {**AGENT, "oceanbase_agent_rpm_name": "obproxy-ce-4.2.3.0-3.el7.x86_64.rpm"},
            ['oceanbase_agent_rpm_name: "obproxy-ce-4.2.3.0-3.el7.x86_64.rpm" is a package of obproxy-ce, wanted is one of obagent'],
        ),
        (PROXY, []),
        ({**PROXY, "oceanbase_obproxy_servers": [], "oceanbase_obproxy_hosts": ["elsewhere"]}, []),
        (
            {**PROXY, "oceanbase_obproxy_servers": []},
            ["oceanbase_obproxy_hosts: neither this nor oceanbase_obproxy_servers names a proxy to link"],
        ),
        (
            {**PROXY, "oceanbase_obproxy_hosts": ["elsewere"]},
            ['oceanbase_obproxy_hosts: "elsewere" is not a host of the inventory (did you mean "elsewhere"?)'],
        ),
        ({**PROXY, "oceanbase_obproxy_servers": ["192.0.2.5"]}, ['oceanbase_obproxy_servers: "192.0.2.5" is not ip:port']),
        ({**PROXY, "oceanbase_obproxy_config_url": "192.0.2.9"}, ['oceanbase_obproxy_config_url: "192.0.2.9" is not a URL']),
        ({"oceanbase_obconfig_url": "http://192.0.2.9:8080/services?Action=ObRootServiceInfo&ObCluster=terran"}, []),
        ({"oceanbase_obconfig_url": "192.0.2.9:8080"}, ['oceanbase_obconfig_url: "192.0.2.9:8080" is not a URL']),
        (
            {"oceanbase_obconfig_url": "http://192.0.2.9:8080/services?Action=ObRootServiceInfo&ObCluster=zerg"},
            ["oceanbase_obconfig_url: does not name this cluster: wanted is ObCluster=terran, as in ?Action=ObRootServiceInfo&ObCluster=terran"],
        ),
        ({**PROXY, "oceanbase_obproxy_sys_password": ""}, ["oceanbase_obproxy_sys_password: is missing; root@proxysys is given it, and asked for it"]),
        ({**PROXY, "oceanbase_proxyro_password": ""}, ["oceanbase_proxyro_password: is missing; OBProxy reads the cluster by that account"]),
    ],
)  # fmt: skip
def test_requests(changes: dict[str, Any], faults: list[str]) -> None:
    outcome = plan_of(hosts(), others=("elsewhere",), oceanbase_request=request(), **changes)
    assert outcome.faults == faults
    assert "siege" not in outcome.message + str(outcome.plan)


def test_steps_that_are_asked_for() -> None:
    asked = [step["name"] for step in plan_of(hosts(), oceanbase_request=request(), **AGENT, **PROXY).plan["steps"] if step["asked"]]
    assert {"Refresh ocp agent config", "Start ocp agent service", "Link obproxy"} <= set(asked)
    without = [step for step in plan_of(hosts(), oceanbase_request=request()).plan["steps"] if step["name"] == "Link obproxy"]
    assert without[0]["reason"] == "oceanbase_link_obproxy is false"


def test_the_variables_of_a_host_win() -> None:
    hostvars = {
        "px1": {"ansible_host": "192.0.2.5", "oceanbase_obproxy_port": 3306},
        "px2": {"oceanbase_obproxy_address": "192.0.2.6", "ansible_host": "192.0.2.7", "oceanbase_user": "proxy"},
        "192.0.2.8": {},
        "ob1": {"oceanbase_address": "192.0.2.9", "ansible_host": "192.0.2.7"},
    }
    common = {
        "home": "/home/admin/obproxy", "user": "admin", "group": "admin", "port": 2883, "prometheus_port": 2884, "rpc_port": 0, "listen_address": "",
        "service": "plain",
    }  # fmt: skip
    found = obproxies(hostvars, hostvars, common)
    assert [proxy["endpoint"] for proxy in found] == ["192.0.2.5:3306", "192.0.2.6:2883", "192.0.2.8:2883", "192.0.2.9:2883"]
    assert [proxy["user"] for proxy in found] == ["admin", "proxy", "admin", "admin"]
    assert found[2] == {**common, "host": "192.0.2.8", "address": "192.0.2.8", "endpoint": "192.0.2.8:2883"}
