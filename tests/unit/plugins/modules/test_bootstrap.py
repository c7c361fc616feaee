# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from sql_world import ENDPOINTS, PASSWORD, ZONES, Cluster, Run, refused, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError

WANTED: dict[str, Any] = {"cluster": "terran", "ob_cluster_id": 1, "zones": ZONES}
ALL = [
    "SET SESSION ob_query_timeout = 1000000000",
    "ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '192.0.2.1:2882', ZONE 'zone2' SERVER '192.0.2.2:2882', ZONE 'zone3' SERVER '192.0.2.3:2882'",
    "ALTER SYSTEM ADD SERVER '192.0.2.4:2882' ZONE 'zone1'",
    "ALTER SYSTEM MODIFY ZONE 'zone1' SET IDC = 'hz1'",
]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def test_fresh_observers(run: Run) -> None:
    world = Cluster(bootstrapped=False)
    foreseen = run("bootstrap", world, check=True, **WANTED)
    result = run("bootstrap", world, **WANTED)
    assert world.sent == ALL
    assert result["statements"] == foreseen["statements"] == ALL
    assert result["diff"] == foreseen["diff"]
    assert "server 192.0.2.4:2882 in zone1" in result["diff"]["after"]
    assert result["changed"] and foreseen["changed"]
    assert (result["cluster_state"], foreseen["cluster_state"]) == ("none", "none")
    assert [(one["server"], one["status"]) for one in result["servers"]] == [
        ("192.0.2.1:2882", "ACTIVE"), ("192.0.2.4:2882", "ACTIVE"), ("192.0.2.2:2882", "ACTIVE"), ("192.0.2.3:2882", "ACTIVE")]


def test_empty_hosts_are_planned_for(run: Run) -> None:
    world = Cluster(bootstrapped=False)
    world.nobody()
    result = run("bootstrap", world, check=True, **WANTED)
    assert result["statements"] == ALL
    assert world.clock.time == 0


def test_again_is_unchanged_without_a_failed_login(run: Run) -> None:
    world = Cluster()
    world.passwords["root"] = PASSWORD
    result = run("bootstrap", world, **WANTED)
    assert not result["changed"]
    assert result["cluster_state"] == "up"
    assert world.sent == []
    assert world.tried == [f"root@sys {ENDPOINTS[0]} with"]
    assert len(world.queries) <= 6


def test_resumed_before_the_password(run: Run) -> None:
    world = Cluster()
    world.members.pop()
    world.zones[0]["idc"] = ""
    result = run("bootstrap", world, **WANTED)
    assert world.sent == ALL[2:]
    assert result["cluster_state"] == "up_not_as_planned"


def test_first_endpoint_is_fresh_but_another_is_a_member(run: Run) -> None:
    """A wiped server of a living cluster must not be bootstrapped."""
    world = Cluster()
    world.bootstrapped = False
    answers = {ENDPOINTS[0]: "-1"}

    def connect(endpoint: str, login: Any) -> Any:
        session = Cluster.connect(world, endpoint, login)
        world.reply("baseline_schema_version", lambda: [{"column_value": answers.get(endpoint, "17")}])
        return session

    world.connect = connect  # type: ignore[method-assign]
    result = run("bootstrap", world, **WANTED)
    assert not [statement for statement in world.sent if "BOOTSTRAP" in statement]
    assert not result["changed"]


def test_one_observer_does_not_answer(run: Run) -> None:
    world = Cluster(bootstrapped=False)
    world.endpoints[ENDPOINTS[2]] = refused()
    result = run("bootstrap", world, **WANTED)
    assert result["failed"]
    assert f"{ENDPOINTS[2]}: connection refused" in result["msg"]
    assert world.sent == []


def test_slow_start_is_waited_for(run: Run) -> None:
    world = Cluster(bootstrapped=False)
    world.endpoints.update({endpoint: SqlError(8001, "Server is initializing") for endpoint in ENDPOINTS})
    world.clock.after(60, world.endpoints.clear)
    assert run("bootstrap", world, **WANTED)["changed"]


@pytest.mark.parametrize(("code", "words"), [
    (4015, "192.0.2.1:2881"), (4005, "192.0.2.2:2882, 192.0.2.3:2882"), (4012, "RPC"), (4631, "zone"), (4622, "zone"),
])
def test_half_a_bootstrap_is_told(run: Run, code: int, words: str) -> None:
    world = Cluster(bootstrapped=False)
    world.effect("ALTER SYSTEM BOOTSTRAP", SqlError(code, "the server's words"))
    result = run("bootstrap", world, **WANTED)
    assert result["failed"]
    assert result["error_code"] == code
    assert result["cluster_state"] == "half_bootstrapped"
    assert result["servers"] == ["192.0.2.1:2882", "192.0.2.2:2882", "192.0.2.3:2882"]
    assert words in result["msg"]
    assert "oceanbase_rebuild_failed_bootstrap: true" in result["msg"]
    assert result["statement"] == ALL[1]
    assert world.sent == ALL[:2]


def test_connection_breaks_and_the_bootstrap_ends(run: Run) -> None:
    world = Cluster(bootstrapped=False)

    def lose() -> None:
        world.clock.after(20, world.bootstrap)
        raise SqlError(2013, "lost connection", ENDPOINTS[0])

    world.effect("ALTER SYSTEM BOOTSTRAP", lose)
    result = run("bootstrap", world, **WANTED)
    assert result["changed"]
    assert world.sent == ALL
    assert len([one for one in world.sent if "BOOTSTRAP" in one]) == 1


def test_connection_breaks_and_the_server_is_dead(run: Run) -> None:
    world = Cluster(bootstrapped=False)

    def die() -> None:
        world.nobody()
        raise SqlError(2013, "lost connection", ENDPOINTS[0])

    world.effect("ALTER SYSTEM BOOTSTRAP", die)
    result = run("bootstrap", world, **WANTED)
    assert result["cluster_state"] == "half_bootstrapped"
    assert "no server answered" in result["msg"]
    assert world.clock.time < 60, "a dead server is noticed within seconds"


def test_members_without_a_schema(run: Run) -> None:
    world = Cluster()
    world.bootstrapped = False
    for check in (True, False):
        result = run("bootstrap", world, check=check, **WANTED)
        assert result["failed"]
        assert result["cluster_state"] == "half_bootstrapped"
    assert world.sent == []


@pytest.mark.parametrize(("change", "words"), [
    ({"cluster": "other"}, "runs cluster terran (id 1)"), ({"ob_cluster_id": 9}, "runs cluster terran (id 1)"),
    ({"zones": ZONES[:2]}, "192.0.2.3:2882 in zone3 is a member that was not planned"),
    ({"zones": [{**ZONES[0], "servers": ["192.0.2.1:2882"]}, {**ZONES[1], "servers": ["192.0.2.2:2882", "192.0.2.4:2882"]}, ZONES[2]]},
     "192.0.2.4:2882 is in zone1, planned was zone2"),
])
def test_another_cluster_is_left_alone(run: Run, change: dict[str, Any], words: str) -> None:
    world = Cluster()
    result = run("bootstrap", world, **{**WANTED, **change})
    assert result["failed"]
    assert words in result["msg"]
    assert "Nothing was changed" in result["msg"]
    assert world.sent == []


def test_wrong_password_of_an_existing_cluster(run: Run) -> None:
    world = Cluster()
    world.passwords["root"] = "other-secret"
    for check in (True, False):
        result = run("bootstrap", world, check=check, **WANTED)
        assert result["failed"]
        assert result["error_code"] == 1045
        assert "access denied for root@sys" in result["msg"]


@pytest.mark.parametrize("module", ["bootstrap", "server"])
def test_a_password_that_is_being_changed(run: Run, module: str) -> None:
    world = Cluster()
    world.passwords["root"] = "other-secret"
    wanted = WANTED if module == "bootstrap" else {"servers": ["192.0.2.1:2882"], "state": "started", "login_password": PASSWORD}
    for check in (True, False):
        result = run(module, world, check=check, login_current_password="other-secret", **wanted)
        assert not result["changed"]
        assert "other-secret" not in str(result)
    assert world.tried[:2] == [f"root@sys {ENDPOINTS[0]} with"] * 2


def test_a_server_never_serves(run: Run) -> None:
    world = Cluster(bootstrapped=False)
    world.effect("ADD SERVER '192.0.2.4:2882'", lambda: world.members.append({**world.members[0], "svr_ip": "192.0.2.4", "id": 4, "status": "INACTIVE",
                                                                              "start_service_time": None}))
    result = run("bootstrap", world, **WANTED, wait_timeout=100)
    assert "Waited 100 s in vain" in result["msg"]
    assert "192.0.2.4:2882 in zone1 is INACTIVE, does not serve yet" in result["msg"]
    assert "192.0.2.2:2882 in" not in result["cause"]


def test_faults_of_the_zones(run: Run) -> None:
    result = run("bootstrap", Cluster(), cluster="terran", ob_cluster_id=1, zones=[{"name": "z", "servers": ["192.0.2.1"]}, {"name": "z", "servers": []}])
    assert "zone z is listed twice" in result["msg"]
    assert "'192.0.2.1' is not ip:rpc_port" in result["msg"]


def used(*numbers: int, restarted: bool = False, first_start: bool = True, age: float = 5000) -> list[dict[str, Any]]:
    """Servers whose hosts hold data."""
    return [{"server": f"192.0.2.{one}:2882", "endpoint": ENDPOINTS[one - 1], "restarted": restarted, "first_start": first_start, "age": age}
            for one in numbers]


def test_half_a_bootstrap_is_known_before_anything_is_sent(run: Run) -> None:
    world = Cluster(bootstrapped=False)
    world.endpoints[ENDPOINTS[0]] = SqlError(8001, "Server is initializing")
    told = run("bootstrap", world, used=used(1, 2, 3, restarted=True), **WANTED)
    assert told["failed"] and told["cluster_state"] == "half_bootstrapped"
    assert told["servers"] == ["192.0.2.1:2882", "192.0.2.2:2882", "192.0.2.3:2882"]
    assert f"{ENDPOINTS[0]}: initializing (8001)" in told["msg"] and "oceanbase_rebuild_failed_bootstrap: true" in told["remedy"]
    assert world.sent == [] and world.clock.time < 20
    reported = run("bootstrap", world, used=used(1, 2, 3, restarted=True), rebuild="report", **WANTED)
    assert not reported["changed"] and reported["rebuild"] == told["servers"] and reported["cluster_state"] == "half_bootstrapped"
    assert run("bootstrap", world, check=True, used=used(1, 2), rebuild="done", **WANTED)["statements"] == ALL


def test_a_bootstrap_that_fails_is_reported_where_it_may_be_undone(run: Run) -> None:
    world = Cluster(bootstrapped=False)
    world.effect("ALTER SYSTEM BOOTSTRAP", SqlError(4012, "Timeout"))
    assert run("bootstrap", world, rebuild="report", **WANTED)["rebuild"] == ["192.0.2.1:2882", "192.0.2.2:2882", "192.0.2.3:2882"]
    world.effect("ALTER SYSTEM BOOTSTRAP", SqlError(1064, "syntax"))
    assert run("bootstrap", world, rebuild="report", **WANTED)["failed"]


def test_a_bootstrap_that_goes_on_without_us_is_waited_for(run: Run) -> None:
    """Killed between BOOTSTRAP's start and its end: the server goes on with it."""
    world = Cluster(bootstrapped=False)
    world.clock.after(300, world.bootstrap)
    result = run("bootstrap", world, used=used(1, 2, 3, age=20), rebuild="report", **WANTED)
    assert "rebuild" not in result and world.sent == ALL[2:]


def test_a_cluster_that_is_slow_to_come_back_is_not_rebuilt(run: Run) -> None:
    world = Cluster()
    world.passwords["root"] = PASSWORD
    world.endpoints.update({endpoint: SqlError(8001, "Server is initializing") for endpoint in ENDPOINTS})
    world.clock.after(600, world.endpoints.clear)
    result = run("bootstrap", world, used=used(1, 2, 3, 4, restarted=True, first_start=False), rebuild="report", **WANTED)
    assert "rebuild" not in result and not result["changed"] and world.sent == []


@pytest.mark.parametrize("answer", [SqlError(8001, "Server is initializing"), SqlError(1045, "Access denied"), refused()])
def test_a_cluster_in_trouble_is_never_rebuilt(run: Run, answer: SqlError) -> None:
    world = Cluster()
    world.endpoints.update(dict.fromkeys(ENDPOINTS, answer))
    result = run("bootstrap", world, used=used(1, 2, 3, 4, restarted=True, first_start=False), rebuild="report", **WANTED)
    assert result["failed"] and "rebuild" not in result and world.sent == []
    foreseen = run("bootstrap", world, check=True, used=used(1, 2, 3, 4, first_start=False), rebuild="report", **WANTED)
    assert "rebuild" not in foreseen and not foreseen.get("statements")


def test_killed_in_a_restart(run: Run) -> None:
    """Servers that the restart had taken out of service are not waited for: a later step starts them."""
    world = Cluster()
    world.passwords["root"] = PASSWORD
    world.member(1)["stop_time"] = "2026-01-01 00:00:01"
    result = run("bootstrap", world, used=used(1, 2, 3, 4), **WANTED)
    assert not result["changed"] and world.clock.time == 0


PRIMARY = {"ob_cluster_id": 7, "rootservice_list": ["192.0.2.91:2882:2881", "192.0.2.92:2882"]}


def standby(role: str = "PHYSICAL STANDBY", bootstrapped: bool = True) -> Cluster:
    """Servers of a standby cluster, which are active, but serve only once their primary knows them."""
    world = Cluster(bootstrapped)
    world.reply("v$ob_cluster", [{"cluster_id": 1, "cluster_role": role, "cluster_status": "VALID"}])
    for member in world.members:
        member["start_service_time"] = None
    return world


def test_standby(run: Run) -> None:
    world = standby(bootstrapped=False)
    foreseen = run("bootstrap", world, check=True, primary=PRIMARY, **WANTED)
    result = run("bootstrap", world, primary=PRIMARY, **WANTED)
    tail = " PRIMARY_CLUSTER_ID 7 PRIMARY_ROOTSERVICE_LIST '192.0.2.91:2882,192.0.2.92:2882'"
    wanted = [ALL[0], ALL[1].replace("BOOTSTRAP ", "BOOTSTRAP CLUSTER STANDBY ") + tail, *ALL[2:]]
    assert result["statements"] == foreseen["statements"] == world.sent == wanted


def test_standby_again_waits_for_nothing_more(run: Run) -> None:
    assert not run("bootstrap", standby(), primary=PRIMARY, **WANTED)["changed"]


def test_a_primary_is_not_made_a_standby(run: Run) -> None:
    world = standby(role="PRIMARY")
    result = run("bootstrap", world, primary=PRIMARY, **WANTED)
    assert result["failed"]
    assert "exists and is PRIMARY" in result["msg"]
    assert world.sent == []


@pytest.mark.parametrize("servers", [[], ["ob1:2882"], ["192.0.2.91"]])
def test_bad_primary(run: Run, servers: list[str]) -> None:
    result = run("bootstrap", standby(bootstrapped=False), primary={"ob_cluster_id": 7, "rootservice_list": servers}, **WANTED)
    assert result["failed"]
    assert "Cannot use the option primary" in result["msg"]
