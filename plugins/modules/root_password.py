#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: root_password
short_description: Set the password of root of the sys tenant
description:
  - Logs in with the wanted password first. Where that works, nothing is left to do.
  - Otherwise logs in with O(login_password) and O(login_current_password), where given, and without a password, as on a cluster that was just bootstrapped,
    and sets the wanted one.
  - Where none works, the cluster existed before and its password is another one. That is explained, and nothing is changed.
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
      - The diff tells that the password changes, never what it is.
  idempotent:
    support: full
options:
  password:
    description:
      - The wanted password. Any characters except NUL.
    type: str
    required: true
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Set the password of root@sys after the bootstrap
  oceanbase.cluster.root_password:
    login_servers: ["192.0.2.1:2881"]
    password: "{{ vault_root_password }}"

- name: Change it later
  oceanbase.cluster.root_password:
    login_servers: ["192.0.2.1:2881"]
    login_current_password: "{{ vault_root_password }}"
    password: "{{ vault_new_root_password }}"
"""

RETURN = r"""
statements:
  description: What was sent, or in check mode would be sent, in order, with the password replaced.
  returned: success
  type: list
  elements: str
  sample: ["ALTER USER 'root' IDENTIFIED BY '********'"]
"""

from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login, checked_password, endpoints_of, logins_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._reach import NotReachable, Opened, Refused, open_first
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import DENIED, Connect, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import set_password
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until


class Target(NamedTuple):
    """Where and how to work."""

    connect: Connect
    endpoints: Tuple[str, ...]
    wanted: Login
    others: Tuple[Login, ...]  # what else may work now
    wait: float
    clock: Clock


def read(target, foresee):
    # type: (Target, bool) -> Optional[Opened]
    """Log in with whatever works; None where no server answers, which only check mode takes for a cluster to come."""
    try:
        return open_first(target.connect, target.endpoints, (target.wanted,), target.wait, clock=target.clock)
    except NotReachable:
        if foresee:
            return None
        raise
    except Refused as error:
        if error.details.get("error_code") != DENIED:
            raise
        denied = error
    try:
        return open_first(target.connect, target.endpoints, target.others, target.wait, clock=target.clock)
    except Refused:
        raise ObError(
            "Cannot set the password of {0}".format(target.wanted.name),
            "this is an existing cluster with another password: {0}".format(denied.cause),
            "Give the password that is set: as login_current_password (oceanbase_current_password of the role) to have it changed, or as the password of "
            "the request to keep it. Nothing was changed.",
            error_code=DENIED,
        ) from None


def plan(user, password, works):
    # type: (str, str, bool) -> List[Change]
    """Return the step to the wanted password."""
    if works:
        return []
    return [Change(
        "set the password of {0}".format(user), set_password(user, password),
        before=("{0} with another password, or none".format(user),), after=("{0} with the password given".format(user),))]


def confirm(target, endpoint):
    # type: (Target, str) -> None
    """Log in with the new password: a statement that succeeded and a password that works are two things."""
    def login():
        # type: () -> str
        try:
            target.connect(endpoint, target.wanted).close()
        except SqlError as error:
            return "{0}, {1}".format(error.code, error.text)
        return ""

    seen = wait_until(login, lambda failure: not failure, target.wait, clock=target.clock)
    if not seen.done:
        raise ObError(
            "The password of {0} was set".format(target.wanted.name),
            "yet the login with it still fails at {0} (error {1})".format(endpoint, seen.value),
            "Look into log/observer.log of that server.",
        )


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    known = logins_of(params)
    wanted = known[0]._replace(password=checked_password(params["password"], "password"))
    if not wanted.password:
        raise ObError("Cannot set the password of {0}".format(wanted.name), "it is empty", "Choose a password.")
    others = tuple(login for login in dict.fromkeys(known + (wanted._replace(password=""),)) if login != wanted)
    target = Target(connect, endpoints_of(params), wanted, others, 0 if module.check_mode else params["login_timeout"], clock)
    user = wanted.user.split("@")[0]
    opened = read(target, module.check_mode)
    changes = plan(user, wanted.password, opened is not None and opened.login == wanted)
    if opened and changes and not module.check_mode:
        apply_changes(opened.session, changes)
        confirm(target, opened.session.endpoint)
    if opened:
        opened.session.close()
    return outcome(changes, diff_of("user {0}".format(wanted.name), *diff_lines(changes)))


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(password={"type": "str", "required": True, "no_log": True}),
    )


if __name__ == "__main__":
    main()
