# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The page report.html: one document, nothing loaded, for the screen, a phone, paper and a screen reader."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.markup import Html, el, join
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_pictures import SIGNS, WORDS, graph, legend, timeline, topology
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_style import POLICY, SCRIPT, STYLE
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_text import read_iso, span

REFRESH = 5  # seconds between two loads of the page while the run goes on
MOST_SLOW = 5

Document = Mapping[str, Any]


def render(document: Document) -> str:
    """Return the page of a document."""
    run, data = document["run"], document["data"]
    running = data["status"] == "RUNNING"
    body = join(
        el("a", "To the steps", href="#steps", class_="skip"),
        _header(document),
        el(
            "main",
            _notes(document),
            _now(document) if running else None,
            _failures(run),
            _section("steps", "Steps", graph(run["steps"])),
            _timeline(document),
            el("div", _slowest(run["steps"]), _attempts(document), class_="two"),
            _section("topology", "Topology", topology(document)) if run["zones"] else None,
            _section("details", "Steps and hosts", _step_table(document)),
            _facts(document),
            _statements(run),
            _commands(run),
        ),
        el("footer", f"oceanbase.cluster {run['versions'].get('collection', '')} wrote this page at {document['timestamp']}. It loads nothing from anywhere."),
        el("script", Html(SCRIPT)),
    )
    title = f"{data['cluster']['name']}: {data['status']}"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", http_equiv="refresh", content=REFRESH) if running else None,
        el("title", title),
        el("style", Html(STYLE)),
    )
    heartbeat = {"data_heartbeat": run["heartbeat"], "data_patience": run["heartbeat_interval"] * 3} if running else {}
    return "<!DOCTYPE html>\n" + el("html", head, el("body", body, **heartbeat), lang="en") + "\n"


def _section(name: str, title: str, *content: object) -> Html:
    return el("section", el("h2", title, id=name), *content, aria_labelledby=name)


def pill(status: str, small: bool = False) -> Html:
    """Return a state in its colour, with a sign and a word for those who see none."""
    return el("span", el("span", SIGNS[status], aria_hidden="true"), WORDS[status], class_=f"pill {status}{' small' if small else ''}")


def clock(text: str | None) -> Html:
    """Return the time of day of a time, the whole of it being there as well."""
    return el("time", text[11:19], datetime=text, title=text) if text else Html("\u2013")


def _header(document: Document) -> Html:
    run, data = document["run"], document["data"]
    cluster = run["cluster"]
    steps = run["steps"]
    over = sum(step["status"] in ("SUCCESSFUL", "SKIPPED") for step in steps)
    changed = {node["host"] for task in data["tasks"] for node in task["nodes"] if node["changed"] and node["host"] in run["hosts"]}
    words = [
        f"OceanBase {cluster['version']}" if cluster["version"] else None,
        cluster["type"],
        _count(run["zones"], "zone"),
        _count(run["hosts"], "server"),
    ]
    facts = [
        ("Duration", span(run["duration"])),
        ("Started", clock(run["start"])),
        ("Finished", clock(run["finish"])),
        ("Steps over", f"{over} of {len(steps)}"),
        ("Hosts changed", str(len(changed))),
        ("Attempt", str(run["attempts"])),
    ]
    what = "Check of a creation: nothing is changed" if run["check_mode"] else data["name"]
    return el(
        "header",
        el("p", f"{what} \u00b7 {run['start'][:10]}", class_="eyebrow"),
        el("div", el("h1", data["cluster"]["name"]), pill(data["status"]), class_="title"),
        el("p", " \u00b7 ".join(word for word in words if word), class_="lead"),
        el("dl", *(el("div", el("dt", name), el("dd", value)) for name, value in facts), class_="numbers"),
        class_="top",
    )


def _count(things: Sequence[Any] | Mapping[str, Any], word: str) -> str:
    return f"{len(things)} {word}{'' if len(things) == 1 else 's'}" if things else ""


def _notes(document: Document) -> Html:
    run = document["run"]
    notes = []
    if run["check_mode"]:
        notes.append(el("div", "Check mode: this is what a run would do. Nothing was changed on any host.", class_="card note", role="note"))
    stale = el("p", "No sign of life for ", el("span", ""), ": the run was probably killed. Start it again, it goes on where it stopped.")
    if document["data"]["status"] == "RUNNING":
        notes.append(el("div", stale, id="stale", class_="card note stale", role="alert"))
    return join(*notes)


def _now(document: Document) -> Html:
    run = document["run"]
    running = [(step, task) for step, task in zip(run["steps"], document["data"]["tasks"], strict=True) if step["status"] == "RUNNING"]
    lines = []
    for step, task in running:
        busy = [node["host"] for node in task["nodes"] if node["state"] == "RUNNING"]
        hosts = f" Still at work: {', '.join(busy[:8])}{' and more' if len(busy) > 8 else ''}." if busy else ""
        lines.append(el("p", el("strong", f"Step {step['number']} of {len(run['steps'])}: {step['name']}")))
        lines.append(el("p", f"Waiting for {step['waits_for']}, since ", clock(step["start"]), f".{hosts}"))
    if not lines:
        lines.append(el("p", "Between two steps."))
    lines.append(el("p", "Last sign of life at ", clock(run["heartbeat"]), "; the page loads itself again.", class_="lead"))
    return el("div", *lines, _progress(run["steps"]), class_="card now", role="status")


def _progress(steps: Sequence[Mapping[str, Any]]) -> Html:
    colours = {"SUCCESSFUL": "s", "FAILED": "f", "RUNNING": "r", "SKIPPED": "k"}
    share = f"width:{100 / len(steps):.3f}%"
    return el("div", *(el("i", class_=colours.get(step["status"]), style=share) for step in steps), class_="bar", aria_hidden="true")


def _failures(run: Mapping[str, Any]) -> Html | None:
    if not run["failures"]:
        return None
    return _section("failures", "What went wrong", *(_failure(failure) for failure in run["failures"]), _faults(run))


def _failure(failure: Mapping[str, Any]) -> Html:
    where = f"Step {failure['step']}, {failure['name']}" if failure["step"] else "Outside the steps"
    rows = [
        ("Hosts", ", ".join(failure["hosts"]) + (" (unreachable)" if failure["unreachable"] else "")),
        ("Cause", failure["cause"]),
        ("Task", failure["task"]),
        ("At", failure["at"]),
    ]
    facts = [part for name, value in rows if value for part in (el("dt", name), el("dd", value))]
    remedy = [el("dt", "Remedy"), el("dd", failure["remedy"], class_="remedy")] if failure["remedy"] else []
    evidence = el("pre", "\n".join(failure["evidence"]), aria_label="Evidence") if failure["evidence"] else None
    return el(
        "div", el("p", where, class_="eyebrow"), el("p", failure["message"] or failure["cause"] or "It failed without a word.", class_="what"),
        el("dl", *facts, *remedy), evidence, class_="failure",
    )


def _faults(run: Mapping[str, Any]) -> Html | None:
    if not run["faults"]:
        return None
    return join(el("h3", "Faults of the request"), el("ul", *(el("li", fault) for fault in run["faults"])))


def _timeline(document: Document) -> Html | None:
    picture = timeline(document)
    return _section("timeline", "Timeline", picture, legend()) if picture else None


def _slowest(steps: Sequence[Mapping[str, Any]]) -> Html:
    timed = sorted((step for step in steps if step["duration"] and step["status"] != "SKIPPED"), key=lambda step: -step["duration"])[:MOST_SLOW]
    longest = max((step["duration"] for step in timed), default=1)
    rows = [
        el(
            "li",
            el("span", f"{step['number']}  {step['name']}"),
            el("span", span(step["duration"]), class_="t"),
            el("span", el("i", style=f"width:{100 * step['duration'] / longest:.1f}%"), class_="track", aria_hidden="true"),
        )
        for step in timed
    ]
    return _section("slowest", "Slowest steps", el("ul", *rows, class_="slow") if rows else el("p", "None is over yet."))


def _attempts(document: Document) -> Html:
    run, data = document["run"], document["data"]
    rows = [
        el(
            "tr",
            el("th", past["attempt"], scope="row"),
            el("td", pill(past["status"], small=True), " killed" if past.get("killed") else None),
            el("td", past["start"][:19].replace("T", " ")),
            el("td", span(past["duration"]), class_="n"),
        )
        for past in run["history"]
    ]
    rows.append(
        el(
            "tr",
            el("th", run["attempts"], scope="row"),
            el("td", pill(data["status"], small=True)),
            el("td", run["start"][:19].replace("T", " ")),
            el("td", span(run["duration"]), class_="n"),
        )
    )
    heads = el("tr", *(el("th", word, scope="col", class_=kind) for word, kind in (("Attempt", None), ("State", None), ("Start", None), ("Duration", "n"))))
    return _section("attempts", "Attempts", el("div", el("table", el("thead", heads), el("tbody", *rows)), class_="scroll"))


def _step_table(document: Document) -> Html:
    heads = [("Step", None), ("State", None), ("Start", None), ("Duration", "n"), ("Hosts", None)]
    rows = [_step_row(step, task) for step, task in zip(document["run"]["steps"], document["data"]["tasks"], strict=True)]
    return el(
        "table",
        el("caption", "Each step with the part of every host. It is the timeline as a table."),
        el("thead", el("tr", *(el("th", word, scope="col", class_=kind) for word, kind in heads))),
        el("tbody", *rows),
        class_="stack",
    )


def _step_row(step: Mapping[str, Any], task: Mapping[str, Any]) -> Html:
    duration = span(step["duration"]) if step["duration"] is not None and step["status"] != "SKIPPED" else "\u2013"
    return el(
        "tr",
        el("th", f"{step['number']}  {step['name']}", scope="row"),
        el("td", pill(step["status"], small=True)),
        el("td", clock(step["start"])),
        el("td", duration, class_="n"),
        el("td", step["reason"] or _nodes(task["nodes"]), class_="wide"),
    )


def _nodes(nodes: Sequence[Mapping[str, Any]]) -> Html | None:
    if not nodes:
        return None
    counts: dict[str, int] = {}
    for node in nodes:
        word = WORDS[node["state"]] if node["state"] != "SUCCESSFUL" else "changed" if node["changed"] else "unchanged"
        counts[word] = counts.get(word, 0) + 1
    text = ", ".join(f"{number} {word}" for word, number in counts.items())
    bad = any(node["state"] in ("FAILED", "UNREACHABLE") for node in nodes)
    columns = (("Host", None), ("State", None), ("Time", "n"), ("Waited", "n"), ("Said", None))
    heads = el("tr", *(el("th", word, scope="col", class_=kind) for word, kind in columns))
    table = el("table", el("thead", heads), el("tbody", *(_node_row(node) for node in nodes)))
    # On paper nothing can be opened: there the hosts stand in one line.
    paper = ", ".join(f"{node['host']} {node_time(node)}" for node in nodes)
    return join(
        el("details", el("summary", text), el("div", table, class_="scroll"), open="" if bad else None),
        el("span", f"{text}: {paper}", class_="paper", aria_hidden="true"),
    )


def node_time(node: Mapping[str, Any]) -> str:
    """Return what is said of a host in one line: its time, or why it has none."""
    if node["state"] in ("FAILED", "UNREACHABLE", "RUNNING", "SKIPPED") or node["duration"] is None:
        return WORDS[node["state"]]
    return span(busy(node)).replace(" ", "\u00a0")


def busy(node: Mapping[str, Any]) -> float:
    """Return the seconds that a host was at work, without those in which others were and it had to wait for its turn."""
    return sum(read_iso(stop) - read_iso(start) for start, stop in node["spans"] if stop)


def _node_row(node: Mapping[str, Any]) -> Html:
    word = WORDS[node["state"]] + (", changed" if node["changed"] else "")
    return el(
        "tr",
        el("th", node["host"], scope="row"),
        el("td", word),
        el("td", span(busy(node)) if node["duration"] is not None else "\u2013", class_="n"),
        el("td", span(node["waited"]) if node["waited"] is not None else "\u2013", class_="n"),
        el("td", node["message"], class_="wide"),
    )


def facts_list(pairs: Sequence[tuple[str, object]]) -> Html:
    """Return names and values, those that are there."""
    shown = [(name, value) for name, value in pairs if value not in (None, "")]
    return el("dl", *(part for name, value in shown for part in (el("dt", name), el("dd", value))), class_="facts")


def _facts(document: Document) -> Html:
    run, data = document["run"], document["data"]
    cluster, package, versions = run["cluster"], run["package"], run["versions"]
    left = facts_list(
        [
            ("Cluster", data["cluster"]["name"]),
            ("Cluster id", data["cluster"]["obClusterId"] or ""),
            ("Type", cluster["type"]),
            ("Version", cluster["version"]),
            ("Package", package["rpm_name"]),
            ("Companion", package["libs"]),
            ("Primary zone", cluster["primary_zone"]),
            *((name, value) for name, value in cluster["startup_parameters"].items()),
        ]
    )
    right = facts_list(
        [
            ("Task id", data["id"]),
            ("Trace id", document["traceId"]),
            ("Control node", document["server"]),
            ("Started by", data["creator"]["name"]),
            ("Collection", versions.get("collection")),
            ("ansible-core", versions.get("ansible_core")),
            ("Python", versions.get("python")),
            ("Folder", run["directory"]),
        ]
    )
    return el(
        "div", _section("parameters", "Cluster and parameters", left), _section("versions", "Run and versions", right), class_="two"
    )


def _statements(run: Mapping[str, Any]) -> Html | None:
    if not run["statements"]:
        return None
    return _section("statements", "Statements that form the cluster", el("pre", ";\n".join(run["statements"]) + ";"))


def _commands(run: Mapping[str, Any]) -> Html | None:
    hosts = [(name, host) for name, host in run["hosts"].items() if host.get("command")]
    if not hosts:
        return None
    rows = [
        el(
            "details",
            el("summary", f"{name}, {host.get('server') or ''}"),
            facts_list([("Data", host.get("data_disk_dir")), ("Log", host.get("log_disk_dir")), ("User", host.get("user"))]),
            el("pre", host["command"]),
        )
        for name, host in hosts
    ]
    return _section("commands", "First start of each server", *rows)
