# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Steps on the members of a cluster: add, remove, start, stop, and the pair of both that a rolling restart is made of."""

from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils import _statements as sql
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, refused
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Server, read_servers
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._serving import wait_for_servers
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import ZoneServers
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import Clock, wait_until

_NOT_NOW = 4179  # its text says why: some reasons pass by themselves
_PASSES = ("in-sync", "in sync", "not enough member")


_ADD_HINTS = ((
    "non-empty", "That server holds data of another or an earlier cluster. Stop it, empty its data and log directories if nothing in them is of value, "
    "start it anew, and run again.",
),)


def add_server(server, zone):
    # type: (str, str) -> Change
    """Return the step that makes a started, empty server a member."""
    return Change(
        "add server {0} to {1}".format(server, zone), sql.add_server(server, zone), after=("server {0} in {1}".format(server, zone),), hints=_ADD_HINTS)


class Wanted(NamedTuple):
    """What is asked for."""

    servers: Tuple[str, ...]
    state: str  # present, absent, started
    zone: str
    stop: Tuple[str, ...]  # servers to take out of service afterwards


class Planned(NamedTuple):
    """The steps: first those on the servers, then the stop."""

    first: Tuple[Change, ...]
    stop: Tuple[Change, ...]
    skipped: str  # why the stop was left out

    @property
    def changes(self):
        # type: () -> Tuple[Change, ...]
        """All of them."""
        return self.first + self.stop


def foresee(zones, stopped, members):
    # type: (Sequence[ZoneServers], Sequence[str], Sequence[Server]) -> Tuple[Server, ...]
    """Return the members that a run would find by now: in check mode nothing has been bootstrapped and nothing stopped by the steps before."""
    if not members:
        members = [Server(server, zone.zone, 0, 0, False, "ACTIVE", "foreseen", "", "") for zone in zones for server in zone.servers]
    if len(set(member.zone for member in members)) < 3:
        stopped = ()
    return tuple(member._replace(stop_time=member.stop_time or "foreseen") if member.server in stopped else member for member in members)


def plan(wanted, members, known):
    # type: (Wanted, Sequence[Server], bool) -> Planned
    """Return the steps. ``known`` is False where there is no cluster yet and its members are those to come (check mode)."""
    faults = [server for server in wanted.servers + wanted.stop if any(char in server for char in "'\\\"\0\n") or ":" not in server]
    if faults:
        raise ObError("Cannot use servers", "{0} are not ip:rpc_port".format(", ".join(repr(fault) for fault in faults)), "Correct them.")
    by_name = {member.server: member for member in members}
    unknown = [server for server in wanted.stop + (wanted.servers if wanted.state == "started" else ()) if server not in by_name]
    if unknown and known:
        raise ObError(
            "Cannot start or stop servers", "{0} are no members of the cluster".format(", ".join(unknown)),
            "Members are {0}.".format(", ".join(sorted(by_name)) or "none"))
    first = _first(wanted, by_name)
    skipped = _why_not(wanted, members)
    stop = [] if skipped else _stop([by_name[server] for server in wanted.stop if server in by_name])
    zone = by_name[wanted.stop[0]].zone if stop else ""
    stopped = [member.described for member in members if stop and member.stop_time and member.zone != zone and member.server not in wanted.servers]
    if stopped:
        # It would not pass by itself: the server refuses this with 4660.
        raise ObError(
            "Cannot stop servers of {0}".format(zone), "; ".join(stopped), "Only one zone may be out of service. Start those first, as this module does with "
            "state started and these servers.", servers=[member.server for member in members if member.stop_time])
    return Planned(tuple(first), tuple(stop), skipped)


def _first(wanted, by_name):
    # type: (Wanted, Dict[str, Server]) -> List[Change]
    here = [by_name[server] for server in wanted.servers if server in by_name]
    if wanted.state == "present":
        elsewhere = [member for member in here if member.zone != wanted.zone]
        if elsewhere:
            raise ObError(
                "Cannot add servers to {0}".format(wanted.zone), "; ".join("{0} is in {1}".format(one.server, one.zone) for one in elsewhere),
                "Nothing was changed. A server moves to another zone by being removed and added empty.")
        return [add_server(server, wanted.zone) for server in wanted.servers if server not in by_name]
    if wanted.state == "absent":
        return [
            Change("delete server {0}".format(one.server), sql.delete_servers([one.server]), before=("{0} in {1}".format(one.server, one.zone),))
            for one in here if one.status != "DELETING"
        ]
    names = [one.server for one in here if one.stop_time]
    return [Change(
        "start servers {0}".format(", ".join(names)), sql.start_servers(names),
        tuple("{0} stopped".format(name) for name in names), tuple("{0} started".format(name) for name in names))] if names else []


def _stop(members):
    # type: (Sequence[Server]) -> List[Change]
    zones = sorted(set(member.zone for member in members))
    if len(zones) > 1:
        raise ObError("Cannot stop servers of {0} at once".format(", ".join(zones)), "only one zone may be out of service", "Name servers of one zone.")
    names = [member.server for member in members if not member.stop_time]
    return [Change(
        "stop servers {0}".format(", ".join(names)), sql.stop_servers(names),
        tuple("{0} started".format(name) for name in names), tuple("{0} stopped".format(name) for name in names))] if names else []


def _why_not(wanted, members):
    # type: (Wanted, Sequence[Server]) -> str
    zones = len(set(member.zone for member in members))
    if not wanted.stop or not members or zones >= 3:
        return ""
    return "the cluster has {0} zone{1}, and a majority has to stay in service".format(zones, "" if zones == 1 else "s")


def carry_out(session, catalog, wanted, planned, timeout, clock):
    # type: (Session, str, Wanted, Planned, float, Clock) -> Tuple[Server, ...]
    """Send the steps, waiting after each part until the view shows what was asked for."""
    def read():
        # type: () -> Tuple[Server, ...]
        return read_servers(session, catalog)

    apply_changes(session, planned.first)
    if wanted.state == "absent":
        _wait_until_gone(read, wanted.servers, timeout, clock)
    else:
        wait_for_servers(read, wanted.servers, lambda one: one.serving, "serve", timeout, clock, session.refused)
    if planned.stop:
        others = [one.server for one in read() if one.server not in wanted.stop]
        wait_for_servers(read, others, lambda one: one.serving, "serve", timeout, clock, session.refused)
        for change in planned.stop:
            _send_stop(session, change, timeout, clock)
        wait_for_servers(read, wanted.stop, lambda one: bool(one.stop_time), "be stopped", timeout, clock)
    return read()


def _send_stop(session, change, timeout, clock):
    # type: (Session, Change, float, Clock) -> None
    """Send a stop; while the server says that members or log are still behind, say it again."""
    def attempt():
        # type: () -> Optional[SqlError]
        return _behind(session, change)

    last = wait_until(attempt, lambda reason: reason is None, timeout, first=0.5, clock=clock).value
    if isinstance(last, SqlError):
        raise refused(change, last, "It was tried for {0:.0f} s. See which replicas lag or are missing, then repeat.".format(timeout))


def _behind(session, change):
    # type: (Session, Change) -> Optional[SqlError]
    """Send a stop once; return the refusal if it is one that passes by itself."""
    try:
        session.execute(change.statement)
        return None
    except SqlError as error:
        reason = error
    if reason.code == _NOT_NOW and any(word in reason.text.lower() for word in _PASSES):
        return reason
    raise refused(change, reason)


def _wait_until_gone(read, servers, timeout, clock):
    # type: (Callable[[], Tuple[Server, ...]], Sequence[str], float, Clock) -> None
    def left():
        # type: () -> List[Server]
        return [one for one in read() if one.server in servers]

    seen = wait_until(left, lambda one: not one, timeout, most=5.0, clock=clock)
    if not seen.done:
        raise ObError(
            "Waited {0:.0f} s in vain for {1} to leave".format(timeout, ", ".join(servers)), "their units may still be moving: {0}".format(seen.value),
            "It goes on by itself as long as other servers have room; CANCEL DELETE SERVER takes it back.")
