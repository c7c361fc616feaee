#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: drift_report
short_description: Tell in what a cluster differs from what is declared
description:
  - Turns the results of the collection's modules, run in check mode, into a list of differences. It therefore tells exactly what a run would do.
  - Writes C(drift.json) in the plan's C(artifacts_dir), and fails where there is a difference, so that a scheduler sees it by the exit status.
  - This is an action plugin and runs on the control node. Run it once for a play (C(run_once)).
extends_documentation_fragment:
  - oceanbase.cluster.plan
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - Writes C(drift.json) in check mode too, since that is the mode to run it in. The cluster and its hosts are never changed.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  of_hosts:
    description:
      - Areas, each with the name of the variable in which every host registered its result.
    type: dict
    required: true
  of_cluster:
    description:
      - Areas, each with the result of the one module that looked at the cluster.
    type: dict
    required: true
  info:
    description:
      - What M(oceanbase.cluster.cluster_info) read with C(zones) given and C(parameters) gathered.
    type: dict
    required: true
  fail:
    description:
      - Whether a difference is a failure.
    type: bool
    default: true
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Tell all differences
  oceanbase.cluster.drift_report:
    plan: "{{ planned.plan }}"
    of_hosts:
      package: seen_package
    of_cluster:
      users: "{{ seen_users }}"
    info: "{{ seen }}"
  run_once: true
"""

RETURN = r"""
in_sync:
  description: Whether there is no difference.
  returned: always
  type: bool
  sample: false
differences:
  description: Every difference.
  returned: always
  type: list
  elements: dict
  sample: [{area: parameters, where: "192.0.2.1:2882", declared: memory_limit=64G, actual: memory_limit=32G}]
path:
  description: The report.
  returned: always
  type: str
  sample: /srv/ansible/artifacts/terran/drift.json
table:
  description: The differences as a table.
  returned: when there are some
  type: str
  sample: "parameters  192.0.2.1:2882  memory_limit=64G  <>  memory_limit=32G"
"""
