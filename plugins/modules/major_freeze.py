#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: major_freeze
short_description: Trigger a major compaction
description:
  - Triggers a major compaction where the tenant never had one, or always with O(force=true), and can wait until it has ended.
  - In 2.2 and 3.x a major compaction concerns the whole cluster.
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
      - Not with O(force=true).
options:
  tenant:
    description:
      - The tenant.
    type: str
    default: sys
  force:
    description:
      - Trigger one even where there was one before.
    type: bool
    default: false
  wait:
    description:
      - Wait until everything that was frozen is merged.
    type: bool
    default: false
  wait_timeout:
    description:
      - How long to wait, in seconds.
    type: int
    default: 3600
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Compact the new cluster once and wait
  oceanbase.cluster.major_freeze:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
    wait: true
"""

RETURN = r"""
statements:
  description: What was sent, or in check mode would be sent, in order.
  returned: success
  type: list
  elements: str
  sample: [ALTER SYSTEM MAJOR FREEZE]
compaction:
  description: How far the compaction is. C(frozen) and C(merged) are SCNs, versions in 2.2 and 3.x.
  returned: when a cluster was found
  type: dict
  sample: {frozen: 1738224312000000000, merged: 1738224312000000000, status: IDLE, error: false}
"""

import re
from typing import Any, Callable, Dict, List, Optional

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Compaction, catalog_for, read_compaction, read_tenants
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import major_freeze
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

MERGE_RUNS = 4744


def reader(session, catalog, name):
    # type: (Session, str, str) -> Callable[[], Compaction]
    """Return what reads the compaction of the tenant."""
    try:
        tenants = {tenant.name: tenant for tenant in read_tenants(session, catalog)}
    except SqlError as error:
        failure = failed("Cannot read tenant {0}".format(name), error)
    else:
        if name not in tenants:
            raise ObError("Cannot compact tenant {0}".format(name), "there is no such tenant", "Tenants are {0}.".format(", ".join(sorted(tenants))))
        return lambda: read_compaction(session, catalog, tenants[name])
    raise failure


def plan(tenant, force, catalog, compaction):
    # type: (str, bool, str, Optional[Compaction]) -> List[Change]
    """Return the step, if one is needed."""
    if compaction and not compaction.never and not force:
        return []
    named = tenant if catalog == "4" and tenant != "sys" else ""  # 3.x knows no tenant here; without one 4.x takes the caller's own
    return [Change(
        "compact tenant {0}".format(tenant), major_freeze(named),
        before=("no major compaction yet" if not compaction or compaction.never else "major compaction up to {0}".format(compaction.frozen),),
        after=("a new major compaction",))]


def trigger(session, changes):
    # type: (Session, List[Change]) -> List[str]
    """Send the statement; return what the server warned of."""
    apply_changes(session, changes)
    rows = session.query("SHOW WARNINGS") if changes else []
    return ["{0}: {1}".format(row.get("code"), row.get("message")) for row in rows if int(row.get("code") or 0) in (MERGE_RUNS, 4217)]


def wait_for_merge(read, before, timeout, clock):
    # type: (Callable[[], Compaction], Compaction, float, Clock) -> Compaction
    """Wait until everything frozen is merged; before a freeze shows there is nothing to wait for yet."""
    def merged(now):
        # type: (Compaction) -> bool
        if now.error:
            raise ObError(
                "The major compaction ended with an error", "status {0}, frozen {1}, merged {2}".format(now.status, now.frozen, now.merged),
                "Look into log/rootservice.log; ALTER SYSTEM CLEAR MERGE ERROR ends the state once the reason is gone.")
        return now.frozen > before.frozen and now.merged == now.frozen and now.status == "IDLE"

    seen = wait_until(read, merged, timeout, most=5.0, clock=clock)
    last = seen.value
    if seen.done and isinstance(last, Compaction):
        return last
    raise ObError(
        "Waited {0:.0f} s in vain for the major compaction".format(timeout), "it was last seen as {0}".format(last),
        "It goes on by itself; a large cluster needs a longer wait.")


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    tenant = params["tenant"]
    if not re.match(r"^[A-Za-z_][A-Za-z0-9_]{0,63}$", tenant):
        raise ObError("Cannot use the tenant name {0!r}".format(tenant), "it is no identifier", "Use letters, digits and underscores.")
    session = open_session(params, connect, module.check_mode, clock)
    if session is None:
        changes = plan(tenant, params["force"], "4", None)
        return outcome(changes, diff_of("tenant {0}".format(tenant), *diff_lines(changes)))
    try:
        catalog = catalog_for(session, version_of(params))
        read = reader(session, catalog, tenant)
        compaction = read()
        changes = plan(tenant, params["force"], catalog, compaction)
        for warning in [] if module.check_mode else trigger(session, changes):
            module.warn(warning)
        if changes and params["wait"] and not module.check_mode:
            compaction = wait_for_merge(read, compaction, params["wait_timeout"], clock)
    except SqlError as error:
        failure = failed("Cannot read the major compaction of tenant {0}".format(tenant), error)
    else:
        session.close()
        return outcome(
            changes, diff_of("tenant {0}".format(tenant), *diff_lines(changes)), compaction=dict(compaction._asdict()))
    raise failure


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(
            tenant={"type": "str", "default": "sys"},
            force={"type": "bool", "default": False},
            wait={"type": "bool", "default": False},
            wait_timeout={"type": "int", "default": 3600},
        ),
    )


if __name__ == "__main__":
    main()
