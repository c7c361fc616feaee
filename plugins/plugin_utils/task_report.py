# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Answers about runs that are over, or go on elsewhere: the state of one, two side by side. Pure: documents in, dictionaries and lines out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_document import Document, is_stale
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_text import read_iso, span


def state(document: Document, now: float) -> dict[str, Any]:
    """Return the state of a run as of now. A run that says RUNNING but gave no sign of life is FAILED: it was killed."""
    run, data = document["run"], document["data"]
    stale = is_stale(document, now)
    running = [step for step in run["steps"] if step["status"] == "RUNNING"]
    return {
        "status": "FAILED" if stale else data["status"],
        "killed": stale,
        "silent_for": round(max(now - read_iso(run["heartbeat"]), 0.0), 3),
        "cluster": data["cluster"],
        "check_mode": run["check_mode"],
        "attempts": run["attempts"],
        "start": run["start"],
        "finish": run["finish"],
        "duration": run["duration"],
        "current_step": {"number": running[0]["number"], "name": running[0]["name"], "waits_for": running[0]["waits_for"]} if running else {},
        "steps": [{name: step[name] for name in ("number", "name", "status", "duration", "reason")} for step in run["steps"]],
        "failures": run["failures"],
        "faults": run["faults"],
    }


def compare(first: Document, second: Document) -> list[dict[str, Any]]:
    """Return the durations of two runs side by side, step by step; ``difference`` is what the second took more."""
    return _compare(first["run"]["steps"], second["run"]["steps"])


def compare_attempts(document: Document) -> list[dict[str, Any]]:
    """Return the attempt before the last and the last one side by side; nothing where there was only one."""
    history = document["run"]["history"]
    return _compare(history[-1]["steps"], document["run"]["steps"]) if history else []


def _compare(first: Sequence[Mapping[str, Any]], second: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    before = {step["number"]: step for step in first}
    rows = []
    for step in second:
        old = before.get(step["number"]) or {"status": "PENDING", "duration": None}
        both = old["duration"] is not None and step["duration"] is not None
        rows.append(
            {
                "number": step["number"],
                "name": step["name"],
                "first": {"status": old["status"], "duration": old["duration"]},
                "second": {"status": step["status"], "duration": step["duration"]},
                "difference": round(step["duration"] - old["duration"], 3) if both else None,
            }
        )
    return rows


def state_lines(found: Mapping[str, Any]) -> list[str]:
    """Return a run's state as people read it."""
    silent = f", killed: no sign of life for {span(found['silent_for'])}" if found["killed"] else ""
    check = " (check mode)" if found["check_mode"] else ""
    lines = [f"{found['cluster']['name']}{check}: {found['status']}{silent}, attempt {found['attempts']}, {span(found['duration'])}"]
    for step in found["steps"]:
        time = span(step["duration"]) if step["duration"] is not None else ""
        lines.append(f"[{step['number']:2d}/{len(found['steps'])}] {step['name']:<27}  {step['status']:<10}  {time:>10}  {step['reason']}".rstrip())
    for failure in found["failures"]:
        lines.append(f"Failed on {', '.join(failure['hosts'])}: {failure['message']}")
        lines += [f"Remedy: {failure['remedy']}"] if failure["remedy"] else []
    return lines


def comparison_lines(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return two runs side by side as people read them."""
    lines = [f"{'Step':<34}{'first':>12}{'second':>12}{'difference':>13}"]
    for row in rows:
        times = [_time(row[which]) for which in ("first", "second")]
        difference = "" if row["difference"] is None else f"{row['difference']:+.1f} s"
        lines.append(f"[{row['number']:2d}/{len(rows)}] {row['name']:<26}{times[0]:>12}{times[1]:>12}{difference:>13}".rstrip())
    totals = [sum(row[which]["duration"] or 0.0 for row in rows) for which in ("first", "second")]
    lines.append(f"{'Sum of the steps':<34}{span(totals[0]):>12}{span(totals[1]):>12}{totals[1] - totals[0]:>+11.1f} s")
    return lines


def _time(entry: Mapping[str, Any]) -> str:
    return span(entry["duration"]) if entry["duration"] is not None else str(entry["status"]).lower()
