# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell in what a cluster differs from what is declared."""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.artifacts import write_atomically
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.drift import CLUSTER, Drift, document, drift_of, parameter_drift, table, unit_drift
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.status import differences


class ActionModule(ActionBase):
    """``oceanbase.cluster.drift_report``. It reads results that the control node already has."""

    TRANSFERS_FILES = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return every difference; fail where there is one, so that a scheduler sees it."""
        super().run(tmp, task_vars)
        hostvars = (task_vars or {})["hostvars"]
        _checked, args = self.validate_argument_spec(
            {
                "plan": {"type": "dict", "required": True},
                "of_hosts": {"type": "dict", "required": True},
                "of_cluster": {"type": "dict", "required": True},
                "info": {"type": "dict", "required": True},
                "fail": {"type": "bool", "default": True},
            }
        )
        plan = args["plan"]
        found = [one for area, name in args["of_hosts"].items() for host in plan["hosts"] for one in drift_of(area, host, hostvars[host].get(name))]
        found += [one for area, result in args["of_cluster"].items() for one in drift_of(area, CLUSTER, result)]
        found += self._running(plan, args["info"])
        report = document(plan, found)
        path = os.path.join(os.path.abspath(plan["artifacts_dir"]), "drift.json")
        write_atomically(path, json.dumps(report, indent=2, ensure_ascii=False) + "\n")
        result: dict[str, Any] = {"changed": False, "in_sync": not found, "differences": report["differences"], "path": path}
        if found:
            name = plan["cluster"]["name"]
            result.update(failed=args["fail"], table=table(found), msg=f'Cluster "{name}" differs from what is declared:\n{table(found)}')
        return result

    @staticmethod
    def _running(plan: dict[str, Any], info: dict[str, Any]) -> list[Drift]:
        if info.get("failed") or info.get("cluster_state") == "none":
            return drift_of("servers", CLUSTER, info if info.get("failed") else {"failed": True, "cause": "there is no cluster at these addresses"})
        differing = [Drift("servers", CLUSTER, "as requested", line) for line in differences(plan, info)]
        return differing + parameter_drift(plan["cluster"]["startup_parameters"], info.get("parameters") or ()) + unit_drift(plan["zones"], info)
