# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest
from sql_world import ENDPOINTS, PASSWORD, Cluster, Run, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError

SET = ["ALTER USER 'root' IDENTIFIED BY '********'"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def cluster() -> Cluster:
    world = Cluster()
    world.effect("ALTER USER 'root'", lambda: world.passwords.update(root=PASSWORD))
    return world


def test_first_time(run: Run) -> None:
    world = cluster()
    foreseen = run("root_password", world, check=True, password=PASSWORD)
    result = run("root_password", world, password=PASSWORD)
    assert result["statements"] == foreseen["statements"] == SET == world.sent
    assert result["diff"] == foreseen["diff"]
    assert result["changed"] and foreseen["changed"]


def test_again(run: Run) -> None:
    world = cluster()
    world.passwords["root"] = PASSWORD
    for check in (True, False):
        result = run("root_password", world, check=check, password=PASSWORD)
        assert not result["changed"]
    assert world.tried == [f"root@sys {ENDPOINTS[0]} with"] * 2


def test_change(run: Run) -> None:
    world = cluster()
    world.passwords["root"] = "other-secret"
    result = run("root_password", world, password=PASSWORD, login_current_password="other-secret")
    assert world.sent == SET
    assert result["changed"]


def test_wrong_password(run: Run) -> None:
    world = cluster()
    world.passwords["root"] = "unknown"
    for check in (True, False):
        result = run("root_password", world, check=check, password=PASSWORD, login_current_password="other-secret")
        assert "existing cluster with another password" in result["msg"]
        assert result["error_code"] == 1045
    assert world.sent == []


def test_nobody(run: Run) -> None:
    world = cluster()
    world.nobody()
    assert run("root_password", world, check=True, password=PASSWORD)["statements"] == SET
    assert "no server answered" in run("root_password", world, password=PASSWORD)["msg"]


def test_the_new_password_is_tried(run: Run) -> None:
    world = cluster()
    world.effect("ALTER USER 'root'", lambda: world.passwords.update(root="other-secret"))
    result = run("root_password", world, password=PASSWORD)
    assert "yet the login with it still fails" in result["msg"]
    assert world.clock.time >= 60


def test_refusal_holds_no_secret(run: Run) -> None:
    world = cluster()
    world.effect("ALTER USER 'root'", SqlError(4365, "the server's own words are withheld, they may quote a password"))
    result = run("root_password", world, password=PASSWORD)
    assert result["error_code"] == 4365
    assert result["statement"] == SET[0]


@pytest.mark.parametrize("password", ["", "a\0b"])
def test_impossible_password(run: Run, password: str) -> None:
    assert "Cannot" in run("root_password", cluster(), password=password)["msg"]
