# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The command line of OBProxy: made, read, shown (oceanbase/obproxy 85766f9, src/obproxy/ob_proxy_main.cpp).

It never holds a password: the sha1 that -o would take is as good as the password itself to whoever reads it.
"""

import os
import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

SECRETS = ("obproxy_sys_password", "observer_sys_password", "observer_sys_password1", "inspector_password")
_LONG = {
    "help": "h", "listen_port": "p", "prometheus_listen_port": "l", "rpc_listen_port": "s", "upgrade_ver": "u", "optstr": "o", "appname": "n",
    "rs_list": "r", "cluster_name": "c", "dump_config_sql": "d", "execute_config_sql": "e", "nodaemon": "N", "version": "V", "releaseid": "R",
    "regression_test": "t", "config_yaml": "C",
}  # fmt: skip
_ALONE = "hdeNVRC"
_OWN = {  # items that have an option of their own
    "listen_port": "listen_port", "prometheus_listen_port": "prometheus_port", "rpc_listen_port": "rpc_port", "rootservice_list": "root_servers",
    "rootservice_cluster_name": "cluster", "app_name": "app_name", "obproxy_config_server_url": "config_url", "local_bound_ip": "listen_address",
}  # fmt: skip
_INTERPRETER = re.compile(r"^(?:python|bash|sh|dash|perl)[\d.]*$")


class FirstStart(NamedTuple):
    """What a proxy is told when it starts for the first time; afterwards it keeps that in etc/obproxy_config.bin."""

    listen_port: int
    prometheus_port: int
    rpc_port: int  # 0: not said, as before 4.3
    listen_address: str  # "" = every address
    cluster: str
    root_servers: Tuple[str, ...]  # ip:sql_port
    config_url: str
    app_name: str
    parameters: Dict[str, str]


def faults_of(first):
    # type: (FirstStart) -> List[str]
    """Return why a proxy cannot be started for the first time like this."""
    faults = []
    if bool(first.root_servers) == bool(first.config_url):
        faults.append("it needs either root_servers or config_url, and {0}".format("not both" if first.config_url else "neither is given"))
    if first.root_servers and not first.cluster:
        faults.append("root_servers need the name of their cluster (cluster)")
    for server in first.root_servers:
        if not re.match(r"^[^\s;,]+:\d+$", server):
            faults.append("{0!r} in root_servers is not ip:sql_port".format(server))
    for name, value in sorted(first.parameters.items()):
        if name in SECRETS:
            faults.append("{0} is a password, which must not be on a command line; set it with oceanbase.cluster.obproxy_config".format(name))
        elif name in _OWN:
            faults.append("{0} is set with the option {1}".format(name, _OWN[name]))
        elif not re.match(r"^[a-z_0-9]+$", name):
            faults.append("{0!r} is not the name of a parameter".format(name))
        if any(char in value for char in ",\n\r"):
            faults.append("the value of {0} holds a comma or a line break, which ends it on the command line".format(name))
    return faults


def first_flags(first):
    # type: (FirstStart) -> List[str]
    """Return the flags of a first start.

    obproxy_sys_password is emptied, as OBD does: root@proxysys has to be let in once to be given a password
    (oceanbase/obdeploy a1fa963, plugins/obproxy/3.1.0/start_pre.py). The program's own default is a password that is known to everybody.
    """
    pairs = [("obproxy_sys_password", "")]
    if first.config_url:
        pairs.append(("obproxy_config_server_url", first.config_url))
    if first.listen_address:
        pairs.append(("local_bound_ip", first.listen_address))
    pairs += sorted(first.parameters.items())
    flags = ["-p", str(first.listen_port), "-l", str(first.prometheus_port)]
    flags += ["-s", str(first.rpc_port)] if first.rpc_port else []
    flags += ["-n", first.app_name] if first.app_name else []
    flags += ["-r", ";".join(first.root_servers), "-c", first.cluster] if first.root_servers else []
    return flags + ["-o", ",".join("{0}={1}".format(name, value) for name, value in pairs)]


def arguments(argv):
    # type: (Sequence[str]) -> Optional[Tuple[str, ...]]
    """Return what follows the program ``obproxy`` in a command line; None where the program is another."""
    for index, word in enumerate(argv):
        if os.path.basename(word) == "obproxy":
            return tuple(argv[index + 1 :])
        if index == 0 and not _INTERPRETER.match(os.path.basename(word)):
            return None
        if index > 0 and not word.startswith("-"):
            return None
    return None


def parse(flags):
    # type: (Sequence[str]) -> Dict[str, str]
    """Return flags by their short names."""
    found = {}  # type: Dict[str, str]
    words = list(flags)
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            short = _LONG.get(name, name)
            found[short] = "" if short in _ALONE else value if equals else words.pop(0) if words else ""
        elif word.startswith("-") and len(word) > 1:
            short, value = word[1], word[2:]
            found[short] = "" if short in _ALONE else value or (words.pop(0) if words else "")
    return found


def shown(argv):
    # type: (Sequence[str]) -> List[str]
    """Return a command line of a running proxy without what others may have put into it: hashes of passwords."""
    pattern = re.compile(r"((?:{0})=)[^,\n]+".format("|".join(SECRETS)))
    return [pattern.sub(r"\1********", word) for word in argv]


def refuse(what, first):
    # type: (str, FirstStart) -> None
    """Raise ObError where a first start cannot be done."""
    faults = faults_of(first)
    if faults:
        raise ObError(what, "; ".join(faults), "Correct these options.")
