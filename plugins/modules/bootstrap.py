#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: bootstrap
short_description: Make one cluster of started observers
description:
  - Sends one C(ALTER SYSTEM BOOTSTRAP) with the first server of each zone, adds the other servers, sets the IDC of each zone,
    and waits until every server really serves.
  - On a cluster that is up it adds only the servers and labels that are missing. Where the cluster has members that were not planned,
    servers in other zones than planned, or lacks a zone,
    it explains that and changes nothing.
  - The server cannot repeat a BOOTSTRAP that failed half way. Such a state is recognised and explained, with the servers concerned.
extends_documentation_fragment:
  - oceanbase.cluster.connection
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group_sql
attributes:
  check_mode:
    support: full
    details:
      - Where no server answers, or none is bootstrapped, everything that would be sent is returned.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  cluster:
    description:
      - Name of the cluster. A cluster of another name at these addresses is refused.
    type: str
    required: true
  ob_cluster_id:
    description:
      - Id of the cluster. A cluster with another id at these addresses is refused.
    type: int
    required: true
  zones:
    description:
      - The zones with their servers. The first server of each zone is bootstrapped, the others are added.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the zone.
        type: str
        required: true
      region:
        description:
          - Region of the zone. Empty leaves the server's own, V(default_region).
        type: str
        default: ""
      idc:
        description:
          - IDC of the zone. Empty leaves it as it is.
        type: str
        default: ""
      servers:
        description:
          - The zone's servers as C(ip:rpc_port).
        type: list
        elements: str
        required: true
  bootstrap_timeout:
    description:
      - Limit of the statement BOOTSTRAP in seconds. The server itself works on it for at least 600 s.
    type: int
    default: 1000
  wait_timeout:
    description:
      - How long to wait, in seconds, for the servers to accept a login before, and to serve after the bootstrap.
    type: int
    default: 1800
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Bootstrap three zones
  oceanbase.cluster.bootstrap:
    login_servers:
      - 192.0.2.1:2881
      - 192.0.2.2:2881
      - 192.0.2.3:2881
    login_password: "{{ vault_root_password }}"
    cluster: terran
    ob_cluster_id: 1
    zones:
      - name: zone1
        idc: hz1
        servers: ["192.0.2.1:2882"]
      - name: zone2
        idc: hz1
        servers: ["192.0.2.2:2882"]
      - name: zone3
        idc: hz2
        servers: ["192.0.2.3:2882"]
"""

RETURN = r"""
cluster_state:
  description:
    - What was found before anything was done, V(none), V(up) or V(up_not_as_planned).
    - In a failure also V(half_bootstrapped) and V(another_cluster).
  returned: always
  type: str
  sample: none
statements:
  description: What was sent, or in check mode would be sent, in order.
  returned: success
  type: list
  elements: str
  sample:
    - SET SESSION ob_query_timeout = 1000000000
    - ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '192.0.2.1:2882'
    - ALTER SYSTEM MODIFY ZONE 'zone1' SET IDC = 'hz1'
servers:
  description: The members of the cluster afterwards, as M(oceanbase.cluster.cluster_info) returns them. Empty in check mode before the bootstrap.
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
error_code:
  description: The server's error number.
  returned: when a statement or a login was refused
  type: int
  sample: 4015
"""

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _bootstrap_plan, _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import ZONES, sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import (
    Server,
    catalog_for,
    is_bootstrapped,
    read_identity,
    read_servers,
    read_zones,
)
from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import Actual, check_identity, classify, zones_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import MARGIN, Login, endpoints_of, login_of, version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._reach import NotReachable, Refused, Reopening, open_first
from ansible_collections.oceanbase.cluster.plugins.module_utils._serving import wait_for_servers
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import INITIALIZING, Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import ZoneServers
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until


class Target(NamedTuple):
    """Where and how to work."""

    connect: Connect
    endpoints: Tuple[str, ...]
    login: Login  # with the wanted password: works on every run but the first
    fresh: Login  # works until a password was set
    version: Tuple[int, ...]
    wait: float  # seconds; 0 in check mode, which looks once
    listener: float  # seconds to wait for a server that does not answer at all
    clock: Clock

    def open(self, endpoints, *logins):
        # type: (Sequence[str], Login) -> Tuple[Reopening, Login]
        """Log in with the first login that works anywhere."""
        opened = open_first(self.connect, endpoints, logins, self.wait, self.listener, self.clock)
        return Reopening(self.connect, self.endpoints, opened), opened.login

    @property
    def logins(self):
        # type: () -> Tuple[Login, ...]
        """The wanted password comes first, so that running again makes no failed logins."""
        return (self.login, self.fresh) if self.login.password else (self.fresh,)


class Found(NamedTuple):
    """A session, and what was read by it."""

    session: Optional[Session]
    actual: Actual
    silent: Tuple[str, ...] = ()  # why some servers could not be asked


def read(target):
    # type: (Target) -> Found
    """Read what there is. Without a bootstrapped server at the first endpoint that answers, all others are asked too."""
    silent = []  # type: List[str]
    fresh = None  # type: Optional[Session]
    try:
        first, login = target.open(target.endpoints, *target.logins)
    except NotReachable as error:
        return Found(None, Actual(), (error.cause,))
    for endpoint in (first.endpoint,) + tuple(other for other in target.endpoints if other != first.endpoint):
        session = first
        if endpoint != first.endpoint:
            try:
                session, login = target.open((endpoint,), *target.logins)
            except (NotReachable, Refused) as error:
                silent.append(error.cause)
                continue
        if login.password or is_bootstrapped(session):
            return Found(session, read_actual(session, target.version))
        if fresh:
            session.close()
        fresh = fresh or session
    return Found(fresh, Actual(servers=members_before(first, target.version)), tuple(silent))


def members_before(session, version):
    # type: (Session, Tuple[int, ...]) -> Tuple[Server, ...]
    """Return members of a cluster without a schema: half a bootstrap leaves them, a fresh server may not even know the table."""
    try:
        return read_servers(session, catalog_for(session, version))
    except SqlError:
        return ()


def read_actual(session, version):
    # type: (Session, Tuple[int, ...]) -> Actual
    """Read a cluster that is up."""
    try:
        catalog = catalog_for(session, version)
        cluster, cluster_id = read_identity(session)
        return Actual(True, cluster, cluster_id, read_servers(session, catalog), read_zones(session, catalog))
    except SqlError as error:
        failure = failed("Cannot read the cluster at {0}".format(session.endpoint), error)
    raise failure


def bootstrap(target, session, planned, change):
    # type: (Target, Session, Sequence[ZoneServers], Change) -> Session
    """Send BOOTSTRAP, once. Where the connection breaks meanwhile, look at what came of it."""
    try:
        session.execute(change.statement)
        return session
    except SqlError as error:
        lost = error
    if not lost.lost:
        raise _bootstrap_plan.bootstrap_failed(planned, change, lost)
    after = wait_until(lambda: look(target, lost.endpoint), lambda seen: bool(seen.session or seen.final), target.wait, most=2.0, clock=target.clock).value
    if isinstance(after, Aftermath) and after.session:
        return after.session
    raise _bootstrap_plan.half(
        _bootstrap_plan.root_servers(planned),
        "the connection to {0} broke during BOOTSTRAP ({1}), and afterwards {2}".format(lost.endpoint, lost.text, getattr(after, "seen", "")),
        "Look into log/observer.log of that server for why it died.",
        statement=change.statement.shown(),
    )


class Aftermath(NamedTuple):
    """What is seen of a BOOTSTRAP whose connection broke."""

    session: Optional[Session]
    seen: str
    final: bool  # waiting longer is no use


def look(target, endpoint):
    # type: (Target, str) -> Aftermath
    """Look once whether the cluster is bootstrapped: first at the server that worked on it, and at the others where that one is gone."""
    gone = ""
    for endpoints in ((endpoint,), tuple(other for other in target.endpoints if other != endpoint)):
        try:
            session = target._replace(wait=0).open(endpoints, target.fresh)[0] if endpoints else None
        except ObError as error:
            if error.details.get("error_code") == INITIALIZING and not gone:
                return Aftermath(None, error.cause, False)
            gone = gone or error.cause
            continue
        try:
            if session and is_bootstrapped(session):
                return Aftermath(session, "the cluster was bootstrapped", True)
        except (SqlError, ObError) as error:
            return Aftermath(None, str(error), False)
        if session:
            session.close()
        if not gone:
            return Aftermath(None, "the cluster was still not bootstrapped", False)
    # Nobody goes on with it: the server that did is dead, and what it did not finish does not finish by itself.
    return Aftermath(None, gone, True)


def carry_out(target, session, planned, changes):
    # type: (Target, Session, Sequence[ZoneServers], Sequence[Change]) -> Tuple[Server, ...]
    """Send the steps and wait until every planned server serves."""
    for change in changes:
        if _bootstrap_plan.is_bootstrap(change):
            session = bootstrap(target, session, planned, change)
            wait_for_members(target, session, _bootstrap_plan.root_servers(planned), "be members", lambda one: bool(one.status))
        else:
            apply_changes(session, [change])
    everyone = [server for zone in planned for server in zone.servers]
    servers = wait_for_members(target, session, everyone, "serve", lambda one: one.serving)
    session.close()
    return servers


def wait_for_members(target, session, expected, goal, reached):
    # type: (Target, Session, Sequence[str], str, Callable[[Server], bool]) -> Tuple[Server, ...]
    """Wait for the members to get somewhere."""
    catalog = catalog_for(session, target.version)
    return wait_for_servers(lambda: read_servers(session, catalog), expected, reached, goal, target.wait, target.clock)


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    planned = zones_of(params["zones"])
    login = login_of(params)
    fresh = login.empty()._replace(query_timeout=0, read_timeout=params["bootstrap_timeout"] + MARGIN)
    version = version_of(params)
    patience = (0, 0) if module.check_mode else (params["wait_timeout"], params["connect_timeout"])
    target = Target(connect, endpoints_of(params), login, fresh, version, patience[0], patience[1], clock)
    session, actual, silent = read(target)
    check_identity(params["cluster"], params["ob_cluster_id"], actual, session.endpoint if session else "")
    changes = _bootstrap_plan.plan(planned, actual, params["bootstrap_timeout"])
    servers = actual.servers
    if not module.check_mode:
        if silent or not session:
            raise _bootstrap_plan.not_all_answer(silent)
        servers = carry_out(target, session, planned, changes)
    return outcome(
        changes, diff_of("cluster {0}".format(params["cluster"]), *diff_lines(changes)),
        cluster_state=classify(planned, actual), servers=[server._asdict() for server in servers])


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(
            cluster={"type": "str", "required": True},
            ob_cluster_id={"type": "int", "required": True},
            zones={"type": "list", "elements": "dict", "required": True, "options": ZONES},
            bootstrap_timeout={"type": "int", "default": 1000},
            wait_timeout={"type": "int", "default": 1800},
        ),
    )


if __name__ == "__main__":
    main()
