# SPDX-License-Identifier: GPL-3.0-or-later
"""What the terminal shows."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils import task_lines
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import Ended, Event, HostBegun, PlanKnown, StepsClosed, TaskBegun
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.task_cases import T0, did, failed_run, planned, play, whole_run


def line(step: int, *events: Event) -> str:
    return task_lines.step_line(play(*planned(), *events).step(step))


@pytest.mark.parametrize(
    ("step", "events", "expected"),
    [
        (9, [*did(9, T0, 42, ob1="ok", ob2="ok"), StepsClosed(T0)], "[ 9/23] Bootstrap ob                 SUCCESSFUL        42 s  ob1 changed, ob2 changed"),
        (2, [*did(2, T0, ob1="ignored"), StepsClosed(T0)], "[ 2/23] Pre check for install OB     SUCCESSFUL       1.0 s  ob1 ok"),
        (4, [*did(4, T0, ob1="ok", ob2="failed"), StepsClosed(T0)], "[ 4/23] Install rpm                  FAILED           1.0 s  ob1 changed, ob2 failed"),
        (8, [], "[ 8/23] Do io bench                  SKIPPED     off"),
    ],
)
def test_line_of_a_step(step: int, events: list[Event], expected: str) -> None:
    assert line(step, *events) == expected


def test_many_hosts_are_counted_and_the_bad_ones_named() -> None:
    outcomes = {f"ob{number}": "ok" for number in range(1, 29)} | {"ob29": "failed", "ob30": "unreachable"}
    assert line(9, *did(9, T0, 1, **outcomes), StepsClosed(T0)).endswith("28 changed, 1 failed (ob29), 1 unreachable (ob30)")  # type: ignore[arg-type]


@pytest.mark.parametrize(("outcome", "colour"), [("ok", "COLOR_CHANGED"), ("ignored", "COLOR_OK"), ("failed", "COLOR_ERROR"), ("skipped", "COLOR_SKIP")])
def test_colours(outcome: str, colour: str) -> None:
    run = play(*planned(), *did(9, T0, ob1=outcome), StepsClosed(T0))  # type: ignore[arg-type]
    assert task_lines.step_colour(run.step(9)) == colour


def test_the_live_line() -> None:
    run = play(*planned(), *did(9, T0, ob1="ok", ob2="ok"), HostBegun(T0 + 2, 9, "ob2", "t"))
    text = task_lines.live_line(run, T0 + 65, 200, 0)
    assert text == "\u280b [ 9/23] Bootstrap ob  1 min 05 s  waiting for observers to start and the bootstrap to end; 1 of 2 done, ob2 at work"
    assert len(task_lines.live_line(run, T0 + 65, 40, 1)) == 39
    assert task_lines.live_line(run, T0 + 65, 40, 1, unicode=False).isascii()
    assert task_lines.live_line(play(*whole_run()), T0, 80, 0) == ""
    assert task_lines.live_line(play(), T0, 80, 0) == ""


def test_the_first_lines() -> None:
    lines = task_lines.begin_lines(play(*planned()), "/a/report.html", 2)
    assert lines == ["Creation of OceanBase cluster terran 4.3.5.3: 3 zones, 1 IDC, 3 servers, attempt 2", "Follow it in /a/report.html"]
    assert task_lines.begin_lines(play(*planned(), check_mode=True), "/a", 1)[0].startswith("Check of the creation of")


def test_the_summary_of_a_good_run() -> None:
    assert task_lines.summary_lines(play(*whole_run()), "/a/task.json", "/a/report.html") == [
        "OceanBase cluster terran: SUCCESSFUL in 30 s",
        "Steps: 17 SUCCESSFUL, 6 SKIPPED",
        "Slowest: [ 2/23] Pre check for install OB 1.0 s, [ 3/23] Wait node 1.0 s, [ 4/23] Install rpm 1.0 s",
        "Task information: /a/task.json",
        "Report: /a/report.html",
    ]


def test_the_summary_of_a_bad_run() -> None:
    lines = task_lines.summary_lines(play(*failed_run()), "", "")
    assert lines[0] == "OceanBase cluster terran: FAILED in 11 s"
    assert lines[3:] == ["[ 9/23] Bootstrap ob on ob2: Cannot start", "  Cause:  memory", "  | line 1", "  | line 2", "  Remedy: Add memory."]


def test_the_summary_names_faults() -> None:
    run = play(TaskBegun(T0, 1, "t"), PlanKnown(T0, {}, ("zones: empty",)), Ended(T0 + 1))
    assert task_lines.summary_lines(run, "", "")[-1] == "  - zones: empty"
