# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from sql_world import PASSWORD, Cluster, Run, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def cluster(stored: str = "RANDOM") -> Cluster:
    world = Cluster()
    world.passwords["root"] = PASSWORD
    world.primary_zone = stored
    world.effect("PRIMARY_ZONE = 'zone1'", lambda: setattr(world, "primary_zone", "zone1;zone2,zone3"))
    world.effect("PRIMARY_ZONE = 'zone2;zone1'", lambda: setattr(world, "primary_zone", "zone2;zone1;zone3"))
    world.effect("PRIMARY_ZONE = RANDOM", lambda: setattr(world, "primary_zone", "RANDOM"))
    return world


@pytest.mark.parametrize(("stored", "wanted", "sent", "after"), [
    ("RANDOM", "zone1", ["ALTER TENANT sys SET PRIMARY_ZONE = 'zone1'"], "zone1;zone2,zone3"),
    ("zone1;zone2,zone3", "zone1", [], "zone1;zone2,zone3"),
    ("zone1;zone2,zone3", "zone1;zone3,zone2", [], "zone1;zone2,zone3"),
    ("zone1;zone2,zone3", " zone2 ; zone1 ", ["ALTER TENANT sys SET PRIMARY_ZONE = 'zone2;zone1'"], "zone2;zone1;zone3"),
    ("zone1;zone2,zone3", "random", ["ALTER TENANT sys SET PRIMARY_ZONE = RANDOM"], "RANDOM"),
    ("RANDOM", "RANDOM", [], "RANDOM"),
    ("RANDOM", "", [], "RANDOM"),
])
def test_primary_zone(run: Run, stored: str, wanted: str, sent: list[str], after: str) -> None:
    world = cluster(stored)
    foreseen = run("tenant", world, check=True, primary_zone=wanted)
    result = run("tenant", world, primary_zone=wanted)
    assert world.sent == sent == result["statements"] == foreseen["statements"]
    assert result["primary_zone"] == foreseen["primary_zone"] == after
    assert result["changed"] is bool(sent)
    assert result["diff"] == foreseen["diff"]
    assert not run("tenant", world, primary_zone=wanted)["changed"]


@pytest.mark.parametrize(("options", "words"), [
    ({"primary_zone": "zone9"}, "it has no replicas in zone9. Name some of its zones: zone1, zone2, zone3"),
    ({"primary_zone": "DEFAULT"}, "refused by the server"),
    ({"primary_zone": "zone1;;"}, "nothing between"), ({"name": "nobody", "primary_zone": "zone1"}, "there is no such tenant. Tenants are sys"),
    ({"name": "a b", "primary_zone": "zone1"}, "no identifier"),
])
def test_refusals(run: Run, options: dict[str, str], words: str) -> None:
    for check in (True, False):
        result = run("tenant", cluster(), check=check, **options)
        assert result["failed"]
        assert words in result["msg"]


def test_nobody(run: Run) -> None:
    world = cluster()
    world.nobody()
    result = run("tenant", world, check=True, primary_zone="zone1;zone2,zone3")
    assert result["statements"] == ["ALTER TENANT sys SET PRIMARY_ZONE = 'zone1;zone2,zone3'"]
    assert run("tenant", world, primary_zone="zone1")["failed"]


def test_server_refuses(run: Run) -> None:
    world = cluster()
    world.effect("ALTER TENANT", SqlError(1235, "tenant primary zone span regions not supported"))
    result = run("tenant", world, primary_zone="zone1")
    assert "span regions" in result["msg"]
    assert result["error_code"] == 1235
