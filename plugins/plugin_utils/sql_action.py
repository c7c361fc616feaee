# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module that speaks SQL inside the process that asks for it, where that is the control node itself.

A module is usually packed, handed to a new interpreter and unpacked again, which costs a step more than its SQL does; in this process a password
does not even reach a pipe. On another host (``oceanbase_sql_delegate_to``), with another interpreter, another user or ``async`` it runs as any module.
"""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Mapping
from typing import Any, NoReturn

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.module_utils import _module

READ_FROM_CLUSTER = ("cluster", "cluster_state", "servers", "zones", "tenants", "units", "pools", "parameters", "differences")
_MASK = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


class Ended(BaseException):
    """The module has said its result; no ``except Exception`` of its own keeps it."""

    def __init__(self, result: dict[str, Any]) -> None:
        super().__init__()
        self.result = result


class InProcess:
    """What a module needs of AnsibleModule, with arguments from here instead of from standard input."""

    arguments: Mapping[str, Any] = {}
    asked_check_mode = False

    def __init__(self, argument_spec: Mapping[str, Any], supports_check_mode: bool = False, **constraints: Any) -> None:
        checked = ArgumentSpecValidator(argument_spec, **constraints).validate(dict(self.arguments))
        self.params: dict[str, Any] = checked.validated_parameters
        self.check_mode = self.asked_check_mode and supports_check_mode
        self._secrets = checked._no_log_values
        self._hidden = [name for name, option in argument_spec.items() if option.get("no_log")]
        self._warnings: list[str] = []
        if checked.error_messages:
            self.fail_json(msg="; ".join(checked.error_messages))

    def warn(self, warning: str) -> None:
        """Keep a warning for the result."""
        self._warnings.append(warning)

    def fail_json(self, **result: Any) -> NoReturn:
        """End with a failure."""
        self.exit_json(**{"changed": False, **result, "failed": True})

    def exit_json(self, **result: Any) -> NoReturn:
        """End with a result, cleared of every secret that was given as an option."""
        shown = {name: _MASK if name in self._hidden and value is not None else value for name, value in self.params.items()}
        result["invocation"] = {"module_args": shown}
        if self._warnings:
            result["warnings"] = self._warnings
        # What was read from the cluster is no secret and is left as it is: masking goes by substrings, so that a password equal to a
        # zone's name would make the zone unreadable for the steps that follow.
        read = {name: result.pop(name) for name in READ_FROM_CLUSTER if name in result}
        raise Ended({**remove_values(result, self._secrets), **read})


class SqlAction(ActionBase):
    """The action of every module that speaks SQL."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Run the module, here if this is where it belongs."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        begun = time.monotonic()
        name = self._task.action.rpartition(".")[2]
        if self._task.async_val or not self._is_here(variables):
            result.update(self._execute_module(task_vars=variables, wrap_async=self._task.async_val))
        else:
            result.update(run_in_process(name, self._task.args, self._task.check_mode))
        if result.get("failed"):
            result["elapsed"] = time.monotonic() - begun  # how far back a log is of interest, see explain_failure
        return with_statements(result)

    def _is_here(self, variables: Mapping[str, Any]) -> bool:
        """Whether the module would run on this machine, as this user and with this interpreter."""
        own = variables.get("ansible_delegated_vars", {}).get(self._task.delegate_to, {}) if self._task.delegate_to else variables
        interpreter = self._templar.template(own.get("ansible_python_interpreter", ""))
        same = isinstance(interpreter, str) and os.path.realpath(interpreter) == os.path.realpath(sys.executable)
        return bool(same and self._connection.transport == "local" and not self._connection.become)


def with_statements(result: dict[str, Any]) -> dict[str, Any]:
    """Let the diff of a change end with the statements that make it, in their order and with secrets replaced."""
    if result.get("changed") and result.get("statements") and isinstance(result.get("diff"), dict):
        result["diff"] = [result["diff"], {"prepared": "".join(f"{statement};\n" for statement in result["statements"])}]
    return result


def run_in_process(name: str, arguments: Mapping[str, Any], check_mode: bool) -> dict[str, Any]:
    """Run a module of this collection in this process and return its result. The process is a worker's: it ends with the task."""
    bound = type("Bound", (InProcess,), {"arguments": arguments, "asked_check_mode": check_mode})
    previous, _module.MODULE_CLASS = _module.MODULE_CLASS, bound
    try:
        importlib.import_module(f"ansible_collections.oceanbase.cluster.plugins.modules.{name}").main()
    except Ended as ended:
        return ended.result
    finally:
        _module.MODULE_CLASS = previous
    raise AssertionError(f"module {name} ended without a result")
