# SPDX-License-Identifier: GPL-3.0-or-later
"""Which directories a server needs, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _layout
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._files import DIRECTORY, FILE, LINK, Entry
from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import GENERATIONS
from ansible_collections.oceanbase.cluster.plugins.module_utils._layout import Item, Place, Seen, Step
from ansible_collections.oceanbase.cluster.plugins.module_utils._marker import Marker

MINE = Marker("c", 1, "192.0.2.1:2882")
PLACE = Place("/h/ob", "/h/ob/store/c", "/data/1/c", "/data/log1/c", "admin", "admin", MINE)
DIR = Entry(DIRECTORY, "admin", "admin", 0o755, "")
Markers = dict[str, Any]


def seen(entries: dict[str, Entry | None], markers: Markers | None = None, contents: dict[str, list[str]] | None = None) -> Seen:
    """Return what was seen; directories not named bear no mark."""
    return Seen(entries, {**dict.fromkeys(PLACE.tops), **(markers or {})}, contents or {})


@pytest.mark.parametrize("generation", GENERATIONS, ids=lambda generation: generation.key)
def test_wanted_follows_the_generation(generation: Any) -> None:
    items = _layout.wanted(PLACE, generation, ["/data/1"], ["/h/ob/etc"])
    paths = [item.path for item in items]
    assert len(paths) == len(set(paths))
    for item in items:
        parent = item.path.rpartition("/")[0]
        assert parent not in paths or paths.index(parent) < paths.index(item.path)
    for name in (*generation.data_dirs, *generation.log_dirs):
        link = next(item for item in items if item.path == f"/h/ob/store/c/{name}")
        assert link.kind == LINK and paths.index(link.target) < paths.index(link.path)
    assert [item.path for item in items if not item.owned] == ["/data/1"]
    assert sum(item.kind == _layout.MARK for item in items) == 3


@pytest.mark.parametrize(
    ("item", "entry", "action"),
    [
        (Item(DIRECTORY, "/d"), None, "make"),
        (Item(DIRECTORY, "/d"), DIR, None),
        (Item(DIRECTORY, "/d"), DIR._replace(mode=0o700), None),
        (Item(DIRECTORY, "/d"), DIR._replace(mode=0o777), None),
        (Item(DIRECTORY, "/d"), DIR._replace(mode=0o555), "own"),
        (Item(DIRECTORY, "/d"), DIR._replace(owner="root"), "own"),
        (Item(DIRECTORY, "/d"), DIR._replace(group="root"), "own"),
        (Item(DIRECTORY, "/d", owned=False), DIR._replace(owner="root"), None),
        (Item(LINK, "/l", "/t"), None, "link"),
        (Item(LINK, "/l", "/t"), DIR, "link"),
        (Item(LINK, "/l", "/t"), Entry(LINK, "admin", "admin", 0o777, "/t"), None),
        (Item(LINK, "/l", "/t"), Entry(LINK, "root", "admin", 0o777, "/t"), "own"),
    ],
)
def test_plan(item: Item, entry: Entry | None, action: str | None) -> None:
    assert [step.action for step in _layout.plan([item], PLACE, seen({item.path: entry}))] == ([action] if action else [])


def test_marks_are_planned_once() -> None:
    item = Item(_layout.MARK, "/data/1/c/.oceanbase_cluster.json")
    assert [step.action for step in _layout.plan([item], PLACE, seen({item.path: None}))] == ["mark"]
    assert _layout.plan([item], PLACE, seen({item.path: None}, {"/data/1/c": MINE})) == []


@pytest.mark.parametrize(
    ("markers", "contents", "words"),
    [
        ({"/data/1/c": Marker("other", 2, "192.0.2.2:2882")}, {}, ["/data/1/c belongs to server 192.0.2.2:2882 of cluster other (id 2)"]),
        ({"/h/ob": MINE._replace(server="192.0.2.9:2882")}, {}, ["/h/ob belongs to"]),
        ({"/h/ob": MINE._replace(ob_cluster_id=2)}, {}, ["/h/ob belongs to"]),
        ({"/data/1/c": "{"}, {}, ["no readable mark"]),
        ({"/data/1/c": ""}, {}, ["no readable mark"]),
        ({}, {"/data/log1/c": ["clog/1"]}, ["/data/log1/c is not empty and bears no mark of a cluster; it holds clog/1"]),
        ({}, {"/data/1/c": [str(number) for number in range(30)]}, ["and 20 more"]),
        ({"/h/ob": Marker("x", 1, "y")}, {"/data/1/c": ["a"]}, ["/h/ob belongs to", "/data/1/c is not empty"]),
    ],
)
def test_foreign(markers: Markers, contents: dict[str, list[str]], words: list[str]) -> None:
    with pytest.raises(ObError) as caught:
        _layout.refuse_foreign("Cannot", PLACE, seen({}, markers, contents))
    assert all(word in caught.value.cause for word in words) and len(caught.value.details["foreign"]) == len(words)


def test_own_and_empty_directories_are_no_refusal() -> None:
    _layout.refuse_foreign("Cannot", PLACE, seen({}, {"/data/1/c": MINE}, {"/data/log1/c": [], "/data/1/c": ["sstable/block_file"]}))


@pytest.mark.parametrize(
    ("item", "entry", "contents", "words"),
    [
        (Item(DIRECTORY, "/d"), Entry(FILE, "a", "a", 0, ""), {}, "/d is not a directory"),
        (Item(LINK, "/l", "/t"), Entry(LINK, "a", "a", 0, "/other"), {}, "/l leads to /other, not to /t"),
        (Item(LINK, "/l", "/t"), DIR, {"/l": ["data"]}, "/l should be a link to /t, but holds data"),
        (Item(LINK, "/l", "/t"), Entry(FILE, "a", "a", 0, ""), {}, "/l should be a link to /t"),
    ],
)
def test_shapes(item: Item, entry: Entry, contents: dict[str, list[str]], words: str) -> None:
    with pytest.raises(ObError, match=words):
        _layout.refuse_shapes("Cannot", [item], seen({item.path: entry}, contents=contents))


MAKE = Step("make", Item(DIRECTORY, "/data/1/c"))


@pytest.mark.parametrize(
    ("me", "steps", "writable", "commands"),
    [
        ("root", [MAKE], False, []),
        ("admin", [MAKE], True, []),
        ("admin", [MAKE], False, ["install -d -o admin -g admin /data/1/c"]),
        ("you", [MAKE], True, ["install -d -o admin -g admin /data/1/c"]),
        ("admin", [MAKE, Step("make", Item(DIRECTORY, "/data/1/c/sstable"))], False, ["install -d -o admin -g admin /data/1/c"]),
        ("admin", [Step("own", Item(DIRECTORY, "/d"))], True, ["chown admin:admin /d"]),
        ("admin", [Step("own", Item(LINK, "/l"))], True, ["chown -h admin:admin /l"]),
        ("admin", [Step("mark", Item(_layout.MARK, "/d/m"))], False, ["chown admin:admin /d"]),
    ],
)
def test_for_root(me: str, steps: list[Step], writable: bool, commands: list[str]) -> None:
    assert _layout.for_root(steps, PLACE, me, {step.item.path: writable for step in steps}) == commands


def test_run_time_files_only() -> None:
    names = ["bin", "lib", "log", "run", "store", "etc", "audit", "mine", "core.123", ".oceanbase_package.json", "profile", "ob_admin.log"]
    etc = ["timezone_V1.log", "observer.config.bin", "observer.config.bin.history", "io_resource.conf", "upgrade_pre.py"]
    kept = ["etc/io_resource.conf", "etc/observer.config.bin", "etc/observer.config.bin.history"]
    assert _layout.run_time(names, etc) == ["audit", "core.123", *kept, "log", "ob_admin.log", "run", "store"]
