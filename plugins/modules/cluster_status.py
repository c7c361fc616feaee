#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cluster_status
short_description: Compare a cluster with its plan, write C(cluster.json) and publish it
description:
  - Compares what M(oceanbase.cluster.cluster_info) read with what M(oceanbase.cluster.cluster_plan) planned. Names all differences at once.
  - Where there is none, writes C(cluster.json) in the plan's C(artifacts_dir) and publishes the same as the artifact C(oceanbase_cluster),
    as M(ansible.builtin.set_stats) would, so that AWX shows it and later nodes of a workflow can use it.
  - This is an action plugin and runs on the control node. Run it once for a play (C(run_once)).
extends_documentation_fragment:
  - oceanbase.cluster.plan
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - Writes nothing. A cluster that is not there yet, or not as planned, has the status V(PLANNED); that is no failure then.
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  info:
    description:
      - What was read from the cluster.
    type: dict
    required: true
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Update OB cluster status | Compare with the plan
  oceanbase.cluster.cluster_status:
    plan: "{{ planned.plan }}"
    info: "{{ synced }}"
  run_once: true
"""

RETURN = r"""
status:
  description: V(RUNNING), V(ABNORMAL) where something differs, V(PLANNED) in check mode where there is no cluster yet, or something differs.
  returned: always
  type: str
  sample: RUNNING
differences:
  description: What differs from the plan.
  returned: always
  type: list
  elements: str
  sample: ["server 192.0.2.3:2882 is not a member"]
path:
  description: The file that was written.
  returned: success
  type: str
  sample: /srv/ansible/artifacts/terran/cluster.json
cluster:
  description: The cluster as it is.
  returned: when there is one
  type: dict
  sample:
    name: terran
    obClusterId: 1
    status: RUNNING
"""
