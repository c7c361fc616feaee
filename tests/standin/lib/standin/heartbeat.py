# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The root service's heartbeats: who is alive, who serves."""

import asyncio
import time
from typing import Callable, Dict, Optional

from .cluster_state import ClusterState, Server
from .engine_client import quote
from .errors import ServerError
from .parameter_ops import ParameterOps
from .rpc import Address, Message, Unreachable, call
from .settings import Settings

LeaseOf = Callable[[], Message]
DISK = 20 << 30


class Heartbeats:
    """One task a server."""

    def __init__(self, state: ClusterState, settings: Settings, lease_of: LeaseOf, parameters: ParameterOps) -> None:
        self.state, self.settings, self.lease_of, self.parameters = state, settings, lease_of, parameters
        self.tasks: Dict[Address, "asyncio.Task[None]"] = {}
        self.confirmed_at = 0.0

    def watch(self, server: Server) -> None:
        """Begin to send heartbeats to a server."""
        self.tasks[server.address] = asyncio.ensure_future(self.follow(server))

    async def beat(self, server: Server) -> Optional[Message]:
        """Send one heartbeat."""
        try:
            reply = await call(server.address, self.lease_of(), self.settings.rpc_timeout)
        except (Unreachable, ServerError):
            return None
        server.heard_at = time.monotonic()
        return reply

    async def follow(self, server: Server) -> None:
        """Follow one server until it is taken out of the cluster."""
        while self.state.servers.get(server.address) is server:
            try:
                reply = await self.beat(server)
                if reply:
                    await self.heard(server, reply)
                elif not self.state.alive(server) and time.monotonic() - self.state.started_at > self.settings.lease_time:
                    await self.lost(server)
            except (OSError, ServerError):
                pass  # the engine is away; the keeper's main loop deals with that
            await asyncio.sleep(self.settings.heartbeat_interval)

    async def heard(self, server: Server, reply: Message) -> None:
        """Note what a server reported."""
        changes = {}
        if server.status == "INACTIVE":
            changes["status"] = "ACTIVE"
        for name in ("start_service_time", "sql_port", "build_version"):
            if getattr(server, name) != reply[name]:
                changes[name] = reply[name]
        if changes:
            await self.state.update_server(server, **changes)
            await self.elect()
        if server.born != reply["born"]:
            server.born = reply["born"]
            await self.resources(server, reply)
            await self.parameters.refresh(server)

    async def lost(self, server: Server) -> None:
        """Note that a server's lease has run out."""
        if server.status == "ACTIVE" or server.start_service_time:
            changes = {"start_service_time": 0, "last_offline_time": int(time.time() * 1000000)}
            await self.state.update_server(server, status="INACTIVE" if server.status == "ACTIVE" else server.status, **changes)
            await self.state.event("server", "lease_expire", "server", '"%s:%d"' % server.address)
            await self.elect()

    async def elect(self) -> None:
        """Let the first living replica of the sys tenant hold the root service."""
        candidates = [self.state.servers[address] for address in self.state.units if address in self.state.servers]
        current = next((one for one in candidates if one.with_rootserver), None)
        if current and current.status == "ACTIVE":
            return
        wanted = next((one for one in candidates if one.status == "ACTIVE"), current)
        for one in self.state.servers.values():
            if bool(one.with_rootserver) != (one is wanted):
                await self.state.update_server(one, with_rootserver=int(one is wanted))

    async def resources(self, server: Server, reply: Message) -> None:
        """Write a server's resources."""
        values = (server.address[0], server.address[1], server.zone, reply["sql_port"], reply["cpu_count"] or 4,
                  reply["memory_limit"] - reply["system_memory"], reply["memory_limit"], DISK, DISK)
        await self.state.engine.query(
            "replace into oceanbase.__all_virtual_server (svr_ip, svr_port, zone, sql_port, cpu_capacity, mem_capacity, memory_limit, log_disk_capacity,"
            " data_disk_capacity) values (%s)" % ", ".join(quote(value) for value in values))
        await self.state.engine.query(
            "insert ignore into oceanbase.__standin_io_calibration (svr_ip, svr_port, storage_name, status) values (%s, %d, 'DATA',"
            " 'NOT AVAILABLE')" % (quote(server.address[0]), server.address[1]))
