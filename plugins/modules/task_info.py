#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: task_info
short_description: Tell the state of the last run, or compare two runs
description:
  - Reads what the callback P(oceanbase.cluster.task_info#callback) keeps in the folder of a run's artefacts, while the run goes on or long after it.
    It is to this collection what C(GET /api/v2/tasks/instances/{id}) is to OCP.
  - A run that says C(RUNNING) but gave no sign of life for three times its heartbeat was killed, and is reported so.
  - This is an action plugin and runs on the control node. No host is contacted.
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
options:
  path:
    description: Folder of the run's artefacts on the control node (C(oceanbase_artifacts_dir) of the role).
    type: path
    required: true
  compare_with:
    description:
      - Folder of another run's artefacts. Its steps stand in RV(comparison) beside those of O(path).
      - Where it is not given, the last two attempts in O(path) are compared.
    type: path
  check_run:
    description: Read the run in check mode (C(task-check.json)) instead of the real one.
    type: bool
    default: false
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Read the state of the last run
  oceanbase.cluster.task_info:
    path: artifacts/terran
  register: last

- name: Show it
  ansible.builtin.debug:
    var: last.lines

- name: Compare the creation of two clusters, step by step
  oceanbase.cluster.task_info:
    path: artifacts/terran
    compare_with: artifacts/protoss
  register: compared
"""

RETURN = r"""
found:
  description: Whether a run has left anything in the folder. Where not, only RV(file) and RV(lines) say something.
  returned: success
  type: bool
  sample: true
file:
  description: The file that was read, or looked for.
  returned: success
  type: str
  sample: /srv/ansible/artifacts/terran/task.json
status:
  description: C(RUNNING), C(SUCCESSFUL) or C(FAILED); C(FAILED) for a run that was killed.
  returned: when found
  type: str
  sample: SUCCESSFUL
killed:
  description: Whether the run says that it goes on, but gives no sign of life.
  returned: when found
  type: bool
  sample: false
silent_for:
  description: Seconds since the last sign of life. It means something while the run goes on.
  returned: when found
  type: float
  sample: 2.4
cluster:
  description: The cluster as the API names it.
  returned: when found
  type: dict
  sample: {id: 1, name: terran, obClusterId: 1}
check_mode:
  description: Whether it was a run in check mode.
  returned: when found
  type: bool
  sample: false
attempts:
  description: How many runs this cluster took so far in this folder.
  returned: when found
  type: int
  sample: 2
start:
  description: Start of the last attempt.
  returned: when found
  type: str
  sample: "2026-11-24T06:58:01.508+00:00"
finish:
  description: End of the last attempt; null while it goes on.
  returned: when found
  type: str
  sample: "2026-11-24T06:58:43.121+00:00"
duration:
  description: Seconds of the last attempt.
  returned: when found
  type: float
  sample: 41.613
current_step:
  description: Number, name and what it waits for, of the step that is running; empty where none is.
  returned: when found
  type: dict
  sample: {number: 9, name: Bootstrap ob, waits_for: observers to start and the bootstrap to end}
steps:
  description: The 23 steps with status, seconds and, of a skipped one, the reason.
  returned: when found
  type: list
  elements: dict
  sample: [{number: 8, name: Do io bench, status: SKIPPED, duration: null, reason: oceanbase_io_bench is false}]
failures:
  description: What went wrong, with step, hosts, message, cause, remedy and evidence.
  returned: when found
  type: list
  elements: dict
  sample: []
faults:
  description: Faults of a request that was refused.
  returned: when found
  type: list
  elements: str
  sample: []
task:
  description: The whole document. C(plugins/plugin_utils/task_schema.json) is its schema.
  returned: when found
  type: dict
  sample: {data: {id: 1795503481508, name: Create primary OB cluster, status: SUCCESSFUL}, status: 200, successful: true}
comparison:
  description: Two runs side by side, with status and seconds of each step; C(difference) is what the second took more.
  returned: success
  type: list
  elements: dict
  sample:
    - number: 9
      name: Bootstrap ob
      first: {status: SUCCESSFUL, duration: 31.2}
      second: {status: SUCCESSFUL, duration: 0.4}
      difference: -30.8
lines:
  description: The state for people.
  returned: success
  type: list
  elements: str
  sample: ["terran: SUCCESSFUL, attempt 2, 42 s"]
comparison_lines:
  description: The comparison for people; empty where there is nothing to compare.
  returned: when found
  type: list
  elements: str
  sample: ["[ 9/23] Bootstrap ob                   31 s       0.4 s      -30.8 s"]
"""
