# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pre-check tells: counts, one message with every failure, a table for the terminal, a document for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_item import Item
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_profile import Profile

# Shape and word, so that nobody has to tell colours apart.
SYMBOLS = {"pass": "✓", "warn": "▲", "fail": "✗"}
WIDTH = 160


def counts_of(items: Iterable[Item]) -> dict[str, int]:
    """Return how many items have each verdict."""
    counts = {"pass": 0, "warn": 0, "fail": 0}
    for item in items:
        counts[item.verdict] += 1
    return counts


def document(
    items: Sequence[Item], plan: Mapping[str, Any], profile: Profile, measured: Mapping[str, Any], pairs: Mapping[str, Any], time: str
) -> dict[str, Any]:
    """Return precheck.json: every item, and every measurement behind it."""
    return {
        "cluster": plan["cluster"]["name"],
        "version": plan["cluster"]["version"],
        "profile": {"name": profile.name, "summary": profile.summary},
        "time": time,
        "counts": counts_of(items),
        "hosts": list(plan["hosts"]),
        "items": [asdict(item) for item in items],
        "measured": dict(measured),
        "pairs": {host: facts.get("pairs", {}) for host, facts in pairs.items()},
    }


def failure_message(items: Sequence[Item]) -> str:
    """Return one message that names all failed items of all hosts; hosts that fail alike share a line."""
    failed = [item for item in items if item.verdict == "fail"]
    total = len({item.host for item in items})
    of_hosts = f"{len({item.host for item in failed})} of {counted(total, 'host')}" if total > 1 else "one host"
    lines = [f"The pre-check failed: {counted(len(failed), 'item')} on {of_hosts}."]
    for same, hosts in grouped(failed):
        lines.append(f"  {SYMBOLS['fail']} {same.item} on {', '.join(hosts)}: {same.measured}" + (f" (wanted: {same.threshold})" if same.threshold else ""))
        if same.remedy:
            lines.append(f"      {same.remedy}")
    return "\n".join(lines)


def grouped(items: Iterable[Item]) -> list[tuple[Item, list[str]]]:
    """Return items that say the same with the hosts that say it."""
    found: dict[tuple[str, ...], tuple[Item, list[str]]] = {}
    for item in items:
        key = (item.item, item.verdict, item.measured, item.threshold, item.remedy)
        found.setdefault(key, (item, []))[1].append(item.host)
    return list(found.values())


def headline(items: Sequence[Item], profile: Profile) -> str:
    """Return the counts as a line."""
    counts = counts_of(items)
    hosts = len({item.host for item in items})
    told = ", ".join(f"{counts[verdict]} {verdict}" for verdict in ("fail", "warn", "pass"))
    return f"Pre-check, profile {profile.name}: {told} on {counted(hosts, 'host')}"


def counted(number: int, noun: str) -> str:
    """Return a number of things."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def summary(items: Sequence[Item], profile: Profile, reports: Sequence[str]) -> str:
    """Return a few lines: what does not pass by name only, and where the rest is told."""
    lines = [headline(items, profile)]
    for verdict in ("fail", "warn"):
        for group in dict.fromkeys(item.group for item in items if item.verdict == verdict):
            names = dict.fromkeys(item.item for item in items if item.verdict == verdict and item.group == group)
            text = f"{SYMBOLS[verdict]} {verdict}  {group}: {', '.join(names)}"
            lines += textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="          ")
    lines += [f"  {path}" for path in reports if path.endswith(".html")]
    return "\n".join(lines)


def table(items: Sequence[Item], profile: Profile) -> str:
    """Return a compact table: what failed or warns with its value, everything else as one line a group."""
    hosts = list(dict.fromkeys(item.host for item in items))
    lines = [headline(items, profile)]
    loud = sorted((item for item in items if item.verdict != "pass"), key=lambda item: item.verdict != "fail")
    wide = max((len(item.item) for item in loud), default=0)
    for same, names in grouped(loud):
        where = "all hosts" if len(names) == len(hosts) > 1 else ", ".join(names)
        text = f"{SYMBOLS[same.verdict]} {same.verdict}  {same.item:<{wide}}  {where}: {same.measured}" + (f"  [{same.threshold}]" if same.threshold else "")
        lines += textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent=" " * (wide + 12))
    for group in dict.fromkeys(item.group for item in items):
        names = list(dict.fromkeys(item.item for item in items if item.group == group))
        clean = [name for name in names if all(item.verdict == "pass" for item in items if item.item == name)]
        if clean:
            lines.append(f"  {SYMBOLS['pass']} pass  {group}: {len(clean)} of {len(names)} items on every host")
    return "\n".join(lines)
