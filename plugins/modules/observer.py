#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: observer
short_description: Start, stop or restart the process of an OceanBase server
description:
  - Starts C(bin/observer) from its home directory as the service user, and waits until it greets on its SQL port.
  - >-
    A server that dies is noticed within a second and told with its exit status, the lines of its log that tell why, and what to do. One that
    is only slow is waited for.
  - >-
    An observer counts as this one where C(run/observer.pid) below O(home) names a living process C(observer) whose working directory is
    O(home) and which holds the lock on that file. A stale pid file, a recycled pid and another program are told apart and left alone.
author:
  - The oceanbase.cluster contributors (@oceanbase)
extends_documentation_fragment:
  - oceanbase.cluster.server
  - oceanbase.cluster.server.ports
  - oceanbase.cluster.process
  - oceanbase.cluster.process.stop
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - O(state=restarted) restarts each time, unless O(without_flags) is set and the process runs without flags already.
options:
  state:
    description:
      - V(started) starts it where it does not run. Where it runs with other O(flags), this fails and names the differences.
      - >-
        V(stopped) sends the signal that stops this O(version) gracefully, waits until process and ports are gone, and removes a stale pid
        file.
      - V(restarted) is V(stopped) and V(started).
    type: str
    choices: [started, stopped, restarted]
    default: started
  cluster:
    description:
      - Name of the cluster. The home directory has to bear its mark, see M(oceanbase.cluster.directories).
    type: str
    required: true
  flags:
    description:
      - The flags of the server, each word an element.
      - They count for the first start only. A server that has kept its configuration in C(etc/observer.config.bin) is started from that,
        as is one for which they are omitted.
    type: list
    elements: str
  service_manager:
    description:
      - >-
        V(systemd) makes and enables the unit C(oceanbase-<cluster>.service), so that the server comes back when the host does. It needs root. From then on
        starts from the kept configuration and stops go through C(systemctl), so that both agree about the server. The first start has flags, which no
        unit has, and is not the unit's.
      - >-
        V(none) removes that unit, where it was made by this module for this O(home). The process is left alone by that.
      - When omitted, a unit that was made by this module is used, and left as it is.
      - The unit C(oceanbase.service) of the package is another one and is never touched.
    type: str
    choices: [none, systemd]
  data_dir:
    description:
      - Data directory of the server, by which RV(data) is found. The default is C(store/) and the name of the cluster below O(home).
    type: path
  without_flags:
    description:
      - >-
        With O(state=restarted), start without flags, from the kept configuration, and do nothing where the process runs without flags
        already.
    type: bool
    default: false
  version:
    description: Version of the server, which decides the graceful signal. Needed to stop it.
    type: str
  wait_timeout:
    description: Seconds to wait for the greeting of the SQL port.
    type: int
    default: 600
  stop_timeout:
    description: Seconds to wait for the process and its ports to go.
    type: int
    default: 120
seealso:
  - module: oceanbase.cluster.directories
  - module: oceanbase.cluster.package
"""

EXAMPLES = r"""
- name: Start a server for the first time
  become: true
  oceanbase.cluster.observer:
    cluster: obdemo
    address: 192.0.2.1
    flags: [-p, '2881', -P, '2882', -z, zone1, -n, obdemo, -c, '1', -d, /home/admin/oceanbase/store/obdemo, -I, 192.0.2.1, -r, '192.0.2.1:2882:2881']

- name: Restart it from its kept configuration, unless that was done already
  become: true
  oceanbase.cluster.observer:
    cluster: obdemo
    address: 192.0.2.1
    version: 4.3.5.3
    state: restarted
    without_flags: true

- name: Stop it
  become: true
  oceanbase.cluster.observer:
    cluster: obdemo
    address: 192.0.2.1
    version: 4.3.5.3
    state: stopped
"""

RETURN = r"""
pid:
  description: Number of the process; V(0) where none runs.
  returned: success
  type: int
  sample: 4711
started:
  description: When the process was started, in UTC; empty where none runs.
  returned: success
  type: str
  sample: '2026-01-31T12:00:00Z'
argv:
  description: Command line of the process, in check mode that which would be run; empty where none runs.
  returned: success
  type: list
  elements: str
  sample: [/home/admin/oceanbase/bin/observer, -p, '2881']
waited:
  description: Seconds that were waited for the process to answer or to go.
  returned: success
  type: float
  sample: 3.2
data:
  description: Directories that hold data of a bootstrap or of a member, as they were found before anything was done.
  returned: success, where O(version) is given
  type: list
  elements: str
  sample: [/home/admin/oceanbase/store/obdemo/clog/tenant_1]
data_age:
  description: Seconds since the server got that data.
  returned: success, where O(version) is given
  type: float
  sample: 86400.5
first_start:
  description: Whether the server has not been restarted yet since it was started for the first time, as the note C(run/first_start) in its home says.
  returned: success
  type: bool
  sample: false
late_process:
  description: Whether the process is not that of the first start, because it was started now, or from the kept configuration.
  returned: success
  type: bool
  sample: true
unit:
  description: Name of the unit of this server; empty where it has none.
  returned: success
  type: str
  sample: oceanbase-obdemo.service
signal:
  description: The signal that stopped the process.
  returned: when a process was stopped
  type: str
  sample: SIGUSR1
evidence:
  description: The lines of the server's log, at most 20, that tell why it failed.
  returned: failure of a server
  type: list
  elements: str
  sample: ['[2026-01-31 12:00:00.000000] ERROR [SERVER] init (ob_server.cpp:269) invalid config(ret=-4147)']
error_code:
  description: The server's return code, without its sign.
  returned: failure of a server, where its log or its exit status names one
  type: int
  sample: 4147
differences:
  description: In what the running process differs from the wanted one.
  returned: failure because it runs with other flags
  type: list
  elements: str
  sample: ['-z (zone) is zone1, wanted is zone2']
"""

import os
import time
from typing import Any, Callable, Dict, List, Optional

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _first_start, _marker, _observer_start, _observer_unit, _process, _systemd, _unit
from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_log as log_of
from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_stop as stopping
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import PROCESS, PROCESS_STOP, SERVER, SERVER_PORTS, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import graceful_signal
from ansible_collections.oceanbase.cluster.plugins.module_utils._layout_seen import age_of, data_below, generation_named, kept_configuration
from ansible_collections.oceanbase.cluster.plugins.module_utils._marker import Marker
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_flags import arguments, from_kept_configuration, parse, shown
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_plan import START, STOP, TIDY, Wanted, decide, refuse_other
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import OURS, Found, find
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_start import ALREADY_RUNNING, Target
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_unit import Service
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Process
from ansible_collections.oceanbase.cluster.plugins.module_utils._unit import Unit


def service_uid(what, user):
    # type: (str, str) -> int
    """Return the uid of the service user; refuse where this process cannot act for it."""
    try:
        uid = _process.uid_of(user)
    except KeyError:
        raise ObError(what, "this host has no user {0}".format(user), "Create it first, for example: useradd -m -U {0}".format(user)) from None
    if os.geteuid() not in (0, uid):
        remedy = "Use become: true." if user == "root" else "Run as {0} or as root (become).".format(user)
        raise ObError(what, "this runs as {0} and cannot act for {1}".format(_process.user_name(os.geteuid()), user), remedy)
    return uid


def refuse_other_cluster(what, home, cluster):
    # type: (str, str, str) -> None
    """Refuse a home directory of another cluster. One without a mark is refused before anything is done in it."""
    if isinstance(_marker.read(home), Marker):
        _marker.require(home, cluster, what)


def refuse_unready(what, target, flags, ports):
    # type: (str, Target, Optional[List[str]], bool) -> None
    """Refuse to start, or to stop for a restart, what could not start."""
    binary = os.path.join(target.home, "bin", "observer")
    if not os.path.isfile(binary):
        raise ObError(what, "{0} does not exist".format(binary), "Install the package first (oceanbase.cluster.package).")
    if flags is None and not kept_configuration(target.home):
        raise ObError(
            what, "no configuration is kept in {0}".format(os.path.join(target.home, "etc", "observer.config.bin")),
            "Start it with its flags: a server of 3.x keeps them only once it has been bootstrapped.",
        )
    if flags and "N" in parse(flags):
        raise ObError(what, "the flag -N keeps it in the foreground, where it makes no pid file", "Leave it out.")
    taken = _observer_start.port_taken(target) if ports else ""
    if taken:
        raise ObError(what, taken, "Stop that process, or choose other ports for this server.")


def start(what, target, flags, wanted, timeout, unit):
    # type: (str, Target, Optional[List[str]], Wanted, float, Optional[Unit]) -> Process
    """Start the server, by its unit where it has one, and wait for it."""
    position = log_of.position(_observer_start.log_path(target.home))
    if unit and not flags:
        # Whether it came up is told by what is seen below, with the lines of its log.
        said = _systemd.systemctl(what, ["start", unit.name], must=False)
        if said.rc != 0 and find(target.home).process is None:
            raise _observer_start.died(what, target, position, None, "systemctl start {0} says: {1}".format(unit.name, said.said))
        return _observer_start.wait_ready(what, target, position, timeout)
    try:
        done = _observer_start.launch(target, flags or [])
    except OSError as error:
        raise ObError(
            what, "{0} cannot be executed: {1}".format(error.filename or target.home, error.strerror),
            "See the rights of the file and of every folder above it, and the architecture of the package.", error_code=error.errno,
        ) from error
    known = None
    if done.rc == ALREADY_RUNNING and find(target.home).kind == OURS:
        # Another run was faster: whether it started the same server is what counts.
        found = find(target.home)
        refuse_other(what, found, wanted)
        known = found.process
    else:
        _observer_start.refuse_launch(what, done, target, position)
    return _observer_start.wait_ready(what, target, position, timeout, known)


def signal_of(what, text):
    # type: (str, str) -> str
    """Return the signal that stops a version gracefully."""
    try:
        return graceful_signal(tuple(int(part) for part in text.split(".")))
    except ValueError:
        raise ObError(what, "version {0} cannot be read".format(text), "Write it like 4.3.5.3.") from None


def stop(what, target, found, params, unit):
    # type: (str, Target, Found, Dict[str, Any], Optional[Unit]) -> str
    """Stop the server, by its unit where that holds it."""
    if found.process is None:
        return ""
    ask = None  # type: Optional[Callable[[], None]]
    if unit and _systemd.holds(unit.name, found.process):
        _systemd.refuse_unable(what, unit.instead)

        name = unit.name

        def by_unit():
            # type: () -> None
            _systemd.systemctl(what, ["--no-block", "stop", name])

        ask = by_unit
    return stopping.stop(
        what, target.home, found.process, signal_of(what, params["version"]), params["stop_timeout"], params["force"],
        (target.sql_port, target.rpc_port), target.address, ask,
    )


def unit_of(what, home, params):
    # type: (str, str, Dict[str, Any]) -> Unit
    """Return the server as systemd is to know it."""
    wanted = params["service_manager"] == "systemd"
    data_dir = params["data_dir"] or os.path.join(home, "store", params["cluster"])
    return _observer_unit.unit_of(Service(
        params["cluster"], home, (home,) + tuple(os.path.realpath(os.path.join(data_dir, name)) for name in ("sstable", "clog")), params["user"],
        signal_of(what, params["version"]) if params["version"] else "", params["stop_timeout"],
        tuple((item, _process.attainable(item, value)) for item, value in _observer_unit.LIMITS) if wanted else (),
    ))


def line_of(home, argv):
    # type: (str, List[str]) -> List[str]
    """Return the line of a diff for a running process."""
    return ["cd {0} && LD_LIBRARY_PATH={0}/lib {1}".format(home, shown(argv))]


def history(params, home, found, steps):
    # type: (Dict[str, Any], str, Found, List[str]) -> Dict[str, Any]
    """Return what tells half a bootstrap from a cluster that was up."""
    running = arguments(found.process.argv) if found.process is not None else None
    result = {
        "first_start": _first_start.noted(home), "late_process": START in steps or (running is not None and from_kept_configuration(running)),
    }  # type: Dict[str, Any]
    if params["version"]:
        data = data_below([params["data_dir"] or os.path.join(home, "store", params["cluster"])], generation_named(params["version"]))
        result.update(data=data, data_age=round(age_of(data, time.time()), 1))
    return result


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Start, stop or restart."""
    params = module.params
    home = params["home"].rstrip("/")
    target = Target(home, params["user"], params["address"], params["sql_port"], params["rpc_port"])
    what = "Cannot {0} the observer in {1}".format({"started": "start", "stopped": "stop", "restarted": "restart"}[params["state"]], home)
    flags = None if params["without_flags"] else params["flags"]
    # A server that has been a member starts from what it has kept: flags have their meaning at the first start only.
    launch = None if params["state"] == "started" and kept_configuration(home) else flags
    wanted = Wanted(params["state"], flags, params["without_flags"], service_uid(what, params["user"]))
    refuse_other_cluster(what, home, params["cluster"])
    found = find(home)
    steps = decide(what, found, wanted)
    unit = unit_of(what, home, params)
    seen = _systemd.look(unit.name)
    unit_steps = _unit.decide(what, None if params["service_manager"] is None else params["service_manager"] == "systemd", seen, unit)
    by_unit = unit if _unit.is_ours(seen.text, unit) or unit_steps else None
    process = found.process  # type: Optional[Process]
    before = line_of(home, list(process.argv)) if process else ["not running" + (" (" + found.detail + ")" if steps == [TIDY] else "")]
    result = dict({"changed": bool(steps or unit_steps), "waited": 0.0}, **history(params, home, found, steps))
    argv = list(process.argv) if process else []
    if START in steps:
        argv = _observer_start.command(home, launch or [])
    elif STOP in steps:
        argv = []
    begin = time.monotonic()
    if not module.check_mode:
        if steps:
            _marker.require(home, params["cluster"], what)
        if params["state"] == "restarted":
            _first_start.forget(home)
        if _unit.REMOVE not in unit_steps:
            _systemd.apply(what, unit_steps, unit)
        if START in steps:
            refuse_unready(what, target, launch, STOP not in steps)
        if STOP in steps:
            result.update(signal=stop(what, target, found, params, by_unit))
            process = None
        if TIDY in steps:
            stopping.tidy(home)
        if _unit.REMOVE in unit_steps:
            _systemd.apply(what, unit_steps, unit)
        if START in steps:
            process = start(what, target, launch, wanted, params["wait_timeout"], None if _unit.REMOVE in unit_steps else by_unit)
        elif process is not None:
            position = log_of.position(_observer_start.log_path(home))
            process = _observer_start.wait_ready(what, target, position, params["wait_timeout"], process)
        if process is not None and flags and result.get("data") == []:  # also where the run that started it was killed before it could
            _first_start.note(home)
        result.update(waited=round(time.monotonic() - begin, 3))
        argv = list(process.argv) if process else []
    elif steps:
        process = None
    after = line_of(home, argv) if argv else ["not running"]
    started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_process.started_at(process))) if process else ""
    diff = diff_of("observer in " + home, before, after)
    shown_diffs = [diff, diff_of(unit.name, *_unit.lines(seen, unit_steps, unit))] if unit_steps else diff
    left = by_unit.name if by_unit and _unit.REMOVE not in unit_steps else ""
    return dict(result, pid=process.pid if process else 0, argv=argv, started=started, unit=left, diff=shown_diffs)


def main():
    # type: () -> None
    """Run the module."""
    run_module(
        story,
        spec_of(
            SERVER, SERVER_PORTS, PROCESS, PROCESS_STOP,
            state={"type": "str", "choices": ["started", "stopped", "restarted"], "default": "started"},
            cluster={"type": "str", "required": True},
            flags={"type": "list", "elements": "str"},
            data_dir={"type": "path"},
            service_manager={"type": "str", "choices": ["none", "systemd"]},
            without_flags={"type": "bool", "default": False},
            version={"type": "str"},
            wait_timeout={"type": "int", "default": 600},
            stop_timeout={"type": "int", "default": 120},
        ),
        required_if=[["state", "stopped", ["version"]], ["state", "restarted", ["version"]], ["service_manager", "systemd", ["version"]]],
    )


if __name__ == "__main__":
    main()
