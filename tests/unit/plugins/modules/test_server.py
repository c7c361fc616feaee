# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from sql_world import PASSWORD, Cluster, Run, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError

Z1 = ["192.0.2.1:2882", "192.0.2.4:2882"]
STOP_1 = "ALTER SYSTEM STOP SERVER '192.0.2.1:2882', '192.0.2.4:2882'"
START_1 = "ALTER SYSTEM START SERVER '192.0.2.1:2882', '192.0.2.4:2882'"
STOP_2 = "ALTER SYSTEM STOP SERVER '192.0.2.2:2882'"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def cluster(*stopped: int) -> Cluster:
    world = Cluster()
    world.passwords["root"] = PASSWORD

    def stop(value: str | None, *numbers: int) -> Any:
        return lambda: [world.member(number).update(stop_time=value) for number in numbers] and None

    for zone in ((1, 4), (2,), (3,)):
        names = ", ".join(f"'192.0.2.{number}:2882'" for number in zone)
        world.effect(f"STOP SERVER {names}", stop("2026-01-01 00:00:09", *zone))
        world.effect(f"START SERVER {names}", stop(None, *zone))
    stop("2026-01-01 00:00:09", *stopped)()
    return world


@pytest.mark.parametrize(("stopped", "options", "sent"), [
    ((), {"servers": Z1, "state": "stopped"}, [STOP_1]),
    ((1, 4), {"servers": Z1, "state": "stopped"}, []),
    ((4,), {"servers": Z1, "state": "stopped"}, ["ALTER SYSTEM STOP SERVER '192.0.2.1:2882'"]),
    ((1, 4), {"servers": Z1, "state": "started"}, [START_1]),
    ((), {"servers": Z1, "state": "started"}, []),
    ((), {"servers": Z1}, []),
    ((1, 4), {"servers": Z1, "stop": ["192.0.2.2:2882"]}, [START_1, STOP_2]),
    ((), {"stop": ["192.0.2.2:2882"]}, [STOP_2]),
])
def test_start_and_stop(run: Run, stopped: tuple[int, ...], options: dict[str, Any], sent: list[str]) -> None:
    world = cluster(*stopped)
    world.effect("STOP SERVER '192.0.2.1:2882'", lambda: world.member(1).update(stop_time="x"))
    world.effect(STOP_1, lambda: [world.member(number).update(stop_time="x") for number in (1, 4)] and None)
    foreseen = run("server", world, check=True, **options)
    result = run("server", world, **options)
    assert world.sent == sent == result["statements"] == foreseen["statements"]
    assert result["diff"] == foreseen["diff"]
    assert result["changed"] is bool(sent)
    assert result["stop_skipped"] == ""
    assert not run("server", world, **{**options, "servers": options.get("servers", [])})["changed"]


def test_rolling_waits_for_every_other_member(run: Run) -> None:
    world = cluster(1, 4)
    world.member(3).update(start_service_time=None)
    seen: list[float] = []
    world.clock.after(30, lambda: world.member(3).update(start_service_time="2026-01-01 00:00:10"))
    world.effect("STOP SERVER '192.0.2.2:2882'", lambda: (seen.append(world.clock.time), world.member(2).update(stop_time="x"))[1])
    run("server", world, servers=Z1, stop=["192.0.2.2:2882"])
    assert world.sent == [START_1, STOP_2]
    assert 30 <= seen[0] < 33


def test_stop_is_tried_again_while_the_log_is_behind(run: Run) -> None:
    world = cluster()
    world.effect("STOP SERVER '192.0.2.2:2882'", SqlError(4179, "log is not in-sync, stop servers not allowed"))
    world.clock.after(20, lambda: world.effect("STOP SERVER '192.0.2.2:2882'", lambda: world.member(2).update(stop_time="x")))
    result = run("server", world, servers=["192.0.2.2:2882"], state="stopped")
    assert result["statements"] == [STOP_2]
    assert len(world.sent) > 2


@pytest.mark.parametrize(("error", "words", "seconds"), [
    (SqlError(4179, "log is not in-sync, stop servers not allowed"), "It was tried for 100 s", 100),
    (SqlError(4179, "Stop all server in primary region is disabled"), "Stop all server in primary region", 0),
    (SqlError(4630, "server not in server white list"), "white list", 0),
])
def test_stop_is_refused(run: Run, error: SqlError, words: str, seconds: float) -> None:
    world = cluster()
    world.effect("STOP SERVER", error)
    result = run("server", world, servers=["192.0.2.2:2882"], state="stopped", wait_timeout=100)
    assert words in result["msg"]
    assert result["error_code"] == error.code
    assert seconds <= world.clock.time <= seconds + 2


def test_two_zones_at_once(run: Run) -> None:
    assert "only one zone may be out of service" in run("server", cluster(), servers=["192.0.2.1:2882", "192.0.2.2:2882"], state="stopped")["msg"]


def test_another_zone_is_stopped_already(run: Run) -> None:
    world = cluster(1, 4)
    result = run("server", world, servers=["192.0.2.2:2882"], state="stopped")
    assert "192.0.2.1:2882 in zone1 is ACTIVE, stopped since 2026-01-01 00:00:09" in result["msg"]
    assert world.clock.time == 0
    assert world.sent == []


def test_no_majority(run: Run) -> None:
    world = cluster()
    world.members = [one for one in world.members if one["zone"] != "zone3"]
    result = run("server", world, servers=Z1, state="stopped")
    assert not result["changed"]
    assert result["stop_skipped"] == "the cluster has 2 zones, and a majority has to stay in service"
    assert world.sent == []


def test_started_waits_and_tells_who_is_late(run: Run) -> None:
    world = cluster(1, 4)
    world.member(4).update(start_service_time=None)
    result = run("server", world, servers=Z1, wait_timeout=50)
    assert "Waited 50 s in vain for 192.0.2.1:2882, 192.0.2.4:2882 to serve" in result["msg"]
    assert "192.0.2.4:2882 in zone1 is ACTIVE, does not serve yet" in result["cause"]
    assert "192.0.2.1:2882" not in result["cause"]


def test_present_and_absent(run: Run) -> None:
    world = cluster()
    world.members = world.members[:3]
    options = {"servers": Z1, "zone": "zone1", "state": "present"}
    foreseen = run("server", world, check=True, **options)
    result = run("server", world, **options)
    assert world.sent == ["ALTER SYSTEM ADD SERVER '192.0.2.4:2882' ZONE 'zone1'"] == result["statements"] == foreseen["statements"]
    assert not run("server", world, **options)["changed"]
    world.sent.clear()
    world.effect("DELETE SERVER '192.0.2.4:2882'", lambda: world.clock.after(9, lambda: world.members.pop() and None))
    assert run("server", world, servers=["192.0.2.4:2882"], state="absent")["changed"]
    assert world.sent == ["ALTER SYSTEM DELETE SERVER '192.0.2.4:2882'"]
    assert len(world.members) == 3
    assert not run("server", world, servers=["192.0.2.4:2882"], state="absent")["changed"]


def test_present_is_refused(run: Run) -> None:
    world = cluster()
    assert "192.0.2.4:2882 is in zone1" in run("server", world, servers=["192.0.2.4:2882"], zone="zone2", state="present")["msg"]
    world.members = world.members[:3]
    world.effect("ADD SERVER", SqlError(4179, "add non-empty server not allowed"))
    result = run("server", world, servers=["192.0.2.4:2882"], zone="zone1", state="present")
    assert "holds data of another or an earlier cluster" in result["msg"]
    assert result["failed"]


def test_unknown_servers(run: Run) -> None:
    assert "192.0.2.9:2882 are no members" in run("server", cluster(), servers=["192.0.2.9:2882"], state="stopped")["msg"]
    assert "are not ip:rpc_port" in run("server", cluster(), servers=["x'y"])["msg"]


def test_nobody(run: Run) -> None:
    world = cluster()
    world.nobody()
    assert not run("server", world, check=True, servers=Z1)["changed"]
    assert run("server", world, servers=Z1)["failed"]


def test_before_the_password_only_where_asked(run: Run) -> None:
    world = cluster()
    world.passwords["root"] = ""
    assert run("server", world, servers=Z1)["error_code"] == 1045
    assert not run("server", world, servers=Z1, login_unset=True).get("failed")


def test_what_a_run_would_find_is_foreseen(run: Run) -> None:
    """In check mode no cluster is there yet, or no server has been stopped yet by the steps before."""
    zones = [{"name": f"zone{number}", "servers": [f"192.0.2.{number}:2882"]} for number in (1, 2, 3)]
    world = Cluster(bootstrapped=False)
    world.nobody()
    first = run("server", world, check=True, servers=["192.0.2.2:2882", "192.0.2.3:2882"], stop=["192.0.2.1:2882"], foresee_zones=zones)
    assert first["statements"] == ["ALTER SYSTEM STOP SERVER '192.0.2.1:2882'"]
    then = run(
        "server", world, check=True, servers=["192.0.2.1:2882", "192.0.2.3:2882"], stop=["192.0.2.2:2882"], foresee_zones=zones,
        foresee_stopped=["192.0.2.1:2882"])
    assert then["statements"] == ["ALTER SYSTEM START SERVER '192.0.2.1:2882'", "ALTER SYSTEM STOP SERVER '192.0.2.2:2882'"]
    alone = run("server", world, check=True, servers=[], stop=["192.0.2.1:2882"], foresee_zones=zones[:1], foresee_stopped=["192.0.2.1:2882"])
    assert alone["statements"] == [] and alone["stop_skipped"]
