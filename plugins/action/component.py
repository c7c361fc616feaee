# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control side of the module component: hands over the package as that of the module package does."""

from __future__ import annotations

from typing import Any

from ansible_collections.oceanbase.cluster.plugins.action.package import ActionModule as PackageAction


class ActionModule(PackageAction):
    """``oceanbase.cluster.component``."""

    def _module(self, args: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        result: dict[str, Any] = self._execute_module(module_name="oceanbase.cluster.component", module_args=args, task_vars=task_vars)
        return result
