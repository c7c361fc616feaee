# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Whether there is a cluster, none, or half a bootstrap: decided from what every server answers and what its host holds.

Half a bootstrap may be undone, which removes data. So what may be a cluster that is only slow to come back is never called half of one.
"""

from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import HALF, NONE, UP
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

# What a server answers.
MEMBER = "member"  # it knows the schema of a cluster
EMPTY = "empty"  # it lets root in without a password and knows no schema: BOOTSTRAP has not ended there
INITIALIZING = "initializing"  # 8001: it waits for a bootstrap, or for the cluster that it is a member of
REFUSED = "refused"  # it knows passwords, so it is a member, but of a cluster with another one
SILENT = "silent"

WAIT = "wait"  # look again
UNKNOWN = "unknown"  # what there is cannot be told

SETTLE = 10.0  # seconds to see whether a bootstrap ends although one of its servers was restarted meanwhile
STATEMENT = 1000.0  # seconds that the server works on BOOTSTRAP at most: ob_query_timeout, which is more than its own 600 s


class Used(NamedTuple):
    """A server whose host holds data of a BOOTSTRAP or an ADD SERVER."""

    server: str  # ip:rpc_port
    endpoint: str  # ip:sql_port
    restarted: bool  # its process is a later one than that of the first start
    first_start: bool  # its creation has not got to the restart that follows the bootstrap
    age: float  # seconds since it got that data


class Limits(NamedTuple):
    """How long to wait, in seconds."""

    wait: float  # for servers that initialize, and for a bootstrap that may still go on
    listener: float  # for servers that do not answer at all
    statement: float = STATEMENT


class Verdict(NamedTuple):
    """What is made of it."""

    state: str  # UP, NONE, HALF, UNKNOWN or WAIT
    why: str


def used_of(rows):
    # type: (Sequence[Mapping[str, Any]]) -> Tuple[Used, ...]
    """Return the servers of an option."""
    return tuple(Used(row["server"], row["endpoint"], row["restarted"], row["first_start"], float(row["age"])) for row in rows)


def decide(answers, used, roots, waited, limits):
    # type: (Mapping[str, str], Sequence[Used], Sequence[str], float, Limits) -> Verdict
    """Return what the answers by endpoint mean after ``waited`` seconds; ``roots`` are the servers that BOOTSTRAP names."""
    if MEMBER in answers.values():
        return Verdict(UP, "")
    if REFUSED in answers.values():
        return Verdict(UNKNOWN, "")
    silent = [endpoint for endpoint, answer in answers.items() if answer == SILENT]
    proof = [one.server for one in used if answers.get(one.endpoint) == EMPTY]
    # A single look (check mode) finds those dead that a run would start first.
    if silent and not (proof and limits.wait == 0):
        return Verdict(WAIT if waited < limits.listener else UNKNOWN, "{0} did not answer".format(", ".join(silent)))
    if not used:
        if INITIALIZING not in answers.values():
            return Verdict(NONE, "")
        return Verdict(WAIT if waited < limits.wait else UNKNOWN, "some servers still initialize")
    return _used(bool(proof), used, roots, waited, limits)


def _used(proof, used, roots, waited, limits):
    # type: (bool, Sequence[Used], Sequence[str], float, Limits) -> Verdict
    if proof:
        # A member knows its cluster's schema or says that it initializes: one that does neither has never been in a cluster that was up.
        going = _may_go_on(used, roots, waited, limits)
        return Verdict(WAIT, going) if going else Verdict(HALF, "they were prepared by a BOOTSTRAP that did not end")
    if waited < limits.wait:
        return Verdict(WAIT, "they still initialize")
    if all(one.first_start for one in used):
        return Verdict(HALF, "after {0:.0f} s they still initialize, and no creation of this cluster has got beyond BOOTSTRAP".format(waited))
    return Verdict(UNKNOWN, "they have been members of a cluster, and after {0:.0f} s they still initialize".format(waited))


def _may_go_on(used, roots, waited, limits):
    # type: (Sequence[Used], Sequence[str], float, Limits) -> str
    """Return why BOOTSTRAP may still be going on, "" where it cannot."""
    if any(one.restarted for one in used if one.server in roots):
        return "a server was restarted while it was bootstrapped" if waited < min(SETTLE, limits.wait) else ""
    youngest = min(one.age for one in used) + waited
    return "BOOTSTRAP began {0:.0f} s ago and may still be going on".format(youngest) if youngest < limits.statement and waited < limits.wait else ""


def unknown(servers, cause):
    # type: (Sequence[str], str) -> ObError
    """Explain servers of which cannot be told whether they are half a bootstrap or a cluster in trouble."""
    return ObError(
        "Cannot find the cluster of {0}".format(", ".join(servers)), cause,
        "Nothing was changed. If they are only slow, wait longer (oceanbase_bootstrap_timeout); see in log/observer.log of {0} what they wait for. "
        "If this cluster holds nothing of value, destroy_cluster removes it with all its data.".format(", ".join(servers)),
        cluster_state=UNKNOWN, servers=list(servers))


def described(answers):
    # type: (Mapping[str, str]) -> str
    """Return the last state of each server in words."""
    words = {
        MEMBER: "a member", EMPTY: "no schema", INITIALIZING: "initializing (8001)", REFUSED: "login refused", SILENT: "no answer",
    }
    grouped = {}  # type: Dict[str, List[str]]
    for endpoint, answer in answers.items():
        grouped.setdefault(answer, []).append(endpoint)
    return "; ".join("{0}: {1}".format(", ".join(endpoints), words[answer]) for answer, endpoints in grouped.items())
