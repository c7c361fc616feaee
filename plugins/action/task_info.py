# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell the state of the last run from its files: what GET /api/v2/tasks/instances/{id} is to OCP."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.plugin_utils import task_files, task_report
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_document import Document


class ActionModule(ActionBase):
    """``oceanbase.cluster.task_info``. It reads files of the control node and nothing else."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset(("path", "compare_with", "check_run"))

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the state, and a comparison where there is something to compare with."""
        super().run(tmp, task_vars)
        _checked, options = self.validate_argument_spec(
            {"path": {"type": "path", "required": True}, "compare_with": {"type": "path"}, "check_run": {"type": "bool", "default": False}}
        )
        name = task_files.names(options["check_run"]).document
        path = Path(options["path"]).absolute() / name
        result: dict[str, Any] = {"changed": False, "found": False, "file": str(path), "lines": [], "comparison": []}
        if not path.exists():
            result["lines"] = [f"No run has left its task information in {path.parent} yet."]
            return result
        document = task_files.read_document(path)
        if document is None:
            return _unreadable(result, path)
        found = task_report.state(document, time.time())
        result.update(found, found=True, task=document, lines=task_report.state_lines(found))
        rows = task_report.compare_attempts(document)
        if options["compare_with"]:
            other = Path(options["compare_with"]).absolute() / name
            second: Document | None = task_files.read_document(other)
            if second is None:
                return _unreadable(result, other)
            rows = task_report.compare(document, second)
        result["comparison"] = rows
        result["comparison_lines"] = task_report.comparison_lines(rows) if rows else []
        return result


def _unreadable(result: dict[str, Any], path: Path) -> dict[str, Any]:
    cause = "it is not there, or it is not a file of this collection"
    remedy = "Name the folder that oceanbase_artifacts_dir named in the run."
    result.update(failed=True, msg=f"Cannot read the task information {path}: {cause}. {remedy}", cause=cause, remedy=remedy)
    return result
