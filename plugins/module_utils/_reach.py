# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Log in to the first server that lets one in, and explain it where none does."""

from typing import Iterable, List, NamedTuple, Optional, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import DENIED, INITIALIZING, WRONG_CLUSTER, Connect, Row, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Statement
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until


class NotReachable(ObError):
    """No server answered."""


class Refused(ObError):
    """A server answered, and does not let this user in."""


class Attempt(NamedTuple):
    """One login that failed."""

    login: Login
    error: SqlError


class _Round(NamedTuple):
    session: Optional[Session]
    login: Optional[Login]
    failed: Sequence[Attempt]


class Opened(NamedTuple):
    """A session, and which of the logins it was that worked."""

    session: Session
    login: Login


def open_first(connect, endpoints, logins, wait, wait_for_listener=0.0, clock=SYSTEM_CLOCK):
    # type: (Connect, Sequence[str], Sequence[Login], float, float, Clock) -> Opened
    """Try every endpoint in turn, each with every login, until one works.

    A server that has just started answers that it is initializing: that is waited for, ``wait`` seconds. A server that does not answer at all
    is waited for ``wait_for_listener`` seconds. A refused login goes on to the next endpoint, because a server which is not in the cluster
    yet does not know its users; it is not repeated.
    """
    begin = clock.now()

    def attempt():
        # type: () -> _Round
        failed = []  # type: List[Attempt]
        for endpoint in endpoints:
            for login in logins:
                try:
                    return _Round(connect(endpoint, login), login, failed)
                except SqlError as error:
                    failed.append(Attempt(login, error))
                    if error.unreachable or error.lost:
                        break
        return _Round(None, None, failed)

    def settled(tried):
        # type: (_Round) -> bool
        if tried.session:
            return True
        errors = [one.error for one in tried.failed]
        if any(error.code == INITIALIZING for error in errors):
            return False
        if any(not (error.unreachable or error.lost) for error in errors):
            return True
        return clock.now() - begin >= wait_for_listener

    last = wait_until(attempt, settled, max(wait, wait_for_listener), clock=clock).value
    if isinstance(last, _Round) and last.session and last.login:
        return Opened(last.session, last.login)
    raise explained(last.failed if isinstance(last, _Round) else [], wait)


def explained(failed, waited):
    # type: (Sequence[Attempt], float) -> ObError
    """Turn the failed logins of the last round into one error; what a server said outranks what silence says."""
    what = "Cannot log in to OceanBase as {0}".format(" or ".join(_unique(one.login.name for one in failed)))
    seen = "; ".join("{0}: {1}".format(one.error.endpoint, _said(one)) for one in failed)
    codes = [one.error.code for one in failed]
    if WRONG_CLUSTER in codes:
        return Refused(
            what, seen, "Another cluster runs at this address: check login_servers and the cluster's name.", error_code=WRONG_CLUSTER)
    if INITIALIZING in codes:
        return NotReachable(
            what,
            "after {0:.0f} s the server was still initializing ({1})".format(waited, seen),
            "A server initializes until it is bootstrapped or has joined its cluster; see log/observer.log and log/rootservice.log of that server.",
            error_code=INITIALIZING,
        )
    if DENIED in codes:
        return Refused(
            what,
            seen,
            "Check the user, its tenant and the password. Where the password of an existing cluster is not known, ask whoever set it; "
            "it cannot be read back.",
            error_code=DENIED,
        )
    others = [code for one, code in zip(failed, codes) if not (one.error.unreachable or one.error.lost)]
    if others:
        return Refused(what, seen, "Look the number up in the server's manual.", error_code=others[0])
    return NotReachable(
        what,
        "no server answered ({0})".format(seen),
        "Check that the observers run, that these are their SQL ports, and that no firewall stands between this host and them.",
        error_code=codes[0] if codes else 0,
    )


def _unique(names):
    # type: (Iterable[str]) -> List[str]
    return list(dict.fromkeys(names))


def _said(attempt):
    # type: (Attempt) -> str
    error = attempt.error
    if error.code == DENIED:
        return "access denied for {0} (error 1045, {1})".format(
            attempt.login.name, "with a password" if attempt.login.password else "without a password")
    if error.unreachable:
        return error.text
    return "error {0}, {1}".format(error.code, error.text)


class Reopening(Session):
    """A session that finds another server when its own goes away while it reads. What it was told to change is never sent twice."""

    def __init__(self, connect, endpoints, opened):
        # type: (Connect, Sequence[str], Opened) -> None
        self._connect = connect
        self._endpoints = endpoints
        self.login = opened.login
        self._session = opened.session
        self.endpoint = opened.session.endpoint

    def query(self, sql, args=()):
        # type: (str, Sequence[str]) -> List[Row]
        """Return the rows of a reading statement, from another server if need be."""
        try:
            return self._session.query(sql, args)
        except SqlError as error:
            if not error.lost:
                raise
        self.reopen()
        return self._session.query(sql, args)

    def execute(self, statement):
        # type: (Statement) -> None
        """Send a changing statement, once."""
        self._session.execute(statement)

    def refused(self, endpoint):
        # type: (str) -> str
        """Knock at another endpoint."""
        try:
            self._connect(endpoint, self.login._replace(connect_timeout=3)).close()
        except SqlError as error:
            if error.unreachable and "refused" in error.text:
                return error.text
        return ""

    def reopen(self):
        # type: () -> None
        """Log in again, wherever that works."""
        self._session.close()
        self._session = open_first(self._connect, self._endpoints, (self.login,), 0).session
        self.endpoint = self._session.endpoint

    def close(self):
        # type: () -> None
        """End the connection."""
        self._session.close()
