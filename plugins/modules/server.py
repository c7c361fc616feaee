#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: server
short_description: Add, remove, start and stop servers of a cluster
description:
  - Manages the members of a cluster, and waits until the cluster's own view shows the state that was asked for.
  - A rolling restart is one call for each zone. It starts the servers of the zone before (O(servers)), waits until every member serves,
    and then takes the servers of the next zone out of service (O(stop)).
  - C(STOP SERVER) with the servers of one zone is used rather than C(STOP ZONE). It is the official procedure for restarting a node, the server itself
    refuses it while members are missing or the log is not in sync, and what is stopped can be read per server, so that a run which was killed is healed
    by the next one.
extends_documentation_fragment:
  - oceanbase.cluster.connection
  - oceanbase.cluster.zones.foresee_zones
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group_sql
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  servers:
    description:
      - The servers, as C(ip:rpc_port).
    type: list
    elements: str
    default: []
  state:
    description:
      - V(present) adds the servers that are no members and waits until they serve. They must be empty.
      - V(absent) removes them and waits until their units have moved away.
      - V(started) clears the stop of those that are stopped and waits until all of them serve.
      - V(stopped) takes them out of service, as O(stop) does.
    type: str
    choices: [present, absent, started, stopped]
    default: started
  zone:
    description:
      - The zone that O(state=present) adds to.
    type: str
  stop:
    description:
      - Servers of one zone that are taken out of service when O(servers) have reached their state and every member outside that zone serves.
      - Skipped, with the reason in RV(stop_skipped), where the cluster has fewer than three zones, as no majority would be left.
    type: list
    elements: str
    default: []
  foresee_zones:
    description:
      - For check mode, where no cluster is there yet, the zones that a run would have made by now, as O(oceanbase.cluster.bootstrap#module:zones).
      - Regions and IDCs are not used here.
  foresee_stopped:
    description:
      - For check mode, the servers that the step before this one would have taken out of service.
    type: list
    elements: str
    default: []
  wait_timeout:
    description:
      - How long to wait, in seconds, for each state. While the server refuses a stop because the log is not in sync yet, it is tried again for as long.
    type: int
    default: 600
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Zone 1 was restarted, go on with zone 2
  oceanbase.cluster.server:
    login_servers: ["192.0.2.1:2881", "192.0.2.3:2881"]
    login_password: "{{ vault_root_password }}"
    servers: ["192.0.2.1:2882"]
    state: started
    stop: ["192.0.2.2:2882"]

- name: Add a server to zone 1
  oceanbase.cluster.server:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
    servers: ["192.0.2.4:2882"]
    zone: zone1
    state: present
"""

RETURN = r"""
servers:
  description: The members afterwards, as M(oceanbase.cluster.cluster_info) returns them.
  returned: success
  type: list
  elements: dict
  sample:
    - server: 192.0.2.1:2882
      zone: zone1
      sql_port: 2881
      id: 1
      with_rootserver: true
      status: ACTIVE
      start_service_time: "2026-01-30 08:05:12"
      stop_time: ""
      build_version: 4.3.5.3_103000092025080818-0000000000000000000000000000000000000000(Aug  8 2025 19:05:12)
stop_skipped:
  description: Why nothing was stopped although O(stop) or O(state=stopped) asked for it. Empty where it was.
  returned: success
  type: str
  sample: the cluster has 1 zone, and a majority has to stay in service
statements:
  description: What was sent, or in check mode would be sent, in order.
  returned: success
  type: list
  elements: str
  sample:
    - ALTER SYSTEM START SERVER '192.0.2.1:2882'
    - ALTER SYSTEM STOP SERVER '192.0.2.2:2882'
"""

from typing import Any, Dict, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import ZONES, sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Server, catalog_for, read_servers
from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import zones_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._member_steps import Wanted, carry_out, foresee, plan
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock


def read(session, version):
    # type: (Session, Tuple[int, ...]) -> Tuple[str, Tuple[Server, ...]]
    """Read the members, and which catalog they were found in."""
    try:
        catalog = catalog_for(session, version)
        return catalog, read_servers(session, catalog)
    except SqlError as error:
        failure = failed("Cannot read the servers of the cluster at {0}".format(session.endpoint), error)
    raise failure


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    servers, stop = tuple(params["servers"]), tuple(params["stop"])
    if params["state"] == "stopped":
        servers, stop = (), servers + stop
    wanted = Wanted(servers, params["state"], params["zone"] or "", stop)
    session = open_session(params, connect, module.check_mode, clock)
    catalog, members = read(session, version_of(params)) if session else ("", ())
    known = session is not None
    if module.check_mode and (params["foresee_zones"] or params["foresee_stopped"]):
        members = foresee(zones_of(params["foresee_zones"]), params["foresee_stopped"], members)
        known = True
    planned = plan(wanted, members, known)
    if session and not module.check_mode:
        members = carry_out(session, catalog, wanted, planned, params["wait_timeout"], clock)
    if session:
        session.close()
    return outcome(
        planned.changes, diff_of("servers", *diff_lines(planned.changes)),
        servers=[dict(member._asdict()) for member in members], stop_skipped=planned.skipped)


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(
            servers={"type": "list", "elements": "str", "default": []},
            state={"type": "str", "choices": ["present", "absent", "started", "stopped"], "default": "started"},
            zone={"type": "str"},
            stop={"type": "list", "elements": "str", "default": []},
            foresee_zones={"type": "list", "elements": "dict", "default": [], "options": ZONES},
            foresee_stopped={"type": "list", "elements": "str", "default": []},
            wait_timeout={"type": "int", "default": 600},
        ),
        required_if=[("state", "present", ("zone",))],
    )


if __name__ == "__main__":
    main()
