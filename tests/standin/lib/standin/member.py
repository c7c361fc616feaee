# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One server as a member of a cluster: what it remembers, the lease it holds, the requests it answers on its RPC port."""

import asyncio
import os
import time
from typing import Any, Dict, Optional

from . import config_file
from .errors import error
from .generations import Generation
from .keeper_process import KeeperProcess
from .parameters import memory_of
from .rpc import Address, Message, call, show_address
from .settings import Release, Settings
from .storage import Storage
from .syslog import Syslog


def microseconds() -> int:
    """Give the time as the catalogs do."""
    return int(time.time() * 1000000)


class Member:
    """The state of one observer process."""

    def __init__(self, home: str, address: Address, values: Dict[str, str], storage: Storage, settings: Settings, release: Release,
                 generation: Generation, log: Syslog) -> None:
        self.home, self.address, self.values, self.storage = home, address, values, storage
        self.settings, self.release, self.generation, self.log = settings, release, generation, log
        self.born = microseconds()
        self.info: Optional[Dict[str, Any]] = storage.load()
        self.fresh = storage.empty()          # has not been restarted since it was empty
        self.ready = False                    # past init_delay
        self.bootstrapping = False
        self.lease: Dict[str, Any] = {}
        self.lease_at = 0.0
        self.first_lease_at = 0.0
        self.start_service_time = 0
        self.log.with_wf = values["enable_syslog_wf"] == "True"
        self.keeper = KeeperProcess(storage.engine_dir, home)

    @property
    def cluster(self) -> str:
        """Name the cluster."""
        return self.values["cluster"]

    @property
    def joined(self) -> bool:
        """Tell whether a bootstrap or ADD SERVER was completed."""
        return bool(self.info and self.info.get("complete"))

    @property
    def has_lease(self) -> bool:
        """Tell whether the root service has been heard of lately."""
        return bool(self.lease) and time.monotonic() - self.lease_at < self.settings.lease_time

    @property
    def has_quorum(self) -> bool:
        """Tell whether statements on tables can be answered."""
        return self.has_lease and bool(self.lease["quorum"])

    @property
    def engine(self) -> Address:
        """Give the address of the SQL engine."""
        return self.lease["engine"][0], self.lease["engine"][1]

    @property
    def root_service(self) -> Address:
        """Give the address of the keeper."""
        return self.lease["keeper"][0], self.lease["keeper"][1]

    def lets_root_in(self) -> bool:
        """Tell whether root may log in without a password: the server is empty, or its bootstrap has not ended."""
        if self.joined:
            return False
        return self.fresh or self.storage.empty() or self.settings.half_bootstrapped_login

    def persist(self) -> None:
        """Write the configuration file and its copies."""
        for path in config_file.save(self.home, self.values):
            self.log.warning("SHARE.CONFIG", "config_backup (ob_config_manager.cpp:300)", "backup config fail(dir=\"%s\")" % path, -4009)

    async def handle(self, message: Message) -> Message:
        """Answer one request."""
        if message.get("op") == "standby":
            return await self.on_standby(message)
        action = {"probe": self.on_probe, "prepare": self.on_prepare, "join": self.on_join, "lease": self.on_lease,
                  "configure": self.on_configure, "config": self.on_config}.get(message.get("op", ""))
        if action is None:
            raise error("not_supported", "request")
        if message["op"] not in ("probe", "prepare") and (not self.info or message.get("token") != self.info["token"]):
            raise error("server_unknown")
        return action(message)

    async def on_standby(self, message: Message) -> Message:
        """Pass on what a standby cluster has to say to this one, if this is one; to others it is silence."""
        if not self.has_quorum or not self.info:
            await asyncio.sleep(self.settings.rpc_timeout + 1)
            raise error("server_unknown")
        return await call(self.root_service, dict(message, token=self.info["token"]), self.settings.rpc_timeout)

    def on_probe(self, message: Message) -> Message:
        """Say who this is; a packet for another cluster id goes unheard, which the caller sees as silence."""
        if message["cluster_id"] != int(self.values["cluster_id"]):
            return {"silent": True}
        return dict(self.report(), empty=self.storage.empty() and not self.bootstrapping or message.get("by") == show_address(self.address),
                    version=self.release.version)

    def on_prepare(self, message: Message) -> Message:
        """Become part of a cluster that is being made: from here on this server is not empty."""
        if not self.storage.empty():
            raise error("init_twice")
        self.storage.mark()
        self.info = {"token": message["token"], "server_id": message["server_id"], "complete": False}
        self.storage.save(self.info)
        if "observer_id" in self.values:
            self.values["observer_id"] = str(message["server_id"])
        if self.generation.persists_with_server_id:
            self.persist()
        return {}

    def on_join(self, message: Message) -> Message:
        """Be a member."""
        assert self.info
        self.info.update(complete=True, engine_home=message["engine_home"])
        self.storage.save(self.info)
        self.persist()
        return {}

    def on_lease(self, message: Message) -> Message:
        """Take a heartbeat of the root service and report."""
        assert self.info
        now = time.monotonic()
        if not self.has_lease:
            self.first_lease_at = now
        self.lease, self.lease_at = message, now
        served = now - self.first_lease_at >= self.settings.service_delay
        if served and self.settings.never_serve:
            self.log.warning("SERVER", "refresh_server_status (ob_heartbeat.cpp:120)", "stand-in: does not serve, as it was told", -4012)
        elif not self.start_service_time and self.joined and served and self.ready:
            self.start_service_time = microseconds()
            self.log.info("SERVER", "refresh_server_status (ob_heartbeat.cpp:120)", "observer start service(start_service_time=%d)" %
                          self.start_service_time)
        return self.report()

    def on_configure(self, message: Message) -> Message:
        """Take changed parameters."""
        self.values.update(message["values"])
        self.log.with_wf = self.values["enable_syslog_wf"] == "True"
        self.persist()
        return {}

    def on_config(self, _message: Message) -> Message:
        """Give the parameters."""
        return {"values": self.values}

    def report(self) -> Message:
        """Describe this server for the catalogs."""
        limit, system = memory_of(self.values)
        return {"zone": self.values["zone"], "sql_port": int(self.values["mysql_port"]), "born": self.born,
                "start_service_time": self.start_service_time, "build_version": self.release.build_version, "memory_limit": limit,
                "system_memory": system, "cpu_count": int(self.values["cpu_count"]), "server_id": self.info["server_id"] if self.info else 0}

    async def watch(self) -> None:
        """Keep the keeper alive where its home is here."""
        while True:
            if self.joined and self.info and self.info["engine_home"] == show_address(self.address) and not self.has_lease:
                self.keeper.ensure()
            self.keeper.reap()
            if self.settings.die_with_home and not os.path.isdir(self.home):
                os._exit(1)
            await asyncio.sleep(0.3)
