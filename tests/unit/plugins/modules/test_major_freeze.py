# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule
from sql_world import PASSWORD, Cluster, Run, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


class Compacting(Cluster):
    """A cluster whose compaction takes 30 s."""

    def __init__(self, frozen: int = 1, merged: int = 1) -> None:
        super().__init__()
        self.passwords["root"] = PASSWORD
        self.row: dict[str, Any] = {"frozen_scn": frozen, "last_scn": merged, "status": "IDLE", "is_error": "NO"}
        self.reply("CDB_OB_MAJOR_COMPACTION", lambda: [dict(self.row)])
        self.reply("SHOW WARNINGS", [])
        self.effect("MAJOR FREEZE", self.freeze)

    def freeze(self) -> None:
        self.clock.after(1, lambda: self.row.update(frozen_scn=100, status="COMPACTING"))
        self.clock.after(30, lambda: self.row.update(last_scn=100, status="IDLE"))


FREEZE = ["ALTER SYSTEM MAJOR FREEZE"]


def test_once(run: Run) -> None:
    world = Compacting()
    foreseen = run("major_freeze", world, check=True, wait=True)
    result = run("major_freeze", world, wait=True)
    assert world.sent == FREEZE == result["statements"] == foreseen["statements"]
    assert result["compaction"] == {"frozen": 100, "merged": 100, "status": "IDLE", "error": False}
    assert result["diff"] == foreseen["diff"]
    assert 30 <= world.clock.time < 40
    assert not run("major_freeze", world)["changed"]


def test_force(run: Run) -> None:
    world = Compacting(50, 50)
    assert not run("major_freeze", world)["changed"]
    assert run("major_freeze", world, force=True)["changed"]
    assert world.clock.time == 0


def test_merge_runs_already(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    monkeypatch.setattr(AnsibleModule, "warn", lambda _module, warning: warnings.append(warning))
    world = Compacting()
    world.reply("SHOW WARNINGS", [{"level": "Warning", "code": 4744, "message": "larger frozen_scn already exist, prev merge may not finish"}])
    result = run("major_freeze", world)
    assert result["changed"]
    assert "4744: larger frozen_scn already exist" in str(warnings)


def test_wait_ends(run: Run) -> None:
    world = Compacting()
    world.effect("MAJOR FREEZE", lambda: world.row.update(frozen_scn=100, status="COMPACTING"))
    result = run("major_freeze", world, wait=True, wait_timeout=60)
    assert "Waited 60 s in vain" in result["msg"]
    assert "COMPACTING" in result["msg"]


def test_merge_error(run: Run) -> None:
    world = Compacting()
    world.effect("MAJOR FREEZE", lambda: world.row.update(frozen_scn=100, is_error="YES"))
    assert "ended with an error" in run("major_freeze", world, wait=True)["msg"]


def test_refused(run: Run) -> None:
    world = Compacting()
    world.effect("MAJOR FREEZE", SqlError(4217, "Major freeze not allowed now"))
    assert run("major_freeze", world)["error_code"] == 4217
    assert "there is no such tenant" in run("major_freeze", world, tenant="nobody")["msg"]


def test_nobody(run: Run) -> None:
    world = Compacting()
    world.nobody()
    assert run("major_freeze", world, check=True)["statements"] == FREEZE
