# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Which file system a path lies on, from /proc/self/mountinfo."""

import re
from typing import List, NamedTuple, Optional, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Source


class Mount(NamedTuple):
    """One line of mountinfo."""

    device: str  # major:minor
    root: str  # what of the file system is mounted
    point: str
    options: Tuple[str, ...]
    type: str
    origin: str  # /dev/sdb1
    super_options: Tuple[str, ...]


def parse_mountinfo(text):
    # type: (str) -> List[Mount]
    """Parse mountinfo (proc(5)); a line of another shape is left out."""
    found = []
    for line in text.splitlines():
        left, separator, right = line.partition(" - ")
        fields, tail = left.split(" "), right.split(" ")
        if separator and len(fields) >= 6 and len(tail) >= 3:
            found.append(
                Mount(
                    fields[2], _unescaped(fields[3]), _unescaped(fields[4]), tuple(fields[5].split(",")),
                    tail[0], _unescaped(tail[1]), tuple(tail[2].split(",")),
                )
            )
    return found


def _unescaped(text):
    # type: (str) -> str
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match.group(1), 8)), text)


def mounts_of(source):
    # type: (Source) -> List[Mount]
    """Return what is mounted, as this process sees it."""
    return parse_mountinfo("\n".join(source.lines("/proc/self/mountinfo")))


def mount_of(mounts, path):
    # type: (List[Mount], str) -> Optional[Mount]
    """Return the mount that a path lies on: the longest mount point above it, the last mounted of equals."""
    best = None  # type: Optional[Mount]
    for mount in mounts:
        above = mount.point if mount.point.endswith("/") else mount.point + "/"
        if (path + "/").startswith(above) and (best is None or len(mount.point) >= len(best.point)):
            best = mount
    return best
