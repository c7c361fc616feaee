# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ALTER SYSTEM SET, and the rows of SHOW PARAMETERS."""

import contextlib
from typing import Dict, List

from .cluster_state import ClusterState, Server
from .engine_client import quote
from .errors import ServerError, error
from .parameter_table import READONLY, STATIC, Parameter
from .parameters import capacity, normalise
from .rpc import Unreachable, call, parse_address
from .statements import ParameterChange, SetParameters

PER_SERVER = {"zone", "data_dir", "devname", "local_ip", "mysql_port", "rpc_port", "observer_id"}
SECTIONS = (("syslog", "OBSERVER"), ("log", "LOGSERVICE"), ("memory", "OBSERVER"), ("freeze", "TENANT"), ("rpc", "RPC"))


class ParameterOps:
    """Parameters of all servers."""

    def __init__(self, state: ClusterState, known: Dict[str, Parameter], token: str, rpc_timeout: float, minimum_memory: int) -> None:
        self.state, self.known, self.token, self.rpc_timeout, self.minimum_memory = state, known, token, rpc_timeout, minimum_memory

    async def run(self, statement: SetParameters) -> None:
        """Check all changes of a statement, then make them."""
        plan = [(change, self.check(change), self.targets(change)) for change in statement.changes]
        for change, value, targets in plan:
            if change.scope != "MEMORY":
                await self.remember(change, value)
            for server in targets:
                await self.change(server, change, value)

    def check(self, change: ParameterChange) -> str:
        """Refuse an unknown name, a READONLY parameter and a value out of range."""
        parameter = self.known.get(change.name)
        if parameter is None:
            raise error("config_unknown")
        if change.tenant is not None and change.tenant.lower() not in ("sys", "all"):
            raise error("tenant_unknown", change.tenant)
        if parameter.level == READONLY:
            raise error("invalid_config")
        try:
            value = normalise(parameter, change.value)
            if change.name == "memory_limit" and 0 < capacity(value) < self.minimum_memory:
                raise ValueError(value)
        except ValueError:
            raise error("invalid_config") from None
        return value

    def targets(self, change: ParameterChange) -> List[Server]:
        """List the servers a change is for."""
        if change.server is not None:
            try:
                server = self.state.servers.get(parse_address(change.server))
            except (OSError, ValueError):
                raise error("invalid_argument") from None
            if server is None:
                raise error("server_unknown")
            return [server]
        if change.zone is not None and change.zone not in self.state.zones:
            raise error("zone_not_exist", change.zone)
        return [one for one in self.state.servers.values() if change.zone in (None, one.zone)]

    async def remember(self, change: ParameterChange, value: str) -> None:
        """Write the change where a server that is down now will find it."""
        ip, port = parse_address(change.server) if change.server else ("ANY", 0)
        await self.state.engine.query(
            "insert into oceanbase.__all_sys_parameter (zone, svr_type, svr_ip, svr_port, name, data_type, value, edit_level) values"
            " (%s, 'observer', %s, %d, %s, 'varchar', %s, %s) on duplicate key update value = values(value)" % (
                quote(change.zone or ""), quote(ip), port, quote(change.name), quote(value), quote(self.known[change.name].level)))

    async def change(self, server: Server, change: ParameterChange, value: str) -> None:
        """Change one server's value; a static one is only written to its file, a change in memory only is not."""
        if change.scope != "MEMORY":
            await self.send(server, {change.name: value})
        if self.known[change.name].level != STATIC and change.scope != "SPFILE":
            await self.state.engine.query(
                "update oceanbase.__all_virtual_tenant_parameter_stat set value = %s, isdefault = %d where svr_ip = %s and svr_port = %d and name = %s" % (
                    quote(value), value == self.known[change.name].default, quote(server.address[0]), server.address[1], quote(change.name)))

    async def send(self, server: Server, values: Dict[str, str]) -> None:
        """Tell a server, which may be down."""
        with contextlib.suppress(Unreachable, ServerError):
            await call(server.address, {"op": "configure", "token": self.token, "values": values}, self.rpc_timeout)

    async def refresh(self, server: Server) -> None:
        """Take a server's parameters after its process has started: what it missed goes there, what it has comes here."""
        rows = await self.state.engine.query(
            "select name, value from oceanbase.__all_sys_parameter where (svr_ip = 'ANY' and zone in ('', %s)) or (svr_ip = %s and svr_port = %d)"
            " order by svr_ip = 'ANY' desc, zone" % (quote(server.zone), quote(server.address[0]), server.address[1]))
        if rows:
            await self.send(server, {str(name): str(value) for name, value in rows})
        try:
            reply = await call(server.address, {"op": "config", "token": self.token}, self.rpc_timeout)
        except (Unreachable, ServerError):
            server.born = 0
            return
        await self.state.engine.query("delete from oceanbase.__all_virtual_tenant_parameter_stat where svr_ip = %s and svr_port = %d" % (
            quote(server.address[0]), server.address[1]))
        await self.state.engine.query(
            "insert into oceanbase.__all_virtual_tenant_parameter_stat (zone, svr_type, svr_ip, svr_port, name, data_type, value, info, section, scope,"
            " source, edit_level, default_value, isdefault, tenant_id) values " + ", ".join(
                self.row(server, name, str(value)) for name, value in sorted(reply["values"].items()) if name in self.known))

    def row(self, server: Server, name: str, value: str) -> str:
        """Write one row of SHOW PARAMETERS."""
        parameter = self.known[name]
        section = next((text for word, text in SECTIONS if word in name), "OBSERVER")
        values = (server.zone, "observer", server.address[0], server.address[1], name, None, value, name.strip("_").replace("_", " "), section,
                  parameter.scope, "DEFAULT", parameter.level, parameter.default, int(value == parameter.default), 1 if parameter.scope == "TENANT" else None)
        return "(%s)" % ", ".join(quote(one) for one in values)
