#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

DOCUMENTATION = r"""
module: fleet
short_description: Create several OceanBase clusters side by side
author:
  - The oceanbase.cluster contributors (@oceanbase)
description:
  - Runs a playbook once for each cluster of a list, so many at a time, each by an C(ansible-playbook) of its own.
  - A cluster that fails does not stop the others. The task ends when all have ended.
  - This is an action plugin and runs on the control node.
  - Each run gets this run's inventory, options, vault secrets and extra variables. Variables and passwords are handed over in files,
    which only this user can read and which are removed as soon as they were read; neither on command lines nor in environments.
  - When this run is killed, the runs that it started are stopped, too (on Linux). Running again finishes all clusters.
extends_documentation_fragment:
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - The runs are made in check mode, too.
  diff_mode:
    support: partial
    details:
      - The runs are made in diff mode, too; the differences are in their output, in RV(clusters[].log).
  idempotent:
    support: full
    details:
      - As far as the playbook is.
options:
  clusters:
    description:
      - A list with an item for each cluster.
      - An item is a mapping of the variables that its run gets as extra variables, such as C(oceanbase_hosts), C(oceanbase_name) or C(oceanbase_request),
        or a text, which is a pattern of hosts and stands for C(oceanbase_hosts) alone.
      - A text instead of the list has a pattern of hosts on each line.
    type: raw
    required: true
  at_once:
    description: How many clusters are created at the same time.
    type: int
    default: 5
  directory:
    description:
      - Folder on the control node. Each cluster gets a folder below it, for the output of its run and, as C(oceanbase_artifacts_dir), for everything else.
    type: path
    default: artifacts/clusters
  playbook:
    description: The playbook to run for each cluster, by its full name or its path.
    type: str
    default: oceanbase.cluster.create_cluster
  ignore_failures:
    description: Whether the task succeeds although clusters failed, so that a later task can tell.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Create a cluster in each of three groups of the inventory
  oceanbase.cluster.fleet:
    clusters: [terran, protoss, zerg]
    at_once: 2

- name: Create two clusters of one server each
  oceanbase.cluster.fleet:
    clusters:
      - oceanbase_name: terran
        oceanbase_hosts: ob1
        oceanbase_ob_cluster_id: 1
      - oceanbase_name: protoss
        oceanbase_hosts: ob2
        oceanbase_ob_cluster_id: 2
"""

RETURN = r"""
clusters:
  description: What became of each cluster, in the order of the list.
  returned: when the list could be read
  type: list
  elements: dict
  contains:
    name:
      description: Name of the cluster, as far as the list tells it, else the pattern of its hosts.
      returned: always
      type: str
      sample: terran
    status:
      description: C(SUCCESSFUL) or C(FAILED).
      returned: always
      type: str
      sample: SUCCESSFUL
    rc:
      description: Exit status of C(ansible-playbook).
      returned: always
      type: int
      sample: 0
    changed:
      description: Whether the run changed anything.
      returned: always
      type: bool
      sample: true
    message:
      description: Why it failed.
      returned: always
      type: str
      sample: ""
    duration:
      description: Seconds that the run took.
      returned: always
      type: float
      sample: 31.4
    artifacts_dir:
      description: Folder of the run's artefacts.
      returned: always
      type: str
      sample: /srv/ansible/artifacts/clusters/terran
    log:
      description: File with the output of the run.
      returned: always
      type: str
      sample: /srv/ansible/artifacts/clusters/terran/run.log
    endpoints:
      description: Where to log in to the cluster.
      returned: always
      type: list
      elements: str
      sample: ["192.0.2.1:2881"]
failed_clusters:
  description: Names of those that failed.
  returned: when the list could be read
  type: list
  elements: str
  sample: []
lines:
  description: A summary for people.
  returned: when the list could be read
  type: list
  elements: str
  sample: ["terran  SUCCESSFUL     31.4 s", "1 clusters: 1 successful, 0 failed"]
faults:
  description: Everything that is wrong with the list.
  returned: when it is wrong
  type: list
  elements: str
  sample: ['clusters[1]: "terran" is in the list twice']
"""
