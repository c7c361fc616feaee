# SPDX-License-Identifier: GPL-3.0-or-later
"""Module standby_cluster: what it asks a primary, what it adds, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from sql_world import PASSWORD, Run, World, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError

ROOTS = "192.0.2.1:2882:2881;192.0.2.2:2882:2881;192.0.2.3:2882:2881"
VERIFY, ADD = "ALTER SYSTEM ADD CLUSTER VERIFY", "ALTER SYSTEM ADD CLUSTER terran CLUSTER_ID = 2"
OPTIONS: dict[str, Any] = {"cluster": "terran", "ob_cluster_id": 2, "version": "2.2.76"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


class PrimaryCluster(World):
    """A primary cluster of 2.2.76 with some standbys."""

    def __init__(self, status: str = "", role: str = "PRIMARY") -> None:
        super().__init__()
        self.passwords["root"] = PASSWORD
        self.standbys: list[dict[str, Any]] = []
        if status:
            self.register(status)
        self.reply("SHOW PARAMETERS LIKE 'cluster%'", [{"name": "cluster", "value": "terran"}, {"name": "cluster_id", "value": "1"}])
        self.reply("rootservice_list'", [{"name": "rootservice_list", "value": ROOTS}])
        self.reply("v$ob_cluster", [{"cluster_id": 1, "cluster_role": role, "cluster_status": "VALID"}])
        self.reply("v$ob_standby_status", lambda: [dict(row) for row in self.standbys])
        self.effect(ADD, lambda: self.clock.after(3, lambda: self.standbys[0].update(cluster_status="VALID")))

    def register(self, status: str = "REGISTERED") -> None:
        """What the BOOTSTRAP of the standby does here."""
        self.standbys = [{"cluster_id": 2, "cluster_role": "PHYSICAL STANDBY", "cluster_status": status}]


def test_added(run: Run) -> None:
    world = PrimaryCluster("REGISTERED")
    foreseen = run("standby_cluster", world, check=True, **OPTIONS)
    result = run("standby_cluster", world, **OPTIONS)
    assert result["statements"] == foreseen["statements"] == world.sent == [ADD]
    assert result["standby"] == {"cluster_id": 2, "role": "PHYSICAL STANDBY", "status": "VALID"}
    assert result["primary"] == {"ob_cluster_id": 1, "rootservice_list": ["192.0.2.1:2882", "192.0.2.2:2882", "192.0.2.3:2882"]}
    assert result["diff"] == foreseen["diff"]
    again = run("standby_cluster", world, **OPTIONS)
    assert (again["changed"], again["statements"]) == (False, [])


def test_waits_for_the_registration(run: Run) -> None:
    world = PrimaryCluster()
    world.clock.after(10, world.register)
    assert run("standby_cluster", world, **OPTIONS)["changed"]
    assert world.sent == [ADD]


@pytest.mark.parametrize("check", [True, False])
def test_verified(run: Run, check: bool) -> None:
    world = PrimaryCluster()
    asked: list[str] = []
    world.effect(VERIFY, lambda: asked.append(world.sent.pop()))  # it changes nothing, so that check mode asks, too
    result = run("standby_cluster", world, check=check, state="verified", **OPTIONS)
    assert (result["changed"], result["statements"], result["standby"], asked) == (False, [VERIFY], {}, [VERIFY])


def test_known_standby_needs_no_question(run: Run) -> None:
    world = PrimaryCluster("VALID")
    assert run("standby_cluster", world, state="verified", **OPTIONS)["statements"] == world.sent == []


@pytest.mark.parametrize(("text", "hint"), [
    ("NEED MAJOR FREEZE AFTER RESTORE TENANT", "Trigger a major compaction"), ("CHECK TABLE PRIMARY ZONE OR LOCALITY CONFIG", "Take primary zones"),
])
def test_primary_says_what_is_to_be_done(run: Run, text: str, hint: str) -> None:
    world = PrimaryCluster()
    world.effect(VERIFY, SqlError(4179, f"Add cluster not allowed. Actions: {text}"))
    result = run("standby_cluster", world, state="verified", **OPTIONS)
    assert result["failed"]
    assert text in result["msg"]
    assert hint in result["remedy"]
    assert result["error_code"] == 4179


@pytest.mark.parametrize(("world", "options", "words"), [
    (PrimaryCluster(), {"cluster": "protoss"}, "that is cluster terran"), (PrimaryCluster(), {"ob_cluster_id": 1}, "has the id 1 itself"),
    (PrimaryCluster(role="PHYSICAL STANDBY"), {}, "its role is PHYSICAL STANDBY"), (PrimaryCluster(), {"version": "4.2.1.6"}, "property of a tenant"),
    (PrimaryCluster(), {"cluster": "a b"}, "no identifier"), (PrimaryCluster(), {}, "the primary saw it last as: not known to it"),
    (PrimaryCluster("DISABLED"), {}, "the primary saw it last as: DISABLED"),
])
def test_refusals(run: Run, world: PrimaryCluster, options: dict[str, Any], words: str) -> None:
    result = run("standby_cluster", world, **{**OPTIONS, "wait_timeout": 30, **options})
    assert result["failed"]
    assert words in result["msg"]
    assert world.sent == []
