# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements about zones."""

from .cluster_state import ClusterState, Zone
from .errors import error
from .server_ops import check_majority
from .statements import ZoneAction

ZONE_TYPES = {"readwrite": "ReadWrite", "readonly": "ReadOnly", "encryption": "Encryption"}


class ZoneOps:
    """ADD, DELETE, START, STOP, FORCE STOP, ISOLATE and ALTER ZONE."""

    def __init__(self, state: ClusterState) -> None:
        self.state = state

    async def run(self, statement: ZoneAction) -> None:
        """Run one statement."""
        if statement.action == "ADD":
            await self.add(statement)
            return
        zone = self.state.zones.get(statement.zone)
        if zone is None:
            raise error("zone_not_exist", statement.zone)
        if statement.action == "ALTER":
            self.set_options(zone, statement)
            await self.state.save_zone(zone)
        elif statement.action == "DELETE":
            await self.delete(zone)
        elif statement.action == "START":
            if zone.active:
                raise error("zone_status")
            zone.active = True
            await self.state.save_zone(zone)
        else:
            await self.stop(zone, statement.action)
        await self.state.event("zone", "%s_zone" % statement.action.lower().replace(" ", "_"), "zone", zone.name)

    async def add(self, statement: ZoneAction) -> None:
        """Add a zone; it is INACTIVE until it is started."""
        if statement.zone in self.state.zones:
            raise error("entry_exist")
        zone = Zone(statement.zone, "default_region", False)
        self.set_options(zone, statement)
        await self.state.save_zone(zone)
        await self.state.event("zone", "add_zone", "zone", zone.name)

    @staticmethod
    def set_options(zone: Zone, statement: ZoneAction) -> None:
        """Take over the options of a statement."""
        for name, value in statement.options.items():
            if name == "zone_type":
                if value.lower() not in ZONE_TYPES:
                    raise error("invalid_argument")
                value = ZONE_TYPES[value.lower()]
            setattr(zone, name, value)

    async def delete(self, zone: Zone) -> None:
        """Delete a stopped zone without servers."""
        if zone.active:
            raise error("zone_status")
        servers = [one for one in self.state.servers.values() if one.zone == zone.name]
        if servers:
            alive = sum(self.state.alive(one) for one in servers)
            raise error("zone_not_empty", alive, len(servers) - alive)
        await self.state.delete_zone(zone)

    async def stop(self, zone: Zone, action: str) -> None:
        """Stop a zone; stopping a stopped one succeeds."""
        if not zone.active:
            return
        others = {one.zone for one in self.state.servers.values() if one.stop_time} | {
            one.name for one in self.state.zones.values() if not one.active and one.name in self.state.tenant_zones}
        if others - {zone.name}:
            raise error("multiple_zones")
        if action == "STOP":
            check_majority(self.state, [one.address for one in self.state.servers.values() if one.zone == zone.name])
        zone.active = False
        await self.state.save_zone(zone)
