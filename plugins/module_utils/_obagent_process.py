# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The processes of the agent: found by pid file and program, started and stopped by ob_agentctl or by systemd."""

import json
import os
from typing import Dict, List, NamedTuple, Optional

from ansible_collections.oceanbase.cluster.plugins.module_utils import _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._files import Owner
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_log import Position, position, read_since
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_start import as_user
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Finished, Process

DAEMON = "ob_agentd"
PROGRAMS = (DAEMON, "ob_mgragent", "ob_monagent")
UNIT = "obagent"
_LOGS = ("agentctl.log", "agentd.err.log", "agentd.log", "ob_mgragent.error.log", "ob_monagent.error.log", "mgragent.log", "monagent.log")
PATIENCE = 60.0  # ob_agentctl itself waits 10 s for a start and 10 s for a stop


class Agent(NamedTuple):
    """An agent: where it is, whose it is, who starts it."""

    home: str
    user: str
    systemd: bool


class Place(NamedTuple):
    """An agent and whose it is."""

    agent: Agent
    owner: Owner
    logs: Dict[str, Position]  # where they ended when this run began

    def of(self, *parts):
        # type: (str) -> str
        """Return a path below the home of the agent."""
        return os.path.join(self.agent.home, *parts)


def program(home, name):
    # type: (str, str) -> str
    """Return the path of one of its programs."""
    return os.path.join(home, "bin", name)


def find(home, name=DAEMON):
    # type: (str, str) -> Optional[Process]
    """Return a process of the agent of this home: the pid file names it, and it runs the program of this home."""
    real = os.path.realpath(home)
    try:
        with open(os.path.join(real, "run", name + ".pid")) as stream:
            pid = int(stream.read(32).strip() or "0")
    except (OSError, ValueError):
        return None
    process = _process.read_process(pid) if pid else None
    if process is None:
        return None
    wanted = program(real, name)
    return process if any(os.path.realpath(word) == wanted for word in process.argv[:3]) else None


def processes(home):
    # type: (str) -> List[Process]
    """Return all processes of the agent of this home."""
    return [process for process in (find(home, name) for name in PROGRAMS) if process is not None]


def ctl(agent, arguments):
    # type: (Agent, List[str]) -> Finished
    """Run ob_agentctl as the service user."""
    me = _process.user_name(os.geteuid())
    argv = [program(agent.home, "ob_agentctl")] + arguments
    wrapped = as_user(argv, agent.user, me, _process.which("runuser"))
    become = agent.user if me == "root" and wrapped == argv and agent.user != "root" else ""
    return _process.run(wrapped, agent.home, None, become, PATIENCE)


def complaint(done):
    # type: (Finished) -> str
    """Return what ob_agentctl says of a failure: JSON with a field error."""
    try:
        return str(json.loads(done.stderr.strip().splitlines()[-1])["error"])
    except (ValueError, KeyError, TypeError, IndexError):
        return "; ".join(done.said.splitlines()[-3:]) or "it said nothing"


def operate(what, agent, verb, since):
    # type: (str, Agent, str, Dict[str, Position]) -> None
    """Start, stop or restart the agent."""
    if agent.systemd:
        done = _process.run(["systemctl", verb, UNIT], "/", None, "", PATIENCE)
        remedy = "See 'journalctl -u {0}' and {1}/log on the host.".format(UNIT, agent.home)
        said = "; ".join(done.said.splitlines()[-3:])
    else:
        done = ctl(agent, [verb])
        remedy = "See agentctl.log, agentd.log, mgragent.log and monagent.log in {0}/log on the host.".format(agent.home)
        said = complaint(done)
    if done.rc != 0 or done.timed_out:
        tool = "systemctl" if agent.systemd else "ob_agentctl"
        raise ObError(what, "{0} {1} failed: {2}".format(tool, verb, said), remedy, rc=done.rc, evidence=evidence(agent.home, since))


def positions(home):
    # type: (str) -> Dict[str, Position]
    """Remember where the logs end now."""
    return dict((name, position(os.path.join(home, "log", name))) for name in _LOGS)


def evidence(home, since):
    # type: (str, Dict[str, Position]) -> List[str]
    """Return the lines of the agent's logs that tell of a failure since then."""
    found = []  # type: List[str]
    for name in _LOGS:
        lines = read_since(os.path.join(home, "log", name), since.get(name, Position(0, 0)))
        telling = [line for line in lines if any(word in line.lower() for word in ("error", "fatal", "panic", "bind:"))]
        found += ["{0}: {1}".format(name, line[:400]) for line in telling[-3:]]
    return found[-20:]
