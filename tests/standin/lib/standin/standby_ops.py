# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Standby clusters (2.2 and 3.x, enterprise edition): a standby registers with its primary, is added there, and takes over its users."""

from typing import Any, Dict, List

from .cluster_state import ROOT_OF_STANDBY, ClusterState
from .engine import ACCOUNT
from .engine_client import quote
from .errors import ServerError, error
from .rpc import Message, Unreachable, call
from .statements import ClusterAction

REGISTERED, VALID = "REGISTERED", "VALID"


class StandbyOps:
    """Both sides: what a primary knows of its standbys, and what a standby takes from its primary."""

    def __init__(self, state: ClusterState, cluster: Dict[str, Any], version: str, rpc_timeout: float, refusal: str) -> None:
        self.state, self.cluster, self.version, self.rpc_timeout, self.refusal = state, cluster, version, rpc_timeout, refusal

    async def handle(self, message: Message) -> Message:
        """Answer a standby that asks whether it may be one, or announces itself."""
        other = message["standby"]
        fits = self.state.role == "PRIMARY" and int(other["primary_id"]) == int(self.cluster["cluster_id"]) != int(other["cluster_id"])
        if not fits or other["cluster"] != self.cluster["cluster"] or other["version"] != self.version:
            raise error("not_allowed", "standby cluster of this primary")
        if other.get("keeper"):
            await self.state.engine.query(
                "replace into oceanbase.__standin_standby (cluster_id, cluster_name, cluster_status, rootservice_list, keeper_host, keeper_port, token)"
                " values (%s)" % ", ".join(quote(value) for value in (
                    int(other["cluster_id"]), other["cluster"], REGISTERED, other["rootservice_list"], other["keeper"][0], int(other["keeper"][1]),
                    other["token"])))
        return {}

    async def run(self, statement: ClusterAction) -> None:
        """Run ADD CLUSTER."""
        if self.state.role != "PRIMARY":
            raise error("not_supported", "ADD CLUSTER in a standby cluster")
        if self.refusal:
            raise ServerError(-4179, 4179, "HY000", "Add cluster not allowed. Actions: %s" % self.refusal)
        if statement.action == "VERIFY":
            return
        rows = await self.state.engine.query(
            "select keeper_host, keeper_port, token from oceanbase.__standin_standby where cluster_id = %d and cluster_name = %s" % (
                statement.cluster_id, quote(statement.name)))
        if not rows:
            raise error("invalid_argument")
        host, port, token = rows[0]
        message = {"op": "adopt", "token": token, "users": await self.users()}
        try:
            await call((host or "", int(port or 0)), message, self.rpc_timeout)
        except Unreachable:
            raise error("timeout", int(self.rpc_timeout * 1000000)) from None
        await self.state.engine.query("update oceanbase.__standin_standby set cluster_status = %s where cluster_id = %d" % (
            quote(VALID), statement.cluster_id))
        await self.state.event("cluster", "add_cluster", "cluster_id", str(statement.cluster_id))

    async def users(self) -> List[List[Any]]:
        """Read users, hashes of passwords and grants."""
        found = []
        for name, hashed in await self.state.engine.query("select user_name, passwd from oceanbase.__all_user"):
            if name and name != ACCOUNT and name not in ("LBACSYS", "ORAAUDITOR", "lbacsys", "oraauditor", "SYS"):
                grants = [] if name == "root" else [row[0] for row in await self.state.engine.query("show grants for %s" % quote(name))]
                found.append([name, hashed or "", grants])
        return found

    async def adopt(self, message: Message) -> Message:
        """Take over the users of the primary."""
        for name, hashed, grants in message["users"]:
            account = ROOT_OF_STANDBY if name == "root" else name
            await self.state.engine.query("create user if not exists %s identified by password %s" % (quote(account), quote(hashed)) if hashed else
                                          "create user if not exists %s" % quote(account))
            for grant in grants if name != "root" else ["grant all on *.* to %s with grant option" % quote(account)]:
                await self.state.engine.query(grant)
        self.state.root_account = ROOT_OF_STANDBY
        return {}
