# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the cluster statements, one after the other."""

import asyncio
import re
from typing import Dict, List

from .cluster_state import ClusterState
from .engine_client import quote
from .errors import ServerError, error
from .grammar_system import parse
from .merge import Merge
from .parameter_ops import ParameterOps
from .primary_zone import normalise
from .rpc import Message
from .server_ops import ServerOps
from .standby_ops import StandbyOps
from .statements import AlterTenant, Bootstrap, ClusterAction, CreateTenant, Freeze, Housekeeping, RunJob, ServerAction, SetParameters, ZoneAction
from .tenant_ops import TenantOps
from .zone_ops import ZoneOps

CALIBRATION_TIME = 2.0
TENANT_GROUPS = ("all", "all_user", "all_meta")


class RootService:
    """The place where statements about the cluster meet its state."""

    def __init__(self, state: ClusterState, servers: ServerOps, parameters: ParameterOps, standbys: StandbyOps, dialect: str) -> None:
        self.state, self.servers, self.parameters, self.standbys, self.dialect = state, servers, parameters, standbys, dialect
        self.merge = Merge(state)
        self.tenants = TenantOps(state)
        self.zones = ZoneOps(state)
        self.turn = asyncio.Lock()

    async def execute(self, text: str, user: str, timeout_us: int) -> Message:
        """Check the privilege and run a statement."""
        statement = parse(text, self.dialect)
        await self.check_privilege(user)
        if not self.state.quorum():
            raise error("timeout", timeout_us)
        async with self.turn:
            if isinstance(statement, Bootstrap):
                raise error("system_error")
            if isinstance(statement, ServerAction):
                await self.servers.run(statement, timeout_us)
            elif isinstance(statement, CreateTenant):
                await self.tenants.run(statement)
            elif isinstance(statement, ClusterAction):
                await self.standbys.run(statement)
            elif isinstance(statement, ZoneAction):
                await self.zones.run(statement)
            elif isinstance(statement, AlterTenant):
                await self.alter_tenant(statement)
            elif isinstance(statement, SetParameters):
                await self.parameters.run(statement)
            elif isinstance(statement, Freeze):
                return await self.freeze(statement)
            elif isinstance(statement, RunJob):
                await self.run_job(statement)
            elif not isinstance(statement, Housekeeping):
                raise error("not_supported", "statement")
        return {}

    async def check_privilege(self, user: str) -> None:
        """Refuse a user without ALTER SYSTEM."""
        try:
            grants = await self.state.engine.query("show grants for %s" % quote(user))
        except ServerError:
            grants = []
        if not any(re.search(r"\b(ALL PRIVILEGES|SUPER|ALTER SYSTEM)\b.* ON \*\.\*", row[0] or "") for row in grants):
            raise error("no_privilege")

    def check_tenants(self, names: List[str]) -> None:
        """Refuse an unknown tenant."""
        for name in names:
            if name.lower() not in ("sys",) + TENANT_GROUPS:
                raise error("tenant_unknown", name)

    async def alter_tenant(self, statement: AlterTenant) -> None:
        """Change the primary zone of the sys tenant, which is stored in a normalised form."""
        self.check_tenants([statement.tenant])
        if statement.primary_zone_default:
            raise error("not_allowed", "set tenant primary_zone DEFAULT")
        regions: Dict[str, str] = {name: zone.region for name, zone in self.state.zones.items()}
        stored = normalise(statement.primary_zone or "", regions, self.state.tenant_zones)
        await self.state.engine.query("update oceanbase.__all_tenant set primary_zone = %s where tenant_id = 1" % quote(stored))
        await self.state.event("tenant", "alter_tenant", "tenant", "sys", "primary_zone", stored)

    async def freeze(self, statement: Freeze) -> Message:
        """Have the engine freeze; a major freeze while one is under way succeeds with a warning."""
        self.check_tenants(list(statement.tenants))
        if statement.kind == "MINOR":
            await self.state.engine.query("alter system minor freeze")
            return {}
        if statement.tenants and not {name.lower() for name in statement.tenants} & {"sys", "all"}:
            return {}  # ALL_USER and ALL_META mean no tenant that is here
        if await self.state.engine.query("select 1 from oceanbase.__all_virtual_tenant_parameter_stat where name = 'enable_major_freeze' and value = 'False'"):
            raise error("not_allowed", "major freeze") if self.state.generation.old else error("freeze_not_allowed")
        if self.state.role != "PRIMARY":
            raise error("freeze_not_allowed")
        if self.state.generation.old:
            await self.merge.freeze()
            await self.state.event("freeze", "major_freeze")
            return {}
        status = await self.state.engine.query("select status from oceanbase.DBA_OB_MAJOR_COMPACTION")
        if status and status[0][0] != "IDLE":
            return {"warnings": 1}
        await self.state.engine.query("alter system major freeze")
        await self.state.event("freeze", "major_freeze", "tenant", "sys")
        return {}

    async def run_job(self, statement: RunJob) -> None:
        """Run the only job the stand-in knows."""
        if statement.job.lower() != "io_calibration":
            raise error("invalid_argument")
        where = "1 = 1"
        if statement.zone is not None:
            where = "svr_ip in (select svr_ip from oceanbase.__all_server where zone = %s)" % quote(statement.zone)
        if statement.server is not None:
            ip, _sep, port = statement.server.rpartition(":")
            where = "svr_ip = %s and svr_port = %d" % (quote(ip), int(port) if port.isdigit() else 0)
        await self.calibration(where, "status = 'IN PROGRESS', start_time = now(6), finish_time = null")

        async def finish() -> None:
            await asyncio.sleep(CALIBRATION_TIME)
            await self.calibration(where, "status = 'READY', finish_time = now(6)")
        asyncio.ensure_future(finish())

    async def calibration(self, where: str, changes: str) -> None:
        """Change the state of the calibration."""
        await self.state.engine.query("update oceanbase.__standin_io_calibration set %s where %s" % (changes, where))
