# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Whether an observer has to be started or stopped: decided from what runs and what is wanted. Nothing is touched here."""

from typing import List, NamedTuple, Optional, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_flags as flags_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import BY_HAND, HIDDEN, NONE, OURS, Found

STOP, START, TIDY = "stop", "start", "tidy"  # TIDY: remove a pid file whose process is gone


class Wanted(NamedTuple):
    """What is asked for."""

    state: str  # started, stopped, restarted
    flags: Optional[Sequence[str]]  # None: start from the kept configuration
    without_flags: bool
    uid: int  # of the service user


def decide(what, found, wanted):
    # type: (str, Found, Wanted) -> List[str]
    """Return what is to be done, in order; raise ObError where it must not be."""
    if found.kind in (BY_HAND, HIDDEN):
        raise ObError(
            what, found.detail,
            "It is left alone. Stop it by hand, or run as its owner or as root.",
        )
    if wanted.state == "stopped":
        return [STOP] if found.kind == OURS else [] if found.kind == NONE else [TIDY]
    if found.process is None:
        return [START]
    if wanted.state == "restarted":
        return [] if wanted.without_flags and _bare(found) else [STOP, START]
    refuse_other(what, found, wanted)
    return []


def _bare(found):
    # type: (Found) -> bool
    running = flags_of.arguments(found.process.argv) if found.process is not None else None
    return running is not None and flags_of.from_kept_configuration(running)


def refuse_other(what, found, wanted):
    # type: (str, Found, Wanted) -> None
    """Raise ObError where the running observer is not the wanted one."""
    if found.process is None:
        return
    running = flags_of.arguments(found.process.argv) or ()
    differing = []  # type: List[str]
    if wanted.flags is not None and not flags_of.from_kept_configuration(running):
        differing = flags_of.differences(running, wanted.flags)
    if found.process.uid != wanted.uid:
        differing.append("it runs as user {0}, wanted is {1}".format(found.process.uid, wanted.uid))
    if differing:
        raise ObError(
            what, "it runs already (process {0}), but otherwise than planned: {1}".format(found.process.pid, "; ".join(differing)),
            "Correct the request if the running one is right; otherwise stop it, or restart it with the planned flags (state restarted).",
            differences=differing,
        )
