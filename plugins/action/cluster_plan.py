# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make the plan of a cluster from the variables of the play's hosts. Nothing leaves the control node."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.creation import Inventory, create_plan
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.topology import Host

COLLECTION = Path(__file__).resolve().parents[2]
# Read of every host beside the role's own defaults.
_ALSO = ("oceanbase_request", "oceanbase_request_file", "playbook_dir")


class ActionModule(ActionBase):
    """``oceanbase.cluster.cluster_plan``."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = False
    _VALID_ARGS = frozenset()

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the plan, or all faults of the request at once."""
        super().run(tmp, task_vars)
        variables: dict[str, Any] = task_vars or {}
        outcome = create_plan(self._inventory(variables), self._read, resolve)
        result: dict[str, Any] = {"changed": False, "artifacts_dir": outcome.artifacts_dir, "warnings": outcome.warnings}
        if outcome.faults:
            result.update(failed=True, msg=outcome.message, faults=outcome.faults, cluster=outcome.name)
        else:
            result["plan"] = outcome.plan
        return result

    def _inventory(self, task_vars: Mapping[str, Any]) -> Inventory:
        """Read the play's hosts with every variable that a task of this role would see on them, role defaults included.

        ``hostvars`` alone leaves out role defaults and variables of the play, so the variable manager behind it is asked.
        """
        hostvars = task_vars["hostvars"]
        manager, inventory = hostvars._variable_manager, hostvars._inventory
        names = list(task_vars["ansible_play_hosts_all"])
        defaults = self._task._role.get_default_vars() if self._task._role else {}
        play = next((parent._play for parent in _parents(self._task) if getattr(parent, "_play", None)), None)
        hosts = []
        for name in names:
            raw = manager.get_vars(play=play, host=inventory.get_host(name), task=self._task, include_hostvars=True)
            wanted = [key for key in raw if key in defaults or key in _ALSO or key.startswith("oceanbase_")]
            templar = self._templar.copy_with_new_env(available_variables=raw)
            values = {key: templar.template(raw[key]) for key in wanted}
            hosts.append(Host(name, values, _machine(name, raw)))
        others = [name for name in inventory.hosts if name not in names]
        plain = self._templar.copy_with_new_env(available_variables={})
        fixed = {key: value for key, value in defaults.items() if not plain.is_template(value)}
        return Inventory(tuple(hosts), tuple(others), fixed, frozenset(defaults) | frozenset(_ALSO), read_elsewhere())

    def _read(self, path: str) -> bytes:
        """Read a file of the control node, decrypting a vault's."""
        content: bytes = self._loader._get_file_contents(path)[0]
        return content


def read_elsewhere() -> frozenset[str]:
    """Return the variables that any role of this collection reads, and those of its playbooks."""
    files = [*COLLECTION.glob("roles/*/defaults/main.yml"), *COLLECTION.glob("playbooks/*.yml")]
    return frozenset(name for file in files for name in re.findall(r"oceanbase_[a-z0-9_]+", file.read_text(encoding="utf-8")))


def _parents(task: Any) -> Iterable[Any]:
    while task is not None:
        yield task
        task = task._parent


def _machine(name: str, variables: Mapping[str, Any]) -> str:
    """Return what tells one machine from another: all local connections are this one."""
    if variables.get("ansible_connection") == "local":
        return "this machine"
    address = variables.get("ansible_host")
    return address if isinstance(address, str) and "{" not in address else name


def resolve(name: str) -> Sequence[str]:
    """Return the addresses behind a name; an address stands for itself."""
    try:
        return (str(ipaddress.ip_address(name)),)
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError:
        return ()
    return tuple(sorted({str(item[4][0]) for item in found if item[0] == socket.AF_INET}))
