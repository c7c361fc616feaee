#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: standby_tenant
short_description: Create a standby tenant
description:
  - Creates a tenant that follows a tenant of another cluster over the network (C(CREATE STANDBY TENANT), from 4.2 on), and waits until it is there.
  - Log in as V(root) of the sys tenant of the cluster in which the standby shall be. Its resource pools must exist.
  - The primary tenant needs complete logs since its creation and a user that may read six views, see RV(views).
    The playbook C(oceanbase.cluster.create_standby_tenant) makes that user, too.
extends_documentation_fragment:
  - oceanbase.cluster.connection
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group_sql
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - A standby tenant of this name that is there is left as it is; from where it reads is not compared.
options:
  name:
    description:
      - Name of the standby tenant.
    type: str
    required: true
  primary_tenant:
    description:
      - Name of the primary tenant.
    type: str
    required: true
  primary_servers:
    description:
      - Servers of the primary tenant as C(ip:sql_port).
    type: list
    elements: str
    required: true
  user:
    description:
      - User of the primary tenant that reads its views.
    type: str
    default: standbyro
  password:
    description:
      - Password of that user. The server's grammar leaves no way to write quotes, backslashes or white space in it.
    type: str
    required: true
  resource_pools:
    description:
      - Resource pools of the standby tenant.
    type: list
    elements: str
    required: true
  locality:
    description:
      - Locality of the standby tenant, such as V(F@zone1,F@zone2,F@zone3). Empty leaves the server's default.
    type: str
    default: ""
  primary_zone:
    description:
      - Primary zone of the standby tenant. Empty leaves the server's default.
    type: str
    default: ""
  wait_timeout:
    description:
      - How long to wait, in seconds, for the tenant to be a normal standby.
    type: int
    default: 1800
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Let tenant orders of cluster hz be followed by tenant orders of this one
  oceanbase.cluster.standby_tenant:
    login_servers: ["192.0.2.21:2881"]
    login_password: "{{ vault_root_password }}"
    name: orders
    primary_tenant: orders
    primary_servers: ["192.0.2.1:2881", "192.0.2.2:2881"]
    password: "{{ vault_standbyro_password }}"
    resource_pools: [orders_pool]
"""

RETURN = r"""
tenant:
  description: Role and status of the tenant, afterwards.
  returned: success
  type: dict
  sample: {role: STANDBY, status: NORMAL}
views:
  description: The views that the user has to be able to read in the primary tenant.
  returned: success
  type: list
  elements: str
  sample: [GV$OB_LOG_STAT, GV$OB_UNITS, GV$OB_PARAMETERS, DBA_OB_ACCESS_POINT, DBA_OB_TENANTS, DBA_OB_LS]
statements:
  description: What was sent, or in check mode would be sent, in order, without the source, which holds a password.
  returned: success
  type: list
  elements: str
  sample: ["CREATE STANDBY TENANT orders LOG_RESTORE_SOURCE = '********' RESOURCE_POOL_LIST = ('orders_pool')"]
"""

import re
from typing import Any, Dict, List, Sequence, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils import _statements as sql
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import catalog_for, read_tenant_role
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import generation_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import split_endpoint, version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

# What a standby tenant reads of its primary (oceanbase-doc V4.3.3, 810.create-standby-tenant.md).
VIEWS = ("GV$OB_LOG_STAT", "GV$OB_UNITS", "GV$OB_PARAMETERS", "DBA_OB_ACCESS_POINT", "DBA_OB_TENANTS", "DBA_OB_LS")
_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]{0,62}$")


def check(params):
    # type: (Dict[str, Any]) -> None
    """Refuse what the statement cannot say, all at once."""
    faults = ["{0} {1!r} is no identifier".format(option, params[option]) for option in ("name", "primary_tenant", "user") if not _NAME.match(params[option])]
    faults += ["resource pool {0!r} is no identifier".format(pool) for pool in params["resource_pools"] if not _NAME.match(pool)]
    faults += ["{0} is empty".format(option) for option in ("primary_servers", "resource_pools") if not params[option]]
    if not params["password"] or re.search(r"[\s'\"\\]", params["password"]):
        faults.append("the password is empty or holds quotes, backslashes or white space, which the source cannot hold")
    faults += ["{0} holds a quote or a backslash".format(option) for option in ("locality", "primary_zone") if re.search(r"['\"\\]", params[option])]
    if faults:
        raise ObError("Cannot create standby tenant {0}".format(params["name"]), "; ".join(faults), "Correct the options.")
    for server in params["primary_servers"]:
        split_endpoint(server)


def read(session, version, name):
    # type: (Session, Tuple[int, ...], str) -> Tuple[str, str]
    """Read role and status of the tenant."""
    try:
        generation = generation_of(version) if version else None
        if catalog_for(session, version) == "4" and (generation is None or generation.standby == "tenant"):
            return read_tenant_role(session, name)
        failure = ObError(
            "Cannot create standby tenant {0}".format(name), "standby tenants came with 4.2", "Take a newer server; in 2.2 and 3.x there are standby clusters.")
    except SqlError as error:
        failure = failed("Cannot read tenant {0}".format(name), error)
    raise failure


def source(params):
    # type: (Dict[str, Any]) -> str
    """Return from where the tenant reads."""
    return "SERVICE={0} USER={1}@{2} PASSWORD={3}".format(
        ";".join(params["primary_servers"]), params["user"], params["primary_tenant"], params["password"])


def plan(params, role):
    # type: (Dict[str, Any], str) -> List[Change]
    """Return the step, if one is needed."""
    name = params["name"]
    if role == "STANDBY":
        return []
    if role:
        raise ObError(
            "Cannot create standby tenant {0}".format(name), "there is a tenant of this name, and its role is {0}".format(role),
            "Nothing was changed. Choose another name, or drop that tenant first.")
    pools = params["resource_pools"]  # type: Sequence[str]
    return [Change(
        "create standby tenant {0}".format(name), sql.create_standby_tenant(name, source(params), pools, params["locality"], params["primary_zone"]),
        after=("standby tenant {0} of {1}@{2}".format(name, params["primary_tenant"], ";".join(params["primary_servers"])),))]


def wait_for(session, version, name, timeout, clock):
    # type: (Session, Tuple[int, ...], str, float, Clock) -> Tuple[str, str]
    """Wait until the tenant is a normal standby."""
    def attempt():
        # type: () -> Tuple[str, str]
        return read(session, version, name)

    seen = wait_until(attempt, lambda now: now == ("STANDBY", "NORMAL"), timeout, most=5.0, clock=clock)
    if seen.done:
        return "STANDBY", "NORMAL"
    raise ObError(
        "Waited {0:.0f} s in vain for standby tenant {1}".format(timeout, name), "it was last seen as {0}".format(seen.value),
        "See whether its servers reach those of the primary tenant, whether the user there may read {0}, and whether the primary has its logs complete.".format(
            ", ".join(VIEWS)))


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    check(params)
    version = version_of(params)
    session = open_session(params, connect, module.check_mode, clock)
    role, status = read(session, version, params["name"]) if session else ("", "")
    changes = plan(params, role)
    if session and not module.check_mode:
        apply_changes(session, changes)
        role, status = wait_for(session, version, params["name"], params["wait_timeout"], clock)
    if session:
        session.close()
    return outcome(
        changes, diff_of("tenant {0}".format(params["name"]), *diff_lines(changes)), tenant={"role": role, "status": status}, views=list(VIEWS))


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(
            name={"type": "str", "required": True},
            primary_tenant={"type": "str", "required": True},
            primary_servers={"type": "list", "elements": "str", "required": True},
            user={"type": "str", "default": "standbyro"},
            password={"type": "str", "required": True, "no_log": True},
            resource_pools={"type": "list", "elements": "str", "required": True},
            locality={"type": "str", "default": ""},
            primary_zone={"type": "str", "default": ""},
            wait_timeout={"type": "int", "default": 1800},
        ),
    )


if __name__ == "__main__":
    main()
