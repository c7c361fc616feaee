# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Gate: go on only when every planned host came through a step with what was expected of it."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.gate import not_ready


class ActionModule(ActionBase):
    """``oceanbase.cluster.wait_node``. It reads results that the control node already has, so it costs no round trip."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset(("hosts", "register", "expect", "remedy"))

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return which hosts are ready, or fail with those that are not."""
        super().run(tmp, task_vars)
        hostvars = (task_vars or {})["hostvars"]
        _checked, arguments = self.validate_argument_spec(
            {
                "hosts": {"type": "list", "elements": "str", "required": True},
                "register": {"type": "str", "required": True},
                "expect": {"type": "dict", "default": {}},
                "remedy": {"type": "str", "default": ""},
            }
        )
        results = {host: hostvars[host].get(arguments["register"]) for host in arguments["hosts"]}
        faults = not_ready(results, arguments["expect"], foresee=self._task.check_mode)
        ready = [host for host in arguments["hosts"] if host not in faults]
        result: dict[str, Any] = {"changed": False, "ready": ready, "not_ready": faults}
        if faults:
            told = "; ".join(f"{host}: {why}" for host, why in faults.items())
            count = f"{len(faults)} of {len(results)} hosts"
            result.update(failed=True, cause=told, remedy=arguments["remedy"], msg=f"Cannot go on with {count}: {told}. {arguments['remedy']}".strip())
        return result
