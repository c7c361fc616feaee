# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a run afterwards, and two runs side by side."""

from __future__ import annotations

from dataclasses import replace

from ansible_collections.oceanbase.cluster.plugins.plugin_utils import task_report
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_document import summary
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import HostBegun, TaskBegun
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.task_cases import ORIGIN, T0, document, failed_run, planned, whole_run

RUNNING = [*planned(), TaskBegun(T0 + 1, 9, "t"), HostBegun(T0 + 1, 9, "ob1", "t")]


def test_a_run_that_goes_on() -> None:
    found = task_report.state(document(RUNNING, now=T0 + 5), T0 + 7)
    assert (found["status"], found["killed"], found["silent_for"]) == ("RUNNING", False, 2.0)
    assert found["current_step"] == {"number": 9, "name": "Bootstrap ob", "waits_for": "observers to start and the bootstrap to end"}


def test_a_run_that_was_killed() -> None:
    found = task_report.state(document(RUNNING, now=T0 + 5), T0 + 95)
    assert (found["status"], found["killed"]) == ("FAILED", True)
    assert task_report.state_lines(found)[0] == "terran: FAILED, killed: no sign of life for 1 min 30 s, attempt 1, 5.0 s"


def test_a_run_that_failed() -> None:
    lines = task_report.state_lines(task_report.state(document(failed_run()), T0 + 99))
    assert lines[0] == "terran: FAILED, attempt 1, 11 s"
    assert lines[9] == "[ 9/23] Bootstrap ob                 FAILED           1.0 s"
    assert lines[-2:] == ["Failed on ob2: Cannot start", "Remedy: Add memory."]


def test_two_runs_side_by_side() -> None:
    rows = task_report.compare(document(whole_run()), document(failed_run()))
    assert rows[8] == {
        "number": 9, "name": "Bootstrap ob", "first": {"status": "SUCCESSFUL", "duration": 1.0}, "second": {"status": "FAILED", "duration": 1.0},
        "difference": 0.0,
    }  # fmt: skip
    assert rows[9]["difference"] is None
    lines = task_report.comparison_lines(rows)
    assert lines[9] == "[ 9/23] Bootstrap ob                     1.0 s       1.0 s       +0.0 s"
    assert len(lines) == 25


def test_two_attempts_side_by_side() -> None:
    again = document(whole_run(), origin=replace(ORIGIN, attempt=2, history=(summary(document(failed_run())),)))
    assert task_report.compare_attempts(again) == task_report.compare(document(failed_run()), document(whole_run()))
    assert task_report.compare_attempts(document(whole_run())) == []
