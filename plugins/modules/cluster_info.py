#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: cluster_info
short_description: Read a cluster
description:
  - Reads servers, zones, parameters, tenants, units and pools, under the same names for all generations of the server.
  - Tells which state the cluster is in and, where O(zones) says how it was planned, every difference.
  - Can wait until all servers really serve, and try logins through every server.
extends_documentation_fragment:
  - oceanbase.cluster.connection
  - oceanbase.cluster.zones
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group_sql
attributes:
  check_mode:
    support: full
    details:
      - Where no server answers, the state is V(none). Nothing is waited for, and no logins are tried.
  diff_mode:
    support: N/A
  idempotent:
    support: full
options:
  gather:
    description:
      - What to read. The identity and the state of the cluster are always read.
    type: list
    elements: str
    choices: [servers, zones, parameters, tenants, units, pools]
    default: [servers, zones, tenants, units, pools]
  parameters:
    description:
      - Names of the parameters to read, where O(gather) has V(parameters). Names that begin with an underscore are found as well.
    type: list
    elements: str
    default: [cluster, cluster_id, memory_limit, system_memory, datafile_size, log_disk_size, rootservice_list]
  zones:
    description:
      - How the cluster was planned, as for M(oceanbase.cluster.bootstrap).
  servers:
    description:
      - The servers to wait for, as C(ip:rpc_port). Without it those of O(zones), and without these all members.
    type: list
    elements: str
  wait_for:
    description:
      - V(serving) waits until each of O(servers) is ACTIVE, has begun to serve and is not stopped. A server that is missing is told apart.
    type: str
    choices: [nothing, serving]
    default: nothing
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 600
  logins:
    description:
      - Users to log in as, each through each of O(login_servers). Every login that fails is told, not only the first one.
      - A password that was just set may not have reached every server, so failing logins are tried again for O(login_timeout).
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - Name of the user.
        type: str
        required: true
      password:
        description:
          - Password of the user.
        type: str
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Wait until every server serves
  oceanbase.cluster.cluster_info:
    login_servers: ["192.0.2.1:2881", "192.0.2.2:2881"]
    login_password: "{{ vault_root_password }}"
    gather: [servers]
    servers: ["192.0.2.1:2882", "192.0.2.2:2882"]
    wait_for: serving

- name: Try the logins of two users through every server
  oceanbase.cluster.cluster_info:
    login_servers: ["192.0.2.1:2881", "192.0.2.2:2881"]
    login_password: "{{ vault_root_password }}"
    gather: []
    logins:
      - {name: root, password: "{{ vault_root_password }}"}
      - {name: proxyro, password: "{{ vault_proxyro_password }}"}
"""

RETURN = r"""
cluster_state:
  description:
    - V(none), V(half_bootstrapped), V(up) or V(up_not_as_planned).
  returned: success
  type: str
  sample: up
differences:
  description: How the cluster differs from O(zones), a sentence each.
  returned: success
  type: list
  elements: str
  sample: ["192.0.2.4:2882 of zone1 is not a member"]
cluster:
  description: Name, id and version of the cluster.
  returned: success
  type: dict
  sample: {name: terran, ob_cluster_id: 1, version: 5.7.25-OceanBase_CE-v4.3.5.3}
servers:
  description: The members.
  returned: when gathered
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
zones:
  description: The zones.
  returned: when gathered
  type: list
  elements: dict
  sample:
    - {name: zone1, status: ACTIVE, region: default_region, idc: hz1}
parameters:
  description: The parameters, a row for each server.
  returned: when gathered
  type: list
  elements: dict
  sample:
    - name: memory_limit
      value: 6G
      server: 192.0.2.1:2882
      zone: zone1
      scope: CLUSTER
      tenant_id: null
      edit_level: DYNAMIC_EFFECTIVE
tenants:
  description: The tenants.
  returned: when gathered
  type: list
  elements: dict
  sample:
    - id: 1
      name: sys
      type: SYS
      primary_zone: RANDOM
      locality: FULL{1}@zone1, FULL{1}@zone2, FULL{1}@zone3
      mode: MYSQL
      status: NORMAL
units:
  description: The units.
  returned: when gathered
  type: list
  elements: dict
  sample:
    - id: 1
      pool_id: 1
      tenant_id: 1
      zone: zone1
      server: 192.0.2.1:2882
      status: ACTIVE
      min_cpu: 2.0
      max_cpu: 2.0
      memory_size: 2147483648
      log_disk_size: 2147483648
pools:
  description: The resource pools.
  returned: when gathered
  type: list
  elements: dict
  sample:
    - id: 1
      name: sys_pool
      tenant_id: 1
      unit_count: 1
      unit_config_id: 1
      zones: [zone1, zone2, zone3]
logins:
  description: How many logins were tried, all of which succeeded.
  returned: success
  type: int
  sample: 6
"""

from typing import Any, Callable, Dict, List, Sequence, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _catalog, _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import failed
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import ZONES, sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import NONE, Actual, classify, compare, zones_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login, checked_password, endpoints_of, login_of, version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_any
from ansible_collections.oceanbase.cluster.plugins.module_utils._serving import DEAD, wait_for_servers
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

KINDS = ("servers", "zones", "parameters", "tenants", "units", "pools")


def gather(session, catalog, params, servers, zones):
    # type: (Session, str, Dict[str, Any], Sequence[_catalog.Server], Sequence[_catalog.Zone]) -> Dict[str, List[Dict[str, Any]]]
    """Read what was asked for, as dictionaries."""
    readers = {
        "servers": lambda: servers,
        "zones": lambda: zones,
        "parameters": lambda: _catalog.read_parameters(session, catalog, params["parameters"]),
        "tenants": lambda: _catalog.read_tenants(session, catalog),
        "units": lambda: _catalog.read_units(session, catalog),
        "pools": lambda: _catalog.read_pools(session, catalog),
    }  # type: Dict[str, Callable[[], Sequence[Any]]]
    return {kind: [dict(row._asdict()) for row in readers[kind]()] for kind in KINDS if kind in params["gather"]}


def read_cluster(session, catalog):
    # type: (Session, str) -> Actual
    """Read what decides about the state."""
    bootstrapped = _catalog.is_bootstrapped(session)
    if not bootstrapped:
        try:
            return Actual(servers=_catalog.read_servers(session, catalog))
        except SqlError:  # a fresh server may not know its catalogs
            return Actual()
    cluster, cluster_id = _catalog.read_identity(session)
    return Actual(True, cluster, cluster_id, _catalog.read_servers(session, catalog), _catalog.read_zones(session, catalog))


def try_logins(connect, endpoints, logins, wait, clock):
    # type: (Connect, Sequence[str], Sequence[Login], float, Clock) -> None
    """Log in as everybody everywhere; tell all that fail."""
    pending = [(endpoint, login) for endpoint in endpoints for login in logins]  # type: List[Tuple[str, Login]]
    failures = {}  # type: Dict[Tuple[str, Login], str]

    alive = {}  # type: Dict[str, float]
    begin = clock.now()

    def look():
        # type: () -> int
        for one in list(pending):
            try:
                connect(*one).close()
                pending.remove(one)
            except SqlError as error:
                failures[one] = "{0} at {1} (error {2}, {3})".format(one[1].name, one[0], error.code, error.text)
                if error.unreachable and "refused" in error.text:
                    continue
            alive[one[0]] = clock.now() - begin
        return len(pending)

    def settled(left):
        # type: (int) -> bool
        # Somebody who does not run is not waited for.
        return not left or any(clock.now() - begin - alive.get(endpoint, 0.0) >= DEAD for endpoint, _login in pending)

    if wait_until(look, settled, wait, clock=clock).done and not pending:
        return
    raise ObError(
        "Cannot log in through every server",
        "after {0:.0f} s these logins still failed: {1}".format(clock.now() - begin, "; ".join(failures[one] for one in pending)),
        "Where nobody listens, run again: that starts the observers that do not run. Otherwise see whether those servers serve, and whether the "
        "passwords are those of the cluster.",
    )


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Wait, read, try the logins."""
    params = module.params
    planned = zones_of(params["zones"] or [])
    login = login_of(params)
    logins = [login._replace(user=one["name"], password=checked_password(one["password"] or "", "the password of " + one["name"]), query_timeout=0)
              for one in params["logins"] or []]
    session = open_any(params, connect, module.check_mode, clock)
    if session is None:
        return {"changed": False, "cluster_state": NONE, "differences": compare(planned, Actual()).lines, "cluster": {}, "logins": 0,
                **{kind: [] for kind in KINDS if kind in params["gather"]}}
    try:
        catalog = _catalog.catalog_for(session, version_of(params))
        actual = read_cluster(session, catalog)
        if not actual.bootstrapped and params["wait_for"] == "serving" and not module.check_mode:
            raise ObError(
                "Cannot wait for the servers to serve", "the cluster at {0} is not bootstrapped".format(session.endpoint), "Bootstrap it first.",
                cluster_state=classify(planned, actual))
        if params["wait_for"] == "serving" and not module.check_mode:
            expected = params["servers"] or [server for zone in planned for server in zone.servers]
            expected = expected or [server.server for server in _catalog.read_servers(session, catalog)]
            wait_for_servers(
                lambda: _catalog.read_servers(session, catalog), expected, lambda one: one.serving, "serve", params["wait_timeout"], clock,
                session.refused)
            actual = read_cluster(session, catalog)
        rows = gather(session, catalog, params, actual.servers, actual.zones) if actual.bootstrapped else {}
        version = str(session.query("SELECT VERSION() AS version")[0]["version"])
    except SqlError as error:
        failure = failed("Cannot read the cluster at {0}".format(session.endpoint), error)
    else:
        session.close()
        if logins and not module.check_mode:
            try_logins(connect, endpoints_of(params), logins, params["login_timeout"], clock)
        return {
            "changed": False,
            "cluster_state": classify(planned, actual) if planned or not actual.bootstrapped else "up",
            "differences": compare(planned, actual).lines if planned else [],
            "cluster": {"name": actual.cluster, "ob_cluster_id": actual.cluster_id, "version": version},
            "logins": len(logins) * len(endpoints_of(params)),
            **rows,
        }
    raise failure


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    login = {"name": {"type": "str", "required": True}, "password": {"type": "str", "no_log": True}}
    names = ["cluster", "cluster_id", "memory_limit", "system_memory", "datafile_size", "log_disk_size", "rootservice_list"]
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(
            gather={"type": "list", "elements": "str", "choices": list(KINDS), "default": ["servers", "zones", "tenants", "units", "pools"]},
            parameters={"type": "list", "elements": "str", "default": names},
            zones={"type": "list", "elements": "dict", "options": ZONES},
            servers={"type": "list", "elements": "str"},
            wait_for={"type": "str", "choices": ["nothing", "serving"], "default": "nothing"},
            wait_timeout={"type": "int", "default": 600},
            logins={"type": "list", "elements": "dict", "options": login},
        ),
    )


if __name__ == "__main__":
    main()
