#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure what a host offers to an OceanBase server."""

DOCUMENTATION = r"""
module: host_check
short_description: Measure what a host offers to an OceanBase server
author:
  - The oceanbase.cluster contributors (@oceanbase)
description:
  - Takes every measurement of the pre-check of one host in one round trip, and gives no verdict.
    M(oceanbase.cluster.precheck_verdict) compares the measurements of all hosts with a profile.
  - Everything is read from C(/proc), C(/sys), configuration files and system calls; no program has to be installed.
    The one program that is run, if it is there and the module does not run as root, is C(sudo -n true).
  - A measurement that cannot be taken says why, and hides no other.
options:
  stage:
    description:
      - V(host) measures this host. Where O(peers) are given, it leaves a small process that answers the peers' questions for the time
        at O(address), port O(rpc_port), and ends by itself as soon as all of them have asked, at the latest after O(answer_seconds).
        Where this server runs already, it answers on the UDP port of that number instead.
      - V(pairs) asks each of O(peers) for the time, over that very address and port, and returns reachability, latency and clock offset.
        It is to run after stage V(host) has ended on all hosts; it does not matter in which order or how many at a time.
    type: str
    choices: [host, pairs]
    default: host
  address:
    description: Address that the cluster uses for this host.
    type: str
    required: true
  devname:
    description: Network device that has to hold O(address); empty where any may.
    type: str
    default: ""
  group:
    description: Group of O(user).
    type: str
    default: admin
  peers:
    description: The other servers of the cluster; this one may be among them.
    type: list
    elements: dict
    default: []
    suboptions:
      host:
        description: Name of the host in the inventory.
        type: str
        required: true
      address:
        description: Address that the cluster uses for it.
        type: str
        required: true
      rpc_port:
        description: Its port for the traffic between servers.
        type: int
        default: 2882
  answer_seconds:
    description: How long, at most, the process that tells the peers the time may live.
    type: int
    default: 120
  connect_seconds:
    description: How long to try to reach a peer.
    type: int
    default: 5
extends_documentation_fragment:
  - oceanbase.cluster.server
  - oceanbase.cluster.server.user
  - oceanbase.cluster.server.ports
  - oceanbase.cluster.server.directories
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - It never changes anything, so it does the same in check mode.
  diff_mode:
    support: none
    details:
      - It never changes anything.
  idempotent:
    support: full
"""

EXAMPLES = r"""
- name: Measure every host
  oceanbase.cluster.host_check:
    cluster: terran
    server: 192.0.2.1:2882
    address: 192.0.2.1
    data_disk_dir: /data/1/terran
    log_disk_dir: /data/log1/terran
    peers: &peers
      - {host: ob1, address: 192.0.2.1}
      - {host: ob2, address: 192.0.2.2}
  register: __oceanbase_checked

- name: Measure every pair of hosts
  oceanbase.cluster.host_check:
    stage: pairs
    cluster: terran
    server: 192.0.2.1:2882
    address: 192.0.2.1
    data_disk_dir: /data/1/terran
    log_disk_dir: /data/log1/terran
    peers: *peers
  register: __oceanbase_checked_pairs
"""

RETURN = r"""
measured:
  description:
    - What was measured, by name. Each has C(value) and C(evidence), or a C(value) of null and C(unknown), the reason why.
    - Stage V(host) returns C(system), C(libc), C(privilege), C(user), C(limits), C(sysctls), C(huge_pages), C(swap), C(memory), C(cpu), C(cpu_flags),
      C(home), C(data), C(log), C(sql_port), C(rpc_port), C(address), C(device) (if one is named), C(host_name), C(selinux), C(firewall),
      C(time_service), C(rpm), C(observers) and C(clock_process). Stage V(pairs) returns C(pairs).
  returned: always
  type: dict
  sample:
    huge_pages:
      value: never
      evidence: "/sys/kernel/mm/transparent_hugepage/enabled: always madvise [never]"
    time_service:
      value: null
      evidence: ""
      unknown: "/proc/1/comm: Permission denied"
"""

from typing import Any, Dict, List

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _clock_responder as clock
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import SERVER, SERVER_DIRECTORIES, SERVER_PORTS, SERVER_USER, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._clock_exchange import Peer
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import Fact, fact, measure
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_list import HostWanted, host_probes
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_pairs import probe_pairs
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import SYSTEM

ARGUMENTS = spec_of(
    SERVER, SERVER_USER, SERVER_PORTS, SERVER_DIRECTORIES,
    stage={"type": "str", "choices": ["host", "pairs"], "default": "host"},
    address={"type": "str", "required": True},
    devname={"type": "str", "default": ""},
    group={"type": "str", "default": "admin"},
    peers={
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "host": {"type": "str", "required": True},
            "address": {"type": "str", "required": True},
            "rpc_port": {"type": "int", "default": 2882},
        },
    },
    answer_seconds={"type": "int", "default": 120},
    connect_seconds={"type": "int", "default": 5},
)


def start_clock(wanted, port, peers, seconds):
    # type: (HostWanted, Fact, List[str], int) -> Fact
    """Leave the clock process behind where the port allows it."""
    held = port.get("value") or {"state": "unknown"}
    state = held["state"]
    if state == "clock":
        clock.dismiss(held["pid"])
    clock.leave_behind(wanted.address, wanted.rpc_port, state == "ours", peers, seconds, wanted.user)
    way = "udp" if state == "ours" else "tcp"
    return fact(way, "answers on {0} port {1} of {2} for {3} s at most".format(way, wanted.rpc_port, wanted.address, seconds))


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Measure what the stage asks for."""
    params = module.params
    wanted = HostWanted(*[params[name] for name in HostWanted._fields])
    peers = [Peer(peer["host"], peer["address"], peer["rpc_port"]) for peer in params["peers"]]
    if params["stage"] == "pairs":
        asked = ("pairs", lambda: probe_pairs(wanted.server, wanted.address, peers, params["connect_seconds"]))
        return {"changed": False, "measured": measure([asked])}
    measured = measure(host_probes(SYSTEM, wanted))
    others = [peer.server for peer in peers if peer.server != wanted.server]
    if others:
        left = ("clock_process", lambda: start_clock(wanted, measured["rpc_port"], others, params["answer_seconds"]))
        measured.update(measure([left]))
    return {"changed": False, "measured": measured}


def main():
    # type: () -> None
    """Run the module."""
    run_module(story, ARGUMENTS)


if __name__ == "__main__":
    main()
