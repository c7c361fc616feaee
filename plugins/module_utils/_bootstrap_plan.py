# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The steps from what a cluster is to what it should be."""

from typing import Any, List, Optional, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils import _statements as sql
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, failed
from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import DIFFERS, HALF, NONE, Actual, classify, compare
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._member_steps import add_server
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Primary, ZoneServers

REBUILD = (
    "A failed BOOTSTRAP cannot be repeated by the server: its directories have to be emptied and the observers started anew. "
    "Setting oceanbase_rebuild_failed_bootstrap: true does that, on directories that bear this cluster's marker only"
)

# Refused before anything was touched: syntax, privilege, arguments, one zone twice.
_HARMLESS = (1064, 1210, 1227, 1235, 4002, 4640)


def plan(planned, actual, seconds, primary=None):
    # type: (Sequence[ZoneServers], Actual, float, Optional[Primary]) -> List[Change]
    """Return the steps, or explain why none may be done."""
    state = classify(planned, actual)
    if state == HALF:
        raise half(root_servers(planned), "BOOTSTRAP was begun and did not end: there are members, and no schema")
    if state == NONE:
        return _whole(planned, seconds, primary)
    difference = compare(planned, actual)
    if difference.foreign or difference.misplaced or difference.zones:
        # A zone that is added later has no replica of the sys tenant: that would not be the cluster that was asked for.
        remedy = "Correct the zones and servers of the request, or change the cluster first (modules server and zone, and the locality of the sys tenant)."
        raise ObError(
            "Cannot make cluster {0} as planned".format(actual.cluster), "; ".join(difference.lines), "Nothing was changed. " + remedy,
            cluster_state=DIFFERS, differences=difference.lines)
    changes = []  # type: List[Change]
    changes += [add_server(one.server, one.zone) for one in difference.missing]
    for labels in difference.labels:
        changes.append(Change(
            "label zone {0}".format(labels.zone), sql.modify_zone(labels.zone, labels.region, labels.idc),
            before=("zone {0} region {1!r} idc {2!r}".format(labels.zone, *labels.was),),
            after=("zone {0} region {1!r} idc {2!r}".format(labels.zone, labels.region or labels.was[0], labels.idc or labels.was[1]),),
        ))
    return changes


def _whole(planned, seconds, primary):
    # type: (Sequence[ZoneServers], float, Optional[Primary]) -> List[Change]
    changes = [
        Change("set the time limit of BOOTSTRAP", sql.query_timeout(seconds)),
        Change(
            "bootstrap the cluster", sql.bootstrap(planned, primary),
            after=tuple("zone {0}{1}".format(zone.zone, _labels(zone)) for zone in planned)
            + tuple("server {0} in {1}".format(zone.servers[0], zone.zone) for zone in planned),
        ),
    ]
    changes += [add_server(server, zone.zone) for zone in planned for server in zone.servers[1:]]
    changes += [Change("set the IDC of zone {0}".format(zone.zone), sql.modify_zone(zone.zone, "", zone.idc)) for zone in planned if zone.idc]
    return changes


def _labels(zone):
    # type: (ZoneServers) -> str
    return "{0}{1}".format(" region {0!r}".format(zone.region) if zone.region else "", " idc {0!r}".format(zone.idc) if zone.idc else "")


def is_bootstrap(change):
    # type: (Change) -> bool
    """Whether a step is the one that must not be repeated."""
    return change.statement.sql.startswith("ALTER SYSTEM BOOTSTRAP ")


def root_servers(planned):
    # type: (Sequence[ZoneServers]) -> List[str]
    """Return the servers that BOOTSTRAP names."""
    return [zone.servers[0] for zone in planned]


def half(servers, cause, remedy="", **details):
    # type: (Sequence[str], str, str, Any) -> ObError
    """Explain half a bootstrap, with the servers that it concerns."""
    return ObError(
        "Cannot bootstrap {0}".format(", ".join(servers)), cause, " ".join(part for part in (remedy, REBUILD + ".") if part),
        cluster_state=HALF, servers=list(servers), **details)


def bootstrap_failed(planned, change, error):
    # type: (Sequence[ZoneServers], Change, SqlError) -> ObError
    """Explain why BOOTSTRAP was refused, with the servers that it concerns."""
    servers = root_servers(planned)
    explained = failed("Cannot bootstrap {0}".format(", ".join(servers)), error, statement=change.statement.shown())
    if error.code in _HARMLESS:
        return explained
    cause = explained.cause
    if error.code == 4015:
        cause += ". The server concerned is the one that was asked, at {0}".format(error.endpoint)
    elif error.code == 4005:
        others = servers[1:] or servers
        cause += ". The server concerned is one of {0}".format(", ".join(others))
    remedy = "" if error.code in (4005, 4015) else explained.remedy
    return half(servers, cause, remedy, **explained.details)


def not_all_answer(silent):
    # type: (Sequence[str]) -> ObError
    """Explain why BOOTSTRAP is not even tried: it would end half way."""
    return ObError(
        "Cannot bootstrap",
        "not every server can be logged in to: {0}".format("; ".join(silent)),
        "Nothing was changed. Start those observers, or see in their log/observer.log why they do not answer.",
        cluster_state=NONE,
    )
