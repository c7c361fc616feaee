# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fail once more, with what the servers' logs say of it."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.explanation import explained


class ActionModule(ActionBase):
    """``oceanbase.cluster.explain_failure``. It reads results that the control node already has, so it costs no round trip."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _VALID_ARGS = frozenset(("failure", "logs"))

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the failure, explained."""
        super().run(tmp, task_vars)
        _checked, arguments = self.validate_argument_spec(
            {"failure": {"type": "dict", "required": True}, "logs": {"type": "list", "elements": "dict", "required": True}}
        )
        return explained(arguments["failure"], {str(log.get("item")): log for log in arguments["logs"]})
