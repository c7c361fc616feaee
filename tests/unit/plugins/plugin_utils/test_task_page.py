# SPDX-License-Identifier: GPL-3.0-or-later
"""The page: complete, escaped, readable without colours; and in a browser, as it is seen."""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils import task_page
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.markup import Html, el, join
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_document import Document, summary
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_pictures import nice_step, tick_text
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import Event, Facts, HostBegun, HostEnded, PlanKnown, TaskBegun
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.task_cases import (
    ORIGIN,
    T0,
    did,
    document,
    failed_run,
    make_plan,
    planned,
    whole_run,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
EVIL = "<script>alert(1)</script><img src=x onerror='alert(2)'>\"'&"
RUNNING: list[Event] = [*planned(), *did(2, T0 + 1, ob1="ok"), TaskBegun(T0 + 3, 9, "t"), HostBegun(T0 + 3, 9, "ob1", "t")]
VOID = {"meta", "br"}


class Outline(HTMLParser):
    """Checks that elements are closed in their order, and gathers what is asked about."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not set(self.open) & {"style", "script"}:
            self.text.append(data)


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    found.close()
    assert found.open == []
    return found


def evil_document() -> Document:
    plan = make_plan(["ob1", EVIL], name=EVIL, version=EVIL, startup_parameters={EVIL: EVIL})
    plan["zones"][0].update(name=EVIL, idc=EVIL, region=EVIL)
    plan["hosts"]["ob1"].update(address=EVIL, command=EVIL, server=EVIL)
    plan["statements"] = [EVIL]
    plan["steps"][7]["reason"] = EVIL
    facts = Facts(message=EVIL, cause=EVIL, remedy=EVIL, evidence=(EVIL,), skip_reason=EVIL)
    events: list[Event] = [
        TaskBegun(T0, 1, EVIL), PlanKnown(T0, plan, (EVIL,)), TaskBegun(T0 + 1, 2, EVIL), HostBegun(T0 + 1, 2, EVIL, EVIL),
        HostEnded(T0 + 2, 2, EVIL, EVIL, "failed", facts), HostEnded(T0 + 3, 3, EVIL, EVIL, "skipped", facts),
    ]  # fmt: skip
    origin = replace(ORIGIN, server=EVIL, creator_name=EVIL, directory=EVIL, versions={"collection": EVIL, "python": EVIL})
    return document(events, origin=origin)


PAGES: dict[str, Callable[[], Document]] = {
    "nothing yet": lambda: document([]),
    "running": lambda: document(RUNNING, now=T0 + 12),
    "successful": lambda: document(whole_run()),
    "failed, second attempt": lambda: document(failed_run(), origin=replace(ORIGIN, attempt=2, history=(summary(document(RUNNING, now=T0 + 9)),))),
    "check mode": lambda: document(whole_run(), check_mode=True),
    "refused": lambda: document([TaskBegun(T0, 1, "t"), PlanKnown(T0, {"cluster": {"name": "terran"}}, ("zones: empty",))]),
    "evil": evil_document,
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_whole_and_loads_nothing(name: str) -> None:
    page = task_page.render(PAGES[name]())
    found = outline(page)
    assert "http:" not in page and "https:" not in page
    assert not [tag for tag, attributes in found.seen if {"src", "srcset"} & set(attributes)]
    assert all(str(attributes["href"]).startswith("#") for _tag, attributes in found.seen if "href" in attributes)
    assert [tag for tag, _attributes in found.seen].count("script") == 1
    assert not [attribute for _tag, attributes in found.seen for attribute in attributes if attribute.startswith("on")]
    for text in re.findall(r"url\(|@import", page):
        pytest.fail(text)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_can_be_read_by_those_who_do_not_see_it(name: str) -> None:
    found = outline(task_page.render(PAGES[name]()))
    names = [str(attributes["id"]) for _tag, attributes in found.seen if "id" in attributes]
    assert len(names) == len(set(names))
    assert ("html", {"lang": "en"}) in found.seen
    assert [tag for tag, _attributes in found.seen].count("h1") == 1
    for tag, attributes in found.seen:
        if tag == "svg":
            assert attributes.get("aria-hidden") == "true" or (attributes.get("role") == "img" and attributes.get("aria-label"))
        if tag == "section":
            assert attributes["aria-labelledby"] in names
        if tag == "th":
            assert attributes.get("scope") in ("row", "col")
    assert sum(tag == "li" and "title" in attributes for tag, attributes in found.seen) == 23


def test_what_comes_from_data_is_text() -> None:
    page = task_page.render(evil_document())
    assert "<img" not in page and "alert(1)</script>" not in page.replace("&lt;", "")
    assert page.count("&lt;script&gt;alert(1)") > 20


def test_only_a_running_page_loads_itself_again() -> None:
    assert 'http-equiv="refresh"' in task_page.render(PAGES["running"]())
    assert 'http-equiv="refresh"' not in task_page.render(PAGES["successful"]())


def test_a_running_page_tells_what_it_waits_for() -> None:
    text = "".join(outline(task_page.render(PAGES["running"]())).text)
    assert "Step 9 of 23: Bootstrap ob" in text and "Waiting for observers to start and the bootstrap to end, since 11:39:37" in text
    assert "Still at work: ob1." in text


def test_a_failure_stands_first_with_its_remedy() -> None:
    text = "".join(outline(task_page.render(PAGES["failed, second attempt"]())).text)
    for part in ("What went wrong", "Step 9, Bootstrap ob", "Cannot start", "Add memory.", "line 1\nline 2"):
        assert part in text
    assert text.index("What went wrong") < text.index("Timeline") < text.index("Topology")
    assert " killed" in text


def test_the_topology_names_zones_idcs_and_ports() -> None:
    text = "".join(outline(task_page.render(PAGES["successful"]())).text)
    for part in ("IDC hz2", "zone1", "zone3", "192.0.2.2", "SQL 2881 \u00b7 RPC 2882", "root server", "system_memory", "oceanbase-ce-4.3.5.3"):
        assert part in text


def test_a_page_of_thirty_hosts() -> None:
    hosts = [f"a-rather-long-name-of-a-host-{number}" for number in range(30)]
    events: list[Event] = [TaskBegun(T0, 1, "plan"), PlanKnown(T0, make_plan(hosts))]
    for step in range(2, 24):
        events += did(step, T0 + step, **dict.fromkeys(hosts, "ok"))  # type: ignore[arg-type]
    outline(task_page.render(document(events)))


@pytest.mark.parametrize(("total", "step"), [(0.05, 0.1), (0.9, 0.1), (28, 5), (100, 15), (3000, 600), (90000, 10800)])
def test_distance_of_ticks(total: float, step: float) -> None:
    assert nice_step(total) == step


@pytest.mark.parametrize(("seconds", "text"), [(0, "0 s"), (0.5, "0.5 s"), (60, "1 min"), (90, "1:30"), (3600, "60 min")])
def test_text_of_ticks(seconds: float, text: str) -> None:
    assert tick_text(seconds) == text


@pytest.mark.parametrize(
    ("piece", "html"),
    [
        (el("p", "a<b", Html("<i>x</i>"), None, 3), "<p>a&lt;b<i>x</i>3</p>"),
        (el("td", class_="a", data_x='"', id=None), '<td class="a" data-x="&quot;"></td>'),
        (el("meta", charset="utf-8"), '<meta charset="utf-8">'),
        (el("rect", x=1), '<rect x="1"/>'),
        (join("<", Html("<br>")), "&lt;<br>"),
    ],
)
def test_markup(piece: Html, html: str) -> None:
    assert piece == html


def browse(folder: Path, page: str, *flags: str) -> subprocess.CompletedProcess[bytes]:
    """Open a page in a headless browser that has no network to talk to."""
    assert CHROMIUM
    (folder / "report.html").write_text(page, encoding="utf-8")
    quiet = (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--hide-scrollbars", f"--user-data-dir={folder / 'profile'}", "--proxy-server=127.0.0.1:9",
    )  # fmt: skip
    return subprocess.run([CHROMIUM, *quiet, *flags, f"file://{folder / 'report.html'}"], capture_output=True, timeout=120, check=False)


def pixels(path: Path) -> tuple[int, int, list[bytes]]:
    """Return width, height and rows of a PNG of 8 bits a channel, as the browser writes it."""
    data = path.read_bytes()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8 and kind in (2, 6)
    packed, at = b"", 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += length + 12
    raw, size = zlib.decompress(packed), 3 if kind == 2 else 4
    rows, before, at = [], bytearray(width * size), 0
    for _row in range(height):
        line = unfilter(raw[at], bytearray(raw[at + 1 : at + 1 + width * size]), before, size)
        rows.append(bytes(line))
        before = line
        at += 1 + width * size
    return width, height, rows


def unfilter(kind: int, line: bytearray, above: bytearray, size: int) -> bytearray:
    """Undo a PNG row's filter."""
    for index in range(len(line)):
        left = line[index - size] if index >= size else 0
        corner = above[index - size] if index >= size else 0
        if kind == 4:
            guess = left + above[index] - corner
            line[index] = (line[index] + min((left, above[index], corner), key=lambda value: abs(guess - value))) & 255
        else:
            line[index] = (line[index] + (0, left, above[index], (left + above[index]) // 2)[kind]) & 255
    return line


@needs_chromium
def test_the_browser_shows_the_data_and_runs_no_foreign_script(tmp_path: Path) -> None:
    done = browse(tmp_path, task_page.render(PAGES["evil"]()), "--dump-dom")
    found = outline(done.stdout.decode())
    assert "Prepare install cluster" in "".join(found.text)
    assert "<script>alert(1)</script>" in "".join(found.text)
    assert not [tag for tag, _attributes in found.seen if tag == "img"]


@needs_chromium
def test_the_browser_tells_that_a_killed_run_is_silent(tmp_path: Path) -> None:
    dom = browse(tmp_path, task_page.render(PAGES["running"]()).replace('http-equiv="refresh"', 'http-equiv="x"'), "--dump-dom").stdout.decode()
    assert re.search(r'id="stale"[^>]*style="display: block;"', dom)
    assert re.search(r"No sign of life for <span>\d+ s</span>", dom)


@needs_chromium
@pytest.mark.parametrize(("look", "flags", "dark"), [
    ("light", ("--window-size=1200,900",), False),
    ("dark", ("--window-size=1200,900", "--force-dark-mode", "--blink-settings=preferredColorScheme=0"), True),
    ("phone", ("--window-size=500,900",), False),
])  # fmt: skip
def test_the_page_is_drawn(look: str, flags: tuple[str, ...], dark: bool, tmp_path: Path) -> None:
    picture = tmp_path / f"{look}.png"
    browse(tmp_path, task_page.render(PAGES["successful"]()), f"--screenshot={picture}", *flags)
    _width, _height, rows = pixels(picture)
    corner = sum(rows[2][6:9]) / 3
    assert corner < 60 if dark else corner > 200
    assert len({row[index : index + 3] for row in rows[::6] for index in range(0, len(row) - 3, 24)}) > 8


@needs_chromium
@pytest.mark.parametrize("width", [500, 1200])
def test_nothing_is_wider_than_the_window(width: int, tmp_path: Path) -> None:
    probe = "<script>document.title='wide:'+(document.documentElement.scrollWidth>document.documentElement.clientWidth)</script></body>"
    page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", task_page.render(PAGES["failed, second attempt"]())).replace("</body>", probe)
    dom = browse(tmp_path, page, "--dump-dom", f"--window-size={width},900").stdout.decode()
    assert "<title>wide:false</title>" in dom


@needs_chromium
def test_the_page_is_printed(tmp_path: Path) -> None:
    paper = tmp_path / "report.pdf"
    browse(tmp_path, task_page.render(PAGES["failed, second attempt"]()), "--no-pdf-header-footer", f"--print-to-pdf={paper}")
    assert paper.read_bytes().startswith(b"%PDF-")
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", "-layout", str(paper), "-"], capture_output=True, check=True).stdout.decode()
        for part in ("What went wrong", "Add memory.", "Topology", "192.0.2.3", "ob1 1.0 s", "cd /home/admin/oceanbase && bin/observer"):
            assert part in text
