# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The server's directories on a host: whose they are, what they lie on, who can write there."""

import contextlib
import os
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils import _marker
from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import GENERATIONS
from ansible_collections.oceanbase.cluster.plugins.module_utils._layout import TRACES
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import Fact, fact
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_mounts import mount_of, mounts_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Source

MOST_NAMES = 8


class Wanted(NamedTuple):
    """A directory of the plan."""

    role: str  # home, data, log
    path: str
    home: str  # may lie below a disk's directory


def probe_directory(source, wanted, cluster, server, user):
    # type: (Source, Wanted, str, str, str) -> Fact
    """State of one directory and of the file system it lies on (or will lie on)."""
    state, detail, entries = directory_state(source, wanted, cluster, server)
    ancestor = _existing(source, wanted.path)
    real = source.real(ancestor)
    mount = mount_of(mounts_of(source), real)
    space = source.calls.space(source.path(real))
    value = {
        "path": wanted.path,
        "state": state,
        "detail": detail,
        "entries": entries,
        "used": _used(source, wanted.path) if state == "ours" and wanted.role != "home" else 0,
        "ancestor": ancestor,
        "device": mount.device if mount else "dev {0}".format(source.calls.device(source.path(real))),
        "mount": mount.point if mount else "",
        "type": mount.type if mount else "",
        "options": list(mount.options) if mount else [],
        "size": space.size,
        "free": space.free,
        "inodes": space.inodes,
        "inodes_free": space.inodes_free,
    }  # type: Dict[str, Any]
    value.update(_writable(source, ancestor, state == "ours", user))
    where = "{0} on {1} ({2})".format(ancestor, value["mount"] or "?", value["type"] or "?")
    return fact(value, "{0}: {1}{2}; {3}".format(wanted.path, state, ", " + detail if detail else "", where))


def directory_state(source, wanted, cluster, server):
    # type: (Source, Wanted, str, str) -> Tuple[str, str, List[str]]
    """Return absent, empty, unused, ours or foreign, what tells so, and the first names in it."""
    if not source.exists(wanted.path):
        return "absent", "", []
    if not source.is_directory(wanted.path):
        return "foreign", "not a directory", []
    names = source.names(wanted.path)
    if not names:
        return "empty", "", []
    if _marker.NAME in names:
        return _marked(source, wanted.path, cluster, server) + (names[:MOST_NAMES],)
    used = _used_by_a_server(source, wanted.path) if wanted.role == "home" else _held(source, wanted, names)
    if used:
        return "foreign", "holds {0} and no {1}".format(", ".join(used[:4]), _marker.NAME), names[:MOST_NAMES]
    return "unused", "a package that was never started" if wanted.role == "home" else "empty directories only", names[:MOST_NAMES]


def _used_by_a_server(source, home):
    # type: (Source, str) -> List[str]
    """Return what shows that a server has lived in a home; the package's own files do not."""
    found = [name for name in TRACES if source.exists(home + "/" + name)]
    store = source.path(home + "/store")
    for folder, _folders, names in os.walk(store):
        found += ["store/" + os.path.relpath(os.path.join(folder, name), store) for name in names if not os.path.islink(os.path.join(folder, name))]
    return found


def _held(source, wanted, names):
    # type: (Source, Wanted, Sequence[str]) -> List[str]
    """Return what stands in the way on a disk: anything but what mkfs leaves there and empty directories of a server's layout."""
    layout = {name for generation in GENERATIONS for name in generation.data_dirs + generation.log_dirs}
    found = []
    for name in names:
        path = wanted.path + "/" + name
        if name in layout and source.is_directory(path):
            found += [name + "/" + inner for inner in source.names(path)]
        elif name != "lost+found" and not (wanted.home + "/").startswith(path + "/"):
            found.append(name)
    return found


def _marked(source, path, cluster, server):
    # type: (Source, str, str, str) -> Tuple[str, str]
    marker = _marker.parse(source.read(path + "/" + _marker.NAME))
    if marker is None:
        return "foreign", "its {0} cannot be read".format(_marker.NAME)
    if (marker.cluster, marker.server) == (cluster, server):
        return "ours", ""
    return "foreign", "belongs to {0}".format(marker.shown())


def _existing(source, path):
    # type: (Source, str) -> str
    """Return the path or the nearest directory above it that is there."""
    while path not in ("", "/") and not source.is_directory(path):
        path = path.rpartition("/")[0]
    return path or "/"


def _writable(source, ancestor, ours, user):
    # type: (Source, str, bool, str) -> Dict[str, str]
    """Try as the service user where the directory is this server's, and as the probe's own user where it has to be made or taken over."""
    me = source.calls.effective_user()
    who = user if ours else me
    where = source.path(source.real(ancestor))
    found = {"writer": who, "write_error": "", "write_unknown": ""}
    try:
        found["write_error"] = source.calls.write_error(where, who)
        if not found["write_error"] and me != user and not ours and source.calls.account(user):
            # What root makes there is of no use to a user who may not come near it.
            found["writer"], found["write_error"] = user, source.calls.enter_error(where, user)
    except OSError as error:
        found["write_unknown"] = error.strerror or str(error)
    return found


def _used(source, path):
    # type: (Source, str) -> int
    """Return what a server's directory occupies on disk: few files, and big ones."""
    total = 0
    for folder, _folders, names in os.walk(source.path(path)):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(folder, name)).st_blocks * 512
    return total
