# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The clusters that the proxy knows, and the servers of each: read from the cluster itself by the account proxyro."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from typing import Any, Callable, Dict, List, Optional, Tuple
from urllib.parse import urlencode, urlsplit

from .config import Config
from .upstream import Link, Refused, Silent

Address = Tuple[str, int]
SERVERS = (  # what 3.x and 4.x have; the real proxy reads virtual tables made for it, with the same account and the same privilege
    "SELECT svr_ip, inner_port FROM oceanbase.__all_server",
    "SELECT SVR_IP, SQL_PORT FROM oceanbase.DBA_OB_SERVERS",
)


class Unusable(Exception):
    """No cluster resource can be made: nobody answers, or proxyro is not let in."""


def read_list(text: str) -> List[Address]:
    """Read ip:sql_port;ip:sql_port."""
    found = []
    for part in text.replace(",", ";").split(";"):
        host, _colon, port = part.strip().rpartition(":")
        if host and port.isdigit():
            found.append((host, int(port)))
    return found


class Cluster:
    """One cluster in use."""

    def __init__(self, name: str, roots: List[Address], config: Config, log: Callable[[str, str], None]) -> None:
        self.name, self.roots, self.config, self.log = name, roots, config, log
        self.servers: List[Address] = []
        self.refreshed = 0.0
        self.bad: Dict[Address, float] = {}
        self.turn = 0

    async def ready(self) -> None:
        """Have a list of servers that is not too old."""
        if self.servers and time.monotonic() - self.refreshed < self.config.time("server_state_refresh_interval"):
            return
        try:
            await self.refresh()
        except Unusable:
            if not self.servers:  # what was known goes on working
                raise

    async def refresh(self) -> None:
        """Ask the cluster for its servers, with either of the two passwords."""
        last = "no server is known"
        user = "proxyro@sys" + ("#" + self.name if self.config.on("enable_cluster_checkout") else "")
        for host, port in self.servers + [one for one in self.roots if one not in self.servers]:
            for item in ("observer_sys_password", "observer_sys_password1"):
                try:
                    link = await Link.open(host, port, user, self.config.now(item))
                except Silent as exc:
                    last = str(exc)
                    break
                except Refused as exc:
                    last = "%s:%d: %s" % (host, port, exc)
                    self.log("WDIAG", "fail to login as proxyro(server=%s:%d, using=%s, ret=-4043, errno=%d)" % (host, port, item, exc.errno))
                    if exc.errno != 1045:
                        break
                    continue
                try:
                    self.servers = await self.read_servers(link)
                    self.refreshed = time.monotonic()
                    return
                except (Refused, Silent) as exc:
                    last = str(exc)
                    self.log("WDIAG", "fail to get server state(cluster=%s, error=%s)" % (self.name, exc))
                finally:
                    link.close()
                break
        self.log("WDIAG", "fail to create cluster resource(cluster_name=%s, error=%s)" % (self.name, last))
        raise Unusable(last)

    async def read_servers(self, link: Link) -> List[Address]:
        """Read the list of servers."""
        for number, sql in enumerate(SERVERS):
            try:
                found = [(row[0] or "", int(row[1] or 0)) for row in await link.query(sql)]
                if found:
                    return found
            except Refused as exc:
                if exc.errno not in (1146, 5019) or number + 1 == len(SERVERS):
                    raise
        return list(self.roots)

    def in_turn(self) -> List[Address]:
        """Return the servers in the order in which to try them: those that failed lately last."""
        self.turn += 1
        at = self.turn % max(len(self.servers), 1)
        order = self.servers[at:] + self.servers[:at]
        until = time.monotonic() - self.config.time("congestion_retry_interval")
        return sorted(order, key=lambda one: self.bad.get(one, 0.0) > until)

    def failed(self, server: Address) -> None:
        """Remember that a server did not answer."""
        self.bad[server] = time.monotonic()


class Directory:
    """All clusters."""

    def __init__(self, config: Config, log: Callable[[str, str], None]) -> None:
        self.config, self.log = config, log
        self.known: Dict[str, Cluster] = {}
        self.urls: Dict[str, str] = {}

    @property
    def url(self) -> str:
        """Return the address of the config service, "" where there is none."""
        return self.config.now("obproxy_config_server_url")

    def default(self) -> str:
        """Name the cluster of a client that names none."""
        name = self.config.now("rootservice_cluster_name")
        if self.url and name == "undefined":
            return sorted(self.urls)[0] if self.urls else ""
        return name

    async def find(self, name: str) -> Optional[Cluster]:
        """Return a cluster; None where it is not known. With a list of root servers there is one cluster only."""
        if not self.url:
            if name != self.config.now("rootservice_cluster_name"):
                return None
            return self.keep(name, read_list(self.config.now("rootservice_list")))
        if name not in self.urls:
            await self.refresh()
        if name not in self.urls:
            return None
        if name not in self.known:
            self.keep(name, await self.roots_of(name))
        return self.known[name]

    def keep(self, name: str, roots: List[Address]) -> Cluster:
        """Return the cluster of a name, made if need be."""
        if name not in self.known:
            self.known[name] = Cluster(name, roots, self.config, self.log)
        return self.known[name]

    async def refresh(self) -> None:
        """Read the list of clusters from the config service."""
        try:
            data = (await fetch(self.url)).get("Data") or {}
        except (OSError, ValueError) as exc:
            self.log("WDIAG", "fail to get json config info from remote config server(url=%s, error=%s)" % (self.url, exc))
            return
        template = data.get("ObRootServiceInfoUrlTemplate")
        if template:
            self.urls = {str(name): template.replace("${ObRegion}", str(name)).replace("${ObCluster}", str(name)) for name in data.get("ObClusterList") or []}
        else:
            self.urls = {str(one.get("ObCluster") or one.get("ObRegion")): str(one["ObRootServiceInfoUrl"]) for one in data["ObRootServiceInfoUrlList"]}

    async def roots_of(self, name: str) -> List[Address]:
        """Read the root servers of a cluster from the config service."""
        try:
            data = (await fetch(self.urls[name])).get("Data") or {}
        except (OSError, ValueError) as exc:
            self.log("WDIAG", "fail to fetch rs list(cluster=%s, error=%s)" % (name, exc))
            return []
        one = data[0] if isinstance(data, list) else data
        return [(str(server["address"]).rpartition(":")[0], int(server["sql_port"])) for server in one.get("RsList") or []]

    def rows(self) -> List[Tuple[str, int, str, str, str, str]]:
        """Describe the clusters as SHOW PROXYCLUSTER does."""
        if not self.url:
            name = self.config.now("rootservice_cluster_name")
            found = [(name, -1, "", "%s:%d" % one, "FOLLOWER", "FULL") for one in read_list(self.config.now("rootservice_list"))]
            return found
        rows = []
        for name, url in sorted(self.urls.items()):
            roots = self.known[name].roots if name in self.known else []
            rows += [(name, -1, url, "%s:%d" % one, "FOLLOWER", "FULL") for one in roots or [("0.0.0.0", 0)]]
        return rows


async def fetch(url: str) -> Dict[str, Any]:
    """Get a JSON object."""
    def get() -> Dict[str, Any]:
        with urllib.request.urlopen(url, timeout=5) as response:
            answer = json.loads(response.read().decode("utf-8"))
        if not isinstance(answer, dict) or answer.get("Code") != 200:
            raise ValueError("code %s" % (answer.get("Code") if isinstance(answer, dict) else "?"))
        return answer
    return await asyncio.get_event_loop().run_in_executor(None, get)


def with_action(url: str, action: str, **more: str) -> str:
    """Return the address of another action of the same service."""
    parts = urlsplit(url)
    return "%s://%s%s?%s" % (parts.scheme, parts.netloc, parts.path, urlencode(dict(Action=action, **more)))
