# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The page precheck.html: every item of every host as a matrix, one document, nothing loaded. Shapes and words say what colours say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.markup import Html, el, join
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_style import STYLE

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
SYMBOLS = {"pass": "✓", "warn": "▲", "fail": "✗"}
# Beyond so many hosts a value does not fit into its cell: it is told on hover and in the list below.
MOST_WIDE = 4

OWN_STYLE = """
.pass.pill{background:var(--green-bg);color:var(--green)}.warn.pill{background:var(--amber-bg);color:var(--amber)}.fail.pill{background:var(--red-bg);color:var(--red)}
table.matrix{width:auto;min-width:100%}
table.matrix th,table.matrix td{padding:5px 8px;border-bottom:1px solid var(--line)}
table.matrix thead th{position:sticky;top:0;background:var(--card);vertical-align:bottom;z-index:2}
table.matrix.narrow thead th span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}
table.matrix tbody th{position:sticky;left:0;background:var(--card);min-width:140px;max-width:260px;font-weight:500;overflow-wrap:anywhere;z-index:1}
table.matrix tbody th small{display:block;color:var(--soft);font-weight:400}
table.matrix tr.group th{background:var(--faint);color:var(--soft);font-size:12.5px;font-weight:600}
td.cell b{display:inline-block;width:20px;height:20px;line-height:20px;border-radius:5px;text-align:center;font-size:12px}
td.cell small{margin-left:7px;color:var(--soft);font-size:12.5px}
.cell.pass b{color:var(--green)}
.cell.warn b{background:var(--amber-bg);color:var(--amber);border-radius:0;clip-path:none;outline:1px solid var(--amber)}
.cell.fail b{background:var(--red);color:var(--card);border-radius:50%}
.cell.warn small,.cell.fail small{color:var(--ink)}
table.matrix.narrow tbody th small{display:none}.narrow td.cell{text-align:center;padding:5px 4px}
.values td,.values th{font-size:12.5px}.values tbody th{overflow-wrap:anywhere}
@media (max-width:560px){table.matrix tbody th{min-width:112px;max-width:130px}table.matrix tbody th small{display:none}td.cell small{display:none}
table.matrix thead th span{writing-mode:vertical-rl;transform:rotate(180deg);white-space:nowrap}}
"""

Report = Mapping[str, Any]
Item = Mapping[str, str]


def page(report: Report) -> str:
    """Return the page of a report."""
    items, hosts = report["items"], report["hosts"]
    most = len(hosts)
    title = f"Pre-check of {report['cluster']}: {word_of(report)}"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("title", title),
        el("style", Html(STYLE + OWN_STYLE)),
    )
    body = el(
        "body",
        el("a", "To the matrix", href="#matrix", class_="skip"),
        header(report),
        el(
            "main",
            failures(items, most),
            el("section", el("h2", "Items and hosts"), legend(), el("div", matrix(items, hosts), class_="scroll"), id="matrix"),
            warnings(items, most),
            el("section", el("h2", "Every value"), values(items, most), id="values"),
        ),
        el("footer", f"oceanbase.cluster wrote this page at {report['time']}. It loads nothing from anywhere."),
    )
    return "<!DOCTYPE html>\n" + el("html", head, body, lang="en") + "\n"


def word_of(report: Report) -> str:
    """Return the gravest verdict."""
    return next((verdict for verdict in ("fail", "warn") if report["counts"][verdict]), "pass")


def header(report: Report) -> Html:
    """Return what is to be seen first."""
    word = word_of(report)
    counts = report["counts"]
    numbers = [
        ("Hosts", len(report["hosts"])),
        *((f"{SYMBOLS[verdict]} {verdict}", counts[verdict]) for verdict in ("fail", "warn", "pass")),
        ("Profile", report["profile"]["name"]),
        ("Version", report["version"]),
    ]
    return el(
        "header",
        el("p", "Pre-check for an OceanBase cluster", class_="eyebrow"),
        el("div", el("h1", report["cluster"]), el("span", f"{SYMBOLS[word]} {word}", class_=f"pill {word}"), class_="title"),
        el("p", f"{report['profile']['summary']}. Measured at {report['time']}.", class_="lead"),
        el("dl", *(el("div", el("dt", name), el("dd", value)) for name, value in numbers), class_="numbers"),
        class_="top",
    )


def named(hosts: Sequence[str], most: int) -> str:
    """Return hosts by name, or that it is all of them."""
    return f"all {most} hosts" if len(hosts) == most > 1 else ", ".join(hosts)


def failures(items: Sequence[Item], most: int) -> Html | None:
    """Return everything that failed, hosts that say the same together."""
    found = together(item for item in items if item["verdict"] == "fail")
    return el("section", el("h2", f"Failed ({len(found)})"), *(failure(item, named(hosts, most)) for item, hosts in found), id="failed") if found else None


def failure(item: Item, hosts: str) -> Html:
    """Return one failure with its remedy."""
    facts = [("Hosts", hosts), ("Wanted", item["threshold"]), ("Source", item["source"]), ("Seen", item["evidence"])]
    shown = [part for name, text in facts if text for part in (el("dt", name), el("dd", text))]
    remedy = (el("dt", "Remedy"), el("dd", item["remedy"], class_="remedy")) if item["remedy"] else ()
    return el("div", el("p", f"{item['item']}: {item['measured']}", class_="what"), el("dl", *shown, *remedy), class_="failure")


def warnings(items: Sequence[Item], most: int) -> Html | None:
    """Return what warns as a list."""
    found = together(item for item in items if item["verdict"] == "warn")
    if not found:
        return None
    rows = [
        el(
            "tr",
            el("th", item["item"], scope="row"),
            el("td", item["measured"], class_="wide"),
            el("td", item["threshold"], class_="wide"),
            el("td", named(hosts, most), class_="wide"),
            el("td", item["remedy"], class_="wide"),
        )
        for item, hosts in found
    ]
    return el("section", el("h2", f"Warnings ({len(found)})"), listing(("Item", "Measured", "Wanted", "Hosts", "Remedy"), rows), id="warnings")


def listing(columns: Sequence[str], rows: Sequence[Html]) -> Html:
    """Return a table that stacks on a phone."""
    head = el("tr", *(el("th", name, scope="col") for name in columns))
    return el("table", el("thead", head), el("tbody", *rows), class_="values stack")


def together(items: Iterable[Item]) -> list[tuple[Item, list[str]]]:
    """Return items that say the same with their hosts."""
    found: dict[tuple[str, ...], tuple[Item, list[str]]] = {}
    for item in items:
        key = tuple(item[name] for name in ("item", "verdict", "measured", "threshold", "remedy"))
        found.setdefault(key, (item, []))[1].append(item["host"])
    return list(found.values())


def legend() -> Html:
    """Return what the shapes mean."""
    words = (("pass", "as wanted"), ("warn", "not recommended, or not known"), ("fail", "has to be mended"))
    pills = (el("span", f"{SYMBOLS[verdict]} {verdict}", class_=f"pill small {verdict}") + Html(f" {text}") for verdict, text in words)
    return el("p", *(el("span", Html(pill)) for pill in pills), class_="legend")


def matrix(items: Sequence[Item], hosts: Sequence[str]) -> Html:
    """Return a row for each item and a column for each host."""
    wide = len(hosts) <= MOST_WIDE
    cells = {(item["item"], item["host"]): item for item in items}
    head = el("tr", el("th", "Item", scope="col"), *(el("th", el("span", host), scope="col") for host in hosts))
    rows = []
    for group in unique(item["group"] for item in items):
        rows.append(el("tr", el("th", group, colspan=len(hosts) + 1, scope="rowgroup"), class_="group"))
        for name in unique(item["item"] for item in items if item["group"] == group):
            row = [cell(cells.get((name, host)), wide) for host in hosts]
            wanted = unique(item["threshold"] for item in items if item["item"] == name)
            rows.append(el("tr", el("th", name, el("small", wanted[0]) if len(wanted) == 1 else None, scope="row"), *row))
    return el("table", el("thead", head), el("tbody", *rows), class_="matrix" if wide else "matrix narrow")


def cell(item: Item | None, wide: bool) -> Html:
    """Return one verdict."""
    if item is None:
        return el("td", el("span", "no answer", class_="vh"), "·", class_="cell")
    title = f"{item['host']}, {item['item']}: {item['verdict']}. {item['measured']}" + (f" (wanted: {item['threshold']})" if item["threshold"] else "")
    verdict = item["verdict"]
    text = el("small", shortened(item["measured"])) if wide else None
    return el("td", el("b", SYMBOLS[verdict], aria_hidden="true"), el("span", verdict, class_="vh"), text, class_=f"cell {verdict}", title=title)


def shortened(text: str) -> str:
    """Return what fits into a cell."""
    return text if len(text) <= 60 else text[:57] + "..."


def values(items: Sequence[Item], most: int) -> Html:
    """Return every value, threshold and source as text."""
    parts = []
    for group in unique(item["group"] for item in items):
        rows = []
        for item, hosts in together(item for item in items if item["group"] == group):
            verdict = item["verdict"]
            rows.append(
                el(
                    "tr",
                    el("td", el("span", f"{SYMBOLS[verdict]} {verdict}", class_=f"pill small {verdict}")),
                    el("th", item["item"], scope="row"),
                    el("td", named(hosts, most), class_="wide"),
                    el("td", item["measured"], class_="wide"),
                    el("td", item["threshold"], class_="wide"),
                    el("td", item["source"], class_="wide"),
                )
            )
        table = listing(("Verdict", "Item", "Hosts", "Measured", "Wanted", "Source"), rows)
        parts.append(el("details", el("summary", f"{group}: {len(rows)} lines"), table))
    return join(*parts)


def unique(texts: Iterable[str]) -> list[str]:
    """Return each text once, in order."""
    return list(dict.fromkeys(texts))
