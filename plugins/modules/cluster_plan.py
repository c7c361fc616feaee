#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cluster_plan
short_description: Validate a request for a cluster and make the plan
description:
  - Reads the variables of all hosts of the play, joins C(oceanbase_request) or C(oceanbase_request_file) with the flat variables,
    and computes everything that a run will do, such as the topology, each observer's command line and the statements in their order.
  - Names all faults of the request at once, each with its place. No host is contacted.
  - It takes no options, so that a plan can only come from the inventory. Which variables it reads is documented by the role
    C(oceanbase.cluster.create_cluster).
  - This is an action plugin and runs on the control node. Run it once for a play (C(run_once)).
extends_documentation_fragment:
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - It never changes anything.
  diff_mode:
    support: none
  idempotent:
    support: full
options: {}
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Make the plan
  oceanbase.cluster.cluster_plan:
  run_once: true
  register: planned

- name: Show what the observer of this host is started with
  ansible.builtin.debug:
    var: planned.plan.hosts[inventory_hostname].command
"""

RETURN = r"""
plan:
  description: The plan. It holds no secret.
  returned: success
  type: dict
  contains:
    cluster:
      description: Name, type, id, version, generation, primary zone and start-up parameters.
      returned: success
      type: dict
      sample: {name: terran, type: PRIMARY, ob_cluster_id: 1, version: 4.3.5.3, generation: 4.x, primary_zone: "", startup_parameters: {}}
    package:
      description: The package in its parts, and the name of its companion.
      returned: success
      type: dict
      sample:
        rpm_name: oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm
        version: 4.3.5.3
        arch: x86_64
        libs: oceanbase-ce-libs-4.3.5.3-103000092025080818.el7.x86_64.rpm
    zones:
      description: Zones in the order of the request.
      returned: success
      type: list
      elements: dict
      sample: [{name: zone1, idc: hz1, region: "", hosts: [ob1]}]
    bootstrap_zones:
      description: The same as M(oceanbase.cluster.bootstrap) takes them.
      returned: success
      type: list
      elements: dict
      sample: [{name: zone1, idc: hz1, region: "", servers: ["192.0.2.1:2882"]}]
    root_servers:
      description: The servers of the BOOTSTRAP statement, one a zone.
      returned: success
      type: list
      elements: str
      sample: ["192.0.2.1:2882"]
    rootservice_list:
      description: The same as the observer's C(-r) has it.
      returned: success
      type: str
      sample: "192.0.2.1:2882:2881"
    endpoints:
      description: Where clients log in, root servers first.
      returned: success
      type: list
      elements: str
      sample: ["192.0.2.1:2881"]
    hosts:
      description: Each host's part, by inventory name.
      returned: success
      type: dict
      sample:
        ob1: {zone: zone1, server: "192.0.2.1:2882", home: /home/admin/oceanbase, flags: ["-p", "2881"]}
    statements:
      description: The statements that form the cluster, in their order.
      returned: success
      type: list
      elements: str
      sample: ["ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '192.0.2.1:2882'"]
    default_users:
      description: The default users that will be made.
      returned: success
      type: list
      elements: str
      sample: [proxyro]
    steps:
      description: The 23 steps, which of them are asked for, and why the others are not.
      returned: success
      type: list
      elements: dict
      sample: [{number: 16, name: Refresh ocp agent config, asked: false, reason: oceanbase_agent is false}]
    artifacts_dir:
      description: Where the run's output goes.
      returned: success
      type: str
      sample: artifacts/terran
artifacts_dir:
  description: Where the run's output goes.
  returned: always
  type: str
  sample: artifacts/terran
faults:
  description: Everything that is wrong with the request.
  returned: failure
  type: list
  elements: str
  sample: ["zones[0].servers[0]: no host of the play has oceanbase_host_id 9 (known: 1 = ob1)"]
"""
