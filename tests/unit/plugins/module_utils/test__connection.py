# SPDX-License-Identifier: GPL-3.0-or-later
"""The driver's side: what is escaped, and what its exceptions turn into."""

from __future__ import annotations

import socket
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pymysql
import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Statement, set_password

SECRETS = ["a'b\"c\\d$e#f@g é", "%s%%", "--", "/*x*/", "密码", "`", "a\nb", "\\", "'", "x" * 300]


class FakeDriver:
    """A PyMySQL connection that never leaves this process, with PyMySQL's own escaping."""

    def __init__(self, error: Exception | None = None, status: int = 0) -> None:
        self.real = pymysql.connect(host="192.0.2.1", user="root", password=b"", charset="utf8mb4", defer_connect=True, ssl_disabled=True)
        self.real.server_status = status
        self.error = error
        self.texts: list[str] = []

    def cursor(self) -> Any:
        cursor = self.real.cursor()
        outer = self

        class Cursor:
            description = (("A",), ("b",))

            def execute(self, sql: str, args: tuple[str, ...]) -> None:
                outer.texts.append(cursor.mogrify(sql, args))
                if outer.error:
                    raise outer.error

            def fetchall(self) -> list[tuple[int, int]]:
                return [(1, 2)]

        return Cursor()


def unquote(text: str, backslash: bool) -> str:
    """Read a string literal as the server's lexer does."""
    body, out, at = text[1:-1], "", 0
    while at < len(body):
        if backslash and body[at] == "\\":
            out += {"n": "\n", "0": "\0", "Z": "\x1a", "r": "\r"}.get(body[at + 1], body[at + 1])
            at += 2
        elif body[at] == "'":
            assert body[at + 1] == "'"
            out += "'"
            at += 2
        else:
            out += body[at]
            at += 1
    return out


@pytest.mark.parametrize("status", [0, pymysql.constants.SERVER_STATUS.SERVER_STATUS_NO_BACKSLASH_ESCAPES])
@pytest.mark.parametrize("secret", SECRETS)
def test_password_arrives_as_it_is(secret: str, status: int) -> None:
    driver = FakeDriver(status=status)
    _connection.PyMySQLSession("192.0.2.1:2881", driver).execute(set_password("root", secret))
    head = "ALTER USER 'root' IDENTIFIED BY "
    assert driver.texts[0].startswith(head)
    assert unquote(driver.texts[0][len(head) :], not status) == secret


def test_percent_signs_and_rows() -> None:
    driver = FakeDriver()
    session = _connection.PyMySQLSession("192.0.2.1:2881", driver)
    assert session.query("SHOW PARAMETERS LIKE 'cluster%%'") == [{"a": 1, "b": 2}]
    session.execute(Statement("ALTER SYSTEM START ZONE 'a%%b'"))
    assert driver.texts == ["SHOW PARAMETERS LIKE 'cluster%'", "ALTER SYSTEM START ZONE 'a%b'"]


def test_refusal_of_a_secret_statement_tells_the_number_only() -> None:
    secret = SECRETS[-1]
    words = f"You have an error in your SQL syntax; near '{secret}' at line 1"
    session = _connection.PyMySQLSession("192.0.2.1:2881", FakeDriver(pymysql.err.ProgrammingError(1064, words)))
    with pytest.raises(SqlError) as caught:
        session.execute(set_password("root", secret))
    assert caught.value.code == 1064
    text = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert secret not in text
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None


def test_refusal_of_another_statement_tells_the_words() -> None:
    session = _connection.PyMySQLSession("192.0.2.1:2881", FakeDriver(pymysql.err.OperationalError(4179, "add non-empty server not allowed")))
    with pytest.raises(SqlError, match="4179: add non-empty server not allowed"):
        session.execute(Statement("ALTER SYSTEM ADD SERVER '192.0.2.1:2882'"))


@contextmanager
def listener(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection on a loopback port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        def run() -> None:
            peer, _address = server.accept()
            with peer:
                serve(peer)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join(5)


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(SqlError) as caught:
        _connection.connect(f"127.0.0.1:{port}", Login("root", "topsecret"))
    assert caught.value.unreachable
    assert caught.value.text == "connection refused"


def test_peer_is_no_mysql_server() -> None:
    with listener(lambda peer: peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as endpoint, pytest.raises(SqlError) as caught:
        _connection.connect(endpoint, Login("root", "topsecret", connect_timeout=1))
    assert caught.value.unreachable or caught.value.lost
    assert "topsecret" not in str(caught.value)


def test_peer_never_greets() -> None:
    done = threading.Event()
    with listener(lambda _peer: bool(done.wait(5)) and None) as endpoint:
        with pytest.raises(SqlError) as caught:
            _connection.connect(endpoint, Login("root", "topsecret", connect_timeout=1))
        done.set()
    assert caught.value.unreachable or caught.value.lost


def test_driver_missing_is_told_with_the_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_connection, "DRIVER_ERROR", "ImportError: no module named pymysql")
    with pytest.raises(ObError) as caught:
        _connection.connect("192.0.2.1:2881", Login("root", "topsecret"))
    text = str(caught.value)
    assert "PyMySQL" in text
    assert "control node" in text
    assert "oceanbase_sql_delegate_to" in text
    assert socket.gethostname() in text
