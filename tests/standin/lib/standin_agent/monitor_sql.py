# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agent as a client of its observer."""

from __future__ import annotations

import asyncio
from typing import List, Optional

from standin import wire


class NotRead(Exception):
    """The observer does not answer, or does not let the monitor user in."""


class Session:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def read(self) -> bytes:
        """Read a packet in time."""
        return (await asyncio.wait_for(wire.read_packet(self.reader), 5))[1]

    async def query(self, sql: str) -> List[List[Optional[str]]]:
        """Return the rows of a statement."""
        self.writer.write(wire.packet(0, bytes([wire.COM_QUERY]) + sql.encode()))
        body = await self.read()
        if body[:1] == b"\xff":
            raise NotRead("Error %d: %s" % (int.from_bytes(body[1:3], "little"), body[9:].decode("utf-8", "replace")))
        count = body[0]
        for _column in range(count + 1):
            await self.read()
        rows: List[List[Optional[str]]] = []
        while True:
            body = await self.read()
            if body[:1] == b"\xfe" and len(body) < 9:
                return rows
            row: List[Optional[str]] = []
            at = 0
            for _column in range(count):
                size, at = wire.read_lenenc_int(body, at)
                row.append(None if size is None else body[at:at + size].decode("utf-8", "replace"))
                at += size or 0
            rows.append(row)

    async def either(self, *statements: str) -> List[List[Optional[str]]]:
        """Return the rows of the first statement that this version has tables for."""
        last: Optional[NotRead] = None
        for sql in statements:
            try:
                return await self.query(sql)
            except NotRead as exc:
                last = exc
        assert last is not None
        raise last


class Monitor:
    """How to log in; used as an asynchronous context."""

    def __init__(self, host: str, port: int, user: str, password: str) -> None:
        self.host, self.port, self.user, self.password = host, port, user, password
        self.session: Optional[Session] = None

    async def __aenter__(self) -> Session:
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(self.host, self.port), 3)
            self.session = session = Session(reader, writer)
            body = await session.read()
            if body[:1] != b"\xff":
                scramble = wire.read_greeting(body)[1]
                writer.write(wire.packet(1, wire.make_login(self.user + "@sys", self.password, scramble, "oceanbase")))
                body = await session.read()
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError) as exc:
            said = "connection refused" if isinstance(exc, ConnectionRefusedError) else str(exc) or "i/o timeout"
            raise NotRead("dial tcp %s:%d: connect: %s" % (self.host, self.port, said)) from None
        if body[:1] == b"\xff":
            raise NotRead("Error %d: %s" % (int.from_bytes(body[1:3], "little"), body[9:].decode("utf-8", "replace")))
        return session

    async def __aexit__(self, *_unused: object) -> None:
        if self.session is not None:
            self.session.writer.close()
