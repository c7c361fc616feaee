# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Times and texts as task information shows them: the API's form of a time, durations for people, and no secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, timezone, tzinfo

HIDDEN = "********"
MOST_CHARS = 2000
MOST_LINES = 40

# The second line of defence: the collection's own messages hold no secret, foreign ones (a driver's, Ansible's) might.
_SECRETS = (
    (re.compile(r"(?i)(IDENTIFIED\s+BY\s+(?:PASSWORD\s+)?)(['\"]).*?(?<!\\)\2"), r"\1\2" + HIDDEN + r"\2"),
    (re.compile(r"(?i)(://[^/\s:@]*:)[^/\s@]+(@)"), r"\1" + HIDDEN + r"\2"),
    (
        re.compile(r"(?i)((['\"])[\w.-]*(?:password|passwd|secret|token|private_key)[\w.-]*\2\s*:\s*)(['\"]).*?(?<!\\)\3"),
        r"\1\3" + HIDDEN + r"\3",
    ),
    (
        re.compile(r"(?i)(\b[\w.-]*(?:password|passwd|secret|token|private_key)[\w.-]*\s*=\s*)(?:'[^']*'|\"[^\"]*\"|[^\s,;'\"]+)"),
        r"\1" + HIDDEN,
    ),
)
_SECRET_NAME = re.compile(r"(?i)password|passwd|secret|token|private_key|credential")
_CONTROL = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b-\x1f\x7f]")

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def iso(at: float, zone: tzinfo) -> str:
    """Return a time in the API's form, 2021-03-02T11:39:34.508+08:00.

    By arithmetic: the C library's conversion takes a lock that a fork in another thread could leave locked.
    """
    return (_EPOCH + timedelta(milliseconds=round(at * 1000))).astimezone(zone).isoformat(timespec="milliseconds")


def read_iso(text: str) -> float:
    """Return the seconds since 1970 of a time in the API's form."""
    return (datetime.fromisoformat(text) - _EPOCH).total_seconds()


def span(seconds: float) -> str:
    """Return a duration for people: 20 ms, 0.4 s, 42 s, 3 min 05 s, 1 h 02 min."""
    if seconds < 0.0995:
        return f"{max(round(seconds * 1000), 0)} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def clean(text: object) -> str:
    """Return a text without secrets, control characters and excess."""
    result = _CONTROL.sub("", str(text)).strip()
    for pattern, replacement in _SECRETS:
        result = pattern.sub(replacement, result)
    return result if len(result) <= MOST_CHARS else result[: MOST_CHARS - 1] + "\u2026"


def clean_lines(lines: object) -> tuple[str, ...]:
    """Return the lines of an evidence (a text or a list of texts), the last ones where there are too many."""
    if isinstance(lines, str):
        lines = lines.splitlines()
    if not isinstance(lines, Iterable) or isinstance(lines, Mapping):
        return ()
    return tuple(clean(line) for line in list(lines)[-MOST_LINES:])


def hide_by_name(values: Mapping[str, object]) -> dict[str, str]:
    """Return values as texts, those with a secret's name hidden without a look at them."""
    return {name: HIDDEN if _SECRET_NAME.search(name) else clean(value) for name, value in values.items()}
