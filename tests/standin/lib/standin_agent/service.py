# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ob_mgragent and ob_monagent: an HTTP port, a Unix socket, and for the second one the metrics."""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
import time
from typing import Any, Dict, Tuple

from . import metrics, web
from .monitor_sql import Monitor, NotRead
from .places import MONITOR, Home
from .properties import Properties


class Service:
    """A running service."""

    def __init__(self, home: Home, name: str) -> None:
        self.home, self.name = home, name
        self.yaml = name.replace("ob_", "") + ".yaml"
        self.began = web.now()
        self.properties = self.read()
        # Listening needs a new start; everything else is read again when the service is told to.
        self.metric_auth = self.properties.text("agent.http.basic.auth.metricAuthEnabled") == "true"

    def read(self) -> Properties:
        """Read the properties."""
        return Properties(self.home, self.home.setting(self.yaml, "cryptoMethod"))

    @property
    def address(self) -> Tuple[str, int]:
        """Where to listen."""
        text = self.home.setting(self.yaml, "address")
        match = re.fullmatch(r"(.*):\$\{(.+)\}", text)
        assert match, text
        return match[1], int(self.properties.text(match[2]))

    def refuse(self, path: str, header: str) -> str:
        """Say why a request is refused."""
        if path.startswith("/metrics/") and not self.metric_auth:
            return ""
        given = web.basic(header)
        if given is None:
            return "invalid header authorization"
        wanted = [self.properties.text("agent.http.basic.auth.username"), self.properties.text("agent.http.basic.auth.password")]
        return "" if given == wanted else "wrong password"

    def status(self) -> Dict[str, Any]:
        """Describe this service."""
        return {"state": "running", "version": self.home.version(), "pid": os.getpid(), "startAt": self.began, "ports": [self.address[1]]}

    def notify(self) -> str:
        """Read the properties again."""
        self.properties = self.read()
        return "success"

    def routes(self) -> web.Routes:
        """List what can be asked."""
        found: web.Routes = {
            "/api/v1/status": self.status, "/api/v1/time": lambda: time.strftime("%Y-%m-%dT%H:%M:%S%z"), "/api/v1/module/config/notify": self.notify,
            "/api/v1/info": lambda: {"name": "obagent", "version": self.home.version()},
            "/metrics/stat": lambda: web.Text("# TYPE http_request_total counter\n"),
        }
        if self.name == MONITOR:
            found.update({"/metrics/node/host": self.host, "/metrics/ob/basic": self.server, "/metrics/ob/extra": self.server})
        return found

    def labels(self, app: str) -> Dict[str, str]:
        """Name the labels that every sample bears."""
        text = self.properties.text
        return {"app": app, "svr_ip": text("monagent.host.ip"), "svr_port": text("monagent.ob.rpc.port"), "obzone": text("monagent.ob.zone.name"),
                "ob_cluster_id": text("monagent.ob.cluster.id"), "ob_cluster_name": text("monagent.ob.cluster.name")}

    def host(self) -> web.Text:
        """Give the metrics of the host."""
        if self.properties.text("monagent.pipeline.node.status") != "active":
            return web.Text("")
        return web.Text(metrics.render(list(metrics.host()), self.labels("HOST")))

    def server(self) -> web.Text:
        """Give the metrics of the observer: none where it cannot be read, and the log says why."""
        if self.properties.text("monagent.pipeline.ob.status") != "active":
            return web.Text("")
        with open(self.home.of("conf", "module_config", "monitor_ob.yaml"), encoding="utf-8") as stream:
            match = re.search(r"@tcp\(([^:]+):", stream.read())
        text = self.properties.text
        monitor = Monitor(match[1] if match else "127.0.0.1", int(text("monagent.ob.sql.port")), text("monagent.ob.monitor.user"),
                          text("monagent.ob.monitor.password"))
        try:
            return web.Text(metrics.render(metrics.server(monitor), self.labels("OB")))
        except NotRead as exc:
            self.home.log("monagent.log", "ERROR [pipeline] db query failed, err: %s" % exc)
            return web.Text("")


def main(home: Home, name: str) -> int:
    """Run until told to stop."""
    service = Service(home, name)
    try:
        port = web.Port(service.address, service.routes(), service.refuse)
    except OSError as exc:
        said = "listen tcp %s:%d: bind: %s" % (*service.address, (exc.strerror or "").lower())
        home.log(name.replace("ob_", "") + ".log", "FATAL start http server err: " + said)
        sys.stderr.write(said + "\n")
        return 1
    home.write_pid(name)
    path = home.socket(name, os.getpid())
    web.serve(port)
    web.serve(web.Local(path, service.routes()))
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: over.set())
    while not over.wait(1.0):
        if os.getppid() == 1 and not home.pid("ob_agentd"):
            continue  # dangling, as the real one: it goes on without its supervisor
    for left in (path, home.pid_file(name)):
        if os.path.exists(left):
            os.unlink(left)
    return 0
