# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the module ``oceanbase.cluster.config_service`` runs."""

from __future__ import annotations

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.sql_action import SqlAction


class ActionModule(SqlAction):
    """``oceanbase.cluster.config_service``."""
