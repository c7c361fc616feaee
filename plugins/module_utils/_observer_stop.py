# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Stop an observer gracefully, and only the one that was looked at."""

import contextlib
import os
import signal
from typing import Callable, List, NamedTuple, Optional, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_log as log_of
from ansible_collections.oceanbase.cluster.plugins.module_utils import _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import RECYCLED, STALE, find, pid_file, runs_in
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_start import log_path
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Process, Socket
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

AFTER_KILL = 30.0


class Left(NamedTuple):
    """What is left of a server that was told to stop."""

    lives: bool
    sockets: List[Socket]


def stop(what, home, process, name, timeout, force, ports, address, ask=None, clock=SYSTEM_CLOCK):
    # type: (str, str, Process, str, float, bool, Sequence[int], str, Optional[Callable[[], None]], Clock) -> str
    """Send ``name`` ("SIGUSR1"), wait until process and ports are gone; return the signal that ended it.

    ``ask`` lets somebody else send it, who holds the process. SIGKILL follows only where ``force`` says so.
    """
    start = log_of.position(log_path(home))

    def read():
        # type: () -> Left
        lives = _process.same(process)
        return Left(lives, [] if lives else [item for port in ports for item in _process.listeners(port, address)])

    def gone(left):
        # type: (Left) -> bool
        return not left.lives and not left.sockets

    used = name
    if ask:
        ask()
    else:
        _signal(what, home, process, name)
    seen = wait_until(read, gone, timeout, clock=clock)
    left = seen.value if isinstance(seen.value, Left) else read()
    if left.lives and force:
        used = "SIGKILL"
        _signal(what, home, process, used)
        seen = wait_until(read, gone, AFTER_KILL, clock=clock)
        left = seen.value if isinstance(seen.value, Left) else read()
    if left.lives:
        raise ObError(
            what, "process {0} still lives {1:g} s after {2}".format(process.pid, timeout, name),
            "Give it more time (stop_timeout), see {0}, or let it be killed (force: true), which loses nothing that was committed "
            "but makes the next start slower.".format(log_path(home)),
            evidence=log_of.relevant(log_of.read_since(log_path(home), start)),
        )
    if left.sockets:
        holder = _process.socket_holder(left.sockets[0])
        raise ObError(
            what, "the process is gone, but port {0} is held by {1}".format(
                left.sockets[0].port, "process {0} ({1})".format(holder.pid, " ".join(holder.argv[:2])) if holder else "a process that cannot be seen",
            ),
            "See what it is; the server cannot be started before it is gone.",
        )
    tidy(home)
    return used


def _signal(what, home, process, name):
    # type: (str, str, Process, str) -> None
    now = _process.read_process(process.pid)
    if now is None or now.start != process.start:
        return  # gone by itself
    if not runs_in(now, _process.place_of(home)):
        raise ObError(what, "process {0} is no longer the observer of {1}".format(process.pid, home), "It was left alone. Run again.")
    try:
        _process.send(process, getattr(signal, name))
    except PermissionError:
        raise ObError(
            what, "{0} may not signal process {1} of {2}".format(_process.user_name(os.geteuid()), process.pid, _process.user_name(process.uid)),
            "Run as that user or as root (become).",
        ) from None


def tidy(home):
    # type: (str) -> bool
    """Remove a pid file that provably names no observer any more; whether there was one."""
    if find(home).kind not in (STALE, RECYCLED):
        return False
    with contextlib.suppress(FileNotFoundError):
        os.unlink(pid_file(home))
    return True
