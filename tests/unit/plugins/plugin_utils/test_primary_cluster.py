# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests for standby clusters, and what generations cannot have."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.creation import Outcome, create_plan
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.plan_cases import hosts, inventory, no_file, plan_of, request, resolve

RPM_22, RPM_31 = "oceanbase-2.2.76-20210219154519.el7.x86_64.rpm", "oceanbase-ce-3.1.5-100000252023041721.el7.x86_64.rpm"
ROOTS = "192.0.2.11:2882:2881;192.0.2.12:2882:2881"
FULL = {"ob_cluster_id": 1, "rootservice_list": ROOTS}
DOCUMENT = {"name": "terran", "obClusterId": 1, "type": "PRIMARY", "obVersion": "2.2.76", "rootServiceList": ROOTS}


def standby(primary: Any, documents: dict[str, str] | None = None, **changes: Any) -> Outcome:
    """Make the plan of a standby cluster with id 2."""
    body = request(**{"type": "STANDBY", "rpmName": RPM_22, "obClusterId": 2, **changes})

    def read(path: str) -> bytes:
        if path not in (documents or {}):
            raise FileNotFoundError(2, "No such file or directory", path)
        return (documents or {})[path].encode()

    of_hosts = inventory(hosts(), oceanbase_request=body, oceanbase_primary_cluster=primary, oceanbase_proxyro_password="p", oceanbase_monitor_password="m")
    return create_plan(of_hosts, read, resolve)


@pytest.mark.parametrize("primary", [FULL, {**FULL, "rootservice_list": ROOTS.split(";")}, {"cluster_json": "/p/cluster.json"}])
def test_primary_is_known(primary: dict[str, Any]) -> None:
    """Said in full or read from the file of its creation, it comes to the same."""
    outcome = standby(primary, {"/p/cluster.json": json.dumps(DOCUMENT)})
    assert outcome.faults == []
    assert outcome.plan["primary"] == {
        "ob_cluster_id": 1, "rootservice_list": ["192.0.2.11:2882", "192.0.2.12:2882"], "endpoints": ["192.0.2.11:2881", "192.0.2.12:2881"]}
    first, second, *_rest, last = outcome.plan["statements"]
    assert first == "ALTER SYSTEM ADD CLUSTER VERIFY (on the primary)"
    assert second.startswith("ALTER SYSTEM BOOTSTRAP CLUSTER STANDBY ZONE 'zone1' SERVER '192.0.2.1:2882', ")
    assert second.endswith(" PRIMARY_CLUSTER_ID 1 PRIMARY_ROOTSERVICE_LIST '192.0.2.11:2882,192.0.2.12:2882'")
    assert last == "ALTER SYSTEM ADD CLUSTER terran CLUSTER_ID = 2 (on the primary)"


def test_steps_that_come_from_the_primary() -> None:
    """They are not asked for, and the plan says why."""
    plan = standby(FULL).plan
    reasons = {step["name"]: step["reason"] for step in plan["steps"] if not step["asked"]}
    assert reasons["Set sys password"] == "the password of root@sys comes from the primary cluster"
    assert reasons["Create default user"] == "users come from the primary cluster"
    assert reasons["Trigger compaction"] == "a standby cluster follows the compactions of its primary"
    assert plan["default_users"] == []


def test_living_primary_is_asked_later() -> None:
    """Step 1 contacts nobody."""
    plan = standby({"login_servers": ["192.0.2.11:2881"]}).plan
    assert plan["primary"] == {"ob_cluster_id": 0, "rootservice_list": [], "endpoints": ["192.0.2.11:2881"]}
    assert plan["statements"][1].endswith(" PRIMARY_CLUSTER_ID ... PRIMARY_ROOTSERVICE_LIST '...'")


@pytest.mark.parametrize(("primary", "changes", "words"), [
    ({}, {}, "oceanbase_primary_cluster: missing"), ("192.0.2.11:2881", {}, "oceanbase_primary_cluster: missing"),
    ({"rootservice_list": ROOTS}, {}, "oceanbase_primary_cluster.ob_cluster_id: missing"), ({"ob_cluster_id": 1}, {}, "says nothing; say one of"),
    ({**FULL, "login_servers": ["192.0.2.11:2881"]}, {}, "says rootservice_list and login_servers"),
    ({**FULL, "ob_cluster_id": 2}, {}, "obClusterId: 2 is the id of the primary cluster"), ({**FULL, "password": "x"}, {}, "oceanbase_password"),
    ({**FULL, "rootservice_lst": "x"}, {}, "did you mean"), ({**FULL, "rootservice_list": "192.0.2.11:2882"}, {}, "is not ip:rpc_port:sql_port"),
    ({"login_servers": ["ob11"]}, {}, "is not ip:sql_port"), ({"cluster_json": "/nowhere"}, {}, "/nowhere cannot be read"),
    ({"cluster_json": "/p/text"}, {}, "is not a cluster.json that a run has written"), ({"cluster_json": "/p/other"}, {}, "the primary's name is"),
    ({"cluster_json": "/p/standby"}, {}, "which is no primary"), ({"cluster_json": "/p/version"}, {}, "the primary's obVersion is"),
    (FULL, {"type": "PRIMARY"}, "only a cluster of type STANDBY has a primary"), (FULL, {"rpmName": RPM_31}, "the community edition of 3.x has no standby"),
    (FULL, {"rpmName": "oceanbase-4.2.1.6-106000012024042515.el7.x86_64.rpm"}, "standby is a property of a tenant"),
])
def test_faults(primary: Any, changes: dict[str, Any], words: str) -> None:
    documents = {"/p/text": "terran", "/p/other": json.dumps({**DOCUMENT, "name": "zerg"}), "/p/standby": json.dumps({**DOCUMENT, "type": "STANDBY"}),
                 "/p/version": json.dumps({**DOCUMENT, "obVersion": "2.2.73"})}
    outcome = standby(primary, documents, **changes)
    assert words in outcome.message
    assert len(outcome.faults) == 1


def test_community_3_has_no_io_bench() -> None:
    """The step is left out with its reason."""
    plan = plan_of(hosts(), oceanbase_request=request(rpmName=RPM_31)).plan
    assert plan["steps"][7] == {"number": 8, "name": "Do io bench", "asked": False, "reason": "ob_admin of the community edition of 3.x cannot measure disks"}
    assert plan_of(hosts(), oceanbase_request=request(rpmName=RPM_22)).plan["steps"][7]["asked"]


def test_regions_before_4() -> None:
    """Without a region of two zones the server would stop half way."""
    apart = hosts(ob1={"oceanbase_region": "a"}, ob2={"oceanbase_region": "b"}, ob3={"oceanbase_region": "c"})
    assert "wants one that holds two" in plan_of(apart, oceanbase_request=request(rpmName=RPM_31)).message
    assert plan_of(apart, oceanbase_request=request()).faults == []
    together = hosts(ob1={"oceanbase_region": "a"}, ob2={"oceanbase_region": "b"}, ob3={"oceanbase_region": "b"})
    assert plan_of(together, oceanbase_request=request(rpmName=RPM_31)).faults == []


def test_calibration_is_of_4() -> None:
    """Asked for of an older server, it is a fault."""
    outcome = plan_of(hosts(), oceanbase_request=request(rpmName=RPM_31), oceanbase_io_calibration=True)
    assert outcome.faults == ["oceanbase_io_calibration: servers of 3.x have no job io_calibration; oceanbase_io_bench is what they have"]
    assert plan_of(hosts(), oceanbase_request=request(), oceanbase_io_calibration=True).faults == []


def test_parameters_that_are_not_there() -> None:
    """The server would ignore them in silence."""
    outcome = plan_of(hosts(), oceanbase_request=request(rpmName=RPM_22, startupParameters={"log_disk_size": "20G", "memory_limit": "16G"}))
    assert "2.2.76 has no parameter log_disk_size: the server ignores it." in outcome.warnings
    assert not [warning for warning in outcome.warnings if "memory_limit" in warning]


def test_nothing_is_read_for_a_primary() -> None:
    """Only a standby has a file to read."""
    assert create_plan(inventory(hosts(), oceanbase_request=request()), no_file, resolve).plan["primary"] == {}
