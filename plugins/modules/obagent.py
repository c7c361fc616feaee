#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: obagent
short_description: Configure and run the agent of a host
description:
  - Configures obagent (1.3 and later, 4.2), which gives metrics of a host and of the server on it, and starts it.
  - >-
    Passwords go into the agent's own files, which are closed to everybody but the service user, and never onto a command line.
    Everything else is set with C(ob_agentctl config -u).
  - An agent whose configuration is newer than its process is restarted. That it works is found out by asking it, on both of its ports.
author:
  - The oceanbase.cluster contributors (@oceanbase)
extends_documentation_fragment:
  - oceanbase.cluster.process
  - oceanbase.cluster.server.ports
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The diff tells that a password changes, never what it is.
  idempotent:
    support: partial
    details:
      - O(state=restarted) restarts each time.
options:
  state:
    description:
      - V(configured) writes the configuration and starts nothing.
      - V(started) also starts the agent, or restarts it where its configuration is newer than its process, and waits until it answers.
      - V(restarted) restarts it in any case.
      - V(stopped) stops it.
    type: str
    choices: [configured, started, restarted, stopped]
    default: started
  home:
    description: Home directory of the agent.
    type: path
    default: /home/admin/obagent
  group:
    description: Group of the files.
    type: str
    default: admin
  service:
    description:
      - V(plain) starts it with C(ob_agentctl). Where the package has a unit, which then starts the agent at the next boot, that is made to run as O(user), too.
      - V(systemd) starts it with the unit that its package installs, made to run as O(user), and enables that. This needs root.
    type: str
    choices: [plain, systemd]
    default: plain
  listen_address:
    description: Address that the agent listens on.
    type: str
    default: 0.0.0.0
  manager_port:
    description: Port of C(ob_mgragent).
    type: int
    default: 8089
  monitor_port:
    description: Port of C(ob_monagent), which gives the metrics.
    type: int
    default: 8088
  http_user:
    description: User of HTTP basic authentication.
    type: str
    default: ocp_agent
  http_password:
    description: Its password. Needed unless O(state=stopped).
    type: str
  metric_auth:
    description: Whether metrics, too, are given to this user only.
    type: bool
    default: true
  monitor:
    description: Whether to give metrics of the server.
    type: bool
    default: true
  monitor_user:
    description: Account of the sys tenant by which the server is read.
    type: str
    default: ocp_monitor
  monitor_password:
    description: Its password. Needed where O(monitor=true).
    type: str
  monitor_address:
    description: Address at which the agent finds the server of this host.
    type: str
    default: 127.0.0.1
  host_ip:
    description: Address by which the cluster knows the server; it becomes a label of every metric. O(address) where it is empty.
    type: str
    default: ''
  cluster:
    description: Name of the cluster.
    type: str
    default: ''
  ob_cluster_id:
    description: Id of the cluster.
    type: int
    default: 0
  zone:
    description: Zone of the server.
    type: str
    default: ''
  observer_home:
    description: Home directory of the server.
    type: path
    default: /home/admin/oceanbase
  data_disk:
    description: Where the data of the server lie.
    type: path
    default: /data/1
  log_disk:
    description: Where the transaction log of the server lies.
    type: path
    default: /data/log1
  parameters:
    description: Further properties of the agent, by their keys. Passwords are refused.
    type: dict
    default: {}
  wait_timeout:
    description: Seconds to wait for the agent to answer, and then for the first metrics of the server.
    type: int
    default: 90
seealso:
  - module: oceanbase.cluster.component
  - module: oceanbase.cluster.user
"""

EXAMPLES = r"""
- name: Configure and start the agent
  become: true
  oceanbase.cluster.obagent:
    host_ip: 192.0.2.1
    http_password: "{{ vault_agent_password }}"
    monitor_password: "{{ vault_monitor_password }}"
    cluster: obdemo
    ob_cluster_id: 1
    zone: zone1

- name: Stop it
  become: true
  oceanbase.cluster.obagent:
    state: stopped
"""

RETURN = r"""
version:
  description: Version of the agent.
  returned: success
  type: str
  sample: 4.2.2
pid:
  description: Number of the process C(ob_agentd); V(0) where it does not run.
  returned: success
  type: int
  sample: 4713
configured:
  description: Whether the configuration is as asked for, or would be after this run.
  returned: success
  type: bool
  sample: true
restart_reason:
  description: Why a running agent was restarted; empty where it was not.
  returned: success
  type: str
  sample: its configuration is newer than its process
metrics:
  description: How many samples of the host and of the server the agent gave.
  returned: O(state=started) or O(state=restarted), outside of check mode
  type: dict
  sample: {host: 42, server: 7}
evidence:
  description: Lines of the agent's logs, at most 20, that tell why it failed.
  returned: failure of the agent
  type: list
  elements: str
  sample: ['monagent.log: ERROR [pipeline] db query failed, err: Error 1045: Access denied']
"""

import os
from typing import Any, Dict, List

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files, _obagent_config, _obagent_process, _obagent_unit, _process
from ansible_collections.oceanbase.cluster.plugins.module_utils import _obagent_properties as properties_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import PROCESS, SERVER_PORTS, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._obagent_answers import wait_answers, wait_metrics
from ansible_collections.oceanbase.cluster.plugins.module_utils._obagent_config import Plan, Seen, Wanted
from ansible_collections.oceanbase.cluster.plugins.module_utils._obagent_process import Agent, Place
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import wait_until


def place_of(what, params):
    # type: (str, Dict[str, Any]) -> Place
    """Return where the agent is; refuse where this process cannot act for its user."""
    try:
        owner = _files.owner_of(params["user"], params["group"])
    except KeyError as error:
        raise ObError(
            what, "this host does not know the user or group of the service: {0}".format(error.args[0]), "Create them first.",
        ) from None
    me = os.geteuid()
    if me not in (0, owner.uid):
        raise ObError(
            what, "this runs as {0} and cannot act for {1}".format(_process.user_name(me), owner.user), "Run as {0} or as root (become).".format(owner.user),
        )
    if params["service"] == "systemd" and me != 0:
        raise ObError(what, "service systemd needs root", "Use become: true, or service plain.")
    home = params["home"].rstrip("/")
    return Place(Agent(home, owner.user, params["service"] == "systemd"), owner, _obagent_process.positions(home))


def require_installed(what, place):
    # type: (str, Place) -> str
    """Return the version of the agent."""
    tool = _obagent_process.program(place.agent.home, "ob_agentctl")
    if not os.path.isfile(tool):
        old = os.path.isfile(_obagent_process.program(place.agent.home, "monagent"))
        raise ObError(
            what, "{0} does not exist{1}".format(tool, "; this is an agent before 1.3" if old else ""),
            "Use obagent 1.3 or later." if old else "Install the package first (oceanbase.cluster.component).",
        )
    done = _obagent_process.ctl(place.agent, ["version"])
    if done.rc != 0:
        raise ObError(what, "ob_agentctl does not run: {0}".format(_obagent_process.complaint(done)), "Run it by hand to see more.", rc=done.rc)
    return _obagent_config.version_said(done.stdout)


def read_text(path):
    # type: (str) -> str
    """Read a file of the agent."""
    with open(path, encoding="utf-8") as stream:
        return stream.read()


def look(what, place):
    # type: (str, Place) -> Seen
    """Read the configuration."""
    names = _obagent_config.START_FILES + (_obagent_config.MONITOR_FILE,)
    folder = place.of("conf", "config_properties")
    try:
        files = dict((name, read_text(place.of("conf", name))) for name in names if os.path.isfile(place.of("conf", name)))
        groups = dict((name, read_text(os.path.join(folder, name))) for name in _files.entries(folder) if name.endswith(".yaml"))
    except (OSError, UnicodeDecodeError) as error:
        raise ObError(what, "its configuration cannot be read: {0}".format(error), "See the owner and the rights of {0}.".format(place.of("conf"))) from error
    if any(name not in files for name in _obagent_config.START_FILES) or not groups:
        raise ObError(what, "{0} does not hold the configuration of an agent".format(place.of("conf")), "Install its package again.")
    closed = [(place.of("conf"), 0o700)] + [(os.path.join(folder, name), 0o600) for name in sorted(groups)]
    return Seen(files, groups, properties_of.read(groups), tuple(path for path, mode in closed if not is_closed(path, mode, place.owner)))


def is_closed(path, mode, owner):
    # type: (str, int, _files.Owner) -> bool
    """Whether a path is its owner's only."""
    found = os.stat(path)
    return found.st_mode & 0o777 & ~mode == 0 and found.st_uid == owner.uid


def configure(what, place, planned):
    # type: (str, Place, Plan) -> None
    """Write: first close what others could read, then passwords, then the rest through the agent itself."""
    try:
        for path in planned.close:
            _files.give(path, place.owner)
            os.chmod(path, 0o700 if os.path.isdir(path) else 0o600)
        for name, text in sorted(planned.files.items()):
            _files.write_whole(place.of("conf", name), text, place.owner, 0o644)
        for name, text in sorted(planned.groups.items()):
            _files.write_whole(place.of("conf", "config_properties", name), text, place.owner, 0o600)
    except OSError as error:
        raise ObError(what, "{0}: {1}".format(error.filename, error.strerror), "See the owner and the rights of {0}.".format(place.of("conf"))) from error
    if planned.pairs:
        done = _obagent_process.ctl(place.agent, ["config", "-u", ",".join(planned.pairs)])
        if done.rc != 0 or done.timed_out:
            raise ObError(what, "ob_agentctl config -u failed: {0}".format(_obagent_process.complaint(done)), "Correct the property that it names.", rc=done.rc)


def newest(place, seen):
    # type: (Place, Seen) -> float
    """Return when the configuration was changed last."""
    paths = [place.of("conf", name) for name in seen.files] + [place.of("conf", "config_properties", name) for name in seen.groups]
    return max(os.stat(path).st_mtime for path in paths)


def port_taken(place, params):
    # type: (Place, Dict[str, Any]) -> str
    """Return in words who else holds a port of the agent."""
    own = [process.pid for process in _obagent_process.processes(place.agent.home)]
    for port in (params["manager_port"], params["monitor_port"]):
        for item in _process.listeners(port, "" if params["listen_address"] == "0.0.0.0" else params["listen_address"]):
            holder = _process.socket_holder(item)
            # Root of a container may not see whose sockets are; then the agent that runs is taken for the holder, and is asked afterwards.
            if holder.pid not in own if holder else not own:
                who = "process {0} ({1})".format(holder.pid, " ".join(holder.argv[:2])) if holder else "a process that this user may not see"
                return "port {0} of {1} is held by {2}".format(port, item.address, who)
    return ""


def stopped(module, place, what):
    # type: (AnsibleModule, Place, str) -> Dict[str, Any]
    """Stop the agent."""
    running = _obagent_process.processes(place.agent.home)
    if running and not module.check_mode:
        _obagent_process.operate(what, place.agent, "stop", place.logs)
        seen = wait_until(lambda: _obagent_process.processes(place.agent.home), lambda left: not left, 15.0)
        if not seen.done:
            raise ObError(what, "processes of it still live 15 s after the stop", "See them with: ps -o pid,args -u {0}".format(place.owner.user))
    lines = ["{0} runs".format(os.path.basename(process.argv[0])) for process in running]
    return {
        "changed": bool(running), "pid": 0, "configured": True, "restart_reason": "", "version": "",
        "diff": diff_of("obagent in " + place.agent.home, lines or ["not running"], ["not running"]),
    }


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Configure, then start or restart."""
    params = module.params
    state = params["state"]
    verb = {"configured": "configure", "started": "start", "restarted": "restart", "stopped": "stop"}[state]
    what = "Cannot {0} the agent in {1}".format(verb, params["home"].rstrip("/"))
    place = place_of(what, params)
    if state == "stopped":
        return stopped(module, place, what)
    wanted = _obagent_config.wanted_of(params)
    _obagent_config.refuse(what, wanted)
    if module.check_mode and not os.path.isfile(_obagent_process.program(place.agent.home, "ob_agentctl")):
        return foreseen(place, wanted, state)
    version = require_installed(what, place)
    seen = look(what, place)
    planned = _obagent_config.plan(wanted, seen)
    unit_now = _obagent_unit.look()
    unit = _obagent_unit.wanted(unit_now, place.owner.user, place.owner.group, place.agent.systemd)
    changed_unit = unit.addition != unit_now.addition and place.agent.systemd  # which counts for a process that is the unit's
    process = _obagent_process.find(place.agent.home)
    reason = "" if process is None or state == "configured" else why_restart(state, planned.needed or changed_unit, process, newest(place, seen))
    starts = state != "configured" and (process is None or bool(reason))
    result = {"changed": planned.needed or unit_now != unit or starts, "version": version, "configured": True, "restart_reason": reason}  # type: Dict[str, Any]
    before, after = list(planned.before) + unit_now.lines, list(planned.after) + unit.lines
    if state != "configured":
        before.append("not running" if process is None else "ob_agentd {0} runs".format(process.pid))
        after.append("restarted: " + reason if reason else "running" if process is None else before[-1])
    if not module.check_mode:
        if planned.needed:
            configure(what, place, planned)
        _obagent_unit.apply(what, unit_now, unit)
        if starts:
            taken = port_taken(place, params)
            if taken:
                raise ObError(what, taken, "Stop that process, or choose other ports for the agent.")
            _obagent_process.operate(what, place.agent, "restart" if process is not None else "start", place.logs)
        if state != "configured":
            wait_answers(what, params, place)
            result.update(metrics=wait_metrics(what, params, place))
            process = _obagent_process.find(place.agent.home)
    return dict(result, pid=process.pid if process else 0, diff=diff_of("obagent in " + place.agent.home, before, after))


def why_restart(state, changes, process, changed_at):
    # type: (str, bool, _process.Process, float) -> str
    """Return why a running agent has to be restarted; "" where it has not."""
    if state == "restarted":
        return "it was asked for"
    return "its configuration is newer than its process" if changes or changed_at > _process.started_at(process) else ""


def foreseen(place, wanted, state):
    # type: (Place, Wanted, str) -> Dict[str, Any]
    """Return what check mode can tell of an agent that is not installed yet: all of it."""
    after = ["{0} = {1}".format(key, value) for key, value in sorted(wanted.plain.items())] + [
        "{0}: the secret that was given".format(key) for key in sorted(wanted.secret)]
    lines = [] if state == "configured" else ["running"]  # type: List[str]
    return {
        "changed": True, "version": "", "configured": True, "restart_reason": "", "pid": 0,
        "diff": diff_of("obagent in " + place.agent.home, ["not installed"], after + lines),
    }


def main():
    # type: () -> None
    """Run the module."""
    run_module(
        story,
        spec_of(
            PROCESS, SERVER_PORTS,
            state={"type": "str", "choices": ["configured", "started", "restarted", "stopped"], "default": "started"},
            home={"type": "path", "default": "/home/admin/obagent"},
            group={"type": "str", "default": "admin"},
            service={"type": "str", "choices": ["plain", "systemd"], "default": "plain"},
            listen_address={"type": "str", "default": "0.0.0.0"},
            manager_port={"type": "int", "default": 8089},
            monitor_port={"type": "int", "default": 8088},
            http_user={"type": "str", "default": "ocp_agent"},
            http_password={"type": "str", "no_log": True},
            metric_auth={"type": "bool", "default": True},
            monitor={"type": "bool", "default": True},
            monitor_user={"type": "str", "default": "ocp_monitor"},
            monitor_password={"type": "str", "no_log": True},
            monitor_address={"type": "str", "default": "127.0.0.1"},
            host_ip={"type": "str", "default": ""},
            cluster={"type": "str", "default": ""},
            ob_cluster_id={"type": "int", "default": 0},
            zone={"type": "str", "default": ""},
            observer_home={"type": "path", "default": "/home/admin/oceanbase"},
            data_disk={"type": "path", "default": "/data/1"},
            log_disk={"type": "path", "default": "/data/log1"},
            parameters={"type": "dict", "default": {}},
            wait_timeout={"type": "int", "default": 90},
        ),
    )


if __name__ == "__main__":
    main()
