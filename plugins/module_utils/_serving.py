# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Wait until servers really serve."""

from typing import Callable, Dict, List, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Server
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

Read = Callable[[], Tuple[Server, ...]]

DEAD = 10.0  # seconds for which nobody listens at a server's port: it is not slow, it does not run


class Dead(ObError):
    """A server that is waited for does not run."""


class View(object):
    """The last answer of the catalog, or why there was none."""

    def __init__(self, servers, failure=""):
        # type: (Tuple[Server, ...], str) -> None
        self.servers = servers
        self.failure = failure


def wait_for_servers(read, expected, reached, goal, timeout, clock=SYSTEM_CLOCK, refused=None):
    # type: (Read, Sequence[str], Callable[[Server], bool], str, float, Clock, Optional[Callable[[str], str]]) -> Tuple[Server, ...]
    """Read the members until every expected one has reached the goal; return them all.

    The error names each server that has not, with the last state that was seen; a server that is no member at all is told apart.
    ``refused`` tells of an endpoint that nobody listens there: a server that is dead is not waited for.
    """
    last = [View((), "nothing was read yet")]
    since = {}  # type: Dict[str, float]

    def bury(servers):
        # type: (Sequence[Server]) -> None
        """Raise ObError where a server that is waited for has been dead for a while."""
        for one in servers:
            if refused is None or one.server not in expected or reached(one):
                continue
            endpoint = "{0}:{1}".format(one.server.rpartition(":")[0], one.sql_port)
            words = refused(endpoint)
            if not words:
                since.pop(one.server, None)
            elif clock.now() - since.setdefault(one.server, clock.now()) >= DEAD:
                raise Dead(
                    "Cannot wait for {0} to {1}".format(one.server, goal),
                    "{0}, and for {1:.0f} s nobody has listened at {2} ({3}): its observer does not run".format(one.described, DEAD, endpoint, words),
                    "Run again: that starts the observers that do not run. Why it ended stands at the end of log/observer.log in its home.",
                    servers=[server._asdict() for server in servers],
                )

    def look():
        # type: () -> View
        try:
            last[0] = View(read())
        except (SqlError, ObError) as error:
            # A cluster that has just started may not answer for a moment; what it said last stands in the error.
            last[0] = View(last[0].servers, str(error))
        bury(last[0].servers)
        return last[0]

    def done(view):
        # type: (View) -> bool
        return not view.failure and not lagging(view.servers, expected, reached)

    if wait_until(look, done, timeout, clock=clock).done:
        return last[0].servers
    late = lagging(last[0].servers, expected, reached)
    seen = "; ".join(late) if late else "they were seen so"
    raise ObError(
        "Waited {0:.0f} s in vain for {1} to {2}".format(timeout, _listed(expected), goal),
        "{0}{1}".format(seen, " (the last attempt to look failed: {0})".format(last[0].failure.rstrip(".")) if last[0].failure else ""),
        "Look into log/observer.log of the servers concerned; a slow host needs a longer wait.",
        servers=[server._asdict() for server in last[0].servers],
    )


def lagging(servers, expected, reached):
    # type: (Sequence[Server], Sequence[str], Callable[[Server], bool]) -> List[str]
    """Return a sentence for each expected server that has not reached the goal."""
    members = {server.server: server for server in servers}
    return [
        members[name].described if name in members else "{0} is not a member of the cluster".format(name)
        for name in expected
        if name not in members or not reached(members[name])
    ]


def _listed(servers):
    # type: (Sequence[str]) -> str
    return ", ".join(servers) if len(servers) <= 6 else "{0} servers".format(len(servers))
