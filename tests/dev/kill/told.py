# SPDX-License-Identifier: GPL-3.0-or-later
"""Callback of the test that compares plan and run: what each task said it would do, or did, a line of JSON each in the file TOLD."""

from __future__ import annotations

DOCUMENTATION = r"""
name: told
type: notification
short_description: Writes down what tasks did
description: A tool of the tests.
"""

import json
import os
from typing import Any

from ansible.plugins.callback import CallbackBase

KEYS = ("statements", "packages", "removed")


class CallbackModule(CallbackBase):
    """Writes."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "told"
    CALLBACK_NEEDS_ENABLED = True

    def v2_runner_on_ok(self, result: Any, **_unused: Any) -> None:
        """Write what a task did, where it is one of the steps' or of a playbook without steps."""
        task = result.task if hasattr(result, "task") else result._task
        host = result.host if hasattr(result, "host") else result._host
        said = result.result if hasattr(result, "result") else result._result
        step = task.get_vars().get("__oceanbase_step", 0)
        if "TOLD" not in os.environ or not (step or task.action.startswith("oceanbase.cluster.")):
            return
        line = {"step": step, "task": task.get_name().rpartition(" : ")[2], "host": host.get_name(), "changed": bool(said.get("changed"))}
        line.update({key: said[key] for key in KEYS if said.get(key)})
        if said.get("changed") and said.get("argv"):
            # The stand-in's interpreter stands before the program.
            line["argv"] = said["argv"][[word.endswith("/bin/observer") for word in said["argv"]].index(True) :]
        with open(os.environ["TOLD"], "a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, sort_keys=True) + "\n")
