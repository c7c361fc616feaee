# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Start an observer and wait until it answers on its SQL port, or tell why it does not.

Its parent returns 0 whatever happens next, so that says nothing: the process, its log and its port are watched instead.
"""

import os
import re
from typing import Dict, List, NamedTuple, Optional, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_log as log_of
from ansible_collections.oceanbase.cluster.plugins.module_utils import _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._codes import Code, code_of_exit, find_code
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._greeting import Greeting, greeting
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_log import Position
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import BY_HAND, OURS, find
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Finished, Process
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

ALREADY_RUNNING = 96  # -4000 & 255: somebody holds run/observer.pid
PARENT_LIMIT = 60.0  # seconds for the parent to leave the server behind; it does nothing but fork


class Target(NamedTuple):
    """An observer to be."""

    home: str
    user: str
    address: str
    sql_port: int
    rpc_port: int


class Progress(NamedTuple):
    """How far a start has come."""

    process: Optional[Process]
    greeting: Greeting


def log_path(home):
    # type: (str) -> str
    """Return the path of the server's log."""
    return os.path.join(home, "log", "observer.log")


def environment(home):
    # type: (str) -> Dict[str, str]
    """Return what the server needs in its environment."""
    return {"LD_LIBRARY_PATH": os.path.join(home, "lib")}


def command(home, flags):
    # type: (str, Sequence[str]) -> List[str]
    """Return the command line of a server."""
    return [os.path.join(home, "bin", "observer")] + list(flags)


def as_user(argv, user, me, runuser):
    # type: (Sequence[str], str, str, str) -> List[str]
    """Return how ``me`` runs a command as ``user``: root by runuser where there is one, so that the limits of that user apply (pam_limits)."""
    return [runuser, "-u", user, "--"] + list(argv) if me == "root" and user != "root" and runuser else list(argv)


def port_taken(target):
    # type: (Target) -> str
    """Return in words who holds a port that the server needs; "" where both are free."""
    for port in (target.sql_port, target.rpc_port):
        for item in _process.listeners(port, target.address):
            holder = _process.socket_holder(item)
            who = "process {0} ({1})".format(holder.pid, " ".join(holder.argv[:2])) if holder else "a process that this user may not see"
            return "port {0} of {1} is held by {2}".format(port, item.address, who)
    return ""


def launch(target, flags):
    # type: (Target, Sequence[str]) -> Finished
    """Start the server from its home and wait for the parent, which leaves the server behind."""
    _process.adopt_orphans()
    me = _process.user_name(os.geteuid())
    argv = as_user(command(target.home, flags), target.user, me, _process.which("runuser"))
    changed = argv[0] == command(target.home, flags)[0] and me == "root"
    return _process.run(argv, target.home, environment(target.home), target.user if changed else "", PARENT_LIMIT)


def refuse_launch(what, done, target, start):
    # type: (str, Finished, Target, Position) -> None
    """Raise ObError where the parent itself tells of a failure."""
    if done.rc == 0 and not done.timed_out:
        return
    said = done.said.splitlines()[-8:]
    evidence = log_of.relevant(log_of.read_since(log_path(target.home), start)) or said
    if done.timed_out:
        raise ObError(
            what, "it did not go into the background in time", "It was ended. See log/observer.log below its home.", evidence=evidence,
        )
    if "may not be used by non-root" in done.stderr or "cannot open session" in done.stderr:
        raise ObError(
            what, "runuser cannot begin a session of {0}: {1}".format(target.user, "; ".join(said)),
            "See /etc/security/limits.conf and limits.d: they may ask for more than this host can give.", rc=done.rc, evidence=said,
        )
    code = find_code(code_of_exit(done.rc) or 0)
    if done.rc == ALREADY_RUNNING:
        cause = "another process holds {0} (status 96)".format(os.path.join(target.home, "run", "observer.pid"))
        remedy = "See which observer runs from this home, and stop it if it is not needed."
    elif code:
        cause, remedy = "status {0}, which is -{1} {2}: {3}".format(done.rc, code.code, code.name, code.meaning), code.remedy
    elif done.rc == 1:
        evidence = _complaint(done)
        cause, remedy = "it does not accept its flags (status 1): {0}".format("; ".join(evidence)), "Correct the flags of this server."
    else:
        cause, remedy = "status {0}: {1}".format(done.rc, "; ".join(said)), "See log/observer.log below its home."
    raise ObError(what, cause, remedy, rc=done.rc, evidence=evidence, error_code=code.code if code else None)


_ECHO = re.compile(r"^(?:\s*-|observer \[OPTIONS\]|nodaemon$|(?:home|zone|(?:mysql|rpc) port|data_dir|rs list|cluster id|appname|optstr|devname|local_ip|"
                   r"log level|server (?:startup )?mode|flashback scn): )")  # fmt: skip


def _complaint(done):
    # type: (Finished) -> List[str]
    """Return what a server says of its flags: all but the echo of the command line and of each flag, and the help."""
    lines = [line.rstrip() for line in done.stderr.splitlines()[1:] if line.strip()]
    return [line for line in lines if not _ECHO.match(line)][:5] or ["it printed its help"]


def wait_ready(what, target, start, timeout, known=None, clock=SYSTEM_CLOCK):
    # type: (str, Target, Position, float, Optional[Process], Clock) -> Process
    """Wait until the server greets on its SQL port; raise ObError as soon as it is gone, or when the time is over."""
    state = {"process": known}  # type: Dict[str, Optional[Process]]

    def read():
        # type: () -> Progress
        process = state["process"]
        if process is None:
            found = find(target.home)
            if found.kind not in (OURS, BY_HAND):  # BY_HAND: it has not locked its pid file yet
                raise died(what, target, start, None)
            if found.kind == BY_HAND:
                return Progress(None, Greeting(False, found.detail))
            state["process"] = process = found.process
        if process is None or not _process.same(process):
            raise died(what, target, start, process)
        return Progress(process, greeting(target.address, target.sql_port))

    seen = wait_until(read, lambda progress: progress.process is not None and progress.greeting.ready, timeout, clock=clock)
    progress = seen.value
    if seen.done and isinstance(progress, Progress) and progress.process is not None:
        return progress.process
    raise not_in_time(what, target, start, timeout, progress if isinstance(progress, Progress) else Progress(None, Greeting(False, "")))


def _findings(target, start):
    # type: (Target, Position) -> List[str]
    return log_of.relevant(log_of.read_since(log_path(target.home), start))


def _first(evidence, code):
    # type: (Sequence[str], Optional[Code]) -> str
    """Return the line that says most, for the message: the one with the code, else the first one."""
    telling = [line for line in evidence if code and log_of.code_in(line) == code.code] or list(evidence)
    return " Its log says: " + telling[0] if telling else ""


def died(what, target, start, process, said=""):
    # type: (str, Target, Position, Optional[Process], str) -> ObError
    """Explain a server that is gone; ``said`` is what its service manager says of it."""
    status = _process.exit_status(process.pid if process else -1)
    evidence = _findings(target, start)
    number = log_of.cause_code(evidence) or (code_of_exit(status) if status else None)
    code = find_code(number) if number else None
    cause = "it ended" + (" at once" if process is None else "")
    if status is not None:
        cause += " with status {0}".format(status) if status >= 0 else " by signal {0}".format(-status)
    if code:
        cause += ": -{0} {1}, {2}".format(code.code, code.name, code.meaning)
    elif number:
        cause += ": -{0}".format(number)
    cause += "." + _first(evidence, code) if evidence else ""
    cause += " ({0})".format(said) if said else ""
    remedy = code.remedy if code else "See {0} on the host.".format(log_path(target.home))
    return ObError(what, cause, remedy, rc=status, error_code=number, evidence=evidence)


def not_in_time(what, target, start, timeout, progress):
    # type: (str, Target, Position, float, Progress) -> ObError
    """Explain a server that lives, but does not answer."""
    evidence = _findings(target, start)
    number = log_of.cause_code(evidence)
    code = find_code(number) if number else None
    cause = "{0}:{1} did not greet within {2:g} s; seen last: {3}, {4}".format(
        target.address, target.sql_port, timeout, progress.greeting.said,
        "process {0} lives".format(progress.process.pid) if progress.process else "no process with its pid file",
    )
    cause += "." + _first(evidence, code) if evidence else ""
    remedy = "It was left running: if it is only slow, run again with a longer limit (wait_timeout). Otherwise see {0}.".format(log_path(target.home))
    return ObError(what, cause, (code.remedy + " " if code else "") + remedy, error_code=number, evidence=evidence)
