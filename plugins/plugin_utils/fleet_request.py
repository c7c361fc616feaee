# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of clusters, as people write it, and what each of them needs for a run of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults, shown

# Of the fleet itself, or decided for each cluster: not handed on.
OWN = ("oceanbase_clusters", "oceanbase_clusters_at_once", "oceanbase_clusters_dir", "oceanbase_clusters_playbook", "oceanbase_artifacts_dir")


@dataclass(frozen=True)
class Entry:
    """One cluster of the list: the name by which its run goes, and its variables."""

    label: str
    variables: Mapping[str, Any]


def read_clusters(value: object, faults: Faults) -> list[Entry]:
    """Read the list. An item is a mapping of variables, or a pattern of hosts; a text has a pattern on each line."""
    items = [line.partition("#")[0].strip() for line in value.splitlines()] if isinstance(value, str) else value
    if not isinstance(items, Sequence):
        faults.add("clusters", f"{shown(value)} is not a list of clusters")
        return []
    entries: list[Entry] = []
    for index, item in enumerate(items):
        place = f"clusters[{index}]"
        if isinstance(item, str):
            if not item:
                continue
            item = {"oceanbase_hosts": item}
        if not isinstance(item, Mapping):
            faults.add(place, f"{shown(item)} is neither a mapping of variables nor a pattern of hosts")
            continue
        strange = sorted(str(name) for name in item if not re.match(r"(oceanbase|ansible)_[a-z0-9_]+\Z", str(name)) or name in OWN[:-1])
        if strange:
            faults.add(place, f"{', '.join(strange)}: not a variable of one cluster; those begin with oceanbase_ (or ansible_)")
        label = label_of(item)
        if not label:
            faults.add(place, "has no name: set oceanbase_name, oceanbase_request, oceanbase_request_file or oceanbase_hosts")
        elif label in [entry.label for entry in entries]:
            faults.add(place, f'"{label}" is in the list twice')
        else:
            entries.append(Entry(label, dict(item)))
    if not entries and not faults.found:
        faults.add("clusters", "the list is empty")
    return entries


def label_of(variables: Mapping[str, Any]) -> str:
    """Return what a cluster is called in messages and in the name of its folder."""
    request = variables.get("oceanbase_request")
    candidates = (
        variables.get("oceanbase_name"),
        request.get("name") if isinstance(request, Mapping) else None,
        PurePath(str(variables.get("oceanbase_request_file") or "")).stem,
        variables.get("oceanbase_hosts"),
    )
    named = next((str(name) for name in candidates if name), "")
    return re.sub(r"[^A-Za-z0-9_.\-]+", "_", named).strip("._")


def handed_on(inherited: Mapping[str, Any]) -> dict[str, Any]:
    """Return those extra variables of this run that hold for each cluster, too."""
    return {name: value for name, value in inherited.items() if name not in OWN}


def outcome(label: str, rc: int, document: Mapping[str, Any] | None, tail: Iterable[str]) -> dict[str, Any]:
    """Return what became of one cluster, from its task.json where the run came so far, else from the last lines of its output."""
    run = (document or {}).get("run") or {}
    tasks = ((document or {}).get("data") or {}).get("tasks") or []
    told = [str(fault) for fault in run.get("faults") or ()]
    told += [f"{failure.get('host') or label}: {failure.get('message')}" for failure in run.get("failures") or () if failure.get("message")]
    if rc and not told:
        lines = [line.strip() for line in tail if line.strip() and not line.startswith("[WARNING]")]
        first = next((index for index, line in enumerate(lines) if re.match(r"\[?ERROR", line)), max(len(lines) - 5, 0))
        told = lines[first : first + 5] or [f"ansible-playbook ended with {rc} and said nothing"]
    return {
        "name": label,
        "status": "FAILED" if rc else "SUCCESSFUL",
        "rc": rc,
        "changed": any(node.get("changed") for task in tasks for node in task.get("nodes") or ()),
        "message": "; ".join(told) if rc else "",
    }


def summary_lines(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the summary for people: a line for each cluster, and what went wrong."""
    width = max((len(str(result["name"])) for result in results), default=0)
    lines = []
    for result in results:
        state = "unchanged" if result["status"] == "SUCCESSFUL" and not result["changed"] else ""
        lines.append(f"{result['name']:<{width}}  {result['status']:<10}  {result['duration']:7.1f} s  {state}".rstrip())
        if result["message"]:
            lines.append(f"{'':<{width}}  {result['message']}")
            lines.append(f"{'':<{width}}  The output of its run: {result['log']}")
    bad = sum(result["status"] != "SUCCESSFUL" for result in results)
    lines.append(f"{len(results)} clusters: {len(results) - bad} successful, {bad} failed")
    return lines
