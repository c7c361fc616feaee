#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: standby_cluster
short_description: Add a standby cluster to its primary
description:
  - Logs in to the primary cluster. For the enterprise edition of 2.2 and 3.x; from 4.0 on standby is a property of tenants,
    see M(oceanbase.cluster.standby_tenant).
  - With O(state=verified) it asks the primary whether it may have a standby cluster (C(ADD CLUSTER VERIFY)) and reads its id and its root servers,
    which the BOOTSTRAP of the standby needs.
  - With O(state=present) it waits until the standby, which its own BOOTSTRAP announces, is registered, adds it (C(ADD CLUSTER)), and waits until it is
    VALID.
extends_documentation_fragment:
  - oceanbase.cluster.connection
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group_sql
attributes:
  check_mode:
    support: full
    details:
      - The question whether a standby may be added changes nothing and is asked in check mode, too.
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  cluster:
    description:
      - Name of the standby cluster, which is that of its primary, too.
    type: str
    required: true
  ob_cluster_id:
    description:
      - Id of the standby cluster, which is not that of its primary.
    type: int
    required: true
  state:
    description:
      - What is wanted.
    type: str
    choices: [verified, present]
    default: present
  wait_timeout:
    description:
      - How long to wait, in seconds, for the standby to be registered and to be valid.
    type: int
    default: 1800
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: May the cluster have a standby
  oceanbase.cluster.standby_cluster:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
    cluster: terran
    ob_cluster_id: 2
    state: verified
  register: primary

- name: Add the standby that was bootstrapped meanwhile
  oceanbase.cluster.standby_cluster:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
    cluster: terran
    ob_cluster_id: 2
"""

RETURN = r"""
primary:
  description: The primary cluster, as the option O(oceanbase.cluster.bootstrap#module:primary) takes it.
  returned: success
  type: dict
  sample:
    ob_cluster_id: 1
    rootservice_list: ["192.0.2.1:2882", "192.0.2.2:2882", "192.0.2.3:2882"]
standby:
  description: The standby cluster as its primary sees it; empty where it is not known there.
  returned: success
  type: dict
  sample:
    cluster_id: 2
    role: PHYSICAL STANDBY
    status: VALID
statements:
  description: What was sent, or in check mode would be sent, in order, the question O(state=verified) included.
  returned: success
  type: list
  elements: str
  sample:
    - ALTER SYSTEM ADD CLUSTER terran CLUSTER_ID = 2
error_code:
  description: The server's error number.
  returned: when a statement or a login was refused
  type: int
  sample: 4179
"""

import re
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils import _statements as sql
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import (
    Role,
    Standby,
    catalog_for,
    read_identity,
    read_role,
    read_rootservice_list,
    read_standbys,
)
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

REGISTERED = "REGISTERED"
VALID = "VALID"
# What the primary may say to ADD CLUSTER VERIFY, and what helps (manual of the enterprise edition, checking the primary before adding a standby).
_HINTS = (
    ("need major freeze", "Trigger a major compaction on the primary cluster (module major_freeze), wait for its end, and run again."),
    ("primary zone", "Take primary zones and localities away from the databases and tables that have them, and run again."),
    ("locality", "Take primary zones and localities away from the databases and tables that have them, and run again."),
)


class Seen(NamedTuple):
    """The primary cluster and the standby it knows."""

    cluster: str
    role: Role
    root_servers: Tuple[str, ...]
    standby: Optional[Standby]


def look(session, cluster_id):
    # type: (Session, int) -> Optional[Standby]
    """Return the standby, None where the primary does not know it."""
    return next((one for one in read_standbys(session) if one.cluster_id == cluster_id), None)


def read(session, version, cluster_id):
    # type: (Session, Tuple[int, ...], int) -> Seen
    """Read the primary cluster."""
    try:
        if catalog_for(session, version) != "3":
            raise ObError(
                "Cannot add a standby cluster at {0}".format(session.endpoint), "from 4.0 on standby is a property of a tenant, not of a cluster",
                "Create standby tenants in an ordinary cluster (module standby_tenant).")
        cluster, _cluster_id = read_identity(session)
        servers = tuple(":".join(server.split(":")[:2]) for server in read_rootservice_list(session))
        return Seen(cluster, read_role(session), servers, look(session, cluster_id))
    except SqlError as error:
        failure = failed("Cannot read the primary cluster at {0}".format(session.endpoint), error)
    raise failure


def check(seen, cluster, cluster_id, endpoint):
    # type: (Seen, str, int, str) -> None
    """Refuse what can be no primary of this standby."""
    what = "Cannot add standby cluster {0} (id {1}) to the cluster at {2}".format(cluster, cluster_id, endpoint)
    if seen.cluster != cluster:
        raise ObError(what, "that is cluster {0}".format(seen.cluster), "A standby has the name of its primary; correct the name or the servers.")
    if seen.role.cluster_id == cluster_id:
        raise ObError(what, "that has the id {0} itself".format(cluster_id), "Choose another ob_cluster_id for the standby.")
    if seen.role.role != "PRIMARY":
        raise ObError(what, "its role is {0}".format(seen.role.role), "Log in to the primary cluster.")
    if not seen.root_servers:
        raise ObError(what, "its parameter rootservice_list is empty", "Set rootservice_list in the primary cluster.")


def plan(cluster, cluster_id, standby, state):
    # type: (str, int, Optional[Standby], str) -> List[Change]
    """Return the step, if one is needed."""
    if state == "verified" or (standby and standby.status != REGISTERED):
        return []
    return [Change(
        "add standby cluster {0} (id {1})".format(cluster, cluster_id), sql.add_cluster(cluster, cluster_id),
        before=("standby {0} {1}".format(cluster_id, standby.status),) if standby else (), after=("standby {0} {1}".format(cluster_id, VALID),), hints=_HINTS)]


def verify(session, standby):
    # type: (Session, Optional[Standby]) -> List[Change]
    """Ask whether a standby may be added, unless it was."""
    if standby:
        return []
    question = Change("add a standby cluster", sql.verify_add_cluster(), hints=_HINTS)
    apply_changes(session, [question])
    return [question]


def wait_for(session, cluster_id, states, timeout, clock):
    # type: (Session, int, Tuple[str, ...], float, Clock) -> Standby
    """Wait until the primary sees the standby in one of these states."""
    def attempt():
        # type: () -> Optional[Standby]
        return look(session, cluster_id)

    seen = wait_until(attempt, lambda one: one is not None and one.status in states, timeout, most=5.0, clock=clock)
    if seen.done and isinstance(seen.value, Standby):
        return seen.value
    last = seen.value.status if isinstance(seen.value, Standby) else "not known to it"
    raise ObError(
        "Waited {0:.0f} s in vain for standby cluster {1} to be {2}".format(timeout, cluster_id, " or ".join(states)),
        "the primary saw it last as: {0}".format(last),
        "See that the standby was bootstrapped with this primary, that both reach each other's RPC ports, and look into log/rootservice.log of both.")


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    cluster, cluster_id = params["cluster"], params["ob_cluster_id"]
    if not re.match(r"^[A-Za-z][A-Za-z0-9_]{1,47}$", cluster):
        raise ObError("Cannot use the cluster name {0!r}".format(cluster), "it is no identifier", "Use a letter first, then letters, digits and underscores.")
    session = open_session(params, connect, False, clock)
    if session is None:  # cannot be: nothing is foreseen of a primary
        raise ObError("Cannot add a standby cluster", "there is no primary cluster", "Create it first.")
    seen = read(session, version_of(params), cluster_id)
    check(seen, cluster, cluster_id, session.endpoint)
    standby = seen.standby
    changes = plan(cluster, cluster_id, standby, params["state"])
    asked = verify(session, standby) if params["state"] == "verified" else []
    if params["state"] == "present" and not module.check_mode:
        try:
            if changes:
                standby = wait_for(session, cluster_id, (REGISTERED, VALID), params["wait_timeout"], clock)
            changes = plan(cluster, cluster_id, standby, params["state"])
            apply_changes(session, changes)
            standby = wait_for(session, cluster_id, (VALID,), params["wait_timeout"], clock)
        except SqlError as error:
            failure = failed("Cannot read the standby clusters of the cluster at {0}".format(session.endpoint), error)
            raise failure from None
    session.close()
    result = outcome(changes, diff_of("standby clusters of {0}".format(cluster), *diff_lines(changes)))
    result["statements"] = [change.statement.shown() for change in asked] + result["statements"]
    return dict(
        result, primary={"ob_cluster_id": seen.role.cluster_id, "rootservice_list": list(seen.root_servers)},
        standby=dict(standby._asdict()) if standby else {})


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(
            cluster={"type": "str", "required": True},
            ob_cluster_id={"type": "int", "required": True},
            state={"type": "str", "choices": ["verified", "present"], "default": "present"},
            wait_timeout={"type": "int", "default": 1800},
        ),
    )


if __name__ == "__main__":
    main()
