#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the action plugin of the same name."""

DOCUMENTATION = r"""
module: precheck_verdict
short_description: Judge hosts for an OceanBase cluster by a profile
author:
  - The oceanbase.cluster contributors (@oceanbase)
description:
  - Compares what M(oceanbase.cluster.host_check) measured on all hosts with the thresholds of a profile,
    and reports every item of every host with its value, its threshold, a verdict (pass, warn or fail) and a remedy.
  - Of O(plan), C(cluster), C(package) and C(hosts) are used.
  - No item hides another. If anything fails, the task fails with one message that names all failed items of all hosts.
  - It runs on the control node, opens no connection and changes no host. Run it once.
options:
  results:
    description: What stage V(host) of M(oceanbase.cluster.host_check) returned, by host. Default is what the hosts have registered as O(results_from).
    type: dict
  pairs:
    description: What stage V(pairs) of it returned, by host. Default is what the hosts have registered as O(pairs_from).
    type: dict
  results_from:
    description: Name under which every host has registered the result of stage V(host).
    type: str
    default: __oceanbase_checked
  pairs_from:
    description: Name under which every host has registered the result of stage V(pairs).
    type: str
    default: __oceanbase_checked_pairs
  profile:
    description:
      - Whose thresholds hold.
      - V(obd) are those of OceanBase Deployer, V(ocp) those of OCP's host standardization and the documentation, V(strict) the tighter of both
        with recommendations as needs, V(lab) lets only that fail which keeps a server from running.
    type: str
    choices: [obd, ocp, strict, lab]
    default: obd
  overrides:
    description: Settings of single items, on top of the profile.
    type: dict
    default: {}
  install_method:
    description: How the package will be installed; it decides whether root and rpm are needed.
    type: str
    choices: [rpm, extract]
    default: rpm
  artifacts_dir:
    description: Directory on the control node that gets C(precheck.json) and C(precheck.html).
    type: path
  fail:
    description: Whether the task fails where an item does.
    type: bool
    default: true
  show:
    description: What is printed on the terminal unless the task fails, whose message says everything then.
    type: str
    choices: [nothing, summary, table]
    default: summary
extends_documentation_fragment:
  - oceanbase.cluster.plan
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - The reports are written in check mode, too. No host is touched in either.
  diff_mode:
    support: none
    details:
      - It changes no host.
  idempotent:
    support: full
"""

EXAMPLES = r"""
- name: Judge all hosts
  oceanbase.cluster.precheck_verdict:
    plan: "{{ __oceanbase_plan }}"
    profile: lab
    overrides:
      swap: {severity: "off"}
      nofile: {need: 4096, per_server: none}
    artifacts_dir: /tmp/oceanbase
  run_once: true
  register: __oceanbase_verdict
"""

RETURN = r"""
counts:
  description: Number of items with each verdict.
  returned: success
  type: dict
  sample: {pass: 160, warn: 7, fail: 0}
items:
  description: Every item of every host.
  returned: success, unless O(fail) is true and something failed
  type: list
  elements: dict
  contains:
    item:
      description: Name of the item, as O(overrides) takes it.
      returned: success
      type: str
      sample: nofile
    group:
      description: What it is about.
      returned: success
      type: str
      sample: user
    host:
      description: Host in the inventory.
      returned: success
      type: str
      sample: ob1
    measured:
      description: What was measured.
      returned: success
      type: str
      sample: soft 4096, hard 20000
    threshold:
      description: What is wanted.
      returned: success
      type: str
      sample: ">= 20000, better 655350"
    verdict:
      description: One of pass, warn and fail.
      returned: success
      type: str
      sample: fail
    remedy:
      description: What to do; empty where it passed.
      returned: success
      type: str
      sample: Write 'admin - nofile 655350' to /etc/security/limits.d/90-oceanbase.conf and log in again.
    source:
      description: Where the threshold comes from.
      returned: success
      type: str
      sample: obdeploy plugins/oceanbase/3.1.0/system_limits_check.py
    evidence:
      description: Where the value was seen.
      returned: success
      type: str
      sample: nofile 4096/20000 (/proc/612/limits (sshd))
failures:
  description: The items that failed, in the same form; the whole list is in the report.
  returned: when something failed and O(fail) is true
  type: list
  elements: dict
  sample: [{item: user, host: ob1, measured: no user admin, threshold: "admin:admin", verdict: fail}]
profile:
  description: The profile that was used.
  returned: success
  type: str
  sample: lab
summary:
  description: A few lines for the terminal, warnings by name only.
  returned: success, unless O(fail) is true and something failed
  type: str
  sample: "Pre-check, profile lab: 0 fail, 2 warn, 58 pass on 1 host"
table:
  description: A table for the terminal. Groups without a warning are one line each.
  returned: success, unless O(fail) is true and something failed
  type: str
  sample: "Pre-check, profile lab: 0 fail, 2 warn, 58 pass on 1 hosts"
reports:
  description: Files that were written.
  returned: success
  type: list
  elements: str
  sample: [/tmp/oceanbase/precheck.json, /tmp/oceanbase/precheck.html]
"""
