# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What the agent has to be told, and by which way: secrets into files that nobody else may read, everything else through ob_agentctl.

ob_agentctl config -u takes key=value pairs on its command line, where everybody on the host can read them, splits them at commas, and
knows no value with an equals sign (oceanbase/obagent 8b4d999, cmd/agentctl/main.go, config/config_verify_save.go). So a password never goes that way.
The agent copies its configuration, readable by everybody, to conf/<version> whenever it changes (config/config_module.go,
snapshotForPath): conf itself is therefore open to its owner only.
"""

import re
from typing import Any, Dict, List, NamedTuple, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import checked_password
from ansible_collections.oceanbase.cluster.plugins.module_utils._obagent_properties import Groups, Properties, differing, write

HTTP_PASSWORD, MONITOR_PASSWORD = "agent.http.basic.auth.password", "monagent.ob.monitor.password"
START_FILES = ("agentctl.yaml", "mgragent.yaml", "monagent.yaml")
MONITOR_FILE = "module_config/monitor_ob.yaml"
OLDEST = (1, 3)  # before that one program monagent, with other files and without ob_agentctl


class Wanted(NamedTuple):
    """What the agent has to have."""

    plain: Dict[str, str]
    secret: Dict[str, str]
    listen_address: str
    monitor_address: str


class Seen(NamedTuple):
    """What was read."""

    files: Dict[str, str]  # START_FILES and MONITOR_FILE, where they exist
    groups: Groups
    properties: Properties
    open_paths: Tuple[str, ...]  # what others may read, or somebody else owns


class Plan(NamedTuple):
    """What has to be done."""

    files: Dict[str, str]  # start files with another text
    groups: Groups  # groups with another text
    pairs: List[str]  # for ob_agentctl config -u
    close: Tuple[str, ...]
    before: List[str]
    after: List[str]

    @property
    def needed(self):
        # type: () -> bool
        """Whether anything has to be done."""
        return bool(self.files or self.groups or self.pairs or self.close)


def wanted_of(params):
    # type: (Dict[str, Any]) -> Wanted
    """Return what the options ask for; key names as in oceanbase/obagent ce9c4cd, etc/obd_agent_mapper.yaml."""
    plain = {
        "agent.http.basic.auth.username": params["http_user"],
        "agent.http.basic.auth.metricAuthEnabled": _text(params["metric_auth"]),
        "ocp.agent.manager.http.port": str(params["manager_port"]),
        "ocp.agent.monitor.http.port": str(params["monitor_port"]),
        "monagent.ob.monitor.user": params["monitor_user"],
        "monagent.ob.sql.port": str(params["sql_port"]),
        "monagent.ob.rpc.port": str(params["rpc_port"]),
        "monagent.host.ip": params["host_ip"] or params["address"],
        "monagent.ob.cluster.name": params["cluster"],
        "monagent.ob.cluster.id": str(params["ob_cluster_id"]),
        "monagent.ob.zone.name": params["zone"],
        "monagent.pipeline.ob.status": "active" if params["monitor"] else "inactive",
        "ob.install.path": params["observer_home"],
        "ob.data.path": params["data_disk"],
        "ob.log.path": params["log_disk"],
        "observer.log.path": params["observer_home"].rstrip("/") + "/log",
    }
    plain.update((name, _text(value)) for name, value in params["parameters"].items())
    secret = {HTTP_PASSWORD: checked_password(params["http_password"] or "", "http_password")}
    if params["monitor"]:
        secret[MONITOR_PASSWORD] = checked_password(params["monitor_password"] or "", "monitor_password")
    return Wanted(plain, secret, params["listen_address"], params["monitor_address"])


def _text(value):
    # type: (Any) -> str
    return str(value).lower() if isinstance(value, bool) else str(value)


def refuse(what, wanted):
    # type: (str, Wanted) -> None
    """Raise ObError where the agent cannot be told this."""
    faults = []
    for key, value in sorted(wanted.plain.items()):
        if key.endswith("password"):
            faults.append("{0} is a password: use http_password or monitor_password".format(key))
        elif any(char in value for char in ",=\n\""):
            faults.append("the value of {0} holds a comma, an equals sign, a quote or a line break, which ob_agentctl cannot take".format(key))
    for key, value in sorted(wanted.secret.items()):
        if not value:
            faults.append("{0} is empty".format("http_password" if key == HTTP_PASSWORD else "monitor_password"))
        elif any(ord(char) < 32 for char in value) or "${" in value:
            faults.append("the password for {0} holds a control character or ${{, which the agent reads otherwise".format(key))
    if faults:
        raise ObError(what, "; ".join(faults), "Correct these options.")


def plan(wanted, seen):
    # type: (Wanted, Seen) -> Plan
    """Return what has to be done."""
    before, after = [], []  # type: List[str], List[str]
    files = {}
    for name, text in sorted(seen.files.items()):
        changed = start_file(name, text, wanted)
        if changed != text:
            files[name] = changed
            old, new = text.splitlines(), changed.splitlines()
            before += ["{0}: {1}".format(name, line.strip()) for line in old if line not in new]
            after += ["{0}: {1}".format(name, line.strip()) for line in new if line not in old]
    groups = dict(seen.groups)
    for key in differing(seen.properties, wanted.secret):
        groups = write(groups, key, wanted.secret[key], True)
        before.append("{0}: another secret".format(key))
        after.append("{0}: the secret that was given".format(key))
    keys = differing(seen.properties, wanted.plain)
    before += ["{0} = {1}".format(key, seen.properties[key].value if key in seen.properties else "") for key in keys]
    after += ["{0} = {1}".format(key, wanted.plain[key]) for key in keys]
    before += ["{0}: can be read by others".format(path) for path in seen.open_paths]
    after += ["{0}: its owner's only".format(path) for path in seen.open_paths]
    return Plan(
        files, dict((name, text) for name, text in groups.items() if text != seen.groups.get(name)),
        ["{0}={1}".format(key, wanted.plain[key]) for key in keys], seen.open_paths, before, after,
    )


def start_file(name, text, wanted):
    # type: (str, str, Wanted) -> str
    """Return a start file as wanted: passwords as they are (their files are closed instead; the key of the agent's AES is the same in every
    package), the address to listen on, the address of the observer."""
    text = re.sub(r"(?m)^(\s*cryptoMethod:\s*)\S+", r"\g<1>plain", text)
    text = re.sub(r"(?m)^(\s*address:\s*)[^\s:]*(:\$\{)", r"\g<1>" + wanted.listen_address + r"\g<2>", text)
    if name == MONITOR_FILE:
        text = re.sub(r"@tcp\([^:()]*:", "@tcp({0}:".format(wanted.monitor_address), text)
    return text


def version_said(text):
    # type: (str) -> str
    """Return the version in the answer of ob_agentctl version."""
    match = re.search(r'"message":\s*"([^"]*)"', text)
    return match.group(1) if match else ""
