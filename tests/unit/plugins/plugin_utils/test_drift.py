# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift from results in check mode."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.drift import Drift, document, drift_of, parameter_drift, table, unit_drift

CASES: list[tuple[Any, list[tuple[str, str]]]] = [
    ({"changed": False}, []),
    ({"changed": True, "diff": {"before": "a\nb\n", "after": "a\nc\n"}}, [("c", "b")]),
    ({"changed": True, "diff": {"before": "not running\n", "after": "observer -p 2881\n"}}, [("observer -p 2881", "not running")]),
    ({"changed": True, "diff": [{"before": "a\n", "after": "b\nc\n"}]}, [("b", "a"), ("c", "")]),
    ({"changed": True}, [("as requested", "otherwise")]),
    ({"failed": True, "msg": "long", "cause": "it runs as user 0"}, [("as requested", "it runs as user 0")]),
    ({"failed": True, "msg": "no cause"}, [("as requested", "no cause")]),
    ({"unreachable": True, "msg": "no route"}, [("a host that can be reached", "no route")]),
    (None, [("an answer", "it was not looked at")]),
]


@pytest.mark.parametrize(("result", "wanted"), CASES)
def test_drift_of(result: Any, wanted: list[tuple[str, str]]) -> None:
    assert [(one.declared, one.actual) for one in drift_of("area", "ob1", result)] == wanted


@pytest.mark.parametrize(
    ("value", "tenant", "differs"), [("6144M", None, False), ("6G", 1, False), ("8G", None, True), ("8G", 1, True), ("8G", 1002, False)]
)
def test_parameters(value: str, tenant: int | None, differs: bool) -> None:
    rows = [
        {"name": "memory_limit", "value": value, "server": "192.0.2.1:2882", "tenant_id": tenant},
        {"name": "x", "value": "1", "server": "192.0.2.1:2882", "tenant_id": None},
    ]
    wanted = [Drift("parameters", "192.0.2.1:2882", "memory_limit=6G", f"memory_limit={value}")] if differs else []
    assert parameter_drift({"memory_limit": "6G"}, rows) == wanted


def test_report() -> None:
    plan = {"cluster": {"name": "terran", "ob_cluster_id": 1}}
    one = Drift("observer", "ob1", "", "not running")
    assert document(plan, [])["inSync"] and not document(plan, [one])["inSync"]
    assert table([one]).splitlines()[1] == "observer  ob1    -  <>  not running"


ZONES = [{"name": "zone1"}, {"name": "zone2"}]
SYS = {"id": 1, "name": "sys", "locality": "FULL{1}@zone1, FULL{1}@zone2"}


def unit(zone: str, status: str = "ACTIVE", tenant: int = 1) -> dict[str, Any]:
    """Return a unit."""
    return {"zone": zone, "status": status, "tenant_id": tenant, "server": f"{zone}:2882"}


@pytest.mark.parametrize(
    ("units", "locality", "wanted"),
    [
        ([unit("zone1"), unit("zone2")], SYS["locality"], []),
        ([unit("zone1"), unit("zone2", tenant=1002)], "FULL@zone1, FULL@zone2", [("a unit of sys in zone2", "none")]),
        ([unit("zone1"), unit("zone2", "DELETING")], SYS["locality"], [("a unit of sys in zone2", "DELETING on zone2:2882")]),
        ([unit("zone1"), unit("zone2")], "FULL{1}@zone1", [("a replica of sys in zone2", "FULL{1}@zone1")]),
        ([unit("zone1"), unit("zone2"), unit("zone3")], "", [("", "a unit of sys in zone3")]),
    ],
)
def test_units_of_sys(units: list[dict[str, Any]], locality: str, wanted: list[tuple[str, str]]) -> None:
    found = unit_drift(ZONES, {"tenants": [{**SYS, "locality": locality}], "units": units})
    assert [(one.declared, one.actual) for one in found] == wanted


def test_without_a_cluster_nothing_is_said_of_units() -> None:
    assert unit_drift(ZONES, {}) == []
