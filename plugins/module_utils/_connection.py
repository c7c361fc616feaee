# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Open a connection. The only file that names the SQL driver."""

import socket
import sys
import traceback
from typing import Any, Dict, List, NoReturn, Optional, Sequence, Tuple

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login, split_endpoint
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Row, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Statement, query_timeout

DRIVER_ERROR = None  # type: Optional[str]
try:
    import pymysql  # type: ignore[import-untyped,unused-ignore]
except ImportError:
    DRIVER_ERROR = traceback.format_exc()

_NO_MYSQL = 2027  # CR_MALFORMED_PACKET: whoever listens there does not speak the protocol


class PyMySQLSession(Session):
    """A connection of PyMySQL."""

    def __init__(self, endpoint, connection):
        # type: (str, Any) -> None
        self.endpoint = endpoint
        self._connection = connection

    def query(self, sql, args=()):
        # type: (str, Sequence[str]) -> List[Row]
        """Return the rows of a reading statement."""
        names, rows = self._send(sql, args, False)
        return [dict(zip(names, row)) for row in rows]

    def execute(self, statement):
        # type: (Statement) -> None
        """Send a changing statement."""
        self._send(statement.sql, statement.args, statement.secret)

    def _send(self, sql, args, secret):
        # type: (str, Sequence[str], bool) -> Tuple[List[str], Sequence[Sequence[Any]]]
        cursor = self._connection.cursor()
        try:
            # A tuple even where it is empty: the driver then always reads %% as %.
            cursor.execute(sql, tuple(args))
            return [column[0].lower() for column in cursor.description or ()], cursor.fetchall()
        except Exception as error:
            failure = _failure(error, self.endpoint, secret)
        # Outside the handler, so that no traceback leads back to the driver and the statement.
        raise failure

    def close(self):
        # type: () -> None
        """End the connection; one that is broken already is ended too."""
        try:
            self._connection.close()
        except Exception:  # the driver complains about a connection that the server closed
            return


def connect(endpoint, login):
    # type: (str, Login) -> Session
    """Log in to one server, or raise SqlError."""
    if DRIVER_ERROR:
        _driver_missing()
    host, port = split_endpoint(endpoint)
    options = {"ssl_disabled": True} if int(pymysql.VERSION[0]) >= 1 else {}  # type: Dict[str, Any]
    failure = None  # type: Optional[SqlError]
    try:
        connection = pymysql.connect(
            host=host,
            port=port,
            user=login.name,
            password=login.password.encode("utf-8"),  # the driver would encode text as latin-1, the server hashes UTF-8
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=login.connect_timeout,
            read_timeout=login.connect_timeout,  # a process that is stopped still accepts connections
            **options
        )  # type: Any
        # There is no public way to have one limit for the greeting and another for statements; 0.7 to 2.2 have this name.
        connection._read_timeout = login.read_timeout
        session = PyMySQLSession(endpoint, connection)
        if login.query_timeout:
            session.execute(query_timeout(login.query_timeout))
        return session
    except SqlError:
        raise
    except Exception as error:  # anything may come out of the driver when the other side is no MySQL server
        failure = _failure(error, endpoint, False)
    raise failure


def _failure(error, endpoint, secret):
    # type: (Exception, str, bool) -> SqlError
    """Turn the driver's exception into ours."""
    args = error.args
    if not isinstance(error, pymysql.MySQLError) or len(args) < 2 or not isinstance(args[0], int):
        return SqlError(_NO_MYSQL, "what listens there does not speak the MySQL protocol ({0})".format(type(error).__name__), endpoint)
    original = getattr(error, "original_exception", None)
    text = _reason(original) if isinstance(original, OSError) else str(args[1])
    if secret:
        # The text of a syntax error and of a few others quotes the statement, which holds a password.
        text = "the server's own words are withheld, they may quote a password"
    return SqlError(args[0], text, endpoint)


def _reason(error):
    # type: (OSError) -> str
    if isinstance(error, socket.timeout):
        return "no answer in time"
    return (error.strerror or str(error) or type(error).__name__).lower()


def _driver_missing():
    # type: () -> NoReturn
    raise ObError(
        "Cannot speak SQL",
        missing_required_lib("PyMySQL"),  # type: ignore[no-untyped-call,unused-ignore]
        "The modules that speak SQL run on the control node, or on the host that oceanbase_sql_delegate_to names: PyMySQL is needed there, "
        "for the interpreter {0} of host {1}, and nowhere else.".format(sys.executable, socket.gethostname()),
        exception=DRIVER_ERROR,
    )
