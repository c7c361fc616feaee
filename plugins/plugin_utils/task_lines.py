# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What the terminal shows of a run: a line for each step, a live one while it takes its time, a summary at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils._steps import STEPS
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import Failure, Node, Run, StepState
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_text import span

MOST_NAMED = 6  # hosts that a line names one by one
SPINNER = "\u280b\u2819\u2839\u2838\u283c\u2834\u2826\u2827\u2807\u280f"
COLOURS = {"SUCCESSFUL": "COLOR_OK", "CHANGED": "COLOR_CHANGED", "FAILED": "COLOR_ERROR", "SKIPPED": "COLOR_SKIP"}
_NAME_WIDTH = max(len(step.name) for step in STEPS)


def head(step: int) -> str:
    """Return a step's number of 23 and its name."""
    return f"[{step:2d}/{len(STEPS)}] {STEPS[step - 1].name}"


def step_line(step: StepState) -> str:
    """Return the line of a step that is over."""
    start = f"[{step.number:2d}/{len(STEPS)}] {STEPS[step.number - 1].name:<{_NAME_WIDTH}}  {step.status:<10}"
    if step.status == "SKIPPED":
        return f"{start}  {step.reason}".rstrip()
    taken = span((step.finish or 0.0) - (step.start or 0.0)) if step.start is not None else ""
    return f"{start}  {taken:>10}  {hosts_text(step.nodes.values())}".rstrip()


def step_colour(step: StepState) -> str:
    """Return the name of Ansible's setting for the colour of a step's line."""
    changed = step.status == "SUCCESSFUL" and any(node.changed for node in step.nodes.values())
    return COLOURS["CHANGED" if changed else step.status]


def node_word(node: Node) -> str:
    """Return one word for a host's state, in Ansible's language."""
    words = {"RUNNING": "running", "FAILED": "failed", "UNREACHABLE": "unreachable", "SKIPPED": "skipped"}
    return words.get(node.state, "changed" if node.changed else "ok")


def hosts_text(nodes: Iterable[Node]) -> str:
    """Return the state of each host, or of each group of hosts with the bad ones by name where there are many."""
    found = list(nodes)
    if len(found) <= MOST_NAMED:
        return ", ".join(f"{node.host} {node_word(node)}" for node in found)
    groups: dict[str, list[str]] = {}
    for node in found:
        groups.setdefault(node_word(node), []).append(node.host)
    return ", ".join(
        f"{len(hosts)} {word}{' (' + _some(hosts) + ')' if word in ('failed', 'unreachable', 'running') else ''}" for word, hosts in groups.items()
    )


def _some(hosts: Sequence[str]) -> str:
    shown = ", ".join(hosts[:MOST_NAMED])
    return f"{shown} and {len(hosts) - MOST_NAMED} more" if len(hosts) > MOST_NAMED else shown


def waiting_text(run: Run, now: float) -> str:
    """Return what the run is doing: the step, since when, what it waits for, and for whom. Empty where nothing is on its way."""
    step = run.step(run.current) if run.current else None
    if step is None or step.status != "RUNNING" or step.start is None:
        return ""
    text = f"{head(step.number)}  {span(now - step.start)}  waiting for {STEPS[step.number - 1].waits_for}"
    busy = [node.host for node in step.nodes.values() if node.in_flight]
    if busy and len(step.nodes) > 1:
        text += f"; {len(step.nodes) - len(busy)} of {len(step.nodes)} done, {_some(busy)} at work"
    return text


def live_line(run: Run, now: float, width: int, beat: int, unicode: bool = True) -> str:
    """Return the ticking line, cut to the terminal's width; empty where nothing is on its way."""
    text = waiting_text(run, now)
    if not text:
        return ""
    text = f"{SPINNER[beat % len(SPINNER)] if unicode else '|/-' [beat % 3]} {text}"
    return text if len(text) < width else text[: max(width - 2, 0)] + ("\u2026" if unicode else "~")


def begin_lines(run: Run, page: str, attempt: int) -> list[str]:
    """Return what is said once the plan is known."""
    plan = run.plan or {}
    cluster = plan.get("cluster", {})
    zones, hosts = plan.get("zones") or (), plan.get("hosts") or {}
    idcs = {zone.get("idc") for zone in zones if zone.get("idc")}
    size = ", ".join(count(len(things), word) for things, word in ((zones, "zone"), (idcs, "IDC"), (hosts, "server")) if things)
    verb = "Check of the creation" if run.check_mode else "Creation"
    text = f"{verb} of OceanBase cluster {cluster.get('name', '')} {cluster.get('version', '')}: {size}"
    if attempt > 1:
        text += f", attempt {attempt}"
    return [text, f"Follow it in {page}"] if page else [text]


def count(number: int, word: str) -> str:
    """Return a number with its noun."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def failure_lines(failure: Failure) -> list[str]:
    """Return a failure as people read it."""
    where = head(failure.step) if failure.step else "Outside the steps"
    hosts = f" on {_some(failure.hosts)}" if failure.hosts else ""
    lines = [f"{where}{hosts}{' (unreachable)' if failure.unreachable else ''}: {failure.message or failure.cause}"]
    if failure.cause and failure.cause not in failure.message:
        lines.append(f"  Cause:  {failure.cause}")
    lines += [f"  | {line}" for line in failure.evidence[-5:]]
    if failure.remedy:
        lines.append(f"  Remedy: {failure.remedy}")
    return lines


def slowest(steps: Iterable[StepState], most: int = 3) -> list[tuple[str, float]]:
    """Return the steps that took longest."""
    taken = [(head(step.number), step.finish - step.start) for step in steps if step.start is not None and step.finish is not None]
    return sorted((pair for pair in taken if pair[1] >= 0.05), key=lambda pair: -pair[1])[:most]


def summary_lines(run: Run, document: str, page: str) -> list[str]:
    """Return the end of the story. The paths are empty where nothing could be written."""
    name = (run.plan or {}).get("cluster", {}).get("name", "")
    what = "Check of OceanBase cluster" if run.check_mode else "OceanBase cluster"
    took = span((run.finish or run.at) - run.start)
    lines = [f"{what} {name}: {run.status} in {took}".replace("  ", " ")]
    done = {status: sum(step.status == status for step in run.steps) for status in ("SUCCESSFUL", "SKIPPED", "FAILED", "PENDING")}
    lines.append("Steps: " + ", ".join(f"{number} {status}" for status, number in done.items() if number))
    slow = slowest(run.steps)
    if slow:
        lines.append("Slowest: " + ", ".join(f"{text} {span(seconds)}" for text, seconds in slow))
    for failure in run.failures:
        lines += failure_lines(failure)
    said = " ".join(failure.message for failure in run.failures)
    lines += [f"  - {fault}" for fault in run.faults if fault not in said]
    lines += [f"{what}: {path}" for what, path in (("Task information", document), ("Report", page)) if path]
    return lines
