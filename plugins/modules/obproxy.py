#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: obproxy
short_description: Start, stop or restart OBProxy on a host
description:
  - Starts C(bin/obproxy) from its home directory as the service user, and waits until it greets its clients.
  - >-
    For its first start it is told where to listen and which cluster to serve. It keeps that in C(etc/obproxy_config.bin), and every later
    start goes without options; change its configuration with M(oceanbase.cluster.obproxy_config).
  - >-
    A first start leaves C(root@proxysys) without a password, as OBD does, since a password (or its hash) on a command line can be read by
    everybody on the host. Set one at once with M(oceanbase.cluster.obproxy_config).
  - A proxy that ends is started again by a script (C(obproxyd.sh) in its home), unless O(watched) says otherwise.
author:
  - The oceanbase.cluster contributors (@oceanbase)
extends_documentation_fragment:
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
      - O(state=restarted) restarts each time.
options:
  state:
    description:
      - V(started) starts it where it does not run, and lets it be watched where O(watched) asks for that.
      - V(stopped) stops the script that watches over it and the proxy, and waits until process and ports are gone.
      - V(restarted) is V(stopped) and V(started). Clients lose their connections.
    type: str
    choices: [started, stopped, restarted]
    default: started
  home:
    description: Home directory of the proxy, which is its working directory and holds C(bin/obproxy).
    type: path
    required: true
  group:
    description: Group of the files that are made.
    type: str
    default: admin
  listen_port:
    description: Port of the clients.
    type: int
    default: 2883
  prometheus_port:
    description: Port at which Prometheus finds metrics.
    type: int
    default: 2884
  rpc_port:
    description: Port of the RPC service of 4.3 and later; V(0) leaves it unsaid.
    type: int
    default: 0
  listen_address:
    description: The one address to listen on, at the first start; every address where it is empty.
    type: str
    default: ''
  cluster:
    description: Name of the cluster that O(root_servers) belong to, at the first start.
    type: str
    default: ''
  root_servers:
    description:
      - Servers of the cluster as C(ip:sql_port), at the first start. A proxy that is started like this serves this one cluster.
    type: list
    elements: str
    default: []
  config_url:
    description:
      - Address of a config service, at the first start, such as C(http://192.0.2.9:8080/services?Action=GetObProxyConfig).
      - A proxy that is started like this serves every cluster which the service knows.
    type: str
    default: ''
  app_name:
    description: Name that the proxy goes by, at the first start.
    type: str
    default: ''
  parameters:
    description: Further parameters of the first start. Passwords are refused.
    type: dict
    default: {}
  watched:
    description: Whether a script watches over the proxy and starts it again when it ends. A proxy that runs without it is restarted to get it.
    type: bool
    default: true
  service:
    description:
      - Whether the proxy comes back when the host does. Without it, what there is of a unit is left as it is.
      - >-
        V(systemd) makes and enables the unit C(obproxy-<listen_port>.service) and starts the proxy by it. This needs root. A proxy that runs already is left
        alone; it is the unit's from its next start on.
      - V(plain) removes a unit that was made by this module. The process is left alone.
    type: str
    choices: [plain, systemd]
  wait_timeout:
    description: Seconds to wait for the greeting of the clients' port.
    type: int
    default: 60
  stop_timeout:
    description: Seconds to wait for the process and its ports to go.
    type: int
    default: 30
seealso:
  - module: oceanbase.cluster.obproxy_config
  - module: oceanbase.cluster.component
"""

EXAMPLES = r"""
- name: Start a proxy of one cluster
  become: true
  oceanbase.cluster.obproxy:
    home: /home/admin/obproxy-4.2.3.0
    address: 192.0.2.5
    cluster: obdemo
    root_servers: ['192.0.2.1:2881', '192.0.2.2:2881', '192.0.2.3:2881']

- name: Start a proxy of every cluster that a config service knows
  become: true
  oceanbase.cluster.obproxy:
    home: /home/admin/obproxy-4.2.3.0
    config_url: http://192.0.2.9:8080/services?Action=GetObProxyConfig
    parameters:
      proxy_mem_limited: 4G

- name: Stop it
  become: true
  oceanbase.cluster.obproxy:
    home: /home/admin/obproxy-4.2.3.0
    state: stopped
"""

RETURN = r"""
pid:
  description: Number of the process; V(0) where none runs.
  returned: success
  type: int
  sample: 4712
argv:
  description: Command line of the process, in check mode that which would be run; hashes of passwords are replaced. Empty where none runs.
  returned: success
  type: list
  elements: str
  sample: [/home/admin/obproxy-4.2.3.0/bin/obproxy, -N]
unit:
  description: The unit of the proxy; empty where it has none.
  returned: success
  type: str
  sample: obproxy-2883.service
first_start:
  description: Whether the proxy was started for the first time, so that root@proxysys has no password yet.
  returned: success
  type: bool
  sample: false
evidence:
  description: The lines of the proxy's log, at most 20, that tell why it failed.
  returned: failure of a proxy
  type: list
  elements: str
  sample: ['[2026-01-31 12:00:00.000000] EDIAG [PROXY] obproxy init failed(ret=-4147)']
error_code:
  description: The proxy's return code, without its sign.
  returned: failure of a proxy, where its log names one
  type: int
  sample: 4147
"""

import os
import socket
from typing import Any, Callable, Dict, List, Optional

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files, _obproxy_start, _obproxy_unit, _obproxy_watcher, _process, _systemd, _unit
from ansible_collections.oceanbase.cluster.plugins.module_utils import _obproxy_flags as flags_of
from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_log as log_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import PROCESS, PROCESS_STOP, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._obproxy_flags import FirstStart
from ansible_collections.oceanbase.cluster.plugins.module_utils._obproxy_process import SCRIPT, Running, find
from ansible_collections.oceanbase.cluster.plugins.module_utils._obproxy_start import Target
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_flags import shown
from ansible_collections.oceanbase.cluster.plugins.module_utils._unit import Unit
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import wait_until

STOP = "stop"
START = "start"


def decide(state, running, watched):
    # type: (str, Running, bool) -> List[str]
    """Return what is to be done, in order."""
    runs = bool(running.proxies or running.watcher)
    if state == "stopped":
        return [STOP] if runs else []
    if state == "restarted":
        return ([STOP] if runs else []) + [START]
    if running.proxy is None:
        return ([STOP] if runs else []) + [START]
    return [STOP, START] if watched and running.watcher is None else []


def service_user(what, user, group):
    # type: (str, str, str) -> _files.Owner
    """Return the service user; refuse where this process cannot act for it."""
    try:
        owner = _files.owner_of(user, group)
    except KeyError as error:
        raise ObError(
            what, "this host does not know the user or group of the service: {0}".format(error.args[0]),
            "Create them first, for example: groupadd {0}; useradd -m -g {0} {1}".format(group, user),
        ) from None
    if os.geteuid() not in (0, owner.uid):
        raise ObError(
            what, "this runs as {0} and cannot act for {1}".format(_process.user_name(os.geteuid()), user), "Run as {0} or as root (become).".format(user),
        )
    return owner


def first_start(params):
    # type: (Dict[str, Any]) -> FirstStart
    """Return what the options say of a first start."""
    values = dict((name, _text(value)) for name, value in params["parameters"].items())
    return FirstStart(
        params["listen_port"], params["prometheus_port"], params["rpc_port"], params["listen_address"], params["cluster"],
        tuple(params["root_servers"]), params["config_url"], params["app_name"], values,
    )


def _text(value):
    # type: (Any) -> str
    return str(value).lower() if isinstance(value, bool) else str(value)


def line_of(home, argv):
    # type: (str, List[str]) -> List[str]
    """Return the line of a diff for a running proxy."""
    return ["cd {0} && LD_LIBRARY_PATH={0}/lib {1}".format(home, shown(flags_of.shown(argv)))] if argv else ["not running"]


def refuse_unready(what, target):
    # type: (str, Target) -> None
    """Refuse to start, or to stop for a restart, what could not start."""
    binary = os.path.join(target.home, "bin", "obproxy")
    if not os.path.isfile(binary):
        raise ObError(what, "{0} does not exist".format(binary), "Install the package first (oceanbase.cluster.component).")
    try:
        socket.getaddrinfo(target.address, None)
    except OSError as error:
        raise ObError(
            what, "this host does not know the address {0} at which the proxy is to be looked for: {1}".format(target.address, error.strerror),
            "Give an address (oceanbase_obproxy_address of the roles), or have the name resolved.",
        ) from error


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Start, stop or restart."""
    params = module.params
    home, state = params["home"].rstrip("/"), params["state"]
    what = "Cannot {0} OBProxy in {1}".format({"started": "start", "stopped": "stop", "restarted": "restart"}[state], home)
    owner = service_user(what, params["user"], params["group"])
    ports = [params["listen_port"], params["prometheus_port"]] + ([params["rpc_port"]] if params["rpc_port"] else [])
    target = Target(home, params["user"], params["address"], ports, params["watched"])
    running = find(home)
    steps = decide(state, running, params["watched"])
    kept = os.path.isfile(_obproxy_start.kept_configuration(home))
    flags = []  # type: List[str]
    if START in steps and not kept:
        flags_of.refuse(what, first_start(params))
        flags = flags_of.first_flags(first_start(params))
    unit = _obproxy_unit.unit_of(home, params["user"], params["group"], params["listen_port"], params["watched"], params["stop_timeout"])
    seen = _systemd.look(unit.name)
    unit_steps = _unit.decide(what, None if params["service"] is None or state == "stopped" else params["service"] == "systemd", seen, unit)
    by_unit = unit if (_unit.is_ours(seen.text, unit) or unit_steps) and _unit.REMOVE not in unit_steps else None
    before = list(running.proxy.argv) if running.proxy else []
    after = _obproxy_start.command(home, flags, params["watched"]) if START in steps else [] if STOP in steps else before
    process = running.proxy if not steps else None
    if not module.check_mode:
        position = log_of.position(_obproxy_start.log_path(home))
        if START in steps:
            refuse_unready(what, target)
        if STOP in steps:
            stop(what, target, running, params, unit)
        _systemd.apply(what, unit_steps, unit)
        if START in steps:
            taken = _obproxy_start.port_taken(target)
            if taken:
                raise ObError(what, taken, "Stop that process, or choose other ports for this proxy.")
            process = start(what, target, flags, owner, position, params, by_unit)
            after = list(process.argv)
        elif not steps and running.proxy is not None:
            _obproxy_start.wait_ready(what, target, position, params["wait_timeout"])
    diff = diff_of("OBProxy in " + home, line_of(home, before), line_of(home, after))
    return {
        "changed": bool(steps or unit_steps), "pid": process.pid if process else 0, "argv": flags_of.shown(after), "unit": by_unit.name if by_unit else "",
        "first_start": START in steps and not kept,
        "diff": [diff, diff_of(unit.name, *_unit.lines(seen, unit_steps, unit))] if unit_steps else diff,
    }


def stop(what, target, running, params, unit):
    # type: (str, Target, Running, Dict[str, Any], Optional[Unit]) -> None
    """Stop it, by its unit where that holds it."""
    ask = None  # type: Optional[Callable[[], None]]
    if unit and _systemd.holds(unit.name, running.watcher or running.proxy):
        _systemd.refuse_unable(what, unit.instead)
        name = unit.name

        def by_unit():
            # type: () -> None
            _systemd.systemctl(what, ["--no-block", "stop", name])

        ask = by_unit
    _obproxy_start.stop(what, target, running, params["stop_timeout"], params["force"], ask)


def start(what, target, flags, owner, position, params, unit):
    # type: (str, Target, List[str], _files.Owner, log_of.Position, Dict[str, Any], Optional[Unit]) -> _process.Process
    """Start it, by its unit where it has one, and wait; one that fails is not left to be started again for ever."""
    if target.watched:
        script = os.path.join(target.home, SCRIPT)
        try:
            _files.write_whole(script, _obproxy_watcher.TEXT, owner, 0o755)
        except OSError as error:
            raise ObError(
                what, "{0} cannot be written: {1}".format(script, error.strerror), "See the owner and the rights of {0}.".format(target.home),
            ) from error
    try:
        if unit is None:
            _obproxy_start.launch(what, target, flags)
        else:
            if flags:
                keep_configuration(what, target._replace(watched=False), flags, position, params)
            _systemd.systemctl(what, ["start", unit.name])
        return _obproxy_start.wait_ready(what, target, position, params["wait_timeout"])
    except ObError:
        left = find(target.home)
        if left.proxy is None and left.watcher is not None:
            stop(what, target._replace(ports=()), left, dict(params, stop_timeout=10, force=True), unit)
        raise


def keep_configuration(what, target, flags, position, params):
    # type: (str, Target, List[str], log_of.Position, Dict[str, Any]) -> None
    """Have a first start keep its options, so that the unit can do without; nobody is its client yet."""
    _obproxy_start.launch(what, target, flags)
    _obproxy_start.wait_ready(what, target, position, params["wait_timeout"])
    path = _obproxy_start.kept_configuration(target.home)
    seen = wait_until(lambda: os.path.isfile(path), bool, params["wait_timeout"])
    if not seen.done:
        raise ObError(what, "it has not kept its options in {0}".format(path), "See that {0} can write there.".format(target.user))
    _obproxy_start.stop(what, target, find(target.home), params["stop_timeout"], params["force"])


def main():
    # type: () -> None
    """Run the module."""
    run_module(
        story,
        spec_of(
            PROCESS, PROCESS_STOP,
            state={"type": "str", "choices": ["started", "stopped", "restarted"], "default": "started"},
            home={"type": "path", "required": True},
            group={"type": "str", "default": "admin"},
            listen_port={"type": "int", "default": 2883},
            prometheus_port={"type": "int", "default": 2884},
            rpc_port={"type": "int", "default": 0},
            listen_address={"type": "str", "default": ""},
            cluster={"type": "str", "default": ""},
            root_servers={"type": "list", "elements": "str", "default": []},
            config_url={"type": "str", "default": ""},
            app_name={"type": "str", "default": ""},
            parameters={"type": "dict", "default": {}},
            watched={"type": "bool", "default": True},
            service={"type": "str", "choices": ["plain", "systemd"]},
            wait_timeout={"type": "int", "default": 60},
            stop_timeout={"type": "int", "default": 30},
        ),
    )


if __name__ == "__main__":
    main()
