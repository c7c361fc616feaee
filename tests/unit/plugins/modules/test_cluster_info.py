# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from sql_world import ENDPOINTS, PASSWORD, ZONES, Cluster, Run, refused, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError

SERVERS = [f"192.0.2.{number}:2882" for number in (1, 2, 3, 4)]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def cluster(**options: Any) -> Cluster:
    world = Cluster(**options)
    world.passwords["root"] = PASSWORD
    world.reply("DBA_OB_UNITS", [])
    world.reply("DBA_OB_RESOURCE_POOLS", [])
    return world


def test_everything(run: Run) -> None:
    world = cluster()
    for check in (True, False):
        result = run("cluster_info", world, check=check, zones=ZONES)
        assert not result["changed"]
        assert result["cluster_state"] == "up"
        assert result["differences"] == []
        assert result["cluster"] == {"name": "terran", "ob_cluster_id": 1, "version": "5.7.25-OceanBase_CE-v4.3.5.3"}
        assert [one["server"] for one in result["servers"]] == ["192.0.2.1:2882", "192.0.2.4:2882", "192.0.2.2:2882", "192.0.2.3:2882"]
        assert result["zones"][0] == {"name": "zone1", "status": "ACTIVE", "region": "default_region", "idc": "hz1"}
        assert result["tenants"][0]["name"] == "sys"
        assert (result["units"], result["pools"]) == ([], [])
        assert "parameters" not in result
    assert world.sent == []


def test_parameters(run: Run) -> None:
    world = cluster()
    row = {"svr_ip": "192.0.2.1", "svr_port": 2882, "zone": "zone1", "scope": "CLUSTER", "tenant_id": None, "name": "_x", "value": "1", "edit_level": ""}
    world.reply("GV$OB_PARAMETERS", [row])
    result = run("cluster_info", world, gather=["parameters"], parameters=["_x"])
    assert result["parameters"][0]["value"] == "1"
    assert "servers" not in result


def test_differences(run: Run) -> None:
    result = run("cluster_info", cluster(), zones=[*ZONES, {"name": "zone4", "servers": ["192.0.2.5:2882"]}], gather=[])
    assert result["cluster_state"] == "up_not_as_planned"
    assert result["differences"] == ["zone4 does not exist", "192.0.2.5:2882 of zone4 is not a member"]


def test_fresh_and_half(run: Run) -> None:
    world = cluster(bootstrapped=False)
    world.passwords["root"] = ""
    assert run("cluster_info", world, login_unset=True)["cluster_state"] == "none"
    assert run("cluster_info", world)["error_code"] == 1045
    world.bootstrap()
    world.bootstrapped = False
    assert run("cluster_info", world, login_unset=True)["cluster_state"] == "half_bootstrapped"
    assert "is not bootstrapped" in run("cluster_info", world, login_unset=True, wait_for="serving")["msg"]


def test_nobody(run: Run) -> None:
    world = cluster()
    world.nobody()
    assert run("cluster_info", world, check=True, zones=ZONES)["cluster_state"] == "none"
    assert "no server answered" in run("cluster_info", world)["msg"]


def test_waits_until_everyone_serves(run: Run) -> None:
    world = cluster()
    world.member(3).update(status="INACTIVE", start_service_time=None)
    world.clock.after(90, lambda: world.member(3).update(status="ACTIVE", start_service_time="2026-01-01 00:00:00"))
    result = run("cluster_info", world, zones=ZONES, wait_for="serving")
    assert result["cluster_state"] == "up"
    assert 90 <= world.clock.time < 93


@pytest.mark.parametrize(("change", "words"), [
    ({"status": "INACTIVE"}, "192.0.2.3:2882 in zone3 is INACTIVE"), ({"start_service_time": None}, "192.0.2.3:2882 in zone3 is ACTIVE, does not serve yet"),
    ({"stop_time": "2026-01-01 00:00:01"}, "192.0.2.3:2882 in zone3 is ACTIVE, stopped since"),
])
def test_a_server_that_does_not_serve_is_named(run: Run, change: dict[str, Any], words: str) -> None:
    world = cluster()
    world.member(3).update(change)
    result = run("cluster_info", world, servers=SERVERS, wait_for="serving", wait_timeout=30)
    assert words in result["msg"]
    assert "Waited 30 s in vain" in result["msg"]


def test_a_missing_server_is_named(run: Run) -> None:
    world = cluster()
    result = run("cluster_info", world, servers=[*SERVERS, "192.0.2.9:2882"], wait_for="serving", wait_timeout=30)
    assert "192.0.2.9:2882 is not a member of the cluster" in result["cause"]


def test_logins(run: Run) -> None:
    world = cluster()
    world.passwords["proxyro"] = "other-secret"
    logins = [{"name": "root", "password": PASSWORD}, {"name": "proxyro", "password": "other-secret"}]
    assert run("cluster_info", world, gather=[], logins=logins)["logins"] == 8


def test_every_failing_login_is_told(run: Run) -> None:
    world = cluster()
    world.passwords["proxyro"] = "something"
    world.endpoints[ENDPOINTS[3]] = refused()
    logins = [{"name": "root", "password": PASSWORD}, {"name": "proxyro", "password": "other-secret"}]
    result = run("cluster_info", world, gather=[], logins=logins, login_timeout=10)
    for words in ("proxyro@sys at 192.0.2.1:2881 (error 1045", "proxyro@sys at 192.0.2.3:2881 (error 1045", "root@sys at 192.0.2.4:2881 (error 2003",
                  "proxyro@sys at 192.0.2.4:2881 (error 2003", "after 10 s"):
        assert words in result["msg"]
    assert "root@sys at 192.0.2.1" not in result["msg"]


def test_a_password_that_spreads_is_waited_for(run: Run) -> None:
    world = cluster()
    world.clock.after(5, lambda: world.passwords.update(proxyro="other-secret"))
    assert run("cluster_info", world, gather=[], logins=[{"name": "proxyro", "password": "other-secret"}])["logins"] == 4


def test_reading_fails(run: Run) -> None:
    world = cluster()
    world.reply("DBA_OB_SERVERS", SqlError(4012, "Timeout"))
    result = run("cluster_info", world)
    assert result["error_code"] == 4012
    assert "Cannot read the cluster at 192.0.2.1:2881" in result["msg"]
