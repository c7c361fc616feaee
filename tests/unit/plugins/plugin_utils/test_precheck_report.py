# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pre-check tells on the terminal, to programs and in a browser."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from precheck_world import changed, plan, world

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_item import Item
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_judge import judge
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_page import page
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_profile import load_profile
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_report import counts_of, document, failure_message, summary, table

PROFILE = load_profile("obd")
NASTY = "<script>alert(1)</script> & \"quoted\" 'é'"


class Seen(HTMLParser):
    """What a browser would see of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.cells: list[tuple[str, str]] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "td" and str(found.get("class", "")).startswith("cell"):
            self.cells.append((str(found["class"]), str(found.get("title") or "")))
        self.links += [str(found[name]) for name in ("src", "href") if name in found]


def bad_world(hosts: int = 3) -> tuple[list[Item], dict[str, Any]]:
    """Return items and report of hosts of which some are bad."""
    measured, pairs = world(hosts)
    for host in measured:
        changed(measured[host], {"sysctls/vm.max_map_count": "65530", "selinux": "enforcing"})
    changed(measured["ob2"], {"user/user": False, "rpc_port/state": "held", "rpc_port/holder": NASTY})
    made = plan(hosts)
    items = judge(measured, pairs, made, PROFILE)
    return items, document(items, made, PROFILE, measured, pairs, "2026-01-02 03:04:05 UTC")


def test_one_message_names_every_failure() -> None:
    items = bad_world()[0]
    lines = failure_message(items).splitlines()
    assert lines[0] == "The pre-check failed: 5 items on 3 of 3 hosts."
    assert "  ✗ vm.max_map_count on ob1, ob2, ob3: 65530 (wanted: 327600..1310720)" in lines
    assert "  ✗ user on ob2: no user admin (wanted: admin:admin)" in lines
    assert any(line.startswith("  ✗ rpc_port on ob2: 2882 is held by") for line in lines)
    assert len(lines) == 7


def test_the_table_folds_what_passes() -> None:
    items = bad_world()[0]
    lines = table(items, PROFILE).splitlines()
    assert lines[0].startswith("Pre-check, profile obd: 5 fail, 3 warn, ")
    assert any("✗ fail  vm.max_map_count  all hosts: 65530" in line for line in lines)
    assert any("▲ warn  selinux" in line for line in lines)
    assert "  ✓ pass  memory: 4 of 4 items on every host" in lines
    assert "  ✓ pass  system: 9 of 10 items on every host" in lines
    assert max(map(len, lines)) <= 160


def test_the_summary_is_short() -> None:
    items = bad_world()[0]
    lines = summary(items, PROFILE, ["/a/precheck.json", "/a/precheck.html"]).splitlines()
    groups = ["✗ fail  kernel: vm.max_map_count", "✗ fail  user: user", "✗ fail  network: rpc_port", "▲ warn  system: selinux"]
    assert lines[1:] == [f"  {text}" for text in [*groups, "/a/precheck.html"]]


def test_the_document_has_everything() -> None:
    items, report = bad_world()
    assert report["counts"] == counts_of(items) == {"pass": len(items) - 8, "warn": 3, "fail": 5}
    assert len(report["items"]) == len(items)
    assert set(report["items"][0]) == {"item", "group", "host", "measured", "threshold", "verdict", "remedy", "source", "evidence"}
    assert set(report["measured"]) == {"ob1", "ob2", "ob3"}


def test_the_page_shows_every_item_of_every_host_and_loads_nothing() -> None:
    items, report = bad_world()
    html = page(report)
    seen = Seen()
    seen.feed(html)
    assert len(seen.cells) == len(items)
    assert all(title for _kind, title in seen.cells)
    assert {word for word, _title in seen.cells} == {"cell pass", "cell warn", "cell fail"}
    assert [link for link in seen.links if not link.startswith("#")] == []
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_host_that_did_not_answer_has_a_column() -> None:
    measured, pairs = world(2)
    del measured["ob2"]
    made = plan(2)
    items = judge(measured, pairs, made, PROFILE)
    html = page(document(items, made, PROFILE, measured, pairs, "now"))
    assert html.count("no answer") == len(items) - 2


@pytest.mark.parametrize(("width", "hosts"), [(1280, 3), (1280, 30), (500, 3)])
def test_a_browser_draws_the_page(tmp_path: Path, width: int, hosts: int) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    if browser is None:
        pytest.skip("there is no chromium")
    (tmp_path / "page.html").write_text(page(bad_world(hosts)[1]), encoding="utf-8")
    picture = tmp_path / "page.png"
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
    flags += ["--disable-component-update", "--disable-sync", "--hide-scrollbars", f"--user-data-dir={tmp_path / 'profile'}"]
    argv = [browser, *flags, f"--window-size={width},1200", f"--screenshot={picture}", (tmp_path / "page.html").as_uri()]
    subprocess.run(argv, check=True, timeout=120, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, "HOME": str(tmp_path)})
    data = picture.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (width, 1200)
    # An empty page of this size is a few kilobytes.
    assert len(data) > 30000
