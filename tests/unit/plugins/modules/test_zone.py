# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from sql_world import PASSWORD, Cluster, Run, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def cluster(**zone4: str) -> Cluster:
    world = Cluster()
    world.passwords["root"] = PASSWORD
    if zone4:
        world.zones.append({"zone": "zone4", "status": "ACTIVE", "region": "default_region", "idc": "", **zone4})
    return world


@pytest.mark.parametrize(("there", "options", "sent"), [
    ({}, {}, ["ALTER SYSTEM ADD ZONE 'zone4'"]),
    ({}, {"region": "east", "idc": "hz"}, ["ALTER SYSTEM ADD ZONE 'zone4' REGION = 'east', IDC = 'hz'"]),
    ({}, {"state": "started", "idc": "hz"}, ["ALTER SYSTEM ADD ZONE 'zone4' IDC = 'hz'", "ALTER SYSTEM START ZONE 'zone4'"]),
    ({"status": "ACTIVE"}, {}, []),
    ({"status": "ACTIVE"}, {"state": "started"}, []),
    ({"status": "INACTIVE"}, {"state": "started"}, ["ALTER SYSTEM START ZONE 'zone4'"]),
    ({"status": "ACTIVE"}, {"state": "stopped"}, ["ALTER SYSTEM STOP ZONE 'zone4'"]),
    ({"status": "INACTIVE"}, {"state": "stopped"}, []),
    ({"idc": "hz"}, {"idc": "hz"}, []),
    ({"idc": "hz"}, {"idc": "bj"}, ["ALTER SYSTEM MODIFY ZONE 'zone4' SET IDC = 'bj'"]),
    ({"idc": "hz"}, {"idc": "hz", "region": "east"}, ["ALTER SYSTEM MODIFY ZONE 'zone4' SET REGION = 'east'"]),
    ({"status": "ACTIVE"}, {"state": "absent"}, ["ALTER SYSTEM STOP ZONE 'zone4'", "ALTER SYSTEM DELETE ZONE 'zone4'"]),
    ({"status": "INACTIVE"}, {"state": "absent"}, ["ALTER SYSTEM DELETE ZONE 'zone4'"]),
    ({}, {"state": "absent"}, []),
])
def test_zone(run: Run, there: dict[str, str], options: dict[str, Any], sent: list[str]) -> None:
    world = cluster(**there)
    foreseen = run("zone", world, check=True, name="zone4", **options)
    result = run("zone", world, name="zone4", **options)
    assert world.sent == sent == result["statements"] == foreseen["statements"]
    assert result["changed"] is bool(sent)
    assert result["diff"] == foreseen["diff"]


def test_refusals(run: Run) -> None:
    assert "quote" in run("zone", cluster(), name="zo'ne")["msg"]
    world = cluster(status="ACTIVE")
    world.effect("STOP ZONE", SqlError(4660, "cannot stop server or stop zone in multiple zones"))
    result = run("zone", world, name="zone4", state="stopped")
    assert result["error_code"] == 4660
    assert "cannot stop server or stop zone in multiple zones" in result["msg"]
