# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A configuration of OceanBase Deployer, as an inventory of this collection."""

from __future__ import annotations

DOCUMENTATION = r"""
name: from_obd
short_description: Convert a configuration of OceanBase Deployer (OBD) to an inventory
description:
  - Takes what the YAML file of an OBD cluster holds (C(~/.obd/cluster/<name>/config.yaml) or the file it was deployed from) and returns an inventory for
    P(oceanbase.cluster.create_cluster#role), and beside it the passwords, so that they can go into a vault, and notes on what could not be carried over.
  - It is for creating a cluster like the one that OBD describes. A cluster that OBD made has another layout on its disks and is not taken over.
author: the oceanbase.cluster authors (!UNKNOWN)
options:
  _input:
    description: The configuration.
    type: dict
    required: true
  name:
    description: Name of the cluster where the configuration has no C(appname).
    type: str
    default: obcluster
"""

EXAMPLES = r"""
- name: Write an inventory
  ansible.builtin.copy:
    content: "{{ (lookup('ansible.builtin.file', 'obd.yaml') | from_yaml | oceanbase.cluster.from_obd).inventory | to_nice_yaml }}"
    dest: hosts.yml
    mode: "0644"
"""

RETURN = r"""
_value:
  description: The keys C(inventory), C(secrets) (passwords by the variable that takes them) and C(notes) (what was left out or guessed).
  type: dict
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.obd import ObdError, convert


def from_obd(config: Any, name: str = "") -> dict[str, Any]:
    """Return inventory, secrets and notes."""
    try:
        return convert(config, name)
    except ObdError as error:
        raise AnsibleFilterError(f"oceanbase.cluster.from_obd: {error}") from None


class FilterModule:
    """Filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Return the filters by name."""
        return {"from_obd": from_obd}
