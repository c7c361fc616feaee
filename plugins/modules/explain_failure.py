#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: explain_failure
short_description: Fail once more, with what the servers' logs say of it
description:
  - Belongs into the C(rescue) section of a block whose SQL failed or whose wait expired, after M(oceanbase.cluster.observer_log) was asked of every host.
  - It fails as the rescued task did, with the same keys, and adds what was seen on the hosts, the lines of their logs and what the code in them means.
  - This is an action plugin. It runs on the control node and costs the hosts no round trip.
extends_documentation_fragment:
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  failure:
    description: The result of the task that failed, C(ansible_failed_result).
    type: dict
    required: true
  logs:
    description: What M(oceanbase.cluster.observer_log) registered in a loop over the hosts; C(item) is the name of the host.
    type: list
    elements: dict
    required: true
seealso:
  - module: oceanbase.cluster.observer_log
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Wait until every server serves
  block:
    - name: Wait
      oceanbase.cluster.server:
        login_servers: ["192.0.2.1:2881"]
        servers: ["192.0.2.1:2882", "192.0.2.2:2882"]
        state: started
      run_once: true
      delegate_to: localhost
  rescue:
    # Only the host that ran the task comes here, so it asks the others.
    - name: Read the logs
      become: true
      oceanbase.cluster.observer_log:
        seconds: 600
      loop: "{{ ansible_play_hosts_all }}"
      delegate_to: "{{ item }}"
      register: log
      failed_when: false
    - name: Tell what failed, and what the logs say of it
      oceanbase.cluster.explain_failure:
        failure: "{{ ansible_failed_result }}"
        logs: "{{ log.results }}"
"""

RETURN = r"""
cause:
  description: The cause that the failed task gave, and what was seen on the hosts.
  returned: always
  type: str
  sample: 'not every server serves after 600 s. ob3: no observer runs there (no pid file)'
remedy:
  description: What to do.
  returned: always
  type: str
  sample: Start the observer of ob3, see its log.
evidence:
  description: What the failed task had for evidence, and the lines of the logs, each with its host; at most 20 of these.
  returned: always
  type: list
  elements: str
  sample: ['ob2: [2026-11-30 12:00:00.123456] WDIAG [RPC] send (ob_poc_rpc_proxy.h:176) execute rpc fail(ret=-4012)']
"""
