# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster against its plan."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.status import describe, differences
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.plan_cases import hosts, plan_of, request

PLAN = plan_of(hosts(1), oceanbase_request=request(zones=[{"name": "zone1", "idcName": "hz1", "servers": [1]}])).plan
INFO: dict[str, Any] = {
    "cluster_state": "up",
    "differences": [],
    "cluster": {"name": "terran", "ob_cluster_id": 1, "version": "5.7.25-OceanBase_CE-v4.3.5.3"},
    "servers": [
        {
            "server": "192.0.2.1:2882", "zone": "zone1", "sql_port": 2881, "id": 1, "with_rootserver": True, "status": "ACTIVE",
            "start_service_time": "2026-01-30 08:05:12", "stop_time": "", "build_version": "4.3.5.3_103000092025080818-0000(Aug  8 2025 19:05:12)",
        }
    ],
    "zones": [{"name": "zone1", "status": "ACTIVE", "region": "default_region", "idc": "hz1"}],
    "tenants": [{"id": 1, "name": "sys", "type": "SYS", "primary_zone": "RANDOM", "locality": "FULL{1}@zone1", "mode": "MYSQL", "status": "NORMAL"}],
}  # fmt: skip

# (what is changed in the only server's row or elsewhere, what is told)
CHANGES = [
    ("servers", {"status": "INACTIVE"}, "192.0.2.1:2882 in zone1 does not serve: it is INACTIVE"),
    ("servers", {"start_service_time": ""}, "192.0.2.1:2882 in zone1 does not serve: it is ACTIVE"),
    ("servers", {"stop_time": "2026-01-30 08:06:00"}, "192.0.2.1:2882 in zone1 does not serve: it is ACTIVE"),
    ("servers", {"build_version": "4.2.1.6_x"}, "192.0.2.1:2882 runs version 4.2.1.6, not 4.3.5.3"),
    ("cluster", {"name": "protoss"}, "the cluster's name is protoss, not terran"),
    ("cluster", {"ob_cluster_id": 2}, "the cluster's id is 2, not 1"),
]


def test_as_planned() -> None:
    assert differences(PLAN, INFO) == []


@pytest.mark.parametrize(("part", "change", "told"), CHANGES)
def test_difference(part: str, change: dict[str, Any], told: str) -> None:
    info = copy.deepcopy(INFO)
    (info[part][0] if part == "servers" else info[part]).update(change)
    assert differences(PLAN, info) == [told]


def test_differences_that_were_read_are_kept() -> None:
    assert differences(PLAN, {**INFO, "differences": ["192.0.2.4:2882 of zone1 is not a member"]}) == ["192.0.2.4:2882 of zone1 is not a member"]


def test_description() -> None:
    cluster = describe(PLAN, INFO, "RUNNING")
    assert (cluster["name"], cluster["status"], cluster["primaryZone"]) == ("terran", "RUNNING", "RANDOM")
    assert cluster["zones"][0]["servers"] == [
        {"hostId": "1", "host": "ob1", "ip": "192.0.2.1", "sqlPort": 2881, "rpcPort": 2882, "status": "ACTIVE", "withRootserver": True}
    ]
