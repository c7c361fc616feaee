# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What Ansible's objects say: tasks, hosts and results of ansible-core before and after 2.19. Nothing else reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import Facts, known_step
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_text import clean, clean_lines

STEP_VARIABLE = "__oceanbase_step"
NEUTRAL = ("include_tasks", "include_role", "import_tasks", "import_role", "meta")
# Action plugins that work on the control node, whatever the host.
CONTROL = ("cluster_plan", "cluster_status", "explain_failure", "precheck_verdict", "wait_node")
CONDITIONAL = "Conditional result was False"  # Ansible's words for any skip


def step_of(task: Any) -> int:
    """Return the step that a task belongs to, 0 where it is not ours."""
    try:
        number = int(task.get_vars().get(STEP_VARIABLE, 0))
    except (TypeError, ValueError):
        return 0
    return number if known_step(number) else 0


def parts(result: Any) -> tuple[Any, Any, Mapping[str, Any]]:
    """Return host, task and dictionary of a result, with ansible-core of before and after 2.19."""
    if hasattr(result, "task"):
        return result.host, result.task, result.result
    return result._host, result._task, result._result


def extra_variables(play: Any) -> Mapping[str, Any]:
    """Return what was given by -e, where AWX says who started a job."""
    manager = play.get_variable_manager() if play is not None else None
    return getattr(manager, "extra_vars", None) or {}


def action(task: Any) -> str:
    """Return the short name of a task's action."""
    return str(getattr(task, "action", "")).rsplit(".", 1)[-1]


def is_neutral(task: Any) -> bool:
    """Whether a task only brings other tasks, or steers the play."""
    return action(task) in NEUTRAL


def task_name(task: Any) -> str:
    """Return a task's name without its role, templates left alone."""
    return clean(getattr(task, "name", "") or action(task))


def node_name(host: Any, task: Any) -> str:
    """Return the host under which work is booked: work done once, elsewhere, belongs to where it is done."""
    if getattr(task, "run_once", False) is True:
        if action(task) in CONTROL:
            return "localhost"
        where = getattr(task, "delegate_to", None)
        if isinstance(where, str) and where and "{" not in where:
            return where
    return str(host.get_name())


def last_tasks(task: Any, play: Any, step: Callable[[Any], int]) -> dict[int, str]:
    """Return the last task of each step, of those that are known before the run: of the task's role, or of its play.

    What stands in a rescue section is left out: a run that comes there is not in order, and its step ends as it may.
    """
    role = getattr(task, "_role", None)
    found: dict[int, str] = {}
    for one in flat(role.get_task_blocks() if role is not None else getattr(play, "tasks", ())):
        number = step(one)
        if number and action(one) != "meta":
            found[number] = "" if is_neutral(one) else str(one._uuid)
    return found


def flat(tasks: Any) -> Iterator[Any]:
    """Return the tasks of blocks within blocks, in their order."""
    for one in tasks:
        if hasattr(one, "block"):
            yield from flat([*one.block, *one.always])
        else:
            yield one


def is_rescuable(task: Any) -> bool:
    """Whether the task lies in a block that has a rescue section."""
    parent = getattr(task, "_parent", None)
    while parent is not None:
        if getattr(parent, "rescue", None):
            return True
        parent = getattr(parent, "_parent", None)
    return False


def facts_of(facts: Mapping[str, Any], outcome: str) -> Facts:
    """Take what we may from a result: these keys and no others."""
    changed = facts.get("changed") is True
    if facts.get("censored") or facts.get("_ansible_no_log"):
        return Facts(changed=changed, message="(hidden: no_log)" if outcome in ("failed", "unreachable") else "")
    if outcome in ("failed", "ignored", "unreachable", "silent"):
        facts = failed_item(facts)
    reason = str(facts.get("skip_reason") or "")
    message = clean(facts.get("msg") or "") if isinstance(facts.get("msg"), str) else ""
    remedy = clean(facts.get("remedy") or "")
    waited = facts.get("waited")
    return Facts(
        changed=changed,
        message=message.removesuffix(remedy).rstrip(),  # a module's msg ends with the remedy
        cause=clean(facts.get("cause") or ""),
        remedy=remedy,
        evidence=clean_lines(facts.get("evidence") or ()),
        waited=float(waited) if isinstance(waited, (int, float)) and not isinstance(waited, bool) else None,
        skip_reason="" if reason == CONDITIONAL else clean(reason),
    )


def failed_item(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the first failed item of a loop, which says more than "One or more items failed"."""
    items = facts.get("results")
    for item in items if isinstance(items, list) else ():
        if isinstance(item, Mapping) and (item.get("failed") or item.get("unreachable")) and not item.get("_ansible_no_log"):
            return item
    return facts
