# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted server behind the one interface through which the modules speak SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Union

from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Row, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Statement
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import Clock

Rows = list[dict[str, Any]]
Reply = Union[Rows, SqlError, Callable[[], Rows]]  # noqa: UP007  # pylint takes the operator for an error


class FakeClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.time = 0.0
        self.at: list[tuple[float, Callable[[], None]]] = []

    def after(self, seconds: float, effect: Callable[[], None]) -> None:
        """Let something happen later."""
        self.at.append((self.time + seconds, effect))

    def sleep(self, seconds: float) -> None:
        """Pass."""
        self.time += seconds
        for due in [one for one in self.at if one[0] <= self.time]:
            self.at.remove(due)
            due[1]()

    @property
    def clock(self) -> Clock:
        """The clock as the code wants it."""
        return Clock(lambda: self.time, self.sleep)


class World:
    """What servers answer: the replies to queries by a part of their text, effects of statements, who may log in where."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.replies: list[tuple[str, Reply]] = []
        self.effects: list[tuple[str, Callable[[], None] | SqlError]] = []
        self.logins: dict[str, SqlError | None] = {}
        self.endpoints: dict[str, SqlError | None] = {}
        self.sent: list[str] = []
        self.queries: list[str] = []
        self.tried: list[str] = []
        self.passwords: dict[str, str] = {}

    def reply(self, part: str, rows: Reply) -> None:
        """Answer queries that hold this text; the newest reply wins."""
        self.replies.insert(0, (part, rows))

    def effect(self, part: str, what: Callable[[], None] | SqlError) -> None:
        """Let a statement do something, or fail."""
        self.effects.insert(0, (part, what))

    def connect(self, endpoint: str, login: Login) -> Session:
        """Log in."""
        self.tried.append(f"{login.name} {endpoint} {'with' if login.password else 'without'}")
        failure = self.endpoints.get(endpoint)
        if failure:
            raise SqlError(failure.code, failure.text, endpoint)
        if self.passwords.get(login.user.split("@")[0], "") != login.password:
            raise SqlError(1045, "Access denied for user", endpoint)
        return FakeSession(self, endpoint)


class FakeSession(Session):
    """A connection to the world."""

    def __init__(self, world: World, endpoint: str) -> None:
        self.world = world
        self.endpoint = endpoint

    def query(self, sql: str, args: Sequence[str] = ()) -> list[Row]:
        """Answer from the script."""
        text = sql % tuple(args)
        self.world.queries.append(text)
        for part, rows in self.world.replies:
            if part in text:
                found = rows() if callable(rows) else rows
                if isinstance(found, SqlError):
                    raise SqlError(found.code, found.text, self.endpoint)
                return found
        raise SqlError(1146, f"nothing is scripted for {text}", self.endpoint)

    def execute(self, statement: Statement) -> None:
        """Record, and do what the script says."""
        self.world.sent.append(statement.shown())
        for part, what in self.world.effects:
            if part in statement.shown():
                if isinstance(what, SqlError):
                    raise SqlError(what.code, what.text, self.endpoint)
                what()
                return


def refused(endpoint: str = "") -> SqlError:
    """Nobody listens there."""
    return SqlError(2003, "connection refused", endpoint)
