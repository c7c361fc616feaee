# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A config service: what clusters register, what proxies ask (oceanbase/oceanbase 3e47324, tools/ob-configserver/doc/api_reference.md).

As a program: config_service.py ADDRESS PORT
"""

from __future__ import annotations

import hashlib
import http.server
import json
import sys
import threading
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Handler(http.server.BaseHTTPRequestHandler):
    """One request."""

    server: ConfigService

    def do_GET(self) -> None:
        """Answer a question."""
        query = self.query()
        if query.get("Action") == "GetObProxyConfig":
            self.answer(200, self.server.proxy_config())
        elif query.get("Action") == "ObRootServiceInfo":
            self.root_servers(query)
        else:
            self.answer(400, None, "unknown action")

    def do_POST(self) -> None:
        """Register a cluster."""
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        query = self.query()
        self.server.clusters[query["ObCluster"], int(query["ObClusterId"])] = body
        self.answer(200, "successful")

    def do_DELETE(self) -> None:
        """Forget a cluster."""
        query = self.query()
        gone = self.server.clusters.pop((query["ObCluster"], int(query["ObClusterId"])), None)
        self.answer(200, "successful") if gone else self.answer(404, None, "no such cluster")

    def root_servers(self, query: dict[str, str]) -> None:
        """Answer with one cluster, or with all of a name."""
        name = query.get("ObCluster") or query.get("ObRegion")
        known = [one for (cluster, number), one in self.server.clusters.items() if cluster == name and query.get("ObClusterId") in (None, str(number))]
        if not known:
            self.answer(404, None, "can not find ob cluster")
        else:
            self.answer(200, known if query.get("version") == "2" and "ObClusterId" not in query else known[0])

    def query(self) -> dict[str, str]:
        """Return the parameters of the request."""
        return {name: values[-1] for name, values in parse_qs(urlsplit(self.path).query).items()}

    def answer(self, code: int, data: Any, message: str = "successful") -> None:
        """Send the envelope."""
        found = {"Code": code, "Message": message, "Success": code == 200, "Data": data, "Trace": "0", "Server": self.server.address, "Cost": 1}
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(found).encode())

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


class ConfigService(http.server.ThreadingHTTPServer):
    """The service."""

    daemon_threads = True

    def __init__(self, address: str, port: int = 0) -> None:
        super().__init__((address, port), Handler)
        self.address = address
        self.clusters: dict[tuple[str, int], dict[str, Any]] = {}
        self.base = f"http://{address}:{self.server_port}/services"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def proxy_url(self) -> str:
        """Return what a proxy is told."""
        return f"{self.base}?Action=GetObProxyConfig"

    def cluster_url(self, name: str) -> str:
        """Return what a cluster is told."""
        return f"{self.base}?Action=ObRootServiceInfo&ObCluster={name}"

    def proxy_config(self) -> dict[str, Any]:
        """Return what proxies are told of all clusters."""
        urls = [{"ObRegion": name, "ObRootServiceInfoUrl": self.cluster_url(name)} for name in sorted({name for name, _number in self.clusters})]
        return {"ObRootServiceInfoUrlList": urls, "Version": hashlib.md5(repr(urls).encode()).hexdigest()}  # noqa: S324


if __name__ == "__main__":
    ConfigService(sys.argv[1], int(sys.argv[2]))
    threading.Event().wait()
