# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One SQL client: answered here before the bootstrap, relayed to the engine afterwards."""

import asyncio
import itertools
import os
import re
from typing import List, Optional

from . import wire
from .bootstrap import bootstrap
from .catalog_views_old import redirected
from .errors import ServerError, error
from .generations import dialect_of
from .grammar_system import parse
from .local_sql import before_bootstrap, needs_tables, unknown_database, version_answer
from .login import Identity, refuse_login, split_user
from .member import Member
from .rpc import Unreachable, call
from .show import set_global, show_parameters
from .statements import AlterTenant, Bootstrap, ShowParameters

THREADS = itertools.count(3221225473)


class Session:
    """The life of one connection."""

    def __init__(self, member: Member, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.member, self.reader, self.writer = member, reader, writer
        self.identity = Identity("", "sys", "")
        self.dialect = dialect_of(member.generation, member.release.name)
        self.timeout_us = 10000000
        self.settings: List[str] = []           # SET statements made before there was an engine
        self.up_reader: Optional[asyncio.StreamReader] = None
        self.up_writer: Optional[asyncio.StreamWriter] = None
        self.pump: Optional["asyncio.Task[None]"] = None

    async def run(self) -> None:
        """Serve until one side leaves."""
        try:
            if await self.log_in():
                await self.commands()
        except (asyncio.IncompleteReadError, OSError, IndexError):
            pass
        finally:
            if self.pump:
                self.pump.cancel()
            for stream in (self.up_writer, self.writer):
                if stream:
                    stream.close()

    async def log_in(self) -> bool:
        """Greet the client and check who it is; with an engine it is the engine that checks the password."""
        first = await self.connect_engine() if self.member.has_lease else None
        if first is not None and first[0] == 10:
            self.writer.write(wire.packet(0, wire.rewrite_greeting(first, "5.7.25")))
        else:
            self.writer.write(wire.packet(0, wire.greeting("5.7.25", next(THREADS) & 0xFFFFFFFF, os.urandom(20).hex()[:20].encode())))
        seq, body = await wire.read_packet(self.reader)
        login = wire.read_login(body)
        self.identity = split_user(login.user)
        refused = self.refused(login, first is not None)
        if refused:
            await self.send(seq + 1, [wire.err(refused.errno, refused.state, refused.text)])
            return False
        if first is None or not self.up_writer or not self.up_reader:
            await self.send(seq + 1, [wire.ok()])
            return True
        capabilities = (login.capabilities & ~wire.STRIP).to_bytes(4, "little")
        self.up_writer.write(wire.packet(seq, capabilities + body[4:32] + self.account().encode() + body[login.user_end:]))
        while True:  # OK (0) or ERR (255) ends it, anything else wants one more round trip
            seq, body = await wire.read_packet(self.up_reader)
            self.writer.write(wire.packet(seq, body))
            await self.writer.drain()
            if body[0] in (0, 255):
                break
            seq, body = await wire.read_packet(self.reader)
            self.up_writer.write(wire.packet(seq, body))
        if body[0] == 0:
            self.start_pump()
        return body[0] == 0

    def account(self) -> str:
        """Name the engine's account of this user: root of a standby that has been added is another one, with the password of the primary's."""
        root = self.member.lease.get("root_account", "root")
        return str(root) if self.identity.user == "root" else self.identity.user

    def refused(self, login: wire.Login, relayed: bool) -> Optional[ServerError]:
        """Say why the client cannot come in before its password is looked at."""
        member, with_password = self.member, bool(login.scramble)
        if not member.ready:
            return error("initializing")
        refused = refuse_login(self.identity, member.cluster, with_password, member.joined and bool(member.lease), member.lease.get("tenants", ()))
        if refused or relayed:
            return refused
        if not member.lets_root_in():
            return error("timeout", self.timeout_us) if member.lease else error("initializing")
        if self.identity.user != "root" or with_password:
            return error("password_wrong", self.identity.user, "YES" if with_password else "NO")
        return unknown_database(login.database) if login.database else None

    async def connect_engine(self) -> Optional[bytes]:
        """Connect to the engine and return its greeting, or None."""
        try:
            reader, self.up_writer = await asyncio.wait_for(asyncio.open_connection(*self.member.engine), 3)
            self.up_reader = reader
            return (await asyncio.wait_for(wire.read_packet(reader), 5))[1]
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            return None

    async def attach(self) -> bool:
        """Go over to the engine in the middle of a session that began before the bootstrap."""
        first = await self.connect_engine()
        if first is None or first[0] != 10:
            return False
        assert self.up_writer and self.up_reader
        _end, scramble = wire.read_greeting(first)
        self.up_writer.write(wire.packet(1, wire.make_login("root", "", scramble)))
        if (await wire.read_packet(self.up_reader))[1][0] != 0:
            return False
        for statement in self.settings:
            self.up_writer.write(wire.packet(0, bytes([wire.COM_QUERY]) + statement.encode()))
            await wire.read_packet(self.up_reader)
        self.start_pump()
        return True

    def start_pump(self) -> None:
        """Pass on what the engine answers."""
        async def relay() -> None:
            assert self.up_reader
            try:
                while True:
                    data = await self.up_reader.read(65536)
                    if not data:
                        break
                    self.writer.write(data)
                    await self.writer.drain()
            except OSError:
                pass
            self.writer.close()
        self.pump = asyncio.ensure_future(relay())

    async def commands(self) -> None:
        """Take commands one after the other."""
        more = False  # inside a command of 16 MiB and more
        while True:
            seq, body = await wire.read_packet(self.reader)
            if not more and body[:1] == bytes([wire.COM_QUIT]):
                return
            changed: Optional[bytes] = body
            if not more:
                try:
                    changed = await self.command(body)
                except ServerError as exc:
                    await self.send(1, [wire.err(exc.errno, exc.state, exc.text)])
                    changed = None
            more = len(body) == 0xFFFFFF
            if changed is not None:
                assert self.up_writer
                self.up_writer.write(wire.packet(seq, changed))
                await self.up_writer.drain()

    async def command(self, body: bytes) -> Optional[bytes]:
        """Answer a command here, or return what to relay."""
        if not self.pump and self.member.has_lease and self.member.joined and not await self.attach():
            raise error("timeout", self.timeout_us)
        kind = body[0]
        if kind == wire.COM_CHANGE_USER and self.pump:
            end = body.index(0, 1)
            self.identity = split_user(body[1:end].decode("utf-8", "replace"))
            return body[:1] + self.account().encode() + body[end:]
        if kind == wire.COM_QUERY and len(body) < 0xFFFFFF:
            return await self.query(body[1:].decode("utf-8", "replace"), body)
        if self.pump:
            if kind in (wire.COM_INIT_DB, wire.COM_STMT_PREPARE):
                await self.need_quorum()
            return body
        if kind == wire.COM_PING:
            await self.send(1, [wire.ok()])
            return None
        if kind == wire.COM_INIT_DB:
            raise unknown_database(body[1:].decode("utf-8", "replace"))
        raise error("not_supported", "command before bootstrap")

    async def query(self, text: str, body: bytes) -> Optional[bytes]:
        """Answer a statement here, or return what to relay."""
        statement = parse(text, self.dialect) if len(text) < 65536 else None
        match = re.search(r"\bset\b.*\bob_query_timeout\s*:?=\s*(\d+)", text[:500], re.I | re.S)
        if match:
            self.timeout_us = int(match[1])
        if isinstance(statement, Bootstrap):
            await bootstrap(self.member, statement, self.timeout_us)
            await self.send(1, [wire.ok()])
            return None
        version = version_answer(text, self.member.release) if statement is None and len(text) < 500 else None
        if version is not None:
            await self.send(1, wire.result(version))
            return None
        if not self.pump:
            answer = before_bootstrap(text)
            if text.lstrip()[:3].upper() == "SET":
                self.settings.append(text)
            await self.send(1, [wire.ok()] if isinstance(answer, int) else wire.result(answer))
            return None
        if len(text) >= 65536 or needs_tables(text):
            await self.need_quorum()
        if self.member.lease.get("role", "PRIMARY") != "PRIMARY" and re.match(r"\s*(create|drop|grant|revoke|alter\s+user|set\s+password)\b", text, re.I):
            raise error("not_supported", "writing in a standby cluster")
        if statement is None:
            return body[:1] + redirected(text).encode() if self.member.generation.old else body
        if isinstance(statement, ShowParameters):
            return body[:1] + show_parameters(statement, self.member.generation).encode()
        if isinstance(statement, AlterTenant) and statement.variables:
            return body[:1] + set_global(statement).encode()
        await self.execute(text)
        return None

    async def need_quorum(self) -> None:
        """Wait for a majority of the members and fail as the server does when there is none."""
        waited = 0.0
        while not self.member.has_quorum:
            if waited >= min(self.member.settings.statement_timeout, self.timeout_us / 1000000):
                raise error("timeout", self.timeout_us)
            await asyncio.sleep(0.1)
            waited += 0.1

    async def execute(self, text: str) -> None:
        """Have the root service run a cluster statement."""
        message = {"op": "statement", "token": self.member.lease["token"], "user": self.identity.user, "sql": text, "timeout_us": self.timeout_us}
        try:
            reply = await call(self.member.root_service, message, 120)
        except Unreachable:
            raise error("timeout", self.timeout_us) from None
        await self.send(1, [wire.ok(0, int(reply.get("warnings", 0)))])

    async def send(self, seq: int, bodies: List[bytes]) -> None:
        """Send packets of our own."""
        self.writer.write(wire.frame(bodies, seq))
        await self.writer.drain()
