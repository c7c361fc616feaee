# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the zones of a cluster and their servers are written."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared documentation of zones. What a module does with them, and whether it needs them, stands in the module."""

    DOCUMENTATION = r"""
options:
  zones:
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the zone.
        type: str
        required: true
      region:
        description:
          - Region of the zone. Empty stands for any; a new zone then has the server's own, V(default_region).
        type: str
        default: ""
      idc:
        description:
          - IDC of the zone. Empty stands for any, and leaves it as it is.
        type: str
        default: ""
      servers:
        description:
          - The zone's servers as C(ip:rpc_port).
        type: list
        elements: str
        required: true
"""

    # The same under the name that the module server has for it. With a type, since ansible-test takes every plain assignment here for a text.
    FORESEE_ZONES: str = DOCUMENTATION.replace("  zones:\n", "  foresee_zones:\n    default: []\n")
