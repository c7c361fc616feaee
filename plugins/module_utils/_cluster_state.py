# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What a cluster is, compared with what it should be."""

import re
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Server, Zone
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Primary, ZoneServers

NONE = "none"
HALF = "half_bootstrapped"
UP = "up"
DIFFERS = "up_not_as_planned"


class Actual(NamedTuple):
    """What was read of a cluster."""

    bootstrapped: bool = False
    cluster: str = ""
    cluster_id: int = 0
    servers: Tuple[Server, ...] = ()
    zones: Tuple[Zone, ...] = ()


class Placed(NamedTuple):
    """A server and the zone in which it should be."""

    server: str
    zone: str


class Misplaced(NamedTuple):
    """A member that is in another zone than planned."""

    server: str
    zone: str
    planned: str


class Labels(NamedTuple):
    """A zone whose region or IDC is another one; "" = as it should be."""

    zone: str
    region: str
    idc: str
    was: Tuple[str, str]  # region, idc


class Difference(NamedTuple):
    """How a cluster differs from its plan; all empty where it does not."""

    zones: Tuple[ZoneServers, ...] = ()  # planned, do not exist
    missing: Tuple[Placed, ...] = ()  # planned, no members
    foreign: Tuple[Server, ...] = ()  # members, not planned
    misplaced: Tuple[Misplaced, ...] = ()
    labels: Tuple[Labels, ...] = ()

    @property
    def lines(self):
        # type: () -> List[str]
        """Return one sentence for each difference."""
        return (
            ["{0} does not exist".format(zone.zone) for zone in self.zones]
            + ["{0} of {1} is not a member".format(one.server, one.zone) for one in self.missing]
            + ["{0} in {1} is a member that was not planned".format(one.server, one.zone) for one in self.foreign]
            + ["{0} is in {1}, planned was {2}".format(one.server, one.zone, one.planned) for one in self.misplaced]
            + ["{0} has region {1!r} and IDC {2!r}, planned was {3}".format(
                one.zone, one.was[0], one.was[1], " and ".join(
                    text for text in ("region {0!r}".format(one.region) if one.region else "", "IDC {0!r}".format(one.idc) if one.idc else "") if text))
               for one in self.labels]
        )


def zones_of(params):
    # type: (Sequence[Dict[str, Any]]) -> Tuple[ZoneServers, ...]
    """Return the zones of an option, or tell every fault of it."""
    zones = tuple(ZoneServers(one["name"], one["region"], one["idc"], tuple(one["servers"])) for one in params)
    faults = []
    names = [zone.zone for zone in zones]
    servers = [server for zone in zones for server in zone.servers]
    faults += ["zone {0} is listed twice".format(name) for name in sorted(set(names)) if names.count(name) > 1]
    faults += ["server {0} is listed twice".format(server) for server in sorted(set(servers)) if servers.count(server) > 1]
    faults += ["zone {0} has no servers".format(zone.zone) for zone in zones if not zone.servers]
    faults += ["{0!r} is not ip:rpc_port".format(server) for server in servers if not server.rpartition(":")[2].isdigit() or not server.rpartition(":")[0]]
    texts = names + servers + [zone.region for zone in zones] + [zone.idc for zone in zones]
    faults += ["{0!r} holds a quote, a backslash or a line break".format(text) for text in texts if any(char in text for char in "'\\\"\0\n")]
    if faults:
        raise ObError("Cannot use the option zones", "; ".join(faults), "Correct them.")
    return zones


def primary_of(param):
    # type: (Optional[Dict[str, Any]]) -> Optional[Primary]
    """Return the primary cluster of an option; None where it is not given."""
    if not param:
        return None
    servers = []
    for text in param["rootservice_list"]:
        match = re.match(r"^(\d+\.\d+\.\d+\.\d+:\d+)(?::\d+)?$", text.strip())
        if not match:
            raise ObError("Cannot use the option primary", "{0!r} is not ip:rpc_port".format(text), "Name the root servers of the primary cluster.")
        servers.append(match.group(1))
    if not servers:
        raise ObError("Cannot use the option primary", "rootservice_list is empty", "Name the root servers of the primary cluster.")
    return Primary(param["ob_cluster_id"], tuple(servers))


def compare(planned, actual):
    # type: (Sequence[ZoneServers], Actual) -> Difference
    """Return how a cluster that is up differs from its plan."""
    where = {server: zone.zone for zone in planned for server in zone.servers}
    members = {member.server: member for member in actual.servers}
    existing = {zone.name: zone for zone in actual.zones}
    return Difference(
        tuple(zone for zone in planned if zone.zone not in existing),
        tuple(Placed(server, zone.zone) for zone in planned for server in zone.servers if server not in members),
        tuple(member for member in actual.servers if member.server not in where),
        tuple(Misplaced(member.server, member.zone, where[member.server]) for member in actual.servers
              if member.server in where and where[member.server] != member.zone),
        tuple(labels for labels in (_labels(zone, existing[zone.zone]) for zone in planned if zone.zone in existing) if labels.region or labels.idc),
    )


def _labels(planned, zone):
    # type: (ZoneServers, Zone) -> Labels
    return Labels(
        zone.name,
        planned.region if planned.region and planned.region != zone.region else "",
        planned.idc if planned.idc and planned.idc != zone.idc else "",
        (zone.region, zone.idc),
    )


def classify(planned, actual):
    # type: (Sequence[ZoneServers], Actual) -> str
    """Return which of the four states a cluster is in."""
    if not actual.bootstrapped:
        return HALF if actual.servers else NONE
    return DIFFERS if compare(planned, actual) != Difference() else UP


def check_identity(cluster, cluster_id, actual, endpoint):
    # type: (str, int, Actual, str) -> None
    """Refuse to touch another cluster."""
    if not actual.bootstrapped or not actual.cluster:
        return
    if (cluster and actual.cluster != cluster) or (cluster_id and actual.cluster_id != cluster_id):
        raise ObError(
            "Cannot touch cluster {0} (id {1})".format(cluster, cluster_id),
            "at {0} runs cluster {1} (id {2})".format(endpoint, actual.cluster, actual.cluster_id),
            "Nothing was changed. Check the addresses of the hosts, or the name and the id of the cluster.",
            cluster_state="another_cluster",
        )
