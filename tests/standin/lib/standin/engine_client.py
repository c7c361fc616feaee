# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small blocking client of the MySQL protocol, for the keeper's own statements."""

import socket
import struct
from typing import List, Optional, Tuple

from . import wire
from .errors import ServerError

Row = Tuple[Optional[str], ...]


class EngineClient:
    """One connection, opened when it is first used and again after it broke."""

    def __init__(self, port: int, user: str, password: str, host: str = "127.0.0.1") -> None:
        self.port, self.user, self.password, self.host = port, user, password, host
        self._socket: Optional[socket.socket] = None

    def close(self) -> None:
        """Drop the connection."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def query(self, statement: str) -> List[Row]:
        """Run one statement and return its rows."""
        try:
            if not self._socket:
                self._connect()
            self._send(0, bytes([wire.COM_QUERY]) + statement.encode())
            return self._answer()
        except OSError:
            self.close()
            raise

    def _connect(self) -> None:
        self._socket = socket.create_connection((self.host, self.port), timeout=5)
        self._socket.settimeout(120)
        try:
            body = self._receive()[1]
            if body[0] == 255:
                raise self._error(body)
            _end, scramble = wire.read_greeting(body)
            self._send(1, wire.make_login(self.user, self.password, scramble))
            seq, body = self._receive()
            if body[0] == 254:
                self._send(seq + 1, wire.native_answer(self.password, body[body.index(0) + 1:][:20]))
                seq, body = self._receive()
            if body[0] == 255:
                raise self._error(body)
        except BaseException:
            self.close()
            raise

    def _answer(self) -> List[Row]:
        body = self._receive()[1]
        if body[0] == 255:
            raise self._error(body)
        if body[0] == 0:
            return []
        while self._receive()[1][0] != 254:
            pass
        rows: List[Row] = []
        while True:
            body = self._receive()[1]
            if body[0] == 255:
                raise self._error(body)
            if body[0] == 254 and len(body) < 9:
                return rows
            rows.append(self._row(body))

    @staticmethod
    def _row(body: bytes) -> Row:
        values: List[Optional[str]] = []
        at = 0
        while at < len(body):
            size, at = wire.read_lenenc_int(body, at)
            values.append(None if size is None else body[at:at + size].decode("utf-8", "replace"))
            at += size or 0
        return tuple(values)

    @staticmethod
    def _error(body: bytes) -> ServerError:
        errno = struct.unpack("<H", body[1:3])[0]
        return ServerError(-errno, errno, body[4:9].decode(), body[9:].decode("utf-8", "replace"))

    def _send(self, seq: int, body: bytes) -> None:
        assert self._socket
        self._socket.sendall(wire.packet(seq, body))

    def _receive(self) -> Tuple[int, bytes]:
        head = self._exactly(4)
        return head[3], self._exactly(int.from_bytes(head[:3], "little"))

    def _exactly(self, size: int) -> bytes:
        assert self._socket
        data = b""
        while len(data) < size:
            more = self._socket.recv(size - len(data))
            if not more:
                raise ConnectionError("the engine closed the connection")
            data += more
        return data


def quote(value: object) -> str:
    """Write a value as a literal."""
    if value is None:
        return "NULL"
    if isinstance(value, int):
        return str(value)
    return "'%s'" % str(value).replace("\\", "\\\\").replace("'", "''")
