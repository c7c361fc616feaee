#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: parameter
short_description: Set a parameter of a cluster or a tenant
description:
  - Sets one parameter, everywhere or on one server or in one zone. Values are compared by what they mean, V(6G) is V(6144M) and V(ON) is V(True).
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
      - A parameter that takes effect after a restart only keeps its running value until then, and is set again.
options:
  name:
    description:
      - Name of the parameter. A name that begins with an underscore is found as well.
    type: str
    required: true
  value:
    description:
      - The wanted value.
    type: str
    required: true
  server:
    description:
      - Only on this server, as C(ip:rpc_port).
    type: str
    default: ""
  zone:
    description:
      - Only on the servers of this zone.
    type: str
    default: ""
  tenant:
    description:
      - Only of this tenant. Without it, of the tenant that is logged in to.
    type: str
    default: ""
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Keep at most 10 log files
  oceanbase.cluster.parameter:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
    name: max_syslog_file_count
    value: "10"
"""

RETURN = r"""
statements:
  description: What was sent, or in check mode would be sent, in order.
  returned: success
  type: list
  elements: str
  sample: ["ALTER SYSTEM SET max_syslog_file_count = '10'"]
restart_required:
  description: Whether the value takes effect after a restart of the servers only.
  returned: success
  type: bool
  sample: false
"""

import re
from typing import Any, Dict, List, NamedTuple, Sequence, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._capacity import same_value
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Parameter, catalog_for, read_parameters, read_tenants
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import set_parameter

SYS = 1


class Wanted(NamedTuple):
    """A parameter as asked for."""

    name: str
    value: str
    server: str
    zone: str
    tenant: str


def read(session, version, wanted):
    # type: (Session, Tuple[int, ...], Wanted) -> Tuple[Parameter, ...]
    """Read the parameter where it is asked for."""
    try:
        catalog = catalog_for(session, version)
        rows = read_parameters(session, catalog, [wanted.name])
        tenants = {tenant.name: tenant.id for tenant in read_tenants(session, catalog)} if wanted.tenant else {}
    except SqlError as error:
        failure = failed("Cannot read parameter {0}".format(wanted.name), error)
    else:
        if wanted.tenant and wanted.tenant not in tenants:
            raise ObError(
                "Cannot set parameter {0} of tenant {1}".format(wanted.name, wanted.tenant), "there is no such tenant",
                "Tenants are {0}.".format(", ".join(sorted(tenants))))
        owner = tenants.get(wanted.tenant, SYS)
        return tuple(
            row for row in rows
            if (not wanted.server or row.server == wanted.server) and (not wanted.zone or row.zone == wanted.zone)
            and (row.scope != "TENANT" or row.tenant_id in (None, owner))
        )
    raise failure


def plan(wanted, rows):
    # type: (Wanted, Sequence[Parameter]) -> List[Change]
    """Return the step to the wanted value."""
    what = "set parameter {0}".format(wanted.name)
    if all(same_value(row.value, wanted.value) for row in rows) and rows:
        return []
    if any(row.edit_level == "READONLY" for row in rows):
        raise ObError("Cannot " + what, "it is read-only", "It is given to the observer when it starts for the first time, and stays as it is.")
    before = tuple("{0} = {1} on {2}".format(row.name, row.value, row.server) for row in rows)
    after = tuple("{0} = {1} on {2}".format(row.name, wanted.value, row.server) for row in rows) or ("{0} = {1}".format(wanted.name, wanted.value),)
    return [Change(what, set_parameter(*wanted), before, after)]


def check(wanted):
    # type: (Wanted) -> None
    """Refuse what cannot be put into a statement."""
    if not re.match(r"^[A-Za-z_][A-Za-z0-9_]*$", wanted.name) or not re.match(r"^(?:[A-Za-z_][A-Za-z0-9_]*)?$", wanted.tenant):
        raise ObError("Cannot set parameter {0!r}".format(wanted.name), "a name is no identifier", "Correct the name of the parameter or of the tenant.")
    if any(char in text for text in (wanted.server, wanted.zone) for char in "'\\\"\0\n") or "\0" in wanted.value:
        raise ObError("Cannot set parameter {0}".format(wanted.name), "server, zone or value hold a character that cannot be sent", "Correct it.")


def story(module, connect):
    # type: (AnsibleModule, Connect) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    wanted = Wanted(params["name"], params["value"], params["server"], params["zone"], params["tenant"])
    check(wanted)
    session = open_session(params, connect, module.check_mode)
    rows = read(session, version_of(params), wanted) if session else ()
    if session and not rows:
        raise ObError(
            "Cannot set parameter {0}".format(wanted.name), "the cluster has no such parameter at {0}".format(wanted.server or wanted.zone or "any server"),
            "Check the spelling, the version of the server, and the server or zone.", error_code=5099)
    changes = plan(wanted, rows)
    if session and not module.check_mode:
        apply_changes(session, changes)
    if session:
        session.close()
    return outcome(
        changes, diff_of("parameter {0}".format(wanted.name), *diff_lines(changes)),
        restart_required=bool(changes) and any(row.edit_level == "STATIC_EFFECTIVE" for row in rows))


def main(connect=_connection.connect):
    # type: (Connect) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect),
        sql_spec(
            name={"type": "str", "required": True},
            value={"type": "str", "required": True},
            server={"type": "str", "default": ""},
            zone={"type": "str", "default": ""},
            tenant={"type": "str", "default": ""},
        ),
        mutually_exclusive=[("server", "zone")],
    )


if __name__ == "__main__":
    main()
