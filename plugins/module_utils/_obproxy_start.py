# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Start OBProxy and wait until it greets, or tell why it does not; stop it and whoever watches over it.

Its exit status is 0 whatever happened (oceanbase/obproxy 85766f9, src/obproxy/main.cpp), so process, log and port are watched instead.
"""

import os
import signal
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_log as log_of
from ansible_collections.oceanbase.cluster.plugins.module_utils import _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._greeting import Greeting, greeting
from ansible_collections.oceanbase.cluster.plugins.module_utils._obproxy_process import SCRIPT, Running, find, is_proxy, is_watcher
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_log import Position
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_start import as_user
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Process
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

LAUNCH = 30.0  # seconds for the parent to leave the proxy behind
GRACE = 2.0  # seconds in which a proxy that was just started may not be seen yet


class Target(NamedTuple):
    """A proxy to be."""

    home: str
    user: str
    address: str
    ports: Sequence[int]  # the first one is that of the clients
    watched: bool


class Progress(NamedTuple):
    """How far a start has come."""

    process: Optional[Process]
    greeting: Greeting
    waited: float


def log_path(home):
    # type: (str) -> str
    """Return the path of the log."""
    return os.path.join(home, "log", "obproxy.log")


def kept_configuration(home):
    # type: (str) -> str
    """Return the path of the file in which a proxy keeps its configuration."""
    return os.path.join(home, "etc", "obproxy_config.bin")


def command(home, flags, watched):
    # type: (str, Sequence[str], bool) -> List[str]
    """Return the command line that starts a proxy."""
    if watched:
        return ["/bin/sh", os.path.join(home, SCRIPT), home] + list(flags)
    return [os.path.join(home, "bin", "obproxy")] + list(flags)


def environment(home):
    # type: (str) -> Dict[str, str]
    """Return what the proxy needs in its environment."""
    return {"LD_LIBRARY_PATH": os.path.join(home, "lib")}


def port_taken(target):
    # type: (Target) -> str
    """Return in words who holds a port that the proxy needs; "" where all are free."""
    for port in target.ports:
        for item in _process.listeners(port, target.address):
            holder = _process.socket_holder(item)
            who = "process {0} ({1})".format(holder.pid, " ".join(holder.argv[:2])) if holder else "a process that this user may not see"
            return "port {0} of {1} is held by {2}".format(port, item.address, who)
    return ""


def launch(what, target, flags):
    # type: (str, Target, Sequence[str]) -> None
    """Start it from its home, as its user, in the background."""
    me = _process.user_name(os.geteuid())
    argv = command(target.home, flags, target.watched)
    if target.watched:
        argv = ["/bin/sh", "-c", '"$0" "$@" </dev/null >/dev/null 2>&1 &'] + argv
    wrapped = as_user(argv, target.user, me, _process.which("runuser"))
    become = target.user if me == "root" and wrapped == argv and target.user != "root" else ""
    try:
        done = _process.run(wrapped, target.home, environment(target.home), become, LAUNCH)
    except OSError as error:
        raise ObError(
            what, "{0} cannot be executed: {1}".format(error.filename or argv[0], error.strerror),
            "See the rights of the file and of every folder above it, and the architecture of the package.", error_code=error.errno,
        ) from error
    if done.timed_out or done.rc != 0 or "fail to parse cmd line" in done.stderr:
        raise ObError(
            what, "it does not start ({0}): {1}".format(
                "no end after {0:g} s".format(LAUNCH) if done.timed_out else "status {0}".format(done.rc), "; ".join(done.said.splitlines()[:5])),
            "Correct its options.", rc=done.rc,
        )


def wait_ready(what, target, start, timeout, clock=SYSTEM_CLOCK):
    # type: (str, Target, Position, float, Clock) -> Process
    """Wait until the proxy greets its clients; raise ObError as soon as it is gone, or when the time is over."""
    begin = clock.now()
    first = []  # type: List[Process]

    def read():
        # type: () -> Progress
        process = find(target.home).proxy
        waited = clock.now() - begin
        if process is not None and not first:
            first.append(process)
        gone = process is None or (first and process.start != first[0].start)
        if gone and (first or waited >= GRACE):
            raise died(what, target, start)
        seen = greeting(target.address, target.ports[0]) if process else Greeting(False, "no process yet")
        return Progress(process, seen, waited)

    seen = wait_until(read, lambda progress: progress.process is not None and progress.greeting.ready, timeout, clock=clock)
    progress = seen.value
    if seen.done and isinstance(progress, Progress) and progress.process is not None:
        return progress.process
    said = progress.greeting.said if isinstance(progress, Progress) else ""
    raise ObError(
        what, "{0}:{1} did not greet within {2:g} s; seen last: {3}".format(target.address, target.ports[0], timeout, said),
        "It was left running: if it is only slow, run again with a longer limit (wait_timeout). Otherwise see {0}.".format(log_path(target.home)),
        evidence=log_of.relevant(log_of.read_since(log_path(target.home), start)),
    )


def died(what, target, start):
    # type: (str, Target, Position) -> ObError
    """Explain a proxy that is gone."""
    evidence = log_of.relevant(log_of.read_since(log_path(target.home), start))
    number = log_of.cause_code(evidence)
    telling = [line for line in evidence if log_of.code_in(line) == number] or evidence
    cause = "it ended" + (". Its log says: " + telling[0] if telling else "")
    taken = port_taken(target)
    if taken:
        cause, remedy = "{0}; {1}".format(cause, taken), "Stop that process, or choose other ports for this proxy."
    elif number == 4147:
        remedy = "A parameter has a name or a value that this version does not take: correct parameters."
    else:
        remedy = "See {0} on the host.".format(log_path(target.home))
    return ObError(what, cause, remedy, error_code=number, evidence=evidence)


class Left(NamedTuple):
    """What is left of a proxy that was told to stop."""

    processes: List[Process]
    ports: List[int]


def stop(what, target, running, timeout, force, ask=None, clock=SYSTEM_CLOCK):
    # type: (str, Target, Running, float, bool, Optional[Callable[[], None]], Clock) -> None
    """Stop the watcher first, then what is left of the proxy, and wait until process and ports are gone.

    ``ask`` has whoever runs it stop it, where a signal would not do.
    """
    own = list(running.proxies) + ([running.watcher] if running.watcher else [])

    def read():
        # type: () -> Left
        lives = [process for process in own if _process.same(process)]
        busy = [] if lives else [port for port in target.ports if _process.listeners(port, target.address)]
        return Left(lives, busy)

    def gone(left):
        # type: (Left) -> bool
        return not left.processes and not left.ports

    first = running.watcher
    if ask is not None or first is not None:
        if ask is not None:
            ask()
        elif first is not None:
            _signal(what, target, first, signal.SIGTERM)
        # It ends its proxy; a proxy that was started by hand beside it is told itself.
        wait_until(read, gone, min(timeout, 5.0), clock=clock)
    for process in running.proxies:
        _signal(what, target, process, signal.SIGTERM)
    seen = wait_until(read, gone, timeout, clock=clock)
    left = seen.value if isinstance(seen.value, Left) else read()
    if left.processes and force:
        for process in left.processes:
            _signal(what, target, process, signal.SIGKILL)
        seen = wait_until(read, gone, 10.0, clock=clock)
        left = seen.value if isinstance(seen.value, Left) else read()
    if left.processes:
        raise ObError(
            what, "process {0} still lives {1:g} s after SIGTERM".format(left.processes[0].pid, timeout),
            "Give it more time (stop_timeout) or let it be killed (force: true).",
        )
    if left.ports:
        raise ObError(what, "the process is gone, but {0}".format(port_taken(target)), "See what it is; the proxy cannot be started before it is gone.")


def _signal(what, target, process, number):
    # type: (str, Target, Process, int) -> None
    now = _process.read_process(process.pid)
    real = os.path.realpath(target.home)
    if now is None or now.start != process.start:
        return  # gone by itself
    if not (is_proxy(now, real) or is_watcher(now, real)):
        raise ObError(what, "process {0} is no longer the proxy of {1}".format(process.pid, target.home), "It was left alone. Run again.")
    try:
        _process.send(process, number)
    except PermissionError:
        raise ObError(
            what, "{0} may not signal process {1} of {2}".format(_process.user_name(os.geteuid()), process.pid, _process.user_name(process.uid)),
            "Run as that user or as root (become).",
        ) from None
