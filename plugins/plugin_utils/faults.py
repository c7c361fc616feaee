# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults of an input, gathered so that all of them can be told at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class Faults:
    """A list of what is wrong, each with the place where it is wrong."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def add(self, place: str, text: str) -> None:
        """Note a fault; the same one is noted once."""
        line = f"{place}: {text}"
        if line not in self.found:
            self.found.append(line)

    def message(self, subject: str) -> str:
        """Return everything as one message."""
        count = f"{len(self.found)} faults" if len(self.found) != 1 else "1 fault"
        return "\n".join([f"{subject} has {count}; no host was contacted.", *(f"  - {line}" for line in self.found)])


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """Return `` (did you mean "x"?)`` for the nearest known word of at least that likeness (0 to 1), or nothing."""
    lowered = {name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), lowered, n=1, cutoff=likeness)
    return f' (did you mean "{lowered[close[0]]}"?)' if close else ""


def shown(value: object) -> str:
    """Show an input value in a message, cut to a readable length."""
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 80 else text[:77] + "..."
