# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants of 4.x, as far as the catalogs and logins go: their accounts and data are those of the one engine."""

import asyncio
import re
from typing import Dict

from .cluster_state import ClusterState
from .engine_client import EngineClient, quote
from .errors import ServerError, error
from .rpc import parse_address
from .statements import CreateTenant

FIRST_ID = 1001
CREATION_TIME = 1.0
# What a standby tenant reads of its primary.
VIEWS = ("GV$OB_LOG_STAT", "GV$OB_UNITS", "GV$OB_PARAMETERS", "DBA_OB_ACCESS_POINT", "DBA_OB_TENANTS", "DBA_OB_LS")
SOURCE = re.compile(r"SERVICE=(?P<service>\S+) USER=(?P<user>\S+) PASSWORD=(?P<password>\S+)")
KEYS = {"RESOURCE UNIT": ("__all_unit_config", "unit_config_id", "name"), "RESOURCE POOL": ("__all_resource_pool", "resource_pool_id", "name"),
        "TENANT": ("__all_tenant", "tenant_id", "tenant_name"), "STANDBY TENANT": ("__all_tenant", "tenant_id", "tenant_name")}


class TenantOps:
    """CREATE RESOURCE UNIT, RESOURCE POOL, TENANT and STANDBY TENANT."""

    def __init__(self, state: ClusterState) -> None:
        self.state = state

    async def run(self, statement: CreateTenant) -> None:
        """Run one statement."""
        table, key, name = KEYS[statement.kind]
        if await self.state.engine.query("select 1 from oceanbase.%s where %s = %s" % (table, name, quote(statement.name))):
            if statement.if_not_exists:
                return
            raise error("entry_exist")
        highest = (await self.state.engine.query("select max(%s) from oceanbase.%s" % (key, table)))[0][0]
        number = max(int(highest or 0) + 1, FIRST_ID)
        if statement.kind == "RESOURCE UNIT":
            await self.state.engine.query(
                "insert into oceanbase.__all_unit_config (unit_config_id, name, max_cpu, min_cpu, memory_size) values (%d, %s, 1, 1, %d)" % (
                    number, quote(statement.name), 1 << 30))
        elif statement.kind == "RESOURCE POOL":
            await self.pool(statement, number)
        else:
            await self.tenant(statement, number)

    async def pool(self, statement: CreateTenant, number: int) -> None:
        """Make a resource pool of a unit that exists."""
        unit = (statement.options.get("unit") or ("",))[0]
        rows = await self.state.engine.query("select unit_config_id from oceanbase.__all_unit_config where name = %s" % quote(unit))
        zones = statement.options.get("zone_list") or tuple(self.state.tenant_zones)
        if not rows or not set(zones) <= set(self.state.zones):
            raise error("invalid_argument")
        await self.state.engine.query(
            "insert into oceanbase.__all_resource_pool (resource_pool_id, name, unit_count, unit_config_id, zone_list, tenant_id, replica_type,"
            " is_tenant_sys_pool) values (%d, %s, 1, %s, %s, -1, 0, 0)" % (number, quote(statement.name), rows[0][0], quote(";".join(zones))))

    async def tenant(self, statement: CreateTenant, number: int) -> None:
        """Make a tenant of pools that are free; a standby first reads of its primary."""
        pools = statement.options.get("resource_pool_list") or ()
        listed = ", ".join(quote(pool) for pool in pools) or "''"
        rows = await self.state.engine.query("select zone_list from oceanbase.__all_resource_pool where tenant_id = -1 and name in (%s)" % listed)
        if not pools or len(rows) != len(pools):
            raise error("invalid_argument")
        standby = statement.kind == "STANDBY TENANT"
        if standby:
            await self.read_primary(statement.options["log_restore_source"][0])
        zones = ";".join(dict.fromkeys(zone for row in rows for zone in (row[0] or "").split(";")))
        locality = (statement.options.get("locality") or (", ".join("FULL{1}@%s" % zone for zone in zones.split(";")),))[0]
        await self.state.engine.query(
            "insert into oceanbase.__all_tenant (tenant_id, tenant_name, zone_list, primary_zone, collation_type, info, locality, previous_locality, status,"
            " arbitration_service_status) values (%d, %s, %s, %s, 45, '', %s, '', %s, 'DISABLED')" % (
                number, quote(statement.name), quote(zones), quote((statement.options.get("primary_zone") or ("RANDOM",))[0]), quote(locality),
                quote("CREATING" if standby else "NORMAL")))
        await self.state.engine.query("update oceanbase.__all_resource_pool set tenant_id = %d where name in (%s)" % (number, listed))
        await self.state.engine.query("insert into oceanbase.__standin_tenant (tenant_id, tenant_role) values (%d, %s)" % (
            number, quote("STANDBY" if standby else "PRIMARY")))
        self.state.tenants.append(statement.name)
        if standby:
            asyncio.ensure_future(self.finish(number))

    async def finish(self, number: int) -> None:
        """End the creation of a standby."""
        await asyncio.sleep(CREATION_TIME)
        await self.state.engine.query("update oceanbase.__all_tenant set status = 'NORMAL' where tenant_id = %d" % number)

    async def read_primary(self, text: str) -> None:
        """Log in to the primary tenant and read what a standby reads; whoever may not, cannot be its source."""
        match = SOURCE.fullmatch(text)
        if not match:
            raise error("wrong_arguments", "log restore source")
        for service in match["service"].split(";"):
            try:
                await asyncio.get_event_loop().run_in_executor(None, self.read_views, service, match.groupdict())
                return
            except OSError:
                continue
            except (ServerError, ValueError):
                break
        raise error("wrong_arguments", "log restore source")

    @staticmethod
    def read_views(service: str, source: Dict[str, str]) -> None:
        """Read each view once."""
        host, port = parse_address(service)
        client = EngineClient(port, source["user"], source["password"], host)
        try:
            for view in VIEWS:
                client.query("select 1 from oceanbase.`%s` limit 1" % view)
        finally:
            client.close()
