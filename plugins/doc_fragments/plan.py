# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan of a cluster, as an option."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared documentation of the modules that compare something with the plan."""

    DOCUMENTATION = r"""
options:
  plan:
    description: The plan of the cluster, as M(oceanbase.cluster.cluster_plan) returns it.
    type: dict
    required: true
"""
