# SPDX-License-Identifier: GPL-3.0-or-later
"""Module io_calibration."""

from __future__ import annotations

from typing import Any

import pytest
from sql_world import PASSWORD, Run, World, runner

SENT = 'ALTER SYSTEM RUN JOB "io_calibration"'


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


class Disks(World):
    """Two servers whose disks are measured in a while."""

    def __init__(self, *states: str, ends: str = "READY") -> None:
        super().__init__()
        self.passwords["root"] = PASSWORD
        self.rows: list[dict[str, Any]] = [{"svr_ip": f"192.0.2.{at + 1}", "svr_port": 2882, "status": state} for at, state in enumerate(states)]
        self.reply("GV$OB_IO_CALIBRATION_STATUS", lambda: [dict(row) for row in self.rows])
        self.effect("io_calibration", lambda: self.all("IN PROGRESS"))
        self.effect("RUN JOB", lambda: (self.all("IN PROGRESS"), self.clock.after(20, lambda: self.all(ends)))[0])

    def all(self, state: str) -> None:
        """Bring every server into a state."""
        for row in self.rows:
            row["status"] = state


def test_measured(run: Run) -> None:
    world = Disks("NOT AVAILABLE", "READY")
    foreseen = run("io_calibration", world, check=True, version="4.2.1.6")
    result = run("io_calibration", world, version="4.2.1.6")
    assert world.sent == result["statements"] == foreseen["statements"] == [SENT]
    assert [one["status"] for one in result["calibrations"]] == ["READY", "READY"]
    assert not run("io_calibration", world, version="4.2.1.6")["changed"]
    assert run("io_calibration", world, version="4.2.1.6", force=True)["changed"]


def test_a_running_measurement_is_waited_for(run: Run) -> None:
    world = Disks("IN PROGRESS", "IN PROGRESS")
    world.clock.after(30, lambda: world.all("READY"))
    assert not run("io_calibration", world, version="4.3.5.3")["changed"]


@pytest.mark.parametrize(("world", "version", "words"), [
    (Disks("NOT AVAILABLE", ends="FAILED"), "4.2.1.6", "the measurement failed"), (Disks("NOT AVAILABLE", ends="IN PROGRESS"), "4.2.1.6", "IN PROGRESS"),
    (Disks("READY"), "3.1.5", "have no job io_calibration"),
])
def test_refusals(run: Run, world: Disks, version: str, words: str) -> None:
    result = run("io_calibration", world, version=version, wait_timeout=60)
    assert result["failed"]
    assert words in result["msg"]
