# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create several clusters side by side, each by a run of its own."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ansible import constants as C
from ansible import context
from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.fleet_request import handed_on, read_clusters, summary_lines
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.fleet_run import Setting, die_with_parent, run_all

CALLBACK = "oceanbase.cluster.task_info"
# Options of this run that hold for each cluster's, too, and how they are written.
_VALUES = {
    "private_key_file": "--private-key", "remote_user": "--user", "connection": "--connection", "timeout": "--timeout",
    "ssh_common_args": "--ssh-common-args", "ssh_extra_args": "--ssh-extra-args", "become_method": "--become-method",
    "become_user": "--become-user", "forks": "--forks",
}  # fmt: skip


class ActionModule(ActionBase):
    """``oceanbase.cluster.fleet``."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_diff = True
    _VALID_ARGS = frozenset(("clusters", "at_once", "directory", "playbook", "ignore_failures"))

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run all clusters; fail with what failed, after all have ended."""
        super().run(tmp, task_vars)
        _checked, arguments = self.validate_argument_spec(
            {
                "clusters": {"type": "raw", "required": True},
                "at_once": {"type": "int", "default": 5},
                "directory": {"type": "path", "default": "artifacts/clusters"},
                "playbook": {"type": "str", "default": "oceanbase.cluster.create_cluster"},
                "ignore_failures": {"type": "bool", "default": False},
            }
        )
        faults = Faults()
        entries = read_clusters(arguments["clusters"], faults)
        if arguments["at_once"] < 1:
            faults.add("at_once", f"{arguments['at_once']} is less than 1")
        if faults.found:
            return {"failed": True, "msg": faults.message("The list of clusters"), "faults": faults.found}
        manager = (task_vars or {})["hostvars"]._variable_manager
        setting = Setting(
            playbook=arguments["playbook"],
            arguments=command_line(context.CLIARGS, self._task.check_mode, self._task.diff),
            inherited=handed_on(manager.extra_vars),
            secrets=[*self._vault_secrets(), *self._passwords()],
            environment=environment(os.environ, C.config.get_config_value("CALLBACKS_ENABLED"), C.config.get_config_value("COLLECTIONS_PATHS")),
            directory=Path(arguments["directory"]).absolute(),
            check_mode=self._task.check_mode,
        )
        die_with_parent()
        results = run_all(entries, arguments["at_once"], setting, self._display.display)
        return self._report(results, arguments["ignore_failures"])

    def _report(self, results: list[dict[str, Any]], ignore_failures: bool) -> dict[str, Any]:
        lines = summary_lines(results)
        bad = [result["name"] for result in results if result["status"] != "SUCCESSFUL"]
        rows = [{name: result[name] for name in ("name", "status", "endpoints")} for result in results]
        report: dict[str, Any] = {
            "changed": any(result["changed"] for result in results),
            "clusters": results,
            "failed_clusters": bad,
            "lines": lines,
            "ansible_stats": {"data": {"oceanbase_fleet": rows}, "per_host": False, "aggregate": False},
        }
        if bad and not ignore_failures:
            report.update(failed=True, msg="\n".join(lines))
        return report

    def _vault_secrets(self) -> list[tuple[str, bytes]]:
        """Return what this run decrypts vaults with, however it came by it."""
        return [(f"--vault-id={name}@{{}}", bytes(secret.bytes)) for name, secret in self._loader._vault.secrets or () if secret.bytes]

    def _passwords(self) -> list[tuple[str, bytes]]:
        """Return passwords that this run was given at a prompt or in a file."""
        found = {"--connection-password-file={}": self._play_context.password, "--become-password-file={}": self._play_context.become_pass}
        return [(option, str(password).encode()) for option, password in found.items() if password]


def command_line(options: Mapping[str, Any], check_mode: bool, diff: bool) -> list[str]:
    """Return the options of this run that hold for each cluster's, too. None of them is a secret."""
    words = [f"--inventory={source}" for source in options.get("inventory") or ()]
    words += [f"{name}={options[key]}" for key, name in _VALUES.items() if options.get(key)]
    words += ["--become"] if options.get("become") else []
    words += ["--check"] if check_mode else []
    words += ["--diff"] if diff else []
    return words + (["-" + "v" * options["verbosity"]] if options.get("verbosity") else [])


def environment(inherited: Mapping[str, str], callbacks: Sequence[str], collections: Sequence[str]) -> dict[str, str]:
    """Return the environment of each run: this one's, with plain output, task information, and this collection where this run found it.

    Under AWX, its display callback would mix the events of all runs into those of the job.
    """
    result = {name: value for name, value in inherited.items() if name != "AWX_ISOLATED_DATA_DIR"}
    folders = [folder for folder in result.pop("ANSIBLE_CALLBACK_PLUGINS", "").split(os.pathsep) if folder]
    kept = [folder for folder in folders if not os.path.exists(os.path.join(folder, "awx_display.py"))]
    if kept:
        result["ANSIBLE_CALLBACK_PLUGINS"] = os.pathsep.join(kept)
    if result.get("ANSIBLE_STDOUT_CALLBACK") in ("awx_display", "minimal"):
        result["ANSIBLE_STDOUT_CALLBACK"] = "default"
    result["ANSIBLE_CALLBACKS_ENABLED"] = ",".join(dict.fromkeys([*callbacks, CALLBACK]))
    here = Path(__file__).parts
    own = [str(Path(*here[: here.index("ansible_collections")]))] if "ansible_collections" in here else []
    result["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join(dict.fromkeys([*own, *collections]))
    result.update(ANSIBLE_NOCOLOR="1", ANSIBLE_FORCE_COLOR="0")
    return result
