# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""A unit of systemd that the collection makes: what has to be done about it. No file is touched here."""

from typing import List, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

WRITE, ENABLE, REMOVE = "write unit", "enable unit", "remove unit"


class Unit(NamedTuple):
    """A unit as systemd is to know it."""

    name: str
    text: str  # of its file; the first line is the one by which the collection knows its own
    home: str  # of the program
    instead: str  # how to do without, for messages


class Seen(NamedTuple):
    """What is there."""

    text: Optional[str]  # of the unit's file; None where there is none
    enabled: bool


def header(program, home, name):
    # type: (str, str, str) -> str
    """Return the first line of a unit of the collection."""
    return "# Made by the Ansible collection oceanbase.cluster for {0} in {1}. Changes belong into a drop-in: systemctl edit {2}".format(program, home, name)


def is_ours(text, unit):
    # type: (Optional[str], Unit) -> bool
    """Whether a unit's file was made for this program in this home."""
    return text is not None and text.splitlines()[:1] == unit.text.splitlines()[:1]


def decide(what, wanted, seen, unit):
    # type: (str, Optional[bool], Seen, Unit) -> List[str]
    """Return what is to be done about the unit; ``wanted`` None leaves it as it is."""
    if wanted is None:
        return []
    if not wanted:
        return [REMOVE] if is_ours(seen.text, unit) else []
    if seen.text is not None and not is_ours(seen.text, unit):
        raise ObError(
            what, "this host has a unit {0} that was not made for {1}".format(unit.name, unit.home),
            "It was left alone. Remove it if nothing needs it, or {0}.".format(unit.instead),
        )
    return ([WRITE] if seen.text != unit.text else []) + ([ENABLE] if not seen.enabled else [])


def lines(seen, steps, unit):
    # type: (Seen, Sequence[str], Unit) -> Tuple[List[str], List[str]]
    """Return both sides of the diff."""
    before = (seen.text or "").splitlines() + (["[{0} is enabled]".format(unit.name)] if seen.enabled else [])
    if REMOVE in steps:
        return before, []
    after = (unit.text if WRITE in steps else seen.text or "").splitlines()
    return before, after + ["[{0} is enabled]".format(unit.name)]
