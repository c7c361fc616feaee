# SPDX-License-Identifier: GPL-3.0-or-later
"""Every probe on recorded hosts, none of which is the one that the tests run on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from recorded_host import NAMES, load, source_of

from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import measure
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_list import HostWanted, host_probes

WANTED = HostWanted(
    "terran", "192.0.2.11:2882", "192.0.2.11", 2881, 2882, "", "admin", "admin",
    "/home/admin/oceanbase", "/data/1/terran", "/data/log1/terran",
)  # fmt: skip


class Measured:
    """A recorded host and what was measured on it."""

    def __init__(self, name: str, root: Path, wanted: HostWanted = WANTED) -> None:
        recorded = load(name)
        self.expected: dict[str, Any] = recorded["expected"]
        self.facts = measure(host_probes(source_of(recorded, root), wanted))

    def __getitem__(self, name: str) -> Any:
        assert "unknown" not in self.facts[name], self.facts[name]
        return self.facts[name]["value"]


@pytest.fixture(params=NAMES)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Measured:
    """Every recorded host in turn."""
    return Measured(request.param, tmp_path)


def test_there_are_enough_hosts() -> None:
    assert len(NAMES) >= 6


def test_unknown_is_told_with_a_reason_and_hides_nothing(host: Measured) -> None:
    unknown = {name: fact["unknown"] for name, fact in host.facts.items() if "unknown" in fact}
    assert sorted(unknown) == sorted(host.expected["unknown"])
    assert all(unknown.values())
    assert len(host.facts) == 23


def test_limits_are_those_of_the_service_user(host: Measured) -> None:
    if "limits" not in host.expected:
        pytest.skip("this host has no service user")
    assert {name: ways["login"] for name, ways in host["limits"].items()} == host.expected["limits"]
    assert host["limits"]["nofile"]["service"] == host.expected["service_nofile"]


def test_memory_and_processors_are_those_of_the_tightest_group(host: Measured) -> None:
    if "memory" not in host.expected:
        pytest.skip("this host shows no memory")
    assert {name: host["memory"][name] for name in host.expected["memory"]} == host.expected["memory"]
    assert host["cpu"] == host.expected["cpu"]


def test_directories_say_whose_they_are_and_where_they_lie(host: Measured) -> None:
    assert {role: host[role]["state"] for role in ("home", "data", "log")} == host.expected["states"]
    assert {role: host[role]["device"] for role in ("home", "data", "log")} == host.expected["devices"]


def test_ports_say_who_holds_them(host: Measured) -> None:
    assert {name: host[name]["state"] for name in ("sql_port", "rpc_port")} == host.expected["ports"]


def test_the_rest(host: Measured) -> None:
    assert host["selinux"] == host.expected["selinux"]
    assert host["firewall"] == host.expected["firewall"]
    assert host["huge_pages"] == host.expected["huge_pages"]
    assert host["time_service"]["running"] == host.expected["time"]
    assert host["rpm"]["database"] == host.expected["rpm"]


def test_a_running_server_is_known_by_its_home(tmp_path: Path) -> None:
    host = Measured("el9_running", tmp_path)
    assert host["observers"] == {"own": {"pid": 4242, "memory": 6442450944}, "others": []}
    assert host["data"]["used"] > 0
    assert host["rpc_port"]["holder"] == "observer (pid 4242) in /home/admin/oceanbase"


def test_the_same_server_is_a_stranger_to_another_home(tmp_path: Path) -> None:
    host = Measured("el9_running", tmp_path, WANTED._replace(home="/home/admin/second", server="192.0.2.11:3882", rpc_port=3882))
    assert host["observers"]["others"] == ["/home/admin/oceanbase"]
    assert host["sql_port"]["state"] == "held"
    assert host["rpc_port"]["state"] == "free"
    assert host["data"]["detail"] == "belongs to server 192.0.2.11:2882 of cluster terran (id 1)"


def test_left_overs_of_another_cluster_are_named(tmp_path: Path) -> None:
    host = Measured("arm", tmp_path)
    assert host["home"]["detail"] == "holds etc/observer.config.bin and no .oceanbase_cluster.json"
    assert host["data"]["detail"] == "holds sstable/block_file and no .oceanbase_cluster.json"
    assert host["log"]["detail"] == "belongs to server 192.0.2.11:2882 of cluster mars (id 7)"
    assert host["rpc_port"]["holder"] == "observer (pid 900) in /home/other/oceanbase"


def test_a_listener_on_another_address_is_told_apart(tmp_path: Path) -> None:
    host = Measured("container_v2", tmp_path)
    assert host["rpc_port"]["elsewhere"] == ["a process that may not be seen on 192.0.2.12"]
    assert host["sql_port"]["holder"] == "a process that may not be seen"


def test_who_may_not_write_is_told(tmp_path: Path) -> None:
    host = Measured("container_v2", tmp_path)
    assert (host["data"]["writer"], host["data"]["write_error"]) == ("admin", "Permission denied")
    assert host["home"]["write_error"] == ""


@pytest.mark.parametrize(
    ("address", "exists", "devices"),
    [
        ("192.0.2.11", True, ["enp1s0"]),
        ("192.0.2.21", True, ["enp1s0"]),
        ("192.0.2.99", False, []),
    ],
)
def test_address(tmp_path: Path, address: str, exists: bool, devices: list[str]) -> None:
    host = Measured("arm", tmp_path, WANTED._replace(address=address))
    assert (host["address"]["exists"], host["address"]["devices"]) == (exists, devices)
    assert "2001:db8::11" in host["address"]["known"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bond0", {"name": "bond0", "exists": True, "mtu": 1500, "state": "up"}),
        ("eth9", {"name": "eth9", "exists": False, "mtu": 0, "state": ""}),
    ],
)
def test_device(tmp_path: Path, name: str, value: dict[str, Any]) -> None:
    assert Measured("el7", tmp_path, WANTED._replace(devname=name))["device"] == value
