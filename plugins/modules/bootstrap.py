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
  - oceanbase.cluster.zones
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
    required: true
  primary:
    description:
      - Makes a standby cluster of this primary (enterprise edition of 2.2 and 3.x). A cluster at these addresses that is none is refused.
      - Its servers are waited for to be ACTIVE only; they serve once M(oceanbase.cluster.standby_cluster) has added the cluster to its primary.
    type: dict
    suboptions:
      ob_cluster_id:
        description:
          - Id of the primary cluster.
        type: int
        required: true
      rootservice_list:
        description:
          - The primary's root servers as C(ip:rpc_port); a third part C(:sql_port) is left out.
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
  used:
    description:
      - The servers whose hosts hold data of a bootstrap or of a member, as M(oceanbase.cluster.observer) returns it. By them half a bootstrap is told from
        a cluster that is only slow to come back, before anything is sent.
      - The filter P(oceanbase.cluster.servers_with_data#filter) makes this list.
    type: list
    elements: dict
    default: []
    suboptions:
      server:
        description: The server as C(ip:rpc_port).
        type: str
        required: true
      endpoint:
        description: Where it answers SQL, C(ip:sql_port).
        type: str
        required: true
      restarted:
        description: Whether its process is not that of its first start, so that no BOOTSTRAP goes on in it.
        type: bool
        required: true
      first_start:
        description: Whether it has not been restarted yet by a creation that got beyond the bootstrap.
        type: bool
        required: true
      age:
        description: Seconds since it got that data.
        type: float
        required: true
  rebuild:
    description:
      - What to do about half a bootstrap.
      - V(refuse) fails and explains it.
      - V(report) returns the servers whose data has to go in RV(rebuild), and RV(cluster_state=half_bootstrapped).
      - V(done) says that their data has gone. It makes a difference in check mode only, where it has not.
    type: str
    choices: [refuse, report, done]
    default: refuse
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
    - In a failure also V(half_bootstrapped) and V(another_cluster), and V(unknown) where servers that have been members do not come up.
    - In check mode V(unknown) also where they are not running, as a run would start them first.
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
rebuild:
  description: The servers of half a bootstrap.
  returned: O(rebuild=report), where there is half a bootstrap
  type: list
  elements: str
  sample: ["192.0.2.1:2882", "192.0.2.2:2882", "192.0.2.3:2882"]
why:
  description: By what it is known.
  returned: where V(half_bootstrapped) or V(unknown) is returned
  type: str
  sample: 192.0.2.1:2882 were prepared by a BOOTSTRAP that did not end
error_code:
  description: The server's error number.
  returned: when a statement or a login was refused
  type: int
  sample: 4015
"""

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _bootstrap_plan, _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils import _bootstrap_verdict as verdicts
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import ZONES, sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._bootstrap_verdict import WAIT, Limits, Used, Verdict
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import (
    Server,
    catalog_for,
    is_bootstrapped,
    read_identity,
    read_role,
    read_servers,
    read_zones,
)
from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import HALF, NONE, UP, Actual, check_identity, classify, primary_of, zones_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import MARGIN, Login, endpoints_of, logins_of, version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._reach import NotReachable, Refused, Reopening, open_first
from ansible_collections.oceanbase.cluster.plugins.module_utils._serving import wait_for_servers
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import INITIALIZING, Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Primary, ZoneServers
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

PRIMARY = {
    "ob_cluster_id": {"type": "int", "required": True},
    "rootservice_list": {"type": "list", "elements": "str", "required": True},
}  # type: Dict[str, Dict[str, Any]]

USED = {
    "server": {"type": "str", "required": True},
    "endpoint": {"type": "str", "required": True},
    "restarted": {"type": "bool", "required": True},
    "first_start": {"type": "bool", "required": True},
    "age": {"type": "float", "required": True},
}  # type: Dict[str, Dict[str, Any]]


class Target(NamedTuple):
    """Where and how to work."""

    connect: Connect
    endpoints: Tuple[str, ...]
    known: Tuple[Login, ...]  # with the wanted password, which works on every run but the first, and with one that is changed into it
    fresh: Login  # works until a password was set
    version: Tuple[int, ...]
    limits: Limits  # all 0 in check mode, which looks once
    clock: Clock

    def open(self, endpoints, *logins):
        # type: (Sequence[str], Login) -> Tuple[Reopening, Login]
        """Log in, now, with the first login that works anywhere."""
        opened = open_first(self.connect, endpoints, logins, 0, 0, self.clock)
        return Reopening(self.connect, self.endpoints, opened), opened.login

    @property
    def logins(self):
        # type: () -> Tuple[Login, ...]
        """What may work now."""
        return tuple(login for login in self.known if login.password) + (self.fresh,)


class Answers(NamedTuple):
    """What the servers answered, by their endpoints; the first member ends the round."""

    by_endpoint: Dict[str, str]
    session: Optional[Session]  # at a member, otherwise at the first server that has no cluster
    failures: Tuple[ObError, ...]  # why some let nobody in


class Found(NamedTuple):
    """A session, and what was read by it."""

    session: Optional[Session]
    actual: Actual
    verdict: Verdict
    failures: Tuple[ObError, ...] = ()


def ask(target):
    # type: (Target) -> Answers
    """Ask one server after the other who it is."""
    answers = {}  # type: Dict[str, str]
    fresh = None  # type: Optional[Session]
    failures = []  # type: List[ObError]
    for endpoint in target.endpoints:
        try:
            session, login = target.open((endpoint,), *target.logins)
        except (NotReachable, Refused) as error:
            number = error.details.get("error_code")
            answers[endpoint] = verdicts.REFUSED if isinstance(error, Refused) else verdicts.INITIALIZING if number == INITIALIZING else verdicts.SILENT
            failures.append(error)
            continue
        if login.password or is_bootstrapped(session):
            if fresh:
                fresh.close()
            return Answers({endpoint: verdicts.MEMBER}, session, ())
        answers[endpoint] = verdicts.EMPTY
        if fresh:
            session.close()
        fresh = fresh or session
    return Answers(answers, fresh, tuple(failures))


def read(target, used, roots):
    # type: (Target, Sequence[Used], Sequence[str]) -> Found
    """Ask until the answers say what there is."""
    begin = target.clock.now()
    last = []  # type: List[Answers]

    def look():
        # type: () -> Verdict
        if last and last[0].session:
            last[0].session.close()
        last[:] = [ask(target)]
        return verdicts.decide(last[0].by_endpoint, used, roots, target.clock.now() - begin, target.limits)

    longest = max(target.limits.wait, target.limits.listener)
    seen = wait_until(look, lambda verdict: verdict.state != WAIT, longest, most=2.0, clock=target.clock).value
    verdict = seen if isinstance(seen, Verdict) else Verdict(verdicts.UNKNOWN, "")
    answers = last[0]
    if verdict.state == UP and answers.session:
        return Found(answers.session, read_actual(answers.session, target.version), verdict)
    actual = Actual(servers=members_before(answers.session, target.version)) if answers.session else Actual()
    if actual.servers:
        verdict = Verdict(HALF, "BOOTSTRAP was begun and did not end: there are members, and no schema")
    elif verdict.why:
        verdict = verdict._replace(why="{0} (seen last: {1})".format(verdict.why, verdicts.described(answers.by_endpoint)))
    return Found(answers.session, actual, verdict, answers.failures)


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
    after = wait_until(
        lambda: look(target, lost.endpoint), lambda seen: bool(seen.session or seen.final), target.limits.wait, most=2.0, clock=target.clock).value
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
            session = target.open(endpoints, target.fresh)[0] if endpoints else None
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


def check_role(session, primary):
    # type: (Session, Optional[Primary]) -> None
    """Refuse a cluster that is no standby where one was asked for."""
    if primary is None:
        return
    try:
        role = read_role(session)
    except SqlError as error:
        failure = failed("Cannot read the role of the cluster at {0}".format(session.endpoint), error)
    else:
        if "STANDBY" in role.role:
            return
        failure = ObError(
            "Cannot make a standby cluster", "the cluster at {0} exists and is {1}".format(session.endpoint, role.role),
            "Nothing was changed. A cluster becomes a standby by its BOOTSTRAP; choose other hosts, or destroy it first.", cluster_state="another_cluster")
    raise failure


def carry_out(target, session, planned, changes, standby):
    # type: (Target, Session, Sequence[ZoneServers], Sequence[Change], bool) -> Tuple[Server, ...]
    """Send the steps and wait until every planned server serves, those of a standby until they are active."""
    for change in changes:
        if _bootstrap_plan.is_bootstrap(change):
            session = bootstrap(target, session, planned, change)
            wait_for_members(target, session, _bootstrap_plan.root_servers(planned), "be members", lambda one: bool(one.status))
        else:
            apply_changes(session, [change])
    everyone = [server for zone in planned for server in zone.servers]
    if standby:
        servers = wait_for_members(target, session, everyone, "be active", lambda one: one.status == "ACTIVE")
    else:
        # One that was taken out of service, for a restart that was interrupted, is whole; the steps of the restart bring it back.
        servers = wait_for_members(target, session, everyone, "serve", lambda one: one.serving or (one.status == "ACTIVE" and bool(one.stop_time)))
    session.close()
    return servers


def wait_for_members(target, session, expected, goal, reached):
    # type: (Target, Session, Sequence[str], str, Callable[[Server], bool]) -> Tuple[Server, ...]
    """Wait for the members to get somewhere."""
    catalog = catalog_for(session, target.version)
    return wait_for_servers(lambda: read_servers(session, catalog), expected, reached, goal, target.limits.wait, target.clock, session.refused)


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    planned = zones_of(params["zones"])
    known = logins_of(params)
    fresh = known[0].empty()._replace(query_timeout=0, read_timeout=params["bootstrap_timeout"] + MARGIN)
    limits = Limits(0, 0) if module.check_mode else Limits(params["wait_timeout"], params["connect_timeout"], params["bootstrap_timeout"])
    target = Target(connect, endpoints_of(params), known, fresh, version_of(params), limits, clock)
    used = verdicts.used_of(params["used"])
    roots = _bootstrap_plan.root_servers(planned)
    foreseen = module.check_mode and params["rebuild"] == "done"  # the data is still there, but would be gone by now
    found = Found(None, Actual(), Verdict(NONE, "")) if foreseen else read(target, used, roots)
    try:
        return form(module, target, planned, used, found)
    except ObError as error:
        if error.details.get("cluster_state") != HALF or params["rebuild"] != "report":
            raise
        concerned = [one.server for one in used] or roots
        return outcome([], diff_of("cluster {0}".format(params["cluster"]), [], []), cluster_state=HALF, servers=[], why=error.cause, rebuild=concerned)


def refused(failures):
    # type: (Sequence[ObError]) -> ObError
    """Return what is to be told where nobody lets anybody in: a refused login outranks silence."""
    first = next(error for error in failures if isinstance(error, Refused))
    return ObError(first.what, "; ".join(error.cause for error in failures), first.remedy, **first.details)


def form(module, target, planned, used, found):
    # type: (AnsibleModule, Target, Sequence[ZoneServers], Sequence[Used], Found) -> Dict[str, Any]
    """Make the cluster what it should be, or explain why that is not possible."""
    params = module.params
    header = "cluster {0}".format(params["cluster"])
    state, why = found.verdict
    check_identity(params["cluster"], params["ob_cluster_id"], found.actual, found.session.endpoint if found.session else "")
    if state == HALF:
        raise _bootstrap_plan.half([one.server for one in used] or _bootstrap_plan.root_servers(planned), why)
    if state == verdicts.UNKNOWN:
        if not found.session and any(isinstance(error, Refused) for error in found.failures):
            raise refused(found.failures)
        if module.check_mode and used:
            # Members that do not run, or are not ready: a run would start them and find its cluster.
            return outcome([], diff_of(header, [], []), cluster_state=verdicts.UNKNOWN, servers=[], why=why)
        if not module.check_mode and used and not [error for error in found.failures if error.details.get("error_code") != INITIALIZING]:
            raise verdicts.unknown([one.server for one in used], why)
        if not module.check_mode:
            raise _bootstrap_plan.not_all_answer([error.cause for error in found.failures])
    primary = primary_of(params["primary"])
    if found.session and found.actual.bootstrapped:
        check_role(found.session, primary)
    changes = _bootstrap_plan.plan(planned, found.actual, params["bootstrap_timeout"], primary)
    servers = found.actual.servers
    if not module.check_mode and found.session:
        servers = carry_out(target, found.session, planned, changes, primary is not None)
    return outcome(changes, diff_of(header, *diff_lines(changes)), cluster_state=classify(planned, found.actual), servers=[one._asdict() for one in servers])


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(
            cluster={"type": "str", "required": True},
            ob_cluster_id={"type": "int", "required": True},
            zones={"type": "list", "elements": "dict", "required": True, "options": ZONES},
            primary={"type": "dict", "options": PRIMARY},
            bootstrap_timeout={"type": "int", "default": 1000},
            wait_timeout={"type": "int", "default": 1800},
            used={"type": "list", "elements": "dict", "default": [], "options": USED},
            rebuild={"type": "str", "choices": ["refuse", "report", "done"], "default": "refuse"},
        ),
    )


if __name__ == "__main__":
    main()
