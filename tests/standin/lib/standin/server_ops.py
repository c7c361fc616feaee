# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements about servers."""

import asyncio
from typing import Awaitable, Callable, Dict, List, Optional

from .cluster_state import ClusterState, Server
from .errors import ServerError, error
from .member import microseconds
from .rpc import Address, Message, Unreachable, call, parse_address, show_address
from .settings import Settings
from .statements import ServerAction

Joined = Callable[[Server], Awaitable[None]]


class ServerOps:
    """ADD, DELETE, CANCEL DELETE, START, STOP, FORCE STOP and ISOLATE SERVER."""

    def __init__(self, state: ClusterState, settings: Settings, cluster_id: int, token: str, home: str, joined: Joined) -> None:
        self.state, self.settings, self.cluster_id, self.token, self.home, self.joined = state, settings, cluster_id, token, home, joined

    async def run(self, statement: ServerAction, timeout_us: int) -> None:
        """Run one statement; it stops at the first server that is refused."""
        try:
            addresses = [parse_address(text) for text in statement.servers]
        except (OSError, ValueError):
            raise error("invalid_argument") from None
        if statement.action == "ADD":
            for address in addresses:
                await self.add(address, statement.zone, timeout_us)
            return
        servers = [self.known(address, statement.zone) for address in addresses]
        action = statement.action
        if action in ("STOP", "FORCE STOP", "ISOLATE"):
            await self.stop(servers, action)
        elif action == "START":
            for server in servers:
                if server.stop_time:
                    await self.state.update_server(server, stop_time=0)
                    await self.state.event("server", "start_server", "server", quoted(server))
        elif action == "DELETE":
            await self.delete(servers)
        else:
            await self.cancel_delete(servers)

    def known(self, address: Address, zone: Optional[str]) -> Server:
        """Find a server of the cluster."""
        server = self.state.servers.get(address)
        if server is None:
            raise error("server_unknown")
        if zone is not None and zone != server.zone:
            raise error("zone_mismatch")
        return server

    async def add(self, address: Address, zone_name: Optional[str], timeout_us: int) -> None:
        """Add one server: it must be empty, of a started zone, and answer."""
        if address in self.state.servers:
            raise error("entry_exist")
        if zone_name is not None:
            self.check_zone(zone_name)
        reply = await self.ask(address, {"op": "probe", "cluster_id": self.cluster_id}, timeout_us)
        if reply.get("silent"):
            raise error("timeout", timeout_us)
        zone_name = zone_name or str(reply["zone"])
        self.check_zone(zone_name)
        if not reply["empty"]:
            raise error("not_allowed", "add non-empty server")
        if reply["zone"] != zone_name:
            raise error("zone_mismatch")
        ident = max([server.server_id for server in self.state.servers.values()], default=0) + 1
        await self.ask(address, {"op": "prepare", "token": self.token, "server_id": ident}, timeout_us)
        server = Server(address, ident, zone_name, int(reply["sql_port"]), str(reply["build_version"]))
        await self.ask(address, {"op": "join", "token": self.token, "engine_home": self.home}, timeout_us)
        await self.state.insert_server(server)
        await self.state.event("server", "add_server", "server", quoted(server))
        await self.joined(server)

    def check_zone(self, name: str) -> None:
        """Refuse a zone that is unknown or not started."""
        zone = self.state.zones.get(name)
        if zone is None:
            raise error("zone_not_exist", name)
        if not zone.active:
            raise error("zone_not_active")

    async def ask(self, address: Address, message: Message, timeout_us: int) -> Message:
        """Send a request to a server that is to become a member."""
        try:
            return await call(address, message, self.settings.rpc_timeout)
        except Unreachable:
            raise error("timeout", timeout_us) from None
        except ServerError as exc:
            raise error("not_allowed", "add non-empty server") if exc.code == -4005 else exc from None

    async def stop(self, servers: List[Server], action: str) -> None:
        """Stop servers: only of one zone, and only while the rest keeps a majority."""
        stopped = {one.zone for one in self.state.servers.values() if one.stop_time}
        stopped |= {zone.name for zone in self.state.zones.values() if not zone.active and zone.name in self.state.tenant_zones}
        if len({server.zone for server in servers} | stopped) > 1:
            raise error("multiple_zones")
        running = [server for server in servers if not server.stop_time]
        if running and action == "STOP":
            check_majority(self.state, [server.address for server in servers])
        for server in running:
            await self.state.update_server(server, stop_time=microseconds())
            await self.state.event("server", action.lower().replace(" ", "_") + "_server", "server", quoted(server))

    async def delete(self, servers: List[Server]) -> None:
        """Begin to delete; a server without units is gone a moment later."""
        for server in servers:
            if server.status == "DELETING":
                raise error("server_already_deleted")
        for server in servers:
            await self.state.update_server(server, status="DELETING")
            await self.state.event("server", "delete_server", "server", quoted(server))
            if server.address not in self.state.units:
                asyncio.ensure_future(self.finish_delete(server))

    async def finish_delete(self, server: Server) -> None:
        """Take a server out after a while, unless the deletion was cancelled."""
        await asyncio.sleep(self.settings.deleting_delay)
        if server.status == "DELETING":
            await self.state.delete_server(server)
            await self.state.event("server", "finish_delete_server", "server", quoted(server))

    async def cancel_delete(self, servers: List[Server]) -> None:
        """Take a deletion back."""
        for server in servers:
            if server.status != "DELETING":
                raise error("server_not_deleting")
        for server in servers:
            await self.state.update_server(server, status="ACTIVE" if self.state.alive(server) else "INACTIVE")
            await self.state.event("server", "cancel_delete_server", "server", quoted(server))


def quoted(server: Server) -> str:
    """Write an address as the event history does."""
    return '"%s"' % show_address(server.address)


def check_majority(state: ClusterState, leaving: List[Address]) -> None:
    """Refuse to stop what the sys tenant's majority needs."""
    units: Dict[Address, bool] = {address: state.alive(state.servers[address]) and not state.servers[address].stop_time
                                  and state.zones[state.servers[address].zone].active for address in state.units if address in state.servers}
    if not any(address in units for address in leaving):
        return
    rest = sum(alive for address, alive in units.items() if address not in leaving)
    if rest * 2 <= len(units):
        raise error("not_allowed", "not enough member or quorum mismatch, stop servers")
