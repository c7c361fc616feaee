# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What the modules need of an SQL connection, and how a server says no."""

from typing import Any, Callable, Dict, List, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Statement

Row = Dict[str, Any]  # names are lower case, whatever the catalog's case

DENIED = 1045
NO_SUCH_TABLE = 1146
INITIALIZING = 8001
WRONG_CLUSTER = 4666
_UNREACHABLE = (2002, 2003, 2005)  # the client's own numbers
_LOST = (2006, 2013, 2014, 2027)


class SqlError(Exception):
    """A statement or a login failed: the number, and the server's words, which never hold the statement."""

    def __init__(self, code, text, endpoint=""):
        # type: (int, str, str) -> None
        self.code = code
        self.text = text
        self.endpoint = endpoint
        super().__init__("{0}: {1}".format(code, text))

    @property
    def unreachable(self):
        # type: () -> bool
        """Whether nobody answered."""
        return self.code in _UNREACHABLE

    @property
    def lost(self):
        # type: () -> bool
        """Whether the connection broke: what came of the statement is not known."""
        return self.code in _LOST


class Session:
    """One connection. The driver's is in _connection; tests bring their own."""

    endpoint = ""  # ip:sql_port

    def query(self, sql, args=()):
        # type: (str, Sequence[str]) -> List[Row]
        """Return the rows of a reading statement; ``%s`` stands for an argument, ``%%`` for a percent sign."""
        raise NotImplementedError

    def execute(self, statement):
        # type: (Statement) -> None
        """Send a changing statement."""
        raise NotImplementedError

    def refused(self, endpoint):
        # type: (str) -> str
        """Return in words that nobody listens at another endpoint; "" where somebody does, or where that cannot be told."""
        return ""

    def close(self):
        # type: () -> None
        """End the connection."""

    def __enter__(self):
        # type: () -> Session
        return self

    def __exit__(self, *_unused):
        # type: (object) -> None
        self.close()


Connect = Callable[[str, Login], Session]  # (endpoint, login) -> Session, or SqlError
