# SPDX-License-Identifier: GPL-3.0-or-later
"""Events and the states they lead to."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import (
    LEFT_OUT,
    Ended,
    Event,
    Facts,
    HostBegun,
    HostEnded,
    PlanKnown,
    StepsClosed,
    TaskBegun,
)  # fmt: skip
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.task_cases import T0, did, failed_run, make_plan, planned, play, whole_run


def statuses(events: list[Event]) -> dict[int, str]:
    return {step.number: step.status for step in play(*events).steps}


CASES: list[tuple[str, list[Event], int, str]] = [
    ("nothing happened", [], 2, "PENDING"),
    ("a task begins", [TaskBegun(T0, 2, "t")], 2, "RUNNING"),
    ("a host is at work", [TaskBegun(T0, 2, "t"), HostBegun(T0, 2, "ob1", "t")], 2, "RUNNING"),
    ("more tasks may come", did(2, T0, ob1="ok"), 2, "RUNNING"),
    ("another step begins", [*did(2, T0, ob1="ok"), TaskBegun(T0 + 2, 3, "t")], 2, "SUCCESSFUL"),
    ("closed", [*did(2, T0, ob1="ok"), StepsClosed(T0 + 2)], 2, "SUCCESSFUL"),
    ("changed is ok", [*did(2, T0, ob1="ok", ob2="ok"), StepsClosed(T0 + 2)], 2, "SUCCESSFUL"),
    ("one host failed", [*did(2, T0, ob1="ok", ob2="failed"), StepsClosed(T0 + 2)], 2, "FAILED"),
    ("one host is unreachable", [*did(2, T0, ob1="ok", ob2="unreachable"), StepsClosed(T0 + 2)], 2, "FAILED"),
    ("a failure that is ignored", [*did(2, T0, ob1="ignored"), StepsClosed(T0 + 2)], 2, "SUCCESSFUL"),
    ("all skipped", [*did(2, T0, ob1="skipped", ob2="skipped"), StepsClosed(T0 + 2)], 2, "SKIPPED"),
    ("one host skipped", [*did(2, T0, ob1="skipped", ob2="ok"), StepsClosed(T0 + 2)], 2, "SUCCESSFUL"),
    ("skipped, then ok", [*did(2, T0, ob1="skipped"), *did(2, T0 + 2, ob1="ok"), StepsClosed(T0 + 4)], 2, "SUCCESSFUL"),
    ("ok, then skipped", [*did(2, T0, ob1="ok"), *did(2, T0 + 2, ob1="skipped"), StepsClosed(T0 + 4)], 2, "SUCCESSFUL"),
    ("failed, then an always section", [*did(2, T0, ob1="failed"), *did(2, T0 + 2, ob1="ok"), StepsClosed(T0 + 4)], 2, "FAILED"),
    ("not asked for", planned(), 8, "SKIPPED"),
    ("asked for", planned(), 9, "PENDING"),
    ("not asked for, tasks skipped", [*planned(), *did(8, T0, ob1="skipped"), StepsClosed(T0 + 2)], 8, "SKIPPED"),
    ("a step goes on beside another", [*did(2, T0, ob1="ok"), HostBegun(T0 + 2, 2, "ob2", "t"), TaskBegun(T0 + 2, 3, "t")], 2, "RUNNING"),
    ("a step is opened again", [*did(2, T0, ob1="ok"), StepsClosed(T0 + 2), TaskBegun(T0 + 3, 2, "t")], 2, "RUNNING"),
    ("a run that succeeds leaves nothing pending", [*planned(), *did(2, T0 + 1, ob1="ok"), Ended(T0 + 3)], 9, "SKIPPED"),
    ("a run that fails leaves the rest pending", failed_run(), 10, "PENDING"),
    ("what lies before the failure was left out", failed_run(), 4, "SKIPPED"),
    ("interrupted at work", [TaskBegun(T0, 2, "t"), HostBegun(T0, 2, "ob1", "t"), Ended(T0 + 1, interrupted=True)], 2, "FAILED"),
]  # fmt: skip


@pytest.mark.parametrize(("events", "step", "status"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_status_of_a_step(events: list[Event], step: int, status: str) -> None:
    assert statuses(events)[step] == status


def test_a_whole_run() -> None:
    run = play(*whole_run())
    assert run.status == "SUCCESSFUL"
    assert [step.number for step in run.steps if step.status == "SKIPPED"] == [8, 16, 17, 18, 22, 23]
    assert run.finish == T0 + 30
    assert run.step(9).start == T0 + 9 and run.step(9).finish == T0 + 10


def test_the_run_is_running_until_its_end() -> None:
    assert play(*whole_run()[:-1]).status == "RUNNING"
    assert play(*whole_run()[:-1]).complete


def test_reasons_of_skipped_steps() -> None:
    skipped = HostEnded(T0 + 1, 2, "ob1", "t", "skipped", Facts(skip_reason="nothing to do"))
    run = play(*planned(), TaskBegun(T0, 2, "t"), skipped, Ended(T0 + 2))
    assert (run.step(8).reason, run.step(2).reason, run.step(3).reason) == ("off", "nothing to do", LEFT_OUT)


def test_one_failure_said_by_several_hosts_is_one() -> None:
    run = play(*planned(), *did(2, T0, ob1="failed", ob2="failed", ob3="ok"), *did(2, T0 + 2, ob3="unreachable"), Ended(T0 + 4, ("ob1", "ob2", "ob3")))
    assert [(failure.hosts, failure.unreachable) for failure in run.failures] == [(("ob1", "ob2"), False), (("ob3",), True)]
    assert run.failures[0].remedy == "Add memory." and run.failures[0].evidence == ("line 1", "line 2")
    assert run.status == "FAILED"


def test_a_rescued_host_did_not_fail() -> None:
    failed = HostEnded(T0 + 1, 2, "ob1", "t", "failed", Facts(message="no"), rescuable=True)
    later = play(*planned(), TaskBegun(T0, 2, "t"), failed, *did(3, T0 + 2, ob1="ok"), Ended(T0 + 4))
    assert (later.status, later.step(2).status, later.failures) == ("SUCCESSFUL", "SUCCESSFUL", ())
    at_the_end = play(*planned(), TaskBegun(T0, 2, "t"), failed, Ended(T0 + 4))
    assert at_the_end.status == "SUCCESSFUL"
    not_rescued = play(*planned(), TaskBegun(T0, 2, "t"), failed, Ended(T0 + 4, ("ob1",)))
    assert not_rescued.status == "FAILED"


def test_a_host_that_may_be_silent_is_shown_as_such() -> None:
    silent, skipped, ok = (HostEnded(T0 + n, 2, "ob1", "t", outcome, Facts()) for n, outcome in enumerate(("silent", "skipped", "ok"), 1))
    shown = [play(*planned(), *events, StepsClosed(T0 + 4)).step(2) for events in ((silent, skipped), (silent, skipped, ok))]
    assert [(step.status, step.nodes["ob1"].state) for step in shown] == [("SUCCESSFUL", "UNREACHABLE"), ("SUCCESSFUL", "SUCCESSFUL")]


def test_a_failure_that_says_more_takes_the_place_of_the_one_it_explains() -> None:
    failed = HostEnded(T0 + 1, 2, "ob1", "t", "failed", Facts(message="too late."), rescuable=True)
    explained = HostEnded(T0 + 2, 2, "ob1", "why", "failed", Facts(message="too late. ob2 is dead."))
    other = HostEnded(T0 + 2, 2, "ob1", "t", "failed", Facts(message="something else"))
    again = [failure.message for failure in play(*planned(), failed, explained, Ended(T0 + 4, ("ob1",))).failures]
    both = [failure.message for failure in play(*planned(), failed, other, Ended(T0 + 4, ("ob1",))).failures]
    assert (again, both) == (["too late. ob2 is dead."], ["too late.", "something else"])


def test_hosts_lost_outside_the_steps_make_it_fail() -> None:
    run = play(*planned(), *did(2, T0 + 1, ob1="ok", ob2="ok"), Ended(T0 + 4, ("ob3", "elsewhere")))
    assert run.status == "FAILED"
    assert [(failure.step, failure.hosts) for failure in run.failures] == [(0, ("ob3",))]


def test_a_host_that_failed_for_all_is_not_lost_as_well() -> None:
    failed = HostEnded(T0 + 2, 12, "localhost", "t", "failed", Facts(message="denied"), begun_as="ob1", host="ob1")
    run = play(*planned(), TaskBegun(T0 + 1, 12, "t"), HostBegun(T0 + 1, 12, "ob1", "t"), failed, Ended(T0 + 3, ("ob1",)))
    assert [(failure.step, failure.hosts) for failure in run.failures] == [(12, ("localhost",))]


def test_a_failure_outside_the_steps_is_kept() -> None:
    run = play(*planned(), HostEnded(T0 + 1, 0, "ob3", "Gather facts", "unreachable", Facts(message="no route")), Ended(T0 + 2, ("ob3",)))
    assert [(failure.step, failure.task, failure.message) for failure in run.failures] == [(0, "Gather facts", "no route")]


def test_a_refused_request() -> None:
    events = [
        TaskBegun(T0, 1, "plan"), HostBegun(T0, 1, "localhost", "plan"), HostEnded(T0, 1, "localhost", "plan", "failed", Facts(message="2 faults")),
        PlanKnown(T0, {"cluster": {"name": "terran"}}, ("a", "b")), Ended(T0 + 1, ("ob1",)),
    ]  # fmt: skip
    run = play(*events)
    assert (run.status, run.step(1).status, run.step(2).status, run.faults) == ("FAILED", "FAILED", "PENDING", ("a", "b"))


def test_time_is_moved_to_where_the_work_was_done() -> None:
    ended = HostEnded(T0 + 5, 12, "sqlhost", "t", "ok", Facts(changed=True), begun_as="ob1")
    run = play(*planned(), TaskBegun(T0 + 1, 12, "t"), HostBegun(T0 + 2, 12, "ob1", "t"), ended, StepsClosed(T0 + 6))
    assert list(run.step(12).nodes) == ["sqlhost"]
    assert run.step(12).nodes["sqlhost"].start == T0 + 2


def test_a_host_keeps_its_own_work_when_time_is_moved() -> None:
    ended = HostEnded(T0 + 9, 9, "sqlhost", "t", "ok", begun_as="ob1")
    run = play(*planned(), *did(9, T0 + 1, ob1="ok"), HostBegun(T0 + 7, 9, "ob1", "t"), ended, StepsClosed(T0 + 10))
    assert {host: (node.start, node.finish, node.in_flight) for host, node in run.step(9).nodes.items()} == {
        "ob1": (T0 + 1, T0 + 2, 0),
        "sqlhost": (T0 + 7, T0 + 9, 0),
    }


def test_work_that_is_moved_again_is_another_span() -> None:
    def elsewhere(at: float) -> list[Event]:
        return [HostBegun(at, 10, "ob1", "t"), HostEnded(at + 1, 10, "sqlhost", "t", "ok", begun_as="ob1", host="ob1")]

    run = play(*planned(), TaskBegun(T0, 10, "t"), *elsewhere(T0), *did(10, T0 + 2, ob1="ok"), *elsewhere(T0 + 5), StepsClosed(T0 + 7))
    assert run.step(10).nodes["sqlhost"].spans == ((T0, T0 + 1), (T0 + 5, T0 + 6))


def test_the_node_of_a_host_sums_up_its_tasks() -> None:
    run = play(*planned(), *did(9, T0 + 1, ob1="ok"), *did(9, T0 + 3, ob1="skipped"), *did(9, T0 + 5, ob1="ok"))
    node = run.step(9).nodes["ob1"]
    assert (node.start, node.finish, node.changed, node.message, node.waited) == (T0 + 1, T0 + 6, True, "ob1 done", 1.0)


def test_an_end_that_comes_twice_is_one() -> None:
    run = play(*whole_run(), Ended(T0 + 99))
    assert run.finish == T0 + 30


def test_an_interrupted_run_says_so_and_a_complete_one_does_not() -> None:
    cut = play(*planned(), *did(2, T0 + 1, ob1="ok"), Ended(T0 + 3, interrupted=True))
    assert cut.interrupted and cut.status == "FAILED" and cut.failures[0].step == 2
    assert not play(*whole_run(), Ended(T0 + 99, interrupted=True)).interrupted


def test_plan_without_steps_or_hosts_is_taken() -> None:
    assert play(PlanKnown(T0, {})).plan == {}
    assert play(PlanKnown(T0, {**make_plan(), "steps": [{"number": 99, "asked": False}]})).step(23).status == "PENDING"


@pytest.mark.parametrize(
    ("events", "spans"),
    [
        (did(2, T0, ob1="ok"), [(0, 1)]),
        ([*did(2, T0, ob1="ok"), *did(2, T0 + 1.1, ob1="ok")], [(0, 2.1)]),
        ([*did(2, T0, ob1="ok"), *did(2, T0 + 5, ob1="ok")], [(0, 1), (5, 6)]),
        ([*did(2, T0, 0.1, ob1="skipped"), *did(2, T0 + 5, ob1="ok")], [(5, 6)]),
        (did(2, T0, 3, ob1="skipped"), [(0, 3)]),
    ],
)
def test_when_a_host_was_at_work(events: list[Event], spans: list[tuple[float, float]]) -> None:
    node = play(*events).step(2).nodes["ob1"]
    assert [(pytest.approx(start), pytest.approx(stop)) for start, stop in spans] == [(start - T0, stop - T0) for start, stop in node.spans]
