# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Packets of the MySQL protocol."""

import asyncio
import hashlib
import struct
from typing import List, NamedTuple, Optional, Sequence, Tuple

LONG_PASSWORD, CONNECT_WITH_DB, COMPRESS, PROTOCOL_41, SSL = 1, 1 << 3, 1 << 5, 1 << 9, 1 << 11
SECURE_CONNECTION, PLUGIN_AUTH, LENENC_AUTH = 1 << 15, 1 << 19, 1 << 21
DEPRECATE_EOF, OPTIONAL_METADATA, ZSTD, QUERY_ATTRIBUTES = 1 << 24, 1 << 25, 1 << 26, 1 << 27
STRIP = SSL | COMPRESS | DEPRECATE_EOF | QUERY_ATTRIBUTES | OPTIONAL_METADATA | ZSTD
SERVER_CAPABILITIES = LONG_PASSWORD | 1 << 1 | CONNECT_WITH_DB | PROTOCOL_41 | 1 << 13 | SECURE_CONNECTION | 1 << 16 | 1 << 17 | PLUGIN_AUTH
COM_QUIT, COM_INIT_DB, COM_QUERY, COM_PING, COM_CHANGE_USER, COM_STMT_PREPARE = 1, 2, 3, 14, 17, 22
NATIVE = b"mysql_native_password"
UTF8MB4 = 45


class Rows(NamedTuple):
    """A result set; a column is numeric where every value of it is an integer."""

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


class Login(NamedTuple):
    """What a client's HandshakeResponse41 says."""

    capabilities: int
    user: str
    scramble: bytes
    database: str
    user_end: int


def lenenc(data: bytes) -> bytes:
    """Encode a length-encoded string."""
    size = len(data)
    if size < 251:
        return bytes([size]) + data
    return (b"\xfc" + struct.pack("<H", size) if size < 1 << 16 else b"\xfd" + struct.pack("<I", size)[:3]) + data


def read_lenenc_int(data: bytes, at: int) -> Tuple[Optional[int], int]:
    """Decode a length-encoded integer: its value (None is NULL) and where it ends."""
    first = data[at]
    if first < 251:
        return first, at + 1
    if first == 251:
        return None, at + 1
    size = {252: 2, 253: 3, 254: 8}[first]
    return int.from_bytes(data[at + 1:at + 1 + size], "little"), at + 1 + size


def packet(seq: int, body: bytes) -> bytes:
    """Frame a packet."""
    return struct.pack("<I", len(body))[:3] + bytes([seq & 255]) + body


def ok(affected: int = 0, warnings: int = 0) -> bytes:
    """Make the body of an OK packet."""
    return b"\x00" + bytes([affected]) + b"\x00\x02\x00" + struct.pack("<H", warnings)


def err(errno: int, state: str, text: str) -> bytes:
    """Make the body of an ERR packet."""
    return b"\xff" + struct.pack("<H", errno) + b"#" + state.encode() + text.encode()


def result(reply: Rows) -> List[bytes]:
    """Make the bodies of a text result set."""
    eof, bodies = b"\xfe\x00\x00\x02\x00", [bytes([len(reply.columns)])]
    for index, name in enumerate(reply.columns):
        values = [row[index] for row in reply.rows]
        numeric = bool(values) and all(isinstance(value, int) for value in values)
        kind = struct.pack("<HIBHBxx", 63, 20, 0x08, 0x80, 0) if numeric else struct.pack("<HIBHBxx", UTF8MB4, 1024, 0xFD, 0, 0)
        label = lenenc(name.encode())
        bodies.append(lenenc(b"def") + b"\x00\x00\x00" + label + label + b"\x0c" + kind)
    bodies.append(eof)
    for row in reply.rows:
        bodies.append(b"".join(b"\xfb" if value is None else lenenc(str(value).encode()) for value in row))
    bodies.append(eof)
    return bodies


def frame(bodies: Sequence[bytes], first: int = 1) -> bytes:
    """Frame the packets of one answer."""
    return b"".join(packet(first + index, body) for index, body in enumerate(bodies))


async def read_packet(reader: asyncio.StreamReader) -> Tuple[int, bytes]:
    """Read one packet: its number and its body."""
    head = await reader.readexactly(4)
    return head[3], await reader.readexactly(int.from_bytes(head[:3], "little"))


def greeting(version: str, thread: int, scramble: bytes) -> bytes:
    """Make the server's first packet; the scramble has 20 bytes."""
    low, high = SERVER_CAPABILITIES & 0xFFFF, SERVER_CAPABILITIES >> 16
    return (b"\x0a" + version.encode() + b"\x00" + struct.pack("<I", thread) + scramble[:8] + b"\x00" + struct.pack("<HBHH", low, UTF8MB4, 2, high)
            + bytes([21]) + bytes(10) + scramble[8:] + b"\x00" + NATIVE + b"\x00")


def read_greeting(body: bytes) -> Tuple[int, bytes]:
    """Take a greeting apart: where the version ends, and the scramble."""
    end = body.index(0, 1)
    rest = body[end + 1:]
    return end, rest[4:12] + rest[31:43]


def rewrite_greeting(body: bytes, version: str) -> bytes:
    """Put another version into a greeting and take away what would hide packets."""
    end, _scramble = read_greeting(body)
    rest = bytearray(body[end + 1:])  # thread id 4, scramble 8, filler 1, capabilities 2, charset 1, status 2, capabilities 2
    capabilities = (int.from_bytes(rest[13:15], "little") | int.from_bytes(rest[18:20], "little") << 16) & ~STRIP
    rest[13:15], rest[18:20] = struct.pack("<H", capabilities & 0xFFFF), struct.pack("<H", capabilities >> 16)
    return b"\x0a" + version.encode() + b"\x00" + bytes(rest)


def read_login(body: bytes) -> Login:
    """Take a HandshakeResponse41 apart."""
    capabilities = int.from_bytes(body[:4], "little")
    end = body.index(0, 32)
    at = end + 1
    if capabilities & LENENC_AUTH:
        size, at = read_lenenc_int(body, at)
    elif capabilities & SECURE_CONNECTION:
        size, at = body[at], at + 1
    else:
        size = body.index(0, at) - at
    scramble = body[at:at + (size or 0)]
    at += size or 0
    database = body[at:body.index(0, at)].decode() if capabilities & CONNECT_WITH_DB and 0 in body[at:] else ""
    return Login(capabilities, body[32:end].decode("utf-8", "replace"), scramble, database, end)


def make_login(user: str, password: str, scramble: bytes, database: str = "") -> bytes:
    """Make a HandshakeResponse41 as a client sends it."""
    answer = native_answer(password, scramble)
    capabilities = LONG_PASSWORD | PROTOCOL_41 | 1 << 13 | SECURE_CONNECTION | PLUGIN_AUTH | 1 << 17 | (CONNECT_WITH_DB if database else 0)
    tail = database.encode() + b"\x00" if database else b""
    return (struct.pack("<IIB", capabilities, 1 << 24, UTF8MB4) + bytes(23) + user.encode() + b"\x00" + bytes([len(answer)]) + answer + tail
            + NATIVE + b"\x00")


def native_answer(password: str, scramble: bytes) -> bytes:
    """Answer a scramble as mysql_native_password does."""
    if not password:
        return b""
    first = hashlib.sha1(password.encode()).digest()
    second = hashlib.sha1(scramble + hashlib.sha1(first).digest()).digest()
    return bytes(a ^ b for a, b in zip(first, second))
