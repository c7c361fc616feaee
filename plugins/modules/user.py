#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: user
short_description: Manage users and their privileges
description:
  - Creates, changes and drops users of the tenant that is logged in to. A user may connect from anywhere.
  - A user ends up with exactly the privileges given. Anything more is revoked.
  - Whether a password is the wanted one is found out by logging in with it.
extends_documentation_fragment:
  - oceanbase.cluster.connection
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group_sql
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The diff tells that a password changes, never what it is.
  idempotent:
    support: full
options:
  users:
    description:
      - The users.
    type: list
    elements: dict
    required: true
    suboptions:
      name:
        description:
          - Name of the user.
        type: str
        required: true
      password:
        description:
          - Password of the user. Needed where O(users[].state=present).
        type: str
      privileges:
        description:
          - All privileges of the user, for example V(SELECT), V(PROCESS) or V(ALL).
        type: list
        elements: str
        default: []
      scope:
        description:
          - What the privileges apply to, V(*.*), C(database.*) or C(database.table).
        type: str
        default: "*.*"
      scopes:
        description:
          - Several things that the privileges apply to, in the place of O(users[].scope).
        type: list
        elements: str
        default: []
      state:
        description:
          - Whether the user exists.
        type: str
        choices: [present, absent]
        default: present
      update_password:
        description:
          - V(always) sets the password whenever a login with it fails, V(on_create) only when the user is created.
        type: str
        choices: [always, on_create]
        default: always
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Create the user of OBProxy and the one of the monitoring agent
  oceanbase.cluster.user:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
    users:
      - name: proxyro
        password: "{{ vault_proxyro_password }}"
        privileges: [SELECT]
      - name: ocp_monitor
        password: "{{ vault_monitor_password }}"
        privileges: [SELECT]
        scope: oceanbase.*
"""

RETURN = r"""
users:
  description: What happened to each user.
  returned: success
  type: list
  elements: dict
  sample:
    - {name: proxyro, changed: true}
    - {name: ocp_monitor, changed: false}
statements:
  description: What was sent, or in check mode would be sent, in order, with passwords replaced.
  returned: success
  type: list
  elements: str
  sample:
    - CREATE USER IF NOT EXISTS 'proxyro' IDENTIFIED BY '********'
    - GRANT SELECT ON *.* TO 'proxyro'
"""

from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login, checked_password, login_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._privileges import (
    ActualUser,
    WantedUser,
    faults_of,
    normal_privilege,
    normal_scope,
    parse_grants,
    plan_user,
)
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import DENIED, Connect, Session, SqlError

_NO_SUCH_USER = (1133, 1141)


def wanted_user(params):
    # type: (Dict[str, Any]) -> WantedUser
    """Return one user as asked for."""
    password = params["password"]
    return WantedUser(
        params["name"],
        None if password is None else checked_password(password, "the password of user {0}".format(params["name"])),
        frozenset(normal_privilege(word) for word in params["privileges"]) - {"USAGE"},
        normal_scope(params["scopes"][0] if params["scopes"] else params["scope"]),
        params["state"] == "present",
        params["update_password"] == "on_create",
        tuple(normal_scope(scope) for scope in params["scopes"][1:]),
    )


def read(session, connect, login, wanted):
    # type: (Session, Connect, Login, WantedUser) -> ActualUser
    """Read one user: whether it exists, what it may do, whether its password is the wanted one."""
    try:
        rows = session.query("SHOW GRANTS FOR %s", (wanted.name,))
    except SqlError as error:
        if error.code in _NO_SUCH_USER:
            return ActualUser()
        failure = failed("Cannot read the grants of user {0}".format(wanted.name), error)
    else:
        grants = parse_grants([str(value) for row in rows for value in row.values()])
        works = not wanted.present or wanted.keep_password or password_works(session, connect, login, wanted)
        return ActualUser(True, works, grants)
    raise failure


def password_works(session, connect, login, wanted):
    # type: (Session, Connect, Login, WantedUser) -> bool
    """Try to log in as the user, at the server that answers already."""
    own = login._replace(user=wanted.name, password=wanted.password or "", query_timeout=0)
    try:
        connect(session.endpoint, own).close()
        return True
    except SqlError as error:
        if error.code == DENIED:
            return False
        failure = failed("Cannot find out whether the password of user {0} is the wanted one".format(wanted.name), error)
    raise failure


def story(module, connect):
    # type: (AnsibleModule, Connect) -> Dict[str, Any]
    """Read, plan, apply, for all users on one connection."""
    wanted = [wanted_user(one) for one in module.params["users"]]
    names = [user.name for user in wanted]
    faults = [fault for user in wanted for fault in faults_of(user)]
    faults += ["user {0} is listed twice".format(name) for name in sorted(set(names)) if names.count(name) > 1]
    if faults:
        raise ObError("Cannot use the option users", "; ".join(faults), "Correct them.")
    session = open_session(module.params, connect, module.check_mode)
    login = login_of(module.params)
    planned = [(user, plan_user(user, read(session, connect, login, user) if session else ActualUser())) for user in wanted]
    changes = [change for _user, steps in planned for change in steps]
    if session and not module.check_mode:
        apply_changes(session, changes)
    if session:
        session.close()
    return outcome(changes, diff_of("users", *diff_lines(changes)), users=[{"name": user.name, "changed": bool(steps)} for user, steps in planned])


def main(connect=_connection.connect):
    # type: (Connect) -> None
    """Run the module."""
    user = {
        "name": {"type": "str", "required": True},
        "password": {"type": "str", "no_log": True},
        "privileges": {"type": "list", "elements": "str", "default": []},
        "scope": {"type": "str", "default": "*.*"},
        "scopes": {"type": "list", "elements": "str", "default": []},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "update_password": {"type": "str", "choices": ["always", "on_create"], "default": "always", "no_log": False},
    }
    run_module(lambda module: story(module, connect), sql_spec(users={"type": "list", "elements": "dict", "required": True, "options": user}))


if __name__ == "__main__":
    main()
