# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keeper: holds the SQL engine and the root service of one cluster, outlives its host's observer, dies with the cluster."""

import asyncio
import contextlib
import fcntl
import json
import os
import sys
import time
import traceback
from typing import Any, Dict

from .catalog_tables import create_tables
from .catalog_views import create_views
from .catalog_views_old import create_views as create_old_views
from .cluster_state import ClusterState, Server
from .config_service import keep_registered
from .engine import Engine
from .errors import error
from .first_state import seed
from .generations import dialect_of, generation_of, version_key
from .heartbeat import Heartbeats
from .keeper_process import CLUSTER, LOCK, READY
from .parameter_ops import ParameterOps
from .parameter_table import known_parameters
from .root_service import RootService
from .rpc import Message, bind, parse_address, serve
from .server_ops import ServerOps
from .settings import read_release, read_settings
from .standby_ops import StandbyOps
from .storage import write_private

SEEDED = "seeded"


class Keeper:
    """The process's parts, wired together."""

    def __init__(self, directory: str, home: str, lock: int) -> None:
        self.directory = directory
        with open(os.path.join(directory, CLUSTER), encoding="utf-8") as stream:
            self.cluster: Dict[str, Any] = json.load(stream)
        self.release, self.settings = read_release(), read_settings(home)
        self.generation = generation_of(self.release.version)
        self.engine = Engine(self.settings.engine, directory, self.cluster["account_password"])
        self.state = ClusterState(self.engine, self.settings.lease_time, self.generation)
        token = self.cluster["token"]
        known = known_parameters(version_key(self.release.version))
        self.parameters = ParameterOps(self.state, known, token, self.settings.rpc_timeout, self.generation.minimum_memory)
        self.heartbeats = Heartbeats(self.state, self.settings, self.lease, self.parameters)
        servers = ServerOps(self.state, self.settings, int(self.cluster["cluster_id"]), token, self.cluster["home"], self.joined)
        self.state.role = "PHYSICAL STANDBY" if self.cluster.get("primary") else "PRIMARY"
        self.standbys = StandbyOps(self.state, self.cluster, self.release.version, self.settings.rpc_timeout, self.settings.refuse_add_cluster)
        self.root_service = RootService(self.state, servers, self.parameters, self.standbys, dialect_of(self.generation, self.release.name))
        self.listener = bind(parse_address(self.cluster["home"])[0], 0)
        self.lock = lock

    def lease(self) -> Message:
        """Make the heartbeat message."""
        host, port = self.listener.getsockname()[:2]
        return {"op": "lease", "token": self.cluster["token"], "keeper": [host, port], "engine": [host, self.engine.port], "quorum": self.state.quorum(),
                "role": self.state.role, "root_account": self.state.root_account, "tenants": self.state.tenants}

    async def joined(self, server: Server) -> None:
        """Take in a new server."""
        self.heartbeats.watch(server)

    async def handle(self, message: Message) -> Message:
        """Answer an observer."""
        if message.get("token") != self.cluster["token"]:
            raise error("server_unknown")
        if message["op"] == "statement":
            return await self.root_service.execute(message["sql"], message["user"], int(message["timeout_us"]))
        if message["op"] == "standby":
            return await self.standbys.handle(message)
        if message["op"] == "adopt":
            return await self.standbys.adopt(message)
        return {"serving": sum(1 for one in self.state.servers.values() if one.status == "ACTIVE" and one.start_service_time)}

    async def prepare(self) -> None:
        """Start the engine and see that the catalogs are there."""
        await self.engine.start()
        marker = os.path.join(self.directory, SEEDED)
        if os.path.exists(marker):
            await self.state.load()
            return
        for statement in create_tables(self.generation):
            await self.engine.query(statement)
        for statement in create_old_views(self.generation) if self.generation.old else create_views(self.generation, self.release.version):
            await self.engine.query(statement)
        await seed(self.state, self.cluster)
        await self.state.load()
        with open(marker, "w", encoding="utf-8"):
            pass

    def destroyed(self) -> bool:
        """Tell whether the cluster's directories are gone."""
        return not os.fstat(self.lock).st_nlink or not os.path.exists(self.cluster["member_file"])

    async def run(self) -> None:
        """Live until nobody needs the cluster any more."""
        try:
            await self.prepare()
            await serve(self.listener, self.handle)
            host, port = self.listener.getsockname()[:2]
            self.state.started_at = time.monotonic()
            for server in list(self.state.servers.values()):
                self.heartbeats.watch(server)
            asyncio.ensure_future(keep_registered(self.state, self.cluster["cluster"], int(self.cluster["cluster_id"])))
            write_private(os.path.join(self.directory, READY), {"host": host, "port": port, "engine_port": self.engine.port, "pid": os.getpid()})
            while not self.destroyed() and time.monotonic() - self.state.anyone_heard_at() < self.settings.linger + self.settings.lease_time:
                if not self.engine.alive():
                    await self.engine.start()
                await asyncio.sleep(0.25)
        finally:
            self.state.servers.clear()  # ends the heartbeats
            await self.engine.stop()


def main(directory: str, home: str) -> int:
    """Hold the directory's lock and run."""
    descriptor = os.open(os.path.join(directory, LOCK), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return 1
    with contextlib.suppress(OSError):
        os.unlink(os.path.join(directory, READY))

    async def live() -> None:
        try:
            await Keeper(directory, home, descriptor).run()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0)  # no pending task may hold the process back

    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.run_until_complete(live())
    return 0
