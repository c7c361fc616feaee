# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The pictures of the page: the graph of the steps, the timeline of the hosts, the topology."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.markup import Html, el, join
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_text import read_iso, span

WORDS = {"PENDING": "pending", "RUNNING": "running", "SUCCESSFUL": "done", "FAILED": "failed", "SKIPPED": "skipped", "UNREACHABLE": "unreachable"}
SIGNS = {"PENDING": "\u25cb", "RUNNING": "\u25d4", "SUCCESSFUL": "\u2713", "FAILED": "\u2715", "SKIPPED": "\u2013", "UNREACHABLE": "\u2715"}
WIDTH, LABEL, LANE, TOP = 1100, 132, 22, 26
LONGEST_LABEL = 19

SERVER = Html(
    '<svg viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true"><ellipse cx="12" cy="5.5" rx="7.5" ry="3"/>'
    '<path d="M4.5 5.5v6.4c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3V5.500"/><path d="M4.5 11.900v6.400c0 1.7 3.4 3 7.5 3s7.5-1.3 7.5-3v-6.400"/></svg>'
)


def graph(steps: Sequence[Mapping[str, Any]]) -> Html:
    """Return the steps as a line of stations; it is a list, so it needs no other text for those who do not see it."""
    return el("ol", *(_station(step) for step in steps), class_="graph")


def _station(step: Mapping[str, Any]) -> Html:
    status = str(step["status"])
    below = span(step["duration"]) if step["duration"] is not None and status != "SKIPPED" else WORDS[status]
    if status == "FAILED":
        below = "failed" + (f" after {span(step['duration'])}" if step["duration"] is not None else "")
    return el(
        "li",
        el("span", step["number"], class_="dot"),
        el("b", step["name"]),
        el("small", below, el("span", f" ({WORDS[status]})", class_="vh") if below != WORDS[status] else None),
        class_=status,
        title=step["reason"] or f"{step['name']}: {WORDS[status]}",
    )


def timeline(document: Mapping[str, Any]) -> Html | None:
    """Return the bars of each host over the time of the run; None where nothing has happened yet."""
    run = document["run"]
    begin, end = read_iso(run["start"]), read_iso(run["finish"] or run["heartbeat"])
    lanes: dict[str, list[tuple[int, str, str, float, float]]] = {}
    for step, task in zip(run["steps"], document["data"]["tasks"], strict=True):
        for node in task["nodes"]:
            lane = lanes.setdefault(str(node["host"]), [])
            for start, stop in node["spans"]:
                lane.append((int(step["number"]), str(step["name"]), str(node["state"]), read_iso(start), read_iso(stop) if stop else end))
    if not lanes:
        return None
    total = max(end - begin, 0.001)
    names = sorted(lanes, key=lambda host: (host not in run["hosts"], list(run["hosts"]).index(host) if host in run["hosts"] else 0, host))
    height = TOP + LANE * len(names) + 6
    parts = [_axis(total, height)]
    for row, host in enumerate(names):
        y = TOP + row * LANE
        label = host if len(host) <= LONGEST_LABEL else host[: LONGEST_LABEL - 1] + "\u2026"
        parts.append(el("rect", x=LABEL, y=y + 2, width=WIDTH - LABEL, height=LANE - 4, rx=4, class_="lane"))
        parts.append(el("text", label, x=LABEL - 10, y=y + 15, text_anchor="end", class_="name"))
        parts += [_bar(piece, y, begin, total) for piece in lanes[host]]
    picture = el(
        "svg", *parts, class_="gantt", viewBox=f"0 0 {WIDTH} {height}", role="img",
        aria_label=f"Timeline of {len(names)} hosts over {span(total)}; the table of the steps tells the same",
    )
    return el("div", picture, class_="scroll", tabindex="0", role="group", aria_label="Timeline")


def _x(seconds: float, total: float) -> float:
    return round(LABEL + (WIDTH - LABEL - 2) * min(max(seconds / total, 0.0), 1.0), 1)


def _axis(total: float, height: int) -> Html:
    step = nice_step(total)
    parts = []
    for index in range(int(total / step) + 1):
        x = _x(index * step, total)
        anchor = "end" if x > WIDTH - 24 else "middle"
        parts.append(el("line", x1=x, x2=x, y1=TOP - 6, y2=height - 4, class_="grid"))
        parts.append(el("text", tick_text(index * step), x=x, y=TOP - 11, text_anchor=anchor))
    return join(*parts)


def nice_step(total: float, most: int = 9) -> float:
    """Return a round distance of ticks."""
    for step in (0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600):
        if total / step <= most:
            return step
    return float(round(total / most / 3600) * 3600)


def tick_text(seconds: float) -> str:
    """Return the label of a tick."""
    if seconds < 60:
        return f"{seconds:g} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min" if not rest else f"{minutes}:{rest:02d}"


def _bar(piece: tuple[int, str, str, float, float], y: int, begin: float, total: float) -> Html:
    number, name, state, start, stop = piece
    left, right = _x(start - begin, total), _x(stop - begin, total)
    width = max(round(right - left, 1) - 0.8, 1.2)
    inner = el("text", number, x=round(left + width / 2, 1), y=y + 14.5, text_anchor="middle", class_="in") if width > 16 else None
    title = el("title", f"{number} {name}: {WORDS[state]}, {span(stop - start)}")
    shape = el("rect", x=left, y=y + 3, width=width, height=LANE - 6, rx=min(3, width / 2), class_=f"{state}{' odd' if number % 2 else ''}")
    return el("g", title, shape, inner)


def legend() -> Html:
    """Return what the colours mean."""
    colours = (("--green-2", "done"), ("--blue", "running"), ("--red", "failed or unreachable"), ("--grey", "skipped"))
    marks = [el("span", el("i", style=f"background:var({colour})"), word) for colour, word in colours]
    return el("p", *marks, el("span", "The numbers are those of the steps."), class_="legend", aria_hidden="true")


def topology(document: Mapping[str, Any]) -> Html:
    """Return IDCs, zones and servers as boxes in boxes."""
    run = document["run"]
    bad = {host for failure in run["failures"] for host in failure["hosts"]}
    touched = {node["host"] for task in document["data"]["tasks"] for node in task["nodes"] if node["state"] != "SKIPPED"}
    idcs: dict[str, list[Mapping[str, Any]]] = {}
    for zone in run["zones"]:
        idcs.setdefault(str(zone["idc"] or ""), []).append(zone)
    boxes = []
    for idc, zones in idcs.items():
        inner = el("div", *(_zone(zone, run["hosts"], bad, touched) for zone in zones), class_="zones")
        boxes.append(el("div", el("h3", f"IDC {idc}" if idc else "No IDC named"), inner, class_="idc", style=f"flex-grow:{len(zones)}"))
    return el("div", *boxes, class_="idcs")


def _zone(zone: Mapping[str, Any], hosts: Mapping[str, Any], bad: set[str], touched: set[str]) -> Html:
    region = f", region {zone['region']}" if zone["region"] else ""
    servers = [_server(host, hosts.get(host) or {}, host in bad, host in touched) for host in zone["hosts"] or ()]
    return el("div", el("h4", f"{zone['name']}{region}"), *servers, class_="zone")


def _server(name: str, host: Mapping[str, Any], bad: bool, touched: bool) -> Html:
    lines = [
        el("b", name, el("span", " (failed)", class_="vh") if bad else None),
        el("span", host.get("address") or ""),
        el("span", f"SQL {host.get('sql_port')} \u00b7 RPC {host.get('rpc_port')}"),
        el("span", "root server", class_="root") if host.get("root_server") else None,
    ]
    return el("div", SERVER, el("div", *lines), class_=f"server{' bad' if bad else '' if touched else ' idle'}")
