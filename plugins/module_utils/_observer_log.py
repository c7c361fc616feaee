# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The lines of an observer's log that tell why it failed."""

import os
import re
import time
from typing import List, NamedTuple, Optional, Sequence

# [2023-11-01 12:00:00.123456] ERROR [SERVER] init (ob_server.cpp:269) [1234][observer]... msg(ret=-4147, ret="OB_INVALID_CONFIG")
_LEVEL = re.compile(r"^\[[^\]]*\] (?:ERROR|EDIAG|WDIAG)\b")
_TIME = re.compile(r"^\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
_CODE = re.compile(r"\bret=-(\d{4,5})\b")
_SUCCESSES = (0, 4008)  # "end of iteration" is how loops end
LIMIT = 20
WIDTH = 500
TAIL = 4 * 1024 * 1024


class Position(NamedTuple):
    """How far a log had been written at some moment."""

    inode: int
    size: int


def position(path):
    # type: (str) -> Position
    """Return where a log ends now."""
    try:
        found = os.stat(path)
    except OSError:
        return Position(0, 0)
    return Position(found.st_ino, found.st_size)


def read_since(path, start):
    # type: (str, Position) -> List[str]
    """Return the lines written since ``start``; of a long log its last 4 MiB, of a rotated one what the new file holds."""
    try:
        with open(path, "rb") as stream:
            found = os.fstat(stream.fileno())
            begin = start.size if found.st_ino == start.inode and found.st_size >= start.size else 0
            stream.seek(max(begin, found.st_size - TAIL))
            return stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def younger(lines, since):
    # type: (Sequence[str], float) -> List[str]
    """Return the lines from the first one written at ``since`` (seconds since the epoch) or later; the log has the host's local time."""
    begin = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(since))
    for number, line in enumerate(lines):
        match = _TIME.match(line)
        if match and match.group(1) >= begin:
            return list(lines[number:])
    return []


def code_in(line):
    # type: (str) -> Optional[int]
    """Return the return code that a line names (4147 of ``ret=-4147``)."""
    match = _CODE.search(line)
    return int(match.group(1)) if match else None


def relevant(lines, limit=LIMIT):
    # type: (Sequence[str], int) -> List[str]
    """Return the lines that tell of an error: the first ones, which name the cause, and the last ones, which name what came of it."""
    found = []  # type: List[str]
    for line in lines:
        code = code_in(line)
        if (_LEVEL.match(line) or code is not None) and code not in _SUCCESSES and line[:WIDTH] not in found[-1:]:
            found.append(line[:WIDTH])
    if len(found) <= limit:
        return found
    first = limit // 2
    return found[:first] + found[len(found) - (limit - first) :]


def cause_code(lines):
    # type: (Sequence[str]) -> Optional[int]
    """Return the code that explains a failure: the first of an ERROR line, or the first at all."""
    errors = [line for line in lines if " ERROR " in line or " EDIAG " in line]
    for line in errors + list(lines):
        code = code_in(line)
        if code is not None and code not in _SUCCESSES and code != 4027:
            return code
    return None
