# SPDX-License-Identifier: GPL-3.0-or-later
"""What a cluster is, how it differs from its plan, and the steps that follow."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._bootstrap_plan import bootstrap_failed, plan
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Server, Zone
from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import (
    DIFFERS,
    HALF,
    NONE,
    UP,
    Actual,
    Difference,
    check_identity,
    classify,
    compare,
    zones_of,
)
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import ZoneServers

PLANNED = (
    ZoneServers("zone1", "", "hz1", ("192.0.2.1:2882", "192.0.2.4:2882")),
    ZoneServers("zone2", "", "", ("192.0.2.2:2882",)),
    ZoneServers("zone3", "east", "hz2", ("192.0.2.3:2882",)),
)


def member(number: int, zone: str) -> Server:
    return Server(f"192.0.2.{number}:2882", zone, 2881, number, number == 1, "ACTIVE", "2026-01-01 00:00:00", "", "4.3.5.3")


MEMBERS = (member(1, "zone1"), member(4, "zone1"), member(2, "zone2"), member(3, "zone3"))
ZONES = (Zone("zone1", "ACTIVE", "default_region", "hz1"), Zone("zone2", "ACTIVE", "default_region", "any"), Zone("zone3", "ACTIVE", "east", "hz2"))
CLUSTER = Actual(True, "terran", 1, MEMBERS, ZONES)


@pytest.mark.parametrize(("actual", "state"), [
    (Actual(), NONE), (Actual(servers=MEMBERS[:1]), HALF), (CLUSTER, UP), (CLUSTER._replace(servers=MEMBERS[:3]), DIFFERS),
    (CLUSTER._replace(servers=(*MEMBERS, member(9, "zone1"))), DIFFERS), (CLUSTER._replace(zones=ZONES[:2]), DIFFERS),
    (CLUSTER._replace(zones=(ZONES[0]._replace(idc=""), *ZONES[1:])), DIFFERS), (CLUSTER._replace(zones=(*ZONES, Zone("x", "ACTIVE", "", ""))), UP),
])
def test_classify(actual: Actual, state: str) -> None:
    assert classify(PLANNED, actual) == state


def test_compare_tells_everything() -> None:
    actual = CLUSTER._replace(
        servers=(member(1, "zone2"), member(2, "zone2"), member(9, "zone1")), zones=(ZONES[0]._replace(idc="other"), ZONES[1]))
    difference = compare(PLANNED, actual)
    assert difference.lines == [
        "zone3 does not exist", "192.0.2.4:2882 of zone1 is not a member", "192.0.2.3:2882 of zone3 is not a member",
        "192.0.2.9:2882 in zone1 is a member that was not planned", "192.0.2.1:2882 is in zone2, planned was zone1",
        "zone1 has region 'default_region' and IDC 'other', planned was IDC 'hz1'"]
    assert compare(PLANNED, CLUSTER) == Difference()


@pytest.mark.parametrize(("actual", "statements"), [
    (Actual(), [
        "SET SESSION ob_query_timeout = 1000000000",
        "ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '192.0.2.1:2882', ZONE 'zone2' SERVER '192.0.2.2:2882', REGION 'east' ZONE 'zone3' SERVER '192.0.2.3:2882'",
        "ALTER SYSTEM ADD SERVER '192.0.2.4:2882' ZONE 'zone1'", "ALTER SYSTEM MODIFY ZONE 'zone1' SET IDC = 'hz1'",
        "ALTER SYSTEM MODIFY ZONE 'zone3' SET IDC = 'hz2'"]),
    (CLUSTER, []),
    (CLUSTER._replace(servers=MEMBERS[:1] + MEMBERS[2:]), ["ALTER SYSTEM ADD SERVER '192.0.2.4:2882' ZONE 'zone1'"]),
    (CLUSTER._replace(zones=(ZONES[0]._replace(idc=""), ZONES[1], ZONES[2]._replace(region="west", idc=""))), [
        "ALTER SYSTEM MODIFY ZONE 'zone1' SET IDC = 'hz1'", "ALTER SYSTEM MODIFY ZONE 'zone3' SET REGION = 'east', IDC = 'hz2'"]),
])
def test_plan(actual: Actual, statements: list[str]) -> None:
    assert [change.statement.shown() for change in plan(PLANNED, actual, 1000)] == statements


@pytest.mark.parametrize(("actual", "words"), [
    (CLUSTER._replace(servers=(*MEMBERS, member(9, "zone1"))), "192.0.2.9:2882 in zone1 is a member that was not planned"),
    (CLUSTER._replace(servers=(*MEMBERS[:3], member(3, "zone1"))), "192.0.2.3:2882 is in zone1, planned was zone3"),
    (CLUSTER._replace(servers=MEMBERS[:3], zones=ZONES[:2]), "zone3 does not exist"),
    (Actual(servers=MEMBERS[:1]), "oceanbase_rebuild_failed_bootstrap: true"),
])
def test_plan_refuses(actual: Actual, words: str) -> None:
    with pytest.raises(ObError) as caught:
        plan(PLANNED, actual, 1000)
    assert words in str(caught.value)


@pytest.mark.parametrize(("code", "half", "words"), [
    (4015, True, "the one that was asked, at 192.0.2.1:2881"), (4005, True, "one of 192.0.2.2:2882, 192.0.2.3:2882"), (4012, True, "RPC port"),
    (4631, True, "another zone"), (4622, True, "192.0.2.1:2882, 192.0.2.2:2882, 192.0.2.3:2882"), (4640, False, "one zone"), (1064, False, "1064"),
    (9999, True, "9999"),
])
def test_bootstrap_failed(code: int, half: bool, words: str) -> None:
    change = plan(PLANNED, Actual(), 1000)[1]
    error = bootstrap_failed(PLANNED, change, SqlError(code, "words of the server", "192.0.2.1:2881"))
    assert words in str(error)
    assert ("oceanbase_rebuild_failed_bootstrap: true" in str(error)) is half
    assert error.details["error_code"] == code
    assert str(error.details["statement"]).startswith("ALTER SYSTEM BOOTSTRAP")
    assert (error.details.get("cluster_state") == HALF) is half


@pytest.mark.parametrize(("name", "number", "refuses"), [
    ("terran", 1, False), ("other", 1, True), ("terran", 2, True), ("", 0, False), ("terran", 0, False),
])
def test_identity(name: str, number: int, refuses: bool) -> None:
    if not refuses:
        check_identity(name, number, CLUSTER, "192.0.2.1:2881")
        return
    with pytest.raises(ObError, match=r"at 192\.0\.2\.1:2881 runs cluster terran \(id 1\)"):
        check_identity(name, number, CLUSTER, "192.0.2.1:2881")


def test_zones_of_tells_every_fault() -> None:
    def zone(name: str, *servers: str, idc: str = "") -> dict[str, object]:
        return {"name": name, "region": "", "idc": idc, "servers": list(servers)}

    with pytest.raises(ObError) as caught:
        zones_of([zone("z1", "192.0.2.1:2882"), zone("z1", "192.0.2.1:2882"), zone("z2"), zone("z3", "192.0.2.3"), zone("z4", "192.0.2.4:2882", idc="h'z")])
    for words in ("zone z1 is listed twice", "server 192.0.2.1:2882 is listed twice", "zone z2 has no servers", "'192.0.2.3' is not ip:rpc_port", '"h\'z"'):
        assert words in str(caught.value)
