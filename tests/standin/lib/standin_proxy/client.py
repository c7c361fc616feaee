# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One client: an administrator, or a user who is relayed to a server of his cluster."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import itertools
import os
from typing import Optional, Tuple

from standin import wire

from . import secret
from .admin import Admin, CommandError
from .clusters import Cluster, Directory, Unusable
from .config import Config
from .names import FullName, split_name
from .upstream import Refused, Silent, Stream, greeted, login_packet

THREADS = itertools.count(1)
DENIED = "Access denied for user '%s'@'xxx.xxx.xxx.xxx' (using password: %s)"


class Client:
    """The life of one connection."""

    def __init__(self, config: Config, directory: Directory, admin: Admin, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.config, self.directory, self.admin, self.reader, self.writer = config, directory, admin, reader, writer
        self.scramble = os.urandom(20).hex()[:20].encode()

    async def run(self) -> None:
        """Serve until one side leaves."""
        try:
            self.writer.write(wire.packet(0, wire.greeting("5.6.25", next(THREADS), self.scramble)))
            seq, body = await wire.read_packet(self.reader)
            login = wire.read_login(body)
            name = split_name(login.user)
            if name.tenant == "proxysys":
                await self.administer(seq, name, login)
            else:
                await self.relay(seq, name, login)
        except (asyncio.IncompleteReadError, OSError, IndexError, ValueError):
            pass
        finally:
            self.writer.close()

    async def refuse(self, seq: int, errno: int, text: str, state: str = "HY000") -> None:
        """End a login with an error."""
        self.writer.write(wire.packet(seq, wire.err(errno, state, text)))
        await self.writer.drain()

    async def administer(self, seq: int, name: FullName, login: wire.Login) -> None:
        """Let root@proxysys in and answer it."""
        if name.user != "root" or not self.near() or not secret.right(self.config.now("obproxy_sys_password"), self.scramble, login.scramble):
            await self.refuse(seq + 1, 1045, DENIED % (name.user, "YES" if login.scramble else "NO"), "42000")
            return
        self.writer.write(wire.packet(seq + 1, wire.ok()))
        while True:
            _seq, body = await wire.read_packet(self.reader)
            if body[:1] == bytes([wire.COM_QUIT]):
                return
            if body[:1] != bytes([wire.COM_QUERY]):
                self.writer.write(wire.packet(1, wire.ok()))
                continue
            try:
                answer = self.admin.answer(body[1:].decode("utf-8", "replace"))
                bodies = [wire.ok(answer)] if isinstance(answer, int) else wire.result(answer)
            except CommandError as exc:
                bodies = [wire.err(exc.errno, exc.state, exc.text)]
            self.writer.write(wire.frame(bodies))
            await self.writer.drain()

    def near(self) -> bool:
        """Tell whether the client's address is one that may administer."""
        address = ipaddress.ip_address(self.writer.get_extra_info("peername")[0])
        return self.config.on("skip_proxy_sys_private_check") or address.is_private or address.is_loopback

    async def relay(self, seq: int, name: FullName, login: wire.Login) -> None:
        """Hand the client over to a server of its cluster."""
        given = "YES" if login.scramble else "NO"
        if name.user == "proxyro" and name.tenant in ("", "sys") and not self.config.on("skip_proxyro_check"):
            await self.refuse(seq + 1, 1045, DENIED % (name.user, given), "42000")
            return
        cluster = await self.directory.find(name.cluster or self.directory.default())
        if cluster is None:
            await self.refuse(seq + 1, 4669, "cluster not exist")
            return
        try:
            await cluster.ready()
        except Unusable:
            return  # the real one also just hangs up: "Lost connection ... reading authorization packet"
        found = await self.connect(cluster)
        if found is None:
            return
        (reader, writer), scramble = found
        try:
            if await self.log_in(seq, name, login, cluster, reader, writer, scramble):
                await self.pump(reader, writer)
        finally:
            writer.close()

    async def connect(self, cluster: Cluster) -> Optional[Tuple[Stream, bytes]]:
        """Connect to the first server that greets."""
        for server in cluster.in_turn():
            try:
                return await greeted(*server)
            except (Silent, Refused) as exc:
                cluster.failed(server)
                cluster.log("WDIAG", "fail to connect server(server=%s:%d, error=%s)" % (server[0], server[1], exc))
        return None

    async def log_in(self, seq: int, name: FullName, login: wire.Login, cluster: Cluster, reader: asyncio.StreamReader,
                     writer: asyncio.StreamWriter, scramble: bytes) -> bool:
        """Have the client answer the server's scramble, and the server check it."""
        self.writer.write(wire.packet(seq + 1, b"\xfe" + wire.NATIVE + b"\x00" + scramble + b"\x00"))
        seq, given = await wire.read_packet(self.reader)
        user = "%s@%s" % (name.user, name.tenant or "sys") + ("#" + cluster.name if self.config.on("enable_cluster_checkout") else "")
        writer.write(wire.packet(1, login_packet(login.capabilities, user, given, login.database)))
        _seq, body = await wire.read_packet(reader)
        self.writer.write(wire.packet(seq + 1, body))
        await self.writer.drain()
        return body[:1] == b"\x00"

    async def pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass on everything, both ways, until either side ends."""
        async def one_way(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while True:
                    data = await source.read(65536)
                    if not data:
                        return
                    target.write(data)
                    await target.drain()

        ways = [asyncio.ensure_future(one_way(self.reader, writer)), asyncio.ensure_future(one_way(reader, self.writer))]
        _done, rest = await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in rest:
            way.cancel()
