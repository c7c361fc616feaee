# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which zones are restarted."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.filter.zones_to_restart import zones_to_restart

PLAN = {
    "zones": [{"name": "zone1", "hosts": ["ob1", "ob2"]}, {"name": "zone2", "hosts": ["ob3"]}],
    "hosts": {name: {"server": f"{name}:2882"} for name in ("ob1", "ob2", "ob3")},
}
OLD, NEW = {"argv": ["/home/admin/oceanbase/bin/observer"]}, {"argv": ["/home/admin/oceanbase/bin/observer", "-p", "2881"]}

CASES = [
    ([OLD, OLD, OLD], []),
    ([OLD, NEW, OLD], ["zone1"]),
    ([OLD, OLD, NEW], ["zone2"]),
    ([NEW, NEW, NEW], ["zone1", "zone2"]),
    ([{"argv": ["/usr/bin/python3", "./bin/observer"]}, OLD, OLD], []),
    ([{"argv": []}, OLD, OLD], ["zone1"]),
    ([None, OLD, OLD], ["zone1"]),
]


@pytest.mark.parametrize(("results", "zones"), CASES)
def test_zones(results: list[Any], zones: list[str]) -> None:
    hostvars = {f"ob{number}": {"started": result} for number, result in enumerate(results, 1)}
    assert [zone["name"] for zone in zones_to_restart(PLAN, hostvars, "started")] == zones
    assert [zone["name"] for zone in zones_to_restart(PLAN)] == ["zone1", "zone2"]


def test_each_knows_what_is_stopped_until_its_turn() -> None:
    zones = zones_to_restart(PLAN, {name: {} for name in ("ob1", "ob2", "ob3")}, "started")
    assert [(zone["servers"], zone["stopped_before"]) for zone in zones] == [(["ob1:2882", "ob2:2882"], []), (["ob3:2882"], ["ob1:2882", "ob2:2882"])]
