# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Units of systemd: their files, and what systemctl says and does. EL7 has systemd 219, so nothing newer is asked for."""

import os
from typing import Dict, List, Optional, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files, _process, _unit
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Finished, Process
from ansible_collections.oceanbase.cluster.plugins.module_utils._unit import Seen, Unit

FOLDER = "/etc/systemd/system"
RUNS = "/run/systemd/system"
LIMIT = 130.0  # seconds for systemctl; a start ends sooner, by the unit's own limit


def path_of(name):
    # type: (str) -> str
    """Return where a unit's file lies."""
    return os.path.join(FOLDER, name)


def look(name):
    # type: (str) -> Seen
    """See what is there of a unit."""
    try:
        with open(path_of(name)) as stream:
            text = stream.read()  # type: Optional[str]
    except (FileNotFoundError, NotADirectoryError):
        text = None
    return Seen(text, text is not None and os.path.lexists(os.path.join(FOLDER, "multi-user.target.wants", name)))


def refuse_unable(what, instead):
    # type: (str, str) -> None
    """Raise ObError where units cannot be managed; ``instead`` says how to do without."""
    if not os.path.isdir(RUNS):
        raise ObError(what, "this host does not run systemd", "{0}.".format(instead[:1].upper() + instead[1:]))
    if os.geteuid() != 0:
        raise ObError(what, "units of systemd belong to root", "Use become: true, or {0}.".format(instead))


def apply(what, steps, unit):
    # type: (str, Sequence[str], Unit) -> None
    """Do the steps."""
    if not steps:
        return
    refuse_unable(what, unit.instead)
    if _unit.REMOVE in steps:
        # The process is left alone: whether it runs is not this step's matter.
        systemctl(what, ["disable", unit.name])
        _files.remove(path_of(unit.name))
    if _unit.WRITE in steps:
        _files.write_whole(path_of(unit.name), unit.text)
    systemctl(what, ["daemon-reload"])
    if _unit.ENABLE in steps:
        systemctl(what, ["enable", unit.name])


def systemctl(what, arguments, must=True):
    # type: (str, List[str], bool) -> Finished
    """Run systemctl; raise ObError where it fails, unless that is for the caller to judge."""
    try:
        done = _process.run([_process.which("systemctl") or "systemctl"] + arguments, timeout=LIMIT)
    except OSError as error:
        raise ObError(what, "systemctl cannot be run: {0}".format(error.strerror), "See whether this host runs systemd.") from error
    if must and done.rc != 0:
        raise ObError(
            what, "systemctl {0} failed: {1}".format(" ".join(arguments), done.said or "status {0}".format(done.rc)),
            "See 'systemctl status {0}' and 'journalctl -u {0}' on the host.".format(arguments[-1]), rc=done.rc)
    return done


def holds(name, process):
    # type: (str, Optional[Process]) -> bool
    """Whether a process is the unit's."""
    if process is None or not os.path.isdir(RUNS) or not os.path.exists(path_of(name)):
        return False
    said = _process.run([_process.which("systemctl") or "systemctl", "show", "--property=MainPID,ActiveState", name], timeout=LIMIT).stdout
    shown = dict(line.split("=", 1) for line in said.splitlines() if "=" in line)  # type: Dict[str, str]
    return shown.get("MainPID") == str(process.pid) and shown.get("ActiveState") in ("active", "reloading", "deactivating")
