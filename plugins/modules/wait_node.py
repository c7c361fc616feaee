#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: wait_node
short_description: Go on only when every planned host came through a step
description:
  - Looks at a registered result of every host that the plan names, and fails with all hosts that did not take part, failed,
    or have another value than expected.
  - This is an action plugin. It runs on the control node and costs the hosts no round trip. Run it once for a play (C(run_once)).
extends_documentation_fragment:
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - A result that foretells a change need not have the expected values yet.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  hosts:
    description:
      - Inventory names of the hosts that have to be ready.
    type: list
    elements: str
    required: true
  register:
    description:
      - Name of the variable in which the step registered its result.
    type: str
    required: true
  expect:
    description:
      - Keys of the result and the values that they have to have.
    type: dict
    default: {}
  remedy:
    description:
      - What a person shall do when a host is not ready.
    type: str
    default: ""
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Wait node | Every host runs the expected version
  oceanbase.cluster.wait_node:
    hosts: "{{ planned.plan.hosts | list }}"
    register: installed
    expect:
      observer_version: 4.3.5.3
  run_once: true
"""

RETURN = r"""
ready:
  description: The hosts that are ready.
  returned: always
  type: list
  elements: str
  sample: [ob1, ob2]
not_ready:
  description: The hosts that are not, each with the reason.
  returned: always
  type: dict
  sample: {ob3: "observer_version is '4.2.1.6', '4.3.5.3' was expected"}
"""
