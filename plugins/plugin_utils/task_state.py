# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The state of a run as a pure function of its events. No clock, no file, no Ansible: times come with the events (seconds since 1970)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from ansible_collections.oceanbase.cluster.plugins.module_utils._steps import STEPS

Status = Literal["PENDING", "RUNNING", "SUCCESSFUL", "FAILED", "SKIPPED"]
NodeState = Literal["RUNNING", "SUCCESSFUL", "FAILED", "UNREACHABLE", "SKIPPED"]
Outcome = Literal["ok", "skipped", "failed", "ignored", "unreachable", "silent"]  # silent: unreachable, which the play ignores

LEFT_OUT = "This run left it out (tags or start-at-task)."
CONDITION = "Its condition did not hold."
SHORT = 0.2  # seconds that are nothing: what it takes to fork a worker


@dataclass(frozen=True)
class Facts:
    """What is taken from a task's result, and nothing else is."""

    changed: bool = False
    message: str = ""
    cause: str = ""
    remedy: str = ""
    evidence: tuple[str, ...] = ()
    waited: float | None = None
    skip_reason: str = ""


@dataclass(frozen=True)
class Begun:
    """A run begins, known by the first task of the role."""

    at: float
    check_mode: bool = False


@dataclass(frozen=True)
class TaskBegun:
    """A task of a step begins on the play's hosts."""

    at: float
    step: int
    task: str


@dataclass(frozen=True)
class HostBegun:
    """A task begins on a host; ``node`` is where its work is booked."""

    at: float
    step: int
    node: str
    task: str


@dataclass(frozen=True)
class HostEnded:
    """A task ended on a host. Step 0 stands for a task that belongs to no step."""

    at: float
    step: int
    node: str
    task: str
    outcome: Outcome
    facts: Facts = Facts()
    rescuable: bool = False  # the failure lies in a block with a rescue section
    begun_as: str = ""  # the node of its beginning, where the true one was not known yet
    host: str = ""  # the inventory's host, where that is not the node


@dataclass(frozen=True)
class PlanKnown:
    """The plan of step 1, whole, or partial with the faults of the request."""

    at: float
    plan: Mapping[str, Any]
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepsClosed:
    """No task of a step is on its way any more: another play begins."""

    at: float


@dataclass(frozen=True)
class Ended:
    """The run is over. ``lost`` names the hosts that failed or could not be reached, by Ansible's own count."""

    at: float
    lost: tuple[str, ...] = ()
    interrupted: bool = False


Event = Begun | TaskBegun | HostBegun | HostEnded | PlanKnown | StepsClosed | Ended


@dataclass(frozen=True)
class Node:
    """One host's part in one step."""

    host: str
    start: float
    begun: float  # the begin of its last task
    finish: float | None = None  # the end of its last task so far
    in_flight: int = 0
    worked: bool = False  # one of its tasks ended otherwise than skipped
    lost: Literal["", "FAILED", "UNREACHABLE"] = ""
    rescuable: bool = False
    silent: bool = False  # could not be reached, which the play ignores
    changed: bool = False
    message: str = ""
    waited: float | None = None
    spans: tuple[tuple[float, float], ...] = ()  # when it was at work

    @property
    def state(self) -> NodeState:
        """A failure stays visible while other tasks of the step go on (an always section)."""
        if self.lost:
            return self.lost
        if self.in_flight:
            return "RUNNING"
        if self.silent:
            return "UNREACHABLE"
        return "SUCCESSFUL" if self.worked else "SKIPPED"


@dataclass(frozen=True)
class Failure:
    """What went wrong, once, on all the hosts that said the same."""

    at: float
    step: int  # 0: outside the steps
    task: str
    hosts: tuple[str, ...]
    message: str
    cause: str = ""
    remedy: str = ""
    evidence: tuple[str, ...] = ()
    unreachable: bool = False


@dataclass(frozen=True)
class StepState:
    """One step of the run."""

    number: int
    nodes: Mapping[str, Node] = field(default_factory=dict)
    start: float | None = None
    finish: float | None = None  # the end of the last task so far
    open: bool = False  # more of its tasks may come
    asked: bool = True
    reason: str = ""  # why it is SKIPPED, should it be so
    task: str = ""  # the task that is running, or ran last

    @property
    def status(self) -> Status:
        """The step's status in the API's words."""
        if self.open or any(node.in_flight for node in self.nodes.values()):
            return "RUNNING"
        if any(node.lost for node in self.nodes.values()):
            return "FAILED"
        states = {node.state for node in self.nodes.values()}
        if states and states != {"SKIPPED"}:
            return "SUCCESSFUL"
        if states or self.reason or not self.asked:
            return "SKIPPED"
        return "PENDING"


def _pending() -> tuple[StepState, ...]:
    return tuple(StepState(step.number) for step in STEPS)


@dataclass(frozen=True)
class Run:
    """Everything that is known of a run."""

    start: float
    check_mode: bool = False
    at: float = 0.0  # the last event
    finish: float | None = None
    interrupted: bool = False
    plan: Mapping[str, Any] | None = None
    faults: tuple[str, ...] = ()
    steps: tuple[StepState, ...] = field(default_factory=_pending)
    failures: tuple[Failure, ...] = ()
    told: frozenset[str] = frozenset()  # hosts of the inventory whose loss is among the failures
    current: int = 0  # the step of the last task that began

    @property
    def status(self) -> Status:
        """The run's status: RUNNING until it ended."""
        if self.finish is None:
            return "RUNNING"
        return "FAILED" if self.failures or self.interrupted else "SUCCESSFUL"

    @property
    def complete(self) -> bool:
        """Whether each step has come to its end."""
        return all(step.status in ("SUCCESSFUL", "SKIPPED", "FAILED") for step in self.steps)

    def step(self, number: int) -> StepState:
        """Return a step by its number."""
        return self.steps[number - 1]


def reduce(run: Run, event: Event) -> Run:
    """Return the run after an event."""
    run = replace(run, at=event.at)
    if isinstance(event, TaskBegun):
        return _task_begun(run, event)
    if isinstance(event, HostBegun):
        return _host_begun(_settle_rescued(run, event), event)
    if isinstance(event, HostEnded):
        return _host_ended(run, event)
    if isinstance(event, PlanKnown):
        return _plan_known(run, event)
    if isinstance(event, StepsClosed):
        return _close_steps(run)
    if isinstance(event, Ended):
        return _ended(run, event)
    return run


def begin(event: Begun) -> Run:
    """Return the run that an event begins."""
    return Run(start=event.at, at=event.at, check_mode=event.check_mode)


def known_step(number: int) -> bool:
    """Whether there is a step of this number."""
    return 1 <= number <= len(STEPS)


def _put(run: Run, step: StepState) -> Run:
    steps = run.steps[: step.number - 1] + (step,) + run.steps[step.number :]
    return replace(run, steps=steps)


def _with_node(step: StepState, node: Node) -> StepState:
    return replace(step, nodes={**step.nodes, node.host: node})


def _close_steps(run: Run, but: int = 0) -> Run:
    for step in run.steps:
        if step.open and step.number != but:
            run = _put(run, replace(step, open=False))
    return run


def _task_begun(run: Run, event: TaskBegun) -> Run:
    run = _close_steps(run, but=event.step)
    step = run.step(event.step)
    start = event.at if step.start is None else step.start
    run = _put(run, replace(step, open=True, start=start, task=event.task))
    return replace(run, current=event.step, finish=None)


def _host_begun(run: Run, event: HostBegun) -> Run:
    step = run.step(event.step)
    node = step.nodes.get(event.node) or Node(event.node, event.at, event.at)
    node = replace(node, in_flight=node.in_flight + 1, begun=event.at)
    start = event.at if step.start is None else step.start
    return _put(run, _with_node(replace(step, start=start, task=event.task), node))


def _host_ended(run: Run, event: HostEnded) -> Run:
    if event.step:
        step, node = _booked(run.step(event.step), event)
        start = node.start if step.start is None else step.start
        reason = step.reason
        if event.outcome == "skipped":
            reason = reason or event.facts.skip_reason or CONDITION
        run = _put(run, _with_node(replace(step, start=start, finish=event.at, reason=reason), _node_after(node, event)))
    if event.outcome in ("failed", "unreachable"):
        run = replace(_with_failure(run, event), told=run.told | {event.host or event.node})
    return run


def _booked(step: StepState, event: HostEnded) -> tuple[StepState, Node]:
    """Return the node on which an end is booked; a beginning that was booked on another node is moved to it."""
    begun = event.at
    other = step.nodes.get(event.begun_as)
    if other is not None and event.begun_as != event.node:
        begun = other.begun
        nodes = dict(step.nodes)
        if other.in_flight > 1 or other.finish is not None:
            nodes[event.begun_as] = replace(other, in_flight=other.in_flight - 1)
        else:
            del nodes[event.begun_as]
        step = replace(step, nodes=nodes)
    node = step.nodes.get(event.node) or Node(event.node, begun, begun)
    return step, node if node.in_flight else replace(node, in_flight=1, begun=begun)


def _node_after(node: Node, event: HostEnded) -> Node:
    facts = event.facts
    node = replace(
        node,
        finish=event.at,
        in_flight=max(node.in_flight - 1, 0),
        worked=node.worked or event.outcome != "skipped",
        silent=event.outcome == "silent" or (node.silent and event.outcome == "skipped"),
        changed=node.changed or facts.changed,
        waited=node.waited if facts.waited is None else (node.waited or 0.0) + facts.waited,
        spans=_spans_after(node.spans, node.begun, event),
    )
    if event.outcome in ("failed", "unreachable"):
        lost: Literal["FAILED", "UNREACHABLE"] = "FAILED" if event.outcome == "failed" else "UNREACHABLE"
        return replace(node, lost=lost, rescuable=event.rescuable, message=facts.message)
    return node if node.lost or not facts.message else replace(node, message=facts.message)


def _spans_after(spans: tuple[tuple[float, float], ...], begun: float, event: HostEnded) -> tuple[tuple[float, float], ...]:
    """Add a task's time; tasks that follow each other closely are one span, a task that was skipped at once is none."""
    if event.outcome == "skipped" and event.at - begun < SHORT:
        return spans
    if spans and begun - spans[-1][1] < SHORT:
        return (*spans[:-1], (spans[-1][0], event.at))
    return (*spans, (begun, event.at))


def _with_failure(run: Run, event: HostEnded) -> Run:
    """Add a failure, once for all hosts that said the same; one that says all of an earlier one and more takes its place (explain_failure)."""
    facts = event.facts
    new = Failure(
        event.at, event.step, event.task, (event.node,), facts.message, facts.cause, facts.remedy, facts.evidence,
        event.outcome == "unreachable",
    )
    kept = []
    for old in run.failures:
        same = replace(old, at=new.at, hosts=new.hosts) == new
        if same and new.hosts[0] not in old.hosts:
            kept.append(replace(old, hosts=old.hosts + new.hosts))
            new = replace(new, hosts=())
        elif not (old.message and old.step == event.step and old.hosts == new.hosts and facts.message.startswith(old.message)):
            kept.append(old)
    return replace(run, failures=(*kept, new) if new.hosts else tuple(kept))


def _settle_rescued(run: Run, event: HostBegun) -> Run:
    """A host that goes on to a later step was rescued from the failures that a rescue section could catch."""
    for step in run.steps[: event.step - 1]:
        node = step.nodes.get(event.node)
        if node is not None and node.lost and node.rescuable:
            run = _rescue(run, step, node)
    return run


def _rescue(run: Run, step: StepState, node: Node) -> Run:
    run = _put(run, _with_node(step, replace(node, lost="", rescuable=False)))
    kept = []
    for failure in run.failures:
        if failure.step == step.number and node.host in failure.hosts:
            failure = replace(failure, hosts=tuple(host for host in failure.hosts if host != node.host))
        if failure.hosts:
            kept.append(failure)
    return replace(run, failures=tuple(kept))


def _plan_known(run: Run, event: PlanKnown) -> Run:
    run = replace(run, plan=event.plan, faults=event.faults)
    for planned in event.plan.get("steps") or ():
        number = int(planned.get("number", 0))
        if known_step(number) and not planned.get("asked", True):
            step = run.step(number)
            run = _put(run, replace(step, asked=False, reason=str(planned.get("reason") or "Not asked for.")))
    return run


def _ended(run: Run, event: Ended) -> Run:
    run = _close_steps(run)
    for step in run.steps:
        for node in step.nodes.values():
            if node.lost and node.rescuable and node.host not in event.lost:
                run = _rescue(run, run.step(step.number), node)
    if event.interrupted and run.finish is None:
        run = _interrupt(run, event.at)
    run = _book_lost_hosts(run, event)
    run = replace(run, finish=run.finish or event.at)
    last = max((step.number for step in run.steps if step.nodes), default=0)
    for step in run.steps:
        if step.status == "PENDING" and (step.number < last or run.status == "SUCCESSFUL"):
            run = _put(run, replace(step, reason=LEFT_OUT))
    return run


def _interrupt(run: Run, at: float) -> Run:
    """What was on its way when the run was broken off did not succeed."""
    cut: list[str] = []
    number = run.current
    for step in run.steps:
        for node in step.nodes.values():
            if node.in_flight:
                number = step.number
                cut.append(node.host)
                ended = replace(node, lost="FAILED", finish=at, in_flight=0, message="Interrupted.", spans=(*node.spans, (node.begun, at)))
                run = _put(run, _with_node(replace(run.step(step.number), finish=at), ended))
    task = run.step(number).task if number else ""
    failure = Failure(
        at, number, task, tuple(dict.fromkeys(cut)), "The run was interrupted.",
        cause="it was stopped from outside", remedy="Run it again; it goes on where it stopped.",
    )
    return replace(run, failures=(*run.failures, failure), interrupted=True)


def _book_lost_hosts(run: Run, event: Ended) -> Run:
    """Hosts that Ansible lost without a task of ours telling so (a play that went on without them is no success)."""
    planned = set((run.plan or {}).get("hosts") or {})
    missing = tuple(host for host in event.lost if host in planned and host not in run.told)
    if not missing:
        return run
    failure = Failure(event.at, 0, "", missing, "These hosts of the plan were lost outside the steps.")
    return replace(run, failures=(*run.failures, failure), told=run.told | set(missing))
