# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from sql_world import PASSWORD, Cluster, Run, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError

USERS: list[dict[str, Any]] = [
    {"name": "proxyro", "password": PASSWORD, "privileges": ["SELECT"]},
    {"name": "mon", "password": "other-secret", "privileges": ["process", "SELECT"], "scope": "oceanbase.*"},
]
CREATE = [
    "CREATE USER IF NOT EXISTS 'proxyro' IDENTIFIED BY '********'", "GRANT SELECT ON *.* TO 'proxyro'",
    "CREATE USER IF NOT EXISTS 'mon' IDENTIFIED BY '********'", "GRANT PROCESS, SELECT ON oceanbase.* TO 'mon'",
]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def cluster(**grants: list[str]) -> Cluster:
    world = Cluster()
    world.passwords["root"] = PASSWORD
    world.reply("SHOW GRANTS FOR", SqlError(1133, "Can not find any matching row in the user table"))
    for name, lines in grants.items():
        world.reply(f"SHOW GRANTS FOR {name}", [{f"grants for {name}@%": line} for line in lines])
        world.passwords[name] = PASSWORD if name == "proxyro" else "other-secret"
    return world


def test_create(run: Run) -> None:
    world = cluster()
    foreseen = run("user", world, check=True, users=USERS)
    result = run("user", world, users=USERS)
    assert result["statements"] == foreseen["statements"] == world.sent == CREATE
    assert result["diff"] == foreseen["diff"]
    assert result["users"] == [{"name": "proxyro", "changed": True}, {"name": "mon", "changed": True}]


def test_again(run: Run) -> None:
    world = cluster(proxyro=["GRANT SELECT ON *.* TO 'proxyro'"], mon=["GRANT PROCESS, SELECT ON `oceanbase`.* TO 'mon'"])
    for check in (True, False):
        assert not run("user", world, check=check, users=USERS)["changed"]


def test_extra_rights_are_revoked(run: Run) -> None:
    world = cluster(proxyro=["GRANT ALL PRIVILEGES ON *.* TO 'proxyro' WITH GRANT OPTION"], mon=["GRANT PROCESS, SELECT ON `oceanbase`.* TO 'mon'"])
    result = run("user", world, users=USERS)
    assert world.sent == ["REVOKE ALL PRIVILEGES ON *.* FROM 'proxyro'", "REVOKE GRANT OPTION ON *.* FROM 'proxyro'", "GRANT SELECT ON *.* TO 'proxyro'"]
    assert result["users"] == [{"name": "proxyro", "changed": True}, {"name": "mon", "changed": False}]


@pytest.mark.parametrize(("update", "sent"), [("always", ["ALTER USER 'proxyro' IDENTIFIED BY '********'"]), ("on_create", [])])
def test_another_password(run: Run, update: str, sent: list[str]) -> None:
    world = cluster(proxyro=["GRANT SELECT ON *.* TO 'proxyro'"])
    world.passwords["proxyro"] = "something"
    run("user", world, users=[{**USERS[0], "update_password": update}])
    assert world.sent == sent


def test_absent(run: Run) -> None:
    world = cluster(proxyro=["GRANT SELECT ON *.* TO 'proxyro'"])
    result = run("user", world, users=[{"name": "proxyro", "state": "absent"}, {"name": "mon", "state": "absent"}])
    assert world.sent == ["DROP USER 'proxyro'"]
    assert "proxyro may SELECT on *.*" in result["diff"]["before"]


def test_nobody(run: Run) -> None:
    world = cluster()
    world.nobody()
    assert run("user", world, check=True, users=USERS)["statements"] == CREATE
    assert run("user", world, users=USERS)["failed"]


def test_check_mode_before_the_password_and_before_the_bootstrap(run: Run) -> None:
    for bootstrapped in (True, False):
        world = cluster()
        world.passwords["root"] = ""
        world.bootstrapped = bootstrapped
        assert run("user", world, check=True, users=USERS)["statements"] == CREATE
        assert run("user", world, users=USERS)["error_code"] == 1045


def test_faults_are_told_together(run: Run) -> None:
    result = run("user", cluster(), users=[{"name": "a b", "password": PASSWORD}, {"name": "x"}, {"name": "x", "password": PASSWORD, "privileges": ["READ"]}])
    for words in ("'a b' is not a user name", "user x has no password", "unknown privileges READ", "user x is listed twice"):
        assert words in result["msg"]


def test_refusal(run: Run) -> None:
    world = cluster()
    world.effect("CREATE USER", SqlError(1227, "Access denied"))
    result = run("user", world, users=USERS)
    assert result["error_code"] == 1227
    assert result["statement"] == CREATE[0]
    assert world.sent == CREATE[:1]


def test_several_scopes(run: Run) -> None:
    """The same privileges on several views, whatever case the server shows them in, and on nothing else."""
    views = ["oceanbase.GV$OB_UNITS", "oceanbase.DBA_OB_LS"]
    one = [{"name": "mon", "password": "other-secret", "privileges": ["SELECT"], "scopes": views}]
    assert run("user", cluster(), users=one)["statements"] == [CREATE[2], *(f"GRANT SELECT ON {view} TO 'mon'" for view in views)]
    held = ["GRANT USAGE ON *.* TO 'mon'", "GRANT SELECT ON `oceanbase`.`gv$ob_units` TO 'mon'", "GRANT SELECT ON `oceanbase`.`dba_ob_ls` TO 'mon'"]
    assert not run("user", cluster(mon=held), users=one)["changed"]
    more = [*held[:2], "GRANT SELECT ON `oceanbase`.* TO 'mon'"]
    assert run("user", cluster(mon=more), users=one)["statements"] == [
        "REVOKE SELECT ON oceanbase.* FROM 'mon'", "GRANT SELECT ON oceanbase.DBA_OB_LS TO 'mon'"]
    bad = run("user", cluster(), users=[{**one[0], "scopes": ["oceanbase.*", "x y"]}])
    assert "'x y' is no scope" in bad["msg"]
