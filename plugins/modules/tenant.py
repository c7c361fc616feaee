#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: tenant
short_description: Set the primary zone of a tenant
description:
  - Sets which zones lead a tenant's partitions.
  - The server stores a primary zone in a form of its own, in which C(zone1) becomes C(zone1;zone2,zone3). Both sides are compared in that form.
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
    support: full
options:
  name:
    description:
      - Name of the tenant. It must exist.
    type: str
    default: sys
  primary_zone:
    description:
      - Zones in order of rank, such as V(zone1;zone2,zone3), where V(;) separates ranks and V(,) equals, or V(RANDOM).
      - Empty leaves it as it is.
    type: str
    default: ""
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Let zone1 lead the sys tenant
  oceanbase.cluster.tenant:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
    name: sys
    primary_zone: zone1;zone2,zone3
"""

RETURN = r"""
primary_zone:
  description: The primary zone as the server stores it, afterwards.
  returned: success
  type: str
  sample: zone1;zone2,zone3
statements:
  description: What was sent, or in check mode would be sent, in order.
  returned: success
  type: list
  elements: str
  sample: ["ALTER TENANT sys SET PRIMARY_ZONE = 'zone1;zone2,zone3'"]
"""

import re
from typing import Any, Dict, List, Sequence, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Zone, catalog_for, read_tenants, read_zones
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._primary_zone import PrimaryZoneError, normalized, unknown_zones
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import set_primary_zone

Place = Tuple[str, Tuple[Zone, ...]]  # the primary zone as stored, and the zones of the tenant


def read(session, name, version):
    # type: (Session, str, Tuple[int, ...]) -> Place
    """Read a tenant's primary zone and its zones with their regions."""
    try:
        catalog = catalog_for(session, version)
        tenants = {tenant.name: tenant for tenant in read_tenants(session, catalog)}
        zones = read_zones(session, catalog)
    except SqlError as error:
        failure = failed("Cannot read tenant {0}".format(name), error)
    else:
        if name in tenants:
            own = tenants[name].zones
            return tenants[name].primary_zone, tuple(zone for zone in zones if not own or zone.name in own)
        failure = ObError("Cannot set the primary zone of tenant {0}".format(name), "there is no such tenant", "Tenants are {0}.".format(
            ", ".join(sorted(tenants)) or "none"))
    raise failure


def plan(name, wanted, stored, zones):
    # type: (str, str, str, Sequence[Zone]) -> List[Change]
    """Return the step to the wanted primary zone, if one is needed."""
    try:
        # Without zones there is no cluster yet (check mode): nothing is known of regions.
        unknown = unknown_zones(wanted, [zone.name for zone in zones]) if zones else []
        form = normalized(wanted, zones)
        same = form == (normalized(stored, zones) if stored and zones else stored)
    except PrimaryZoneError as error:
        raise ObError("Cannot set the primary zone of tenant {0}".format(name), str(error), "Correct primary_zone.") from None
    if unknown:
        raise ObError(
            "Cannot set the primary zone of tenant {0}".format(name),
            "it has no replicas in {0}".format(", ".join(unknown)),
            "Name some of its zones: {0}.".format(", ".join(zone.name for zone in zones)),
        )
    if not wanted.strip() or same:
        return []
    return [Change(
        "set the primary zone of tenant {0} to {1}".format(name, wanted),
        set_primary_zone(name, re.sub(r"\s+", "", wanted)),
        before=("primary_zone {0}".format(stored),) if stored else (),
        after=("primary_zone {0}".format(form),),
    )]


def story(module, connect):
    # type: (AnsibleModule, Connect) -> Dict[str, Any]
    """Read, plan, apply."""
    name, wanted = module.params["name"], module.params["primary_zone"]
    if not re.match(r"^[A-Za-z_][A-Za-z0-9_]{0,63}$", name):
        raise ObError("Cannot use the tenant name {0!r}".format(name), "it is no identifier", "Use letters, digits and underscores.")
    version = version_of(module.params)
    session = open_session(module.params, connect, module.check_mode)
    stored, zones = read(session, name, version) if session else ("", ())
    changes = plan(name, wanted, stored, zones)
    if session and changes and not module.check_mode:
        apply_changes(session, changes)
        stored = read(session, name, version)[0]
    elif changes:
        stored = normalized(wanted, zones)
    if session:
        session.close()
    return outcome(changes, diff_of("tenant {0}".format(name), *diff_lines(changes)), primary_zone=stored)


def main(connect=_connection.connect):
    # type: (Connect) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect),
        sql_spec(name={"type": "str", "default": "sys"}, primary_zone={"type": "str", "default": ""}),
    )


if __name__ == "__main__":
    main()
