# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Which directories and links a server needs, and what has to be done to get or remove them. No file is touched here."""

import os
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from ansible_collections.oceanbase.cluster.plugins.module_utils import _marker
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._files import DIRECTORY, LINK, Entry
from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import Generation
from ansible_collections.oceanbase.cluster.plugins.module_utils._marker import Marker

MARK = "mark"
MODE = 0o755

# What a server writes into its home directory while it runs; everything else there belongs to the package or to people.
RUN_TIME = ("admin", "audit", "core", "etc2", "etc3", "log", "log_obshell", "run", "store", "wallet")
RUN_TIME_ETC = ("disk_type", "io_resource.conf", "ob_admin.log", "observer.conf.bin", "observer.config.bin")
# What tells that a server has lived in a home directory.
TRACES = (
    os.path.join("etc", "observer.config.bin"), os.path.join("etc", "observer.conf.bin"), os.path.join("run", "observer.pid"),
    os.path.join("log", "observer.log"),
)  # fmt: skip


class Place(NamedTuple):
    """Where a server lives."""

    home: str
    data_dir: str
    data_disk_dir: str
    log_disk_dir: str
    user: str
    group: str
    marker: Marker

    @property
    def tops(self):
        # type: () -> List[str]
        """The directories that bear the marker, each once."""
        return list(dict.fromkeys([self.home, self.data_disk_dir, self.log_disk_dir]))


class Item(NamedTuple):
    """Something that has to exist."""

    kind: str  # DIRECTORY, LINK or MARK
    path: str
    target: str = ""  # of a link
    owned: bool = True  # False: a folder above, left to whom it belongs


class Seen(NamedTuple):
    """What was seen on the host."""

    entries: Dict[str, Optional[Entry]]  # by the paths of the items
    markers: Dict[str, Union[Marker, str, None]]  # of the tops
    contents: Dict[str, List[str]]  # of the tops: what stands in the way there; of links that are directories: what they hold


class Step(NamedTuple):
    """One thing to do."""

    action: str  # "make", "own", "link", "mark"
    item: Item


def wanted(place, generation, missing, existing):
    # type: (Place, Generation, Sequence[str], Sequence[str]) -> List[Item]
    """Return everything that has to exist, in the order in which it is made.

    ``missing`` are the folders above it all that do not exist, ``existing`` those that a package may have made below home.
    """
    items = [Item(DIRECTORY, path, owned=False) for path in missing]
    for top in place.tops:
        items += [Item(DIRECTORY, top), Item(MARK, os.path.join(top, _marker.NAME))]
    items += [Item(DIRECTORY, path) for path in existing]
    items += [Item(DIRECTORY, path) for path in _between(place.home, place.data_dir)]
    for disk, names in ((place.data_disk_dir, generation.data_dirs), (place.log_disk_dir, generation.log_dirs)):
        for name in names:
            items.append(Item(DIRECTORY, os.path.join(disk, name)))
            if disk != place.data_dir:
                items.append(Item(LINK, os.path.join(place.data_dir, name), os.path.join(disk, name)))
    unique = {}  # type: Dict[str, Item]
    for item in items:
        unique.setdefault(item.path, item)
    return list(unique.values())


def _between(home, path):
    # type: (str, str) -> List[str]
    """Return the folders from below ``home`` down to ``path``; ``path`` alone where it lies elsewhere."""
    if not path.startswith(home + "/"):
        return [path]
    found = []
    while path != home:
        found.append(path)
        path = os.path.dirname(path)
    return found[::-1]


def others(place, seen):
    # type: (Place, Seen) -> List[str]
    """Return in words which directories bear the mark of another server."""
    marks = [(top, seen.markers[top]) for top in place.tops]
    return ["{0} belongs to {1}".format(top, found.shown()) for top, found in marks if isinstance(found, Marker) and found != place.marker]


def unmarked(place, seen):
    # type: (Place, Seen) -> List[str]
    """Return in words which directories are not empty and bear no mark, or none that can be read."""
    causes = []
    for top in place.tops:
        found = seen.markers[top]
        if isinstance(found, str):
            causes.append("{0} holds no readable mark of a cluster".format(os.path.join(top, _marker.NAME)))
        elif found is None and seen.contents.get(top):
            causes.append("{0} is not empty and bears no mark of a cluster; it holds {1}".format(top, _some(seen.contents[top])))
    return causes


def refuse_foreign(what, place, seen):
    # type: (str, Place, Seen) -> None
    """Raise ObError where a directory belongs to somebody else; all of them are named."""
    causes = others(place, seen) + unmarked(place, seen)
    if causes:
        raise ObError(
            what, "; ".join(causes),
            "Nothing was touched. Set other directories for {0}, or empty these if they hold nothing of value.".format(place.marker.shown()),
            foreign=causes,
        )


def refuse_shapes(what, items, seen):
    # type: (str, Sequence[Item], Seen) -> None
    """Raise ObError where something of another kind is in the way."""
    causes = []
    for item in items:
        entry = seen.entries[item.path]
        if entry is None:
            continue
        if item.kind == DIRECTORY and entry.kind != DIRECTORY:
            causes.append("{0} is not a directory".format(item.path))
        elif item.kind == LINK and entry.kind == LINK and entry.target != item.target:
            causes.append("{0} leads to {1}, not to {2}".format(item.path, entry.target, item.target))
        elif item.kind == LINK and entry.kind != LINK and (entry.kind != DIRECTORY or seen.contents.get(item.path)):
            causes.append("{0} should be a link to {1}, but holds {2}".format(item.path, item.target, _some(seen.contents.get(item.path, ["data"]))))
    if causes:
        raise ObError(what, "; ".join(causes), "Nothing was touched. Move them away or correct the directories of this server.", foreign=causes)


def _some(names):
    # type: (Sequence[str]) -> str
    return ", ".join(names[:10]) + (" and {0} more".format(len(names) - 10) if len(names) > 10 else "")


def plan(items, place, seen):
    # type: (Sequence[Item], Place, Seen) -> List[Step]
    """Return what is to be done."""
    steps = []
    for item in items:
        entry = seen.entries[item.path]
        if item.kind == MARK:
            if not isinstance(seen.markers[os.path.dirname(item.path)], Marker):
                steps.append(Step("mark", item))
        elif entry is None or entry.kind != item.kind:
            steps.append(Step("make" if item.kind == DIRECTORY else "link", item))
        elif item.owned and not _owned(item, entry, place):
            steps.append(Step("own", item))
    return steps


def _owned(item, entry, place):
    # type: (Item, Entry, Place) -> bool
    """Whether owner and rights suffice: the rights of a link do not count, those of a directory may be wider or narrower for others."""
    return (entry.owner, entry.group) == (place.user, place.group) and (item.kind == LINK or entry.mode & 0o700 == 0o700)


def for_root(steps, place, me, writable):
    # type: (Sequence[Step], Place, str, Dict[str, bool]) -> List[str]
    """Return the commands that an administrator has to give before an ordinary user ``me`` can do the steps.

    ``writable`` tells of the path of each step whether ``me`` may write in the nearest folder that exists above it.
    """
    if me == "root":
        return []
    made = []  # type: List[str]
    commands = []
    for step in steps:
        path = step.item.path
        if any(path == top or path.startswith(top + "/") for top in made):
            continue  # can be made afterwards
        if step.action == "make" and step.item.owned and (not writable[path] or place.user != me):
            commands.append("install -d -o {0} -g {1} {2}".format(place.user, place.group, path))
            made.append(path)
        elif step.action == "own":
            commands.append("{0} {1}:{2} {3}".format("chown -h" if step.item.kind == LINK else "chown", place.user, place.group, path))
        elif step.action in ("link", "mark") and not writable[path]:
            commands.append("chown {0}:{1} {2}".format(place.user, place.group, os.path.dirname(path)))
    return list(dict.fromkeys(commands))


def lines(items, place, seen):
    # type: (Sequence[Item], Place, Optional[Seen]) -> List[str]
    """Return the lines of a diff: what is there (``seen``), or what is wanted (None)."""
    found = []
    for item in items:
        if seen is None:
            found.append(_wanted_line(item, place))
            continue
        entry = seen.entries[item.path]
        if item.kind == MARK:
            marker = seen.markers[os.path.dirname(item.path)]
            if isinstance(marker, Marker):
                found.append("{0} of {1}".format(item.path, marker.shown()))
        elif entry is not None and entry.kind == item.kind == LINK:
            found.append(_line(item.path + " -> " + entry.target, entry.owner, entry.group, None))
        elif entry is not None and item.owned:
            found.append(_line(item.path, entry.owner, entry.group, entry.mode if entry.kind == DIRECTORY else None))
    # A wider or narrower mode that is left alone is no difference.
    return found


def _wanted_line(item, place):
    # type: (Item, Place) -> str
    if item.kind == MARK:
        return "{0} of {1}".format(item.path, place.marker.shown())
    if item.kind == LINK:
        return _line(item.path + " -> " + item.target, place.user, place.group, None)
    return _line(item.path, place.user, place.group, MODE) if item.owned else item.path


def _line(text, owner, group, mode):
    # type: (str, str, str, Optional[int]) -> str
    return "{0} {1}:{2}".format(text, owner, group) + ("" if mode is None else " {0:04o}".format(mode))


def diff(items, steps, place, seen):
    # type: (Sequence[Item], Sequence[Step], Place, Seen) -> Tuple[List[str], List[str]]
    """Return both sides of the diff; what no step touches is the same on both."""
    touched = set(step.item.path for step in steps)
    before, after = [], []
    for item in items:
        was = lines([item], place, seen)
        before += was
        after += lines([item], place, None) if item.path in touched else was
    return before, after


def run_time(names, etc):
    # type: (Sequence[str], Sequence[str]) -> List[str]
    """Return what a server left in its home, of the names found there and in ``etc``, relative to the home."""
    left = [name for name in names if name in RUN_TIME or name.startswith(("core.", "ob_admin.log"))]
    left += [os.path.join("etc", name) for name in etc if name.startswith(RUN_TIME_ETC)]
    return sorted(left)
