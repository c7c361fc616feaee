# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a process of a host is run."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared documentation of the modules that start and stop a process."""

    DOCUMENTATION = r"""
options:
  user:
    description: The service user. Root becomes that user with C(runuser), so that its limits apply; anybody else can start the process as himself only.
    type: str
    default: admin
  address:
    description: Address at which the process is looked for, from its own host.
    type: str
    default: 127.0.0.1
"""

    STOP = r"""
options:
  force:
    description: Whether a process that still lives after O(stop_timeout) is killed. Otherwise that is a failure.
    type: bool
    default: false
"""
