# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Which observer runs from a home directory: told by pid file, lock, working directory and command, never by the name alone."""

import os
from typing import NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils import _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_flags import arguments
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Process

NONE = "none"  # nothing runs, no pid file
OURS = "ours"  # pid file, lock, directory and command agree
STALE = "stale"  # a pid file whose process is gone
RECYCLED = "recycled"  # a pid file whose number has been given to another program
BY_HAND = "by_hand"  # an observer in this home that does not hold the pid file: started with -N, or its pid file was removed
HIDDEN = "hidden"  # a pid file that this user may not read or check


class Found(NamedTuple):
    """What runs from a home directory."""

    kind: str
    process: Optional[Process]
    detail: str  # in words


def pid_file(home):
    # type: (str) -> str
    """Return the path of the pid file below a home directory."""
    return os.path.join(home, "run", "observer.pid")


def read_pid(home):
    # type: (str) -> Optional[int]
    """Return the number in the pid file; None where there is none, 0 where it is not a number."""
    try:
        with open(pid_file(home)) as stream:
            return int(stream.read(32).strip() or "0")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except ValueError:
        return 0


def runs_in(process, place):
    # type: (Process, Tuple[int, int]) -> bool
    """Whether this is an observer whose working directory is the one with this device and inode."""
    return place != (0, 0) and process.place == place and arguments(process.argv) is not None


def identify(home, place, pid, named, holder, others):
    # type: (str, Tuple[int, int], Optional[int], Optional[Process], Optional[int], Sequence[Process]) -> Found
    """Decide what runs from ``home``.

    ``place`` is device and inode of it, ``pid`` the number in the pid file (None: no file), ``named`` the living process of that number,
    ``holder`` the process that holds the lock on the pid file (None: nobody is seen to), ``others`` the observers whose working directory is ``home``.
    """
    # A lock that nobody is seen to hold proves nothing: not every file system tells. Held by another process it says that the file is not this one's.
    if named is not None and runs_in(named, place) and holder in (named.pid, None):
        return Found(OURS, named, "observer {0} runs in {1}".format(named.pid, home))
    if others:
        first = others[0]
        why = "there is no pid file" if pid is None else "another process holds the lock on its pid file" if pid == first.pid else (
            "the pid file names {0}".format(pid)
        )
        return Found(BY_HAND, first, "observer {0} runs in {1}, but {2}".format(first.pid, home, why))
    if pid is None:
        return Found(NONE, None, "no observer runs in {0}".format(home))
    if named is None:
        return Found(STALE, None, "the pid file in {0} names {1}, which is gone".format(home, pid))
    if named.place == (0, 0) and arguments(named.argv) is not None:
        return Found(HIDDEN, named, "process {0} of user {1} may be the observer of {2}; this user may not see".format(pid, named.uid, home))
    return Found(RECYCLED, None, "the pid file in {0} names {1}, which is now another program ({2})".format(home, pid, " ".join(named.argv[:1])))


def find(home):
    # type: (str) -> Found
    """Return what runs from a home directory."""
    place = _process.place_of(home)
    try:
        pid = read_pid(home)
    except OSError as error:
        return Found(HIDDEN, None, "{0} cannot be read: {1}".format(pid_file(home), error.strerror))
    named = _process.read_process(pid) if pid else None
    holder = _process.lock_holder(pid_file(home)) if pid else None
    found = identify(home, place, pid, named, holder, ())
    if found.kind == OURS or place == (0, 0):
        return found
    # Only where the pid file does not answer the question is every process looked at.
    return identify(home, place, pid, named, holder, [process for process in _process.living() if runs_in(process, place)])
