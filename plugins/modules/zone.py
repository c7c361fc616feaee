#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: zone
short_description: Add, label, start, stop and remove zones of a cluster
description:
  - Manages the zones of a cluster, their region and their IDC.
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
      - Name of the zone.
    type: str
    required: true
  state:
    description:
      - V(present) adds the zone where it is missing. A zone that was added is INACTIVE until it is started.
      - V(started) adds it too, and makes it ACTIVE. V(stopped) makes it INACTIVE, which the server refuses where no majority would be left.
      - V(absent) stops and removes it. It must have no servers.
    type: str
    choices: [present, absent, started, stopped]
    default: present
  region:
    description:
      - Region of the zone. Empty leaves it as it is.
    type: str
    default: ""
  idc:
    description:
      - IDC of the zone. Empty leaves it as it is.
    type: str
    default: ""
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Add a zone
  oceanbase.cluster.zone:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
    name: zone4
    region: east
    idc: hz3
    state: started
"""

RETURN = r"""
statements:
  description: What was sent, or in check mode would be sent, in order.
  returned: success
  type: list
  elements: str
  sample:
    - ALTER SYSTEM ADD ZONE 'zone4' REGION = 'east', IDC = 'hz3'
    - ALTER SYSTEM START ZONE 'zone4'
zones:
  description: The zones of the cluster afterwards.
  returned: success
  type: list
  elements: dict
  sample:
    - {name: zone1, status: ACTIVE, region: default_region, idc: hz1}
"""

from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils import _statements as sql
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Zone, catalog_for, read_zones
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError


class Wanted(NamedTuple):
    """A zone as asked for."""

    name: str
    state: str
    region: str
    idc: str


def read(session, version):
    # type: (Session, Tuple[int, ...]) -> Tuple[Zone, ...]
    """Read the zones."""
    try:
        return read_zones(session, catalog_for(session, version))
    except SqlError as error:
        failure = failed("Cannot read the zones of the cluster at {0}".format(session.endpoint), error)
    raise failure


def line(zone):
    # type: (Zone) -> Tuple[str, ...]
    """Describe a zone for the diff."""
    return ("zone {0} {1} region {2!r} idc {3!r}".format(zone.name, zone.status, zone.region, zone.idc),)


def plan(wanted, zone):
    # type: (Wanted, Optional[Zone]) -> List[Change]
    """Return the steps to the zone as asked for."""
    name = wanted.name
    changes = []  # type: List[Change]
    if wanted.state == "absent":
        if zone and zone.status == "ACTIVE":
            changes.append(Change("stop zone {0}".format(name), sql.stop_zone(name)))
        return changes + [Change("delete zone {0}".format(name), sql.delete_zone(name), before=line(zone))] if zone else []
    if zone is None:
        zone = Zone(name, "INACTIVE", wanted.region, wanted.idc)
        changes.append(Change("add zone {0}".format(name), sql.add_zone(name, wanted.region, wanted.idc), after=line(zone)))
    labelled = zone._replace(region=wanted.region or zone.region, idc=wanted.idc or zone.idc)
    if labelled != zone:
        region = wanted.region if wanted.region != zone.region else ""
        idc = wanted.idc if wanted.idc != zone.idc else ""
        changes.append(Change("label zone {0}".format(name), sql.modify_zone(name, region, idc), before=line(zone), after=line(labelled)))
    if wanted.state == "started" and zone.status != "ACTIVE":
        changes.append(Change("start zone {0}".format(name), sql.start_zone(name), line(labelled), line(labelled._replace(status="ACTIVE"))))
    if wanted.state == "stopped" and zone.status == "ACTIVE":
        changes.append(Change("stop zone {0}".format(name), sql.stop_zone(name), line(labelled), line(labelled._replace(status="INACTIVE"))))
    return changes


def story(module, connect):
    # type: (AnsibleModule, Connect) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    wanted = Wanted(params["name"], params["state"], params["region"], params["idc"])
    if any(char in text for text in wanted for char in "'\\\"\0\n") or not wanted.name:
        raise ObError("Cannot use zone {0!r}".format(wanted.name), "a name is empty, or holds a quote, a backslash or a line break", "Correct it.")
    session = open_session(params, connect, module.check_mode)
    zones = read(session, version_of(params)) if session else ()
    changes = plan(wanted, next((zone for zone in zones if zone.name == wanted.name), None))
    if session and changes and not module.check_mode:
        apply_changes(session, changes)
        zones = read(session, version_of(params))
    if session:
        session.close()
    return outcome(changes, diff_of("zone {0}".format(wanted.name), *diff_lines(changes)), zones=[dict(zone._asdict()) for zone in zones])


def main(connect=_connection.connect):
    # type: (Connect) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect),
        sql_spec(
            name={"type": "str", "required": True},
            state={"type": "str", "choices": ["present", "absent", "started", "stopped"], "default": "present"},
            region={"type": "str", "default": ""},
            idc={"type": "str", "default": ""},
        ),
    )


if __name__ == "__main__":
    main()
