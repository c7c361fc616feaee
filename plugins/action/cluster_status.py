# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare a cluster with its plan and say what it is."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.artifacts import write_atomically
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.status import describe, differences


class ActionModule(ActionBase):
    """``oceanbase.cluster.cluster_status``. It works on what was read before and touches nothing but ``cluster.json``."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset(("plan", "info"))

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Write cluster.json and publish it to AWX (``set_stats``), or fail with every difference."""
        super().run(tmp, task_vars)
        _checked, arguments = self.validate_argument_spec({"plan": {"type": "dict", "required": True}, "info": {"type": "dict", "required": True}})
        plan, info = arguments["plan"], arguments["info"]
        if self._task.check_mode and info.get("cluster_state") == "none":
            return {"changed": False, "status": "PLANNED", "differences": []}
        found = differences(plan, info)
        cluster = describe(plan, info, "RUNNING" if not found else "ABNORMAL")
        result: dict[str, Any] = {"changed": False, "status": cluster["status"], "differences": found, "cluster": cluster}
        if found and self._task.check_mode:
            # The steps before have told what they would do about it.
            result.update(status="PLANNED", msg=f'Cluster "{cluster["name"]}" is not as planned yet: {"; ".join(found)}')
            return result
        if found:
            told = "; ".join(found)
            remedy = "Nothing was changed by this step. Run again if servers are still joining; otherwise correct the request or the cluster."
            result.update(failed=True, cause=told, remedy=remedy, msg=f'Cluster "{cluster["name"]}" is not as planned: {told}. {remedy}')
            return result
        path = os.path.join(os.path.abspath(plan["artifacts_dir"]), "cluster.json")
        if not self._task.check_mode:
            write_atomically(path, json.dumps(cluster, indent=2, ensure_ascii=False) + "\n")
        result.update(path=path, ansible_stats={"data": {"oceanbase_cluster": cluster}, "per_host": False, "aggregate": False})
        return result
