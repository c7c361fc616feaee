# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The root service's picture of the cluster, loaded from the inner tables and written through to them."""

import time
from typing import Any, Dict, List, Optional, Tuple

from .engine import Engine
from .engine_client import quote
from .generations import Generation
from .rpc import Address


class Server:
    """One row of __all_server, and what the heartbeats say of it."""

    def __init__(self, address: Address, server_id: int, zone: str, sql_port: int, build_version: str) -> None:
        self.address, self.server_id, self.zone, self.sql_port, self.build_version = address, server_id, zone, sql_port, build_version
        self.status = "INACTIVE"
        self.with_rootserver = 0
        self.stop_time = self.start_service_time = self.last_offline_time = 0
        self.heard_at = 0.0
        self.born = 0

    def columns(self) -> Dict[str, Any]:
        """Give the columns that change."""
        return {"status": self.status, "with_rootserver": self.with_rootserver, "stop_time": self.stop_time, "inner_port": self.sql_port,
                "build_version": self.build_version, "start_service_time": self.start_service_time, "last_offline_time": self.last_offline_time}


ROOT_OF_STANDBY = "__standby_root"  # the engine lets nobody change the password of root to a hash

# Rows of __all_zone before 4.0: how far the compactions are.
MERGE_OF_CLUSTER = {
    "try_frozen_version": (1, ""), "frozen_version": (1, ""), "frozen_time": (0, ""), "global_broadcast_version": (1, ""), "last_merged_version": (1, ""),
    "is_merge_error": (0, ""), "merge_status": (0, "IDLE"), "warm_up_start_time": (0, ""), "proposal_frozen_version": (1, ""), "snapshot_gc_ts": (0, ""),
    "gc_schema_version": (0, "")}
MERGE_OF_ZONE = {
    "is_merging": (0, ""), "broadcast_version": (1, ""), "last_merged_version": (1, ""), "last_merged_time": (0, ""), "all_merged_version": (1, ""),
    "merge_start_time": (0, ""), "is_merge_timeout": (0, ""), "suspend_merging": (0, ""), "merge_status": (0, "IDLE")}


class Zone:
    """One zone."""

    def __init__(self, name: str, region: str, active: bool) -> None:
        self.name, self.region, self.active = name, region, active
        self.idc, self.zone_type = "", "ReadWrite"

    def items(self) -> Dict[str, Any]:
        """Give the zone's rows: a value and an info each."""
        return {"status": (2 if self.active else 1, "ACTIVE" if self.active else "INACTIVE"), "region": (0, self.region), "idc": (0, self.idc),
                "zone_type": (0 if self.zone_type == "ReadWrite" else 1, self.zone_type), "recovery_status": (0, "NORMAL"), "storage_type": (0, "LOCAL")}


class ClusterState:
    """Servers, zones and the sys tenant."""

    def __init__(self, engine: Engine, lease_time: float, generation: Generation) -> None:
        self.engine, self.lease_time, self.generation = engine, lease_time, generation
        self.missing_columns = generation.missing_columns
        self.role = "PRIMARY"
        self.root_account = "root"
        self.tenants: List[str] = ["sys"]
        self.servers: Dict[Address, Server] = {}
        self.zones: Dict[str, Zone] = {}
        self.units: List[Address] = []
        self.tenant_zones: List[str] = []
        self.started_at = time.monotonic()

    def alive(self, server: Server) -> bool:
        """Tell whether a server's lease is valid."""
        return bool(server.heard_at) and time.monotonic() - server.heard_at < self.lease_time

    def quorum(self) -> bool:
        """Tell whether a majority of the sys tenant's replicas is alive."""
        alive = sum(self.alive(self.servers[address]) for address in self.units if address in self.servers)
        return alive * 2 > len(self.units)

    def anyone_heard_at(self) -> float:
        """Tell when the last server was heard of."""
        return max([self.started_at] + [server.heard_at for server in self.servers.values()])

    async def load(self) -> None:
        """Read the tables."""
        offline = "0" if "__all_server.last_offline_time" in self.missing_columns else "last_offline_time"
        for row in await self.engine.query("select svr_ip, svr_port, id, zone, inner_port, build_version, status, with_rootserver, stop_time,"
                                           " start_service_time, %s from oceanbase.__all_server" % offline):
            ip, port, ident, zone, sql_port, build, status, root, stop, start, offline_time = (value or "" for value in row)
            server = Server((ip, int(port)), int(ident), zone, int(sql_port), build)
            server.status, server.with_rootserver, server.stop_time = status.upper(), int(root), int(stop)
            server.start_service_time, server.last_offline_time = int(start), int(offline_time)
            self.servers[server.address] = server
        for zone_name, name, info in await self.engine.query("select zone, name, info from oceanbase.__all_zone where zone <> ''"):
            one = self.zones.setdefault(zone_name or "", Zone(zone_name or "", "", False))
            if name == "status":
                one.active = info == "ACTIVE"
            elif name in ("region", "idc", "zone_type"):
                setattr(one, name, info or "")
        if await self.engine.query("select 1 from oceanbase.__all_user where user_name = %s" % quote(ROOT_OF_STANDBY)):
            self.root_account = ROOT_OF_STANDBY
        units = await self.engine.query("select svr_ip, svr_port from oceanbase.__all_unit order by unit_id")
        self.units = [(ip or "", int(port or 0)) for ip, port in units]
        self.tenants = [name or "" for (name,) in await self.engine.query("select tenant_name from oceanbase.__all_tenant")]
        tenant = await self.engine.query("select zone_list from oceanbase.__all_tenant where tenant_id = 1")
        self.tenant_zones = (tenant[0][0] or "").split(";") if tenant else []

    def stored(self, server: Server) -> Dict[str, Any]:
        """Give the columns as they are stored: before 4.0 the status is in lower case."""
        columns = server.columns()
        if self.generation.old:
            columns["status"] = columns["status"].lower()
        return columns

    async def insert_server(self, server: Server) -> None:
        """Add a row."""
        self.servers[server.address] = server
        columns = {key: value for key, value in self.stored(server).items() if "__all_server." + key not in self.missing_columns}
        columns.update(svr_ip=server.address[0], svr_port=server.address[1], id=server.server_id, zone=server.zone)
        await self.engine.query("insert into oceanbase.__all_server (%s) values (%s)" % (
            ", ".join(columns), ", ".join(quote(value) for value in columns.values())))

    async def update_server(self, server: Server, **changes: Any) -> None:
        """Change columns of a row."""
        for name, value in changes.items():
            setattr(server, name, value)
        known = self.stored(server)
        names = {"sql_port": "inner_port"}
        parts = ["%s = %s" % (names.get(name, name), quote(known[names.get(name, name)])) for name in changes
                 if "__all_server." + name not in self.missing_columns]
        if parts:
            await self.engine.query("update oceanbase.__all_server set %s where svr_ip = %s and svr_port = %d" % (
                ", ".join(parts), quote(server.address[0]), server.address[1]))

    async def delete_server(self, server: Server) -> None:
        """Remove a row and what belongs to the server."""
        self.servers.pop(server.address, None)
        for table in ("__all_server", "__all_virtual_server", "__all_virtual_tenant_parameter_stat", "__standin_io_calibration"):
            await self.engine.query("delete from oceanbase.%s where svr_ip = %s and svr_port = %d" % (
                table, quote(server.address[0]), server.address[1]))

    async def save_zone(self, zone: Zone) -> None:
        """Write a zone's rows."""
        self.zones[zone.name] = zone
        values = ", ".join("(%s, %s, %d, %s)" % (quote(zone.name), quote(name), value, quote(info)) for name, (value, info) in zone.items().items())
        await self.engine.query("insert into oceanbase.__all_zone (zone, name, value, info) values %s on duplicate key update value = values(value),"
                                " info = values(info)" % values)
        if self.generation.old:
            await self.set_merge(zone.name, MERGE_OF_ZONE, "insert ignore into")

    async def set_merge(self, zone: str, items: Dict[str, Tuple[int, str]], verb: str = "replace into") -> None:
        """Write rows about compactions; the cluster's are those of zone ''."""
        values = ", ".join("(%s, %s, %d, %s)" % (quote(zone), quote(name), value, quote(info)) for name, (value, info) in items.items())
        await self.engine.query("%s oceanbase.__all_zone (zone, name, value, info) values %s" % (verb, values))

    async def delete_zone(self, zone: Zone) -> None:
        """Remove a zone's rows."""
        self.zones.pop(zone.name, None)
        await self.engine.query("delete from oceanbase.__all_zone where zone = %s" % quote(zone.name))

    async def event(self, module: str, event: str, *pairs: str) -> None:
        """Add to the history of the root service."""
        root: Optional[Address] = next((one.address for one in self.servers.values() if one.with_rootserver), None)
        columns, values = ["module", "event"], [quote(module), quote(event)]
        for index in range(0, len(pairs), 2):
            columns += ["name%d" % (index // 2 + 1), "value%d" % (index // 2 + 1)]
            values += [quote(pairs[index]), quote(pairs[index + 1])]
        if root:
            columns += ["rs_svr_ip", "rs_svr_port"]
            values += [quote(root[0]), str(root[1])]
        await self.engine.query("insert into oceanbase.__all_rootservice_event_history (%s) values (%s)" % (", ".join(columns), ", ".join(values)))
