# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The server's directories on a host: whose they are, what they lie on, who can write there."""

import contextlib
import json
import os
from typing import Any, Dict, List, NamedTuple, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import Fact, fact
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_mounts import mount_of, mounts_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Source

MARKER = ".oceanbase_cluster.json"

# What the server's package puts below its prefix; a home that holds nothing else was installed, but never used.
PACKAGED = ("admin", "bin", "etc", "lib", "profile", "share", "tools")
# What the server writes there; with it the home is in use.
CONFIGURED = ("etc/observer.config.bin", "etc/observer.config.bin.history")


class Wanted(NamedTuple):
    """A directory of the plan."""

    role: str  # home, data, log
    path: str


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
    value.update(_writable(source, ancestor, ancestor == wanted.path, user))
    where = "{0} on {1} ({2})".format(ancestor, value["mount"] or "?", value["type"] or "?")
    return fact(value, "{0}: {1}{2}; {3}".format(wanted.path, state, ", " + detail if detail else "", where))


def directory_state(source, wanted, cluster, server):
    # type: (Source, Wanted, str, str) -> Tuple[str, str, List[str]]
    """Return absent, empty, package, ours or foreign, what tells so, and the first names in it."""
    if not source.exists(wanted.path):
        return "absent", "", []
    if not source.is_directory(wanted.path):
        return "foreign", "not a directory", []
    names = source.names(wanted.path)
    if not names:
        return "empty", "", []
    if MARKER in names:
        return _marked(source, wanted.path, cluster, server) + (names[:8],)
    used = [name for name in CONFIGURED if source.exists(wanted.path + "/" + name)]
    if wanted.role == "home" and not used and all(name in PACKAGED for name in names):
        return "package", "a package that was never started", names[:8]
    # A disk of its own has this from mkfs.
    if names == ["lost+found"]:
        return "empty", "", []
    return "foreign", "holds {0} and no {1}".format(", ".join((used + names)[:4]), MARKER), names[:8]


def _marked(source, path, cluster, server):
    # type: (Source, str, str, str) -> Tuple[str, str]
    try:
        marker = json.loads(source.read(path + "/" + MARKER))
        owner = (str(marker["cluster"]), str(marker["server"]))
    except (ValueError, KeyError, TypeError):
        return "foreign", "its {0} cannot be read".format(MARKER)
    if owner == (cluster, server):
        return "ours", ""
    return "foreign", "belongs to server {1} of cluster {0}".format(*owner)


def _existing(source, path):
    # type: (Source, str) -> str
    """Return the path or the nearest directory above it that is there."""
    while path not in ("", "/") and not source.is_directory(path):
        path = path.rpartition("/")[0]
    return path or "/"


def _writable(source, ancestor, there, user):
    # type: (Source, str, bool, str) -> Dict[str, str]
    """Try as the service user where the directory is there, and as the probe's own user where it has to be made."""
    who = user if there else source.calls.effective_user()
    try:
        return {"writer": who, "write_error": source.calls.write_error(source.path(source.real(ancestor)), who), "write_unknown": ""}
    except OSError as error:
        return {"writer": who, "write_error": "", "write_unknown": error.strerror or str(error)}


def _used(source, path):
    # type: (Source, str) -> int
    """Return what a server's directory occupies on disk: few files, and big ones."""
    total = 0
    for folder, _, names in os.walk(source.path(path)):
        for name in names:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(folder, name)).st_blocks * 512
    return total
