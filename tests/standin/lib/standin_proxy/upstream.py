# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxy as a client of an observer."""

from __future__ import annotations

import asyncio
from typing import List, Optional, Tuple

from standin import wire

from . import secret

CONNECT_TIMEOUT = 2.0
ANSWER_TIMEOUT = 5.0
Stream = Tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, errno: int, text: str) -> None:
        super().__init__("%d %s" % (errno, text))
        self.errno, self.text = errno, text


class Silent(Exception):
    """The server cannot be reached, or does not answer."""


def raise_error(body: bytes) -> None:
    """Raise what an ERR packet says."""
    if body[:1] == b"\xff":
        text = body[3:].decode("utf-8", "replace")
        raise Refused(int.from_bytes(body[1:3], "little"), text[6:] if text[:1] == "#" else text)


async def greeted(host: str, port: int) -> Tuple[Stream, bytes]:
    """Connect and return the streams and the scramble of the server."""
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(host, port), CONNECT_TIMEOUT)
    except (OSError, asyncio.TimeoutError) as exc:
        raise Silent("%s:%d: %s" % (host, port, exc or "timeout")) from None
    try:
        body = (await asyncio.wait_for(wire.read_packet(reader), ANSWER_TIMEOUT))[1]
        raise_error(body)
        return (reader, writer), wire.read_greeting(body)[1]
    except Refused:
        writer.close()
        raise
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, ValueError, IndexError):
        writer.close()
        raise Silent("%s:%d does not greet" % (host, port)) from None


def login_packet(capabilities: int, user: str, answer: bytes, database: str = "") -> bytes:
    """Make a HandshakeResponse41."""
    wanted = wire.LONG_PASSWORD | wire.PROTOCOL_41 | 1 << 13 | wire.SECURE_CONNECTION | wire.PLUGIN_AUTH
    capabilities = (capabilities | wanted) & ~(wire.STRIP | wire.LENENC_AUTH | 1 << 20 | wire.CONNECT_WITH_DB) | (wire.CONNECT_WITH_DB if database else 0)
    head = capabilities.to_bytes(4, "little") + (1 << 24).to_bytes(4, "little") + bytes([wire.UTF8MB4]) + bytes(23)
    tail = database.encode() + b"\x00" if database else b""
    return head + user.encode() + b"\x00" + bytes([len(answer)]) + answer + tail + wire.NATIVE + b"\x00"


class Link:
    """A session of the proxy's own account."""

    def __init__(self, stream: Stream) -> None:
        self.reader, self.writer = stream

    @classmethod
    async def open(cls, host: str, port: int, user: str, stage1: str) -> "Link":
        """Log in with the sha1 of a password."""
        stream, scramble = await greeted(host, port)
        link = cls(stream)
        try:
            link.writer.write(wire.packet(1, login_packet(0, user, secret.answer(stage1, scramble))))
            seq, body = await link.read()
            if body[:1] == b"\xfe":
                link.writer.write(wire.packet(seq + 1, secret.answer(stage1, body.split(b"\x00", 1)[1][:20])))
                seq, body = await link.read()
            raise_error(body)
        except BaseException:
            link.close()
            raise
        return link

    async def read(self) -> Tuple[int, bytes]:
        """Read a packet in time."""
        try:
            return await asyncio.wait_for(wire.read_packet(self.reader), ANSWER_TIMEOUT)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            raise Silent("no answer") from None

    async def query(self, sql: str) -> List[List[Optional[str]]]:
        """Return the rows of a statement."""
        self.writer.write(wire.packet(0, bytes([wire.COM_QUERY]) + sql.encode()))
        body = (await self.read())[1]
        raise_error(body)
        count = body[0]
        for _column in range(count + 1):  # and the EOF behind them
            await self.read()
        rows = []
        while True:
            body = (await self.read())[1]
            raise_error(body)
            if body[:1] == b"\xfe" and len(body) < 9:
                return rows
            rows.append(take_row(body, count))

    def close(self) -> None:
        """End it."""
        self.writer.close()


def take_row(body: bytes, count: int) -> List[Optional[str]]:
    """Take a text row apart."""
    row: List[Optional[str]] = []
    at = 0
    for _column in range(count):
        size, at = wire.read_lenenc_int(body, at)
        row.append(None if size is None else body[at:at + size].decode("utf-8", "replace"))
        at += size or 0
    return row
