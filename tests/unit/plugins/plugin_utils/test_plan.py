# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Good requests, and the plans that come of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.creation import create_plan
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.values import read_capacity
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.plan_cases import RPM, hosts, inventory, plan_of, request, resolve

SAMPLE = (
    '{"type":"PRIMARY","name":"terran","password":"xxxxx","primaryZone":"","rpmName":"oceanbase-2.2.73-20201211175814.el7.x86_64.rpm",'
    '"zones":[{"name":"zone1","idcName":"hz2","servers":[1]}]}'
)


def good(outcome: Any) -> dict[str, Any]:
    """Return the plan of an outcome without faults."""
    assert outcome.faults == []
    plan: dict[str, Any] = outcome.plan
    return plan


def test_sample_of_the_api_verbatim() -> None:
    plan = good(plan_of(hosts(1), oceanbase_request=json.loads(SAMPLE)))
    assert plan["cluster"]["generation"] == "2.2"
    assert plan["zones"] == [{"name": "zone1", "idc": "hz2", "region": "", "hosts": ["ob1"]}]
    assert plan["bootstrap_zones"] == [{"name": "zone1", "idc": "hz2", "region": "", "servers": ["192.0.2.1:2882"]}]
    assert plan["statements"] == ["ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '192.0.2.1:2882'", "ALTER SYSTEM MODIFY ZONE 'zone1' SET IDC = 'hz2'"]


def test_sample_of_the_api_as_a_file() -> None:
    members = inventory(hosts(1), oceanbase_request_file=__file__)
    plan = good(create_plan(members, lambda path: SAMPLE.encode(), resolve))
    assert plan["cluster"]["name"] == "terran"


def test_command_line() -> None:
    plan = good(plan_of(hosts(), oceanbase_request=request(startupParameters={"system_memory": "1G"})))
    assert plan["hosts"]["ob2"]["flags"] == [
        "-p", "2881", "-P", "2882", "-z", "zone2", "-n", "terran", "-c", "1", "-d", "/home/admin/oceanbase/store/terran", "-I", "192.0.2.2",
        "-r", "192.0.2.1:2882:2881;192.0.2.2:2882:2881;192.0.2.3:2882:2881",
        "-o", "system_memory=1G,config_additional_dir=/data/1/terran/etc3;/data/log1/terran/etc2",
    ]  # fmt: skip
    assert plan["hosts"]["ob2"]["command"].startswith("cd /home/admin/oceanbase && /home/admin/oceanbase/bin/observer -p 2881")


@pytest.mark.parametrize(
    ("version", "device", "flags"),
    [
        ("4.2.0.0", "", ["-I", "192.0.2.1"]),
        ("4.2.1.6", "eth0", ["-I", "192.0.2.1"]),
        ("4.1.0.0", "eth0", ["-i", "eth0"]),
        ("4.0.0.0", "", []),
        ("3.1.5", "bond0", ["-i", "bond0"]),
    ],
)
def test_address_flag(version: str, device: str, flags: list[str]) -> None:
    body = request(rpmName=RPM.replace("4.3.5.3", version), zones=[{"name": "zone1", "servers": [1]}])
    found = good(plan_of(hosts(1, ob1={"oceanbase_devname": device}), oceanbase_request=body))["hosts"]["ob1"]["flags"]
    assert found[found.index("-d") + 2 : found.index("-r")] == flags


def test_one_server_a_zone_is_bootstrapped_and_the_rest_added() -> None:
    body = request(zones=[{"name": "zone1", "idcName": "hz1", "servers": [1, 4]}, {"name": "zone2", "servers": [2]}, {"name": "zone3", "servers": [3]}])
    plan = good(plan_of(hosts(4, ob1={"oceanbase_region": "east"}), oceanbase_request=body))
    assert plan["root_servers"] == ["192.0.2.1:2882", "192.0.2.2:2882", "192.0.2.3:2882"]
    assert plan["endpoints"] == ["192.0.2.1:2881", "192.0.2.2:2881", "192.0.2.3:2881", "192.0.2.4:2881"]
    assert plan["statements"] == [
        "ALTER SYSTEM BOOTSTRAP REGION 'east' ZONE 'zone1' SERVER '192.0.2.1:2882', ZONE 'zone2' SERVER '192.0.2.2:2882', "
        "ZONE 'zone3' SERVER '192.0.2.3:2882'",
        "ALTER SYSTEM ADD SERVER '192.0.2.4:2882' ZONE 'zone1'",
        "ALTER SYSTEM MODIFY ZONE 'zone1' SET IDC = 'hz1'",
    ]


def test_zones_derived_from_the_inventory() -> None:
    of_hosts = hosts(
        3,
        ob1={"oceanbase_zone": "zone1", "oceanbase_idc": "hz1"},
        ob2={"oceanbase_zone": "zone2", "oceanbase_idc": "hz2"},
        ob3={"oceanbase_zone": "zone1", "oceanbase_idc": "hz1"},
    )
    plan = good(plan_of(of_hosts, oceanbase_name="terran", oceanbase_password="x", oceanbase_rpm_name=RPM))
    assert [(zone["name"], zone["idc"], zone["hosts"]) for zone in plan["zones"]] == [("zone1", "hz1", ["ob1", "ob3"]), ("zone2", "hz2", ["ob2"])]


def test_hosts_of_no_zone_are_not_in_the_plan() -> None:
    plan = good(plan_of(hosts(5), oceanbase_request=request()))
    assert list(plan["hosts"]) == ["ob1", "ob2", "ob3"]


def test_survey_answers_are_strings() -> None:
    answers = {"oceanbase_ob_cluster_id": "7", "oceanbase_primary_zone": "", "oceanbase_io_bench": "false", "oceanbase_type": "PRIMARY"}
    answers.update(oceanbase_name="terran", oceanbase_rpm_name=RPM, oceanbase_password="x", oceanbase_startup_parameters="")
    of_zones = [{"name": "zone1", "idcName": "", "servers": ["1"]}]
    plan = good(plan_of(hosts(1, ob1={"oceanbase_sql_port": "2981"}), oceanbase_zones=of_zones, **answers))
    assert plan["cluster"]["ob_cluster_id"] == 7
    assert plan["hosts"]["ob1"]["sql_port"] == 2981
    assert plan["steps"][7] == {"number": 8, "name": "Do io bench", "asked": False, "reason": "oceanbase_io_bench is false"}


def test_flat_password_wins_over_the_request() -> None:
    assert good(plan_of(hosts(), oceanbase_request=request(), oceanbase_password="from the vault"))


def test_names_are_resolved() -> None:
    plan = good(plan_of(hosts(1, ob1={"oceanbase_address": "one.example"}), oceanbase_request=request(zones=[{"name": "zone1", "servers": ["ob1"]}])))
    assert plan["hosts"]["ob1"]["server"] == "192.0.2.77:2882"


def test_several_servers_on_one_machine() -> None:
    apart = {"machine": "m", "oceanbase_address": "127.0.0.1"}
    of_hosts = hosts(2, ob1=apart, ob2={**apart, "oceanbase_sql_port": 3881, "oceanbase_rpc_port": 3882, "oceanbase_home": "/home/admin/ob2",
                                        "oceanbase_data_disk": "/data/2", "oceanbase_log_disk": "/data/log2"})  # fmt: skip
    good(plan_of(of_hosts, oceanbase_request=request(zones=[{"name": "zone1", "servers": [1, 2]}])))


def test_default_users_need_passwords() -> None:
    without = good(plan_of(hosts(), oceanbase_request=request()))
    assert (without["default_users"], without["steps"][12]["asked"]) == ([], False)
    one = good(plan_of(hosts(), oceanbase_request=request(), oceanbase_proxyro_password="x"))
    assert (one["default_users"], one["steps"][12]["asked"]) == (["proxyro"], True)


def test_misspelt_variables_are_told() -> None:
    outcome = plan_of(hosts(), oceanbase_request=request(), oceanbase_primry_zone="zone1", oceanbase_qqqqq=1)
    assert outcome.warnings == ['Nothing reads the variable oceanbase_primry_zone (did you mean "oceanbase_primary_zone"?).']


def test_two_zones_are_warned_of() -> None:
    outcome = plan_of(hosts(), oceanbase_request=request(zones=request()["zones"][:2]))
    assert "Two zones have no majority" in outcome.warnings[0]


@pytest.mark.parametrize(
    ("text", "size"), [("6G", 6 << 30), ("6144M", 6 << 30), ("512MB", 512 << 20), ("10k", 10 << 10), ("0", 0), ("7", 7 << 20), ("x", None), ("-1G", None)]
)
def test_capacities(text: str, size: int | None) -> None:
    assert read_capacity(text) == size
