# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module declares of itself."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared documentation of attributes."""

    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying the target.
  diff_mode:
    description: Returns details on what has changed (or possibly needs changing in check mode), when in diff mode.
  idempotent:
    description: When run twice in a row outside check mode, with the same arguments, the second invocation indicates no change.
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/oceanbase.cluster.all) in C(module_defaults) to set defaults for all modules of this collection.
    support: full
    membership:
      - oceanbase.cluster.all
"""

    ACTION_GROUP_SQL = r"""
options: {}
attributes:
  action_group:
    description: >-
      Use C(group/oceanbase.cluster.sql) in C(module_defaults) to set the login once for all modules that speak SQL,
      C(group/oceanbase.cluster.all) for all modules of this collection.
    support: full
    membership:
      - oceanbase.cluster.all
      - oceanbase.cluster.sql
"""
