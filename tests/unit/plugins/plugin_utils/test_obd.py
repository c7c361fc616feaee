# SPDX-License-Identifier: GPL-3.0-or-later
"""Configurations of OceanBase Deployer, converted; what comes out has to be a request without faults."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.creation import Inventory, create_plan
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.obd import ObdError, convert
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.topology import Host
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils import plan_cases

THREE = """
user: {username: admin, key_file: /home/admin/.ssh/id_rsa, password: hidden}
oceanbase-ce:
  version: 4.3.5.3
  release: 103000092025080818.el7
  servers:
    - {name: z1, ip: 192.0.2.1}
    - {name: z2, ip: 192.0.2.2}
    - {name: z3, ip: 192.0.2.3}
  global:
    devname: eth0
    cluster_id: 7
    memory_limit: 64G
    system_memory: 10G
    enable_syslog_wf: false
    production_mode: true
    appname: terran
    home_path: /home/admin/observer
    data_dir: /data
    redo_dir: /redo
    root_password: a'b"c
    proxyro_password: proxy
  z1: {zone: zone1}
  z2: {zone: zone2}
  z3: {zone: zone3, cpu_count: 16}
obproxy-ce:
  servers: [192.0.2.9]
"""
LOCAL = """
oceanbase-ce:
  servers: [192.0.2.1]
  global: {home_path: /root/observer, mysql_port: 3881, rpc_port: 3882, zone: zone1, cluster_id: 1, memory_limit: 6G}
"""
SHARED = """
oceanbase:
  servers: [{name: server1, ip: 192.0.2.1}, {name: server2, ip: 192.0.2.1}]
  server1: {home_path: /ob/1, data_dir: /data/1, mysql_port: 2881, rpc_port: 2882, zone: zone1}
  server2: {home_path: /ob/2, data_dir: /data/2, mysql_port: 3881, rpc_port: 3882, zone: zone2}
"""


def flat(group: dict[str, Any], inherited: dict[str, Any], hosts: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    variables = {**inherited, **group.get("vars", {})}
    for name, own in group.get("hosts", {}).items():
        hosts[name] = {**variables, **own}
    for child in group.get("children", {}).values():
        flat(child, variables, hosts)
    return hosts


@pytest.mark.parametrize("text", [THREE, LOCAL, SHARED])
def test_what_comes_out_is_a_request_without_faults(text: str) -> None:
    converted = convert(yaml.safe_load(text))
    extra = {"oceanbase_password": "p", "oceanbase_rpm_name": plan_cases.RPM, "oceanbase_default_users": []}
    variables = flat(converted["inventory"]["all"], extra, {})
    hosts = tuple(Host(name, {**plan_cases.DEFAULTS, **own}, str(own["ansible_host"])) for name, own in variables.items())
    outcome = create_plan(Inventory(hosts, (), plan_cases.DEFAULTS, frozenset(plan_cases.DEFAULTS)), lambda path: b"", lambda name: (name,))
    assert outcome.faults == []


def test_three_zones() -> None:
    converted = convert(yaml.safe_load(THREE))
    group = converted["inventory"]["all"]["children"]["terran"]
    assert group["vars"] == {
        "oceanbase_name": "terran",
        "oceanbase_ob_cluster_id": 7,
        "ansible_user": "admin",
        "ansible_ssh_private_key_file": "/home/admin/.ssh/id_rsa",
        "oceanbase_rpm_name": "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm",
        "oceanbase_startup_parameters": {"memory_limit": "64G", "system_memory": "10G", "enable_syslog_wf": "false"},
        "oceanbase_home": "/home/admin/observer",
        "oceanbase_devname": "eth0",
        "oceanbase_data_disk": "/data",
        "oceanbase_log_disk": "/redo",
    }
    assert list(group["children"]) == ["terran_zone1", "terran_zone2", "terran_zone3"]
    assert group["children"]["terran_zone1"]["hosts"]["z1"] == {"ansible_host": "192.0.2.1", "oceanbase_host_id": 1, "oceanbase_address": "192.0.2.1"}
    assert converted["secrets"] == {"oceanbase_password": "a'b\"c", "oceanbase_proxyro_password": "proxy"}


def test_no_secret_is_in_the_inventory_or_the_notes() -> None:
    converted = convert(yaml.safe_load(THREE))
    shown = yaml.safe_dump([converted["inventory"], converted["notes"]])
    assert [word for word in ("hidden", "a'b", "proxy\n") if word in shown] == []


def test_what_is_left_out_is_told() -> None:
    notes = " | ".join(convert(yaml.safe_load(THREE))["notes"])
    for word in ("user.password", "obproxy-ce", "z3: cpu_count=16", "production_mode"):
        assert word in notes


def test_a_home_with_its_data_inside_gets_disks_beside_it() -> None:
    converted = convert(yaml.safe_load(LOCAL), "my-ob")
    group = converted["inventory"]["all"]["children"]["my_ob"]
    host = group["children"]["my_ob_zone1"]["hosts"]["server1"]
    assert (host["oceanbase_data_disk"], host["oceanbase_log_disk"]) == ("/root/observer-data", "/root/observer-data-log")
    assert [note for note in converted["notes"] if "oceanbase_rpm_name" in note]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ([], "not a configuration of OBD"),
        ({}, "there are 0"),
        ({"oceanbase": {}, "oceanbase-ce": {}}, "there are 2"),
        ({"oceanbase": {}}, "names no servers"),
        ({"oceanbase": {"servers": [{"name": "a"}], "global": {"home_path": "/h"}}}, "server a has no ip"),
        ({"oceanbase": {"servers": ["192.0.2.1"]}}, "no home_path"),
    ],
)
def test_what_is_no_configuration_is_told(config: Any, said: str) -> None:
    with pytest.raises(ObdError, match=said):
        convert(config)
