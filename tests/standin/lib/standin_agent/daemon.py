# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ob_agentd: keeps both services running, and tells of them on its socket (agentd/watchdog.go)."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from typing import Any, Dict, Optional

from . import web
from .places import DAEMON, SERVICES, Home

LIVE, QUICK = 3.0, 3  # a service that ended before LIVE seconds, QUICK times in succession, is given up


class Service:
    """One service."""

    def __init__(self, home: Home, name: str) -> None:
        self.home, self.name = home, name
        self.child: Optional["subprocess.Popen[bytes]"] = None
        self.started, self.quick, self.given_up = 0.0, 0, False

    def start(self) -> None:
        """Start it."""
        yaml = self.name.replace("ob_", "") + ".yaml"
        with open(self.home.of("log", self.name + ".output.log"), "ab") as out, open(self.home.of("log", self.name + ".error.log"), "ab") as err:
            self.child = subprocess.Popen([self.home.of("bin", self.name), "-c", self.home.of("conf", yaml)], stdin=subprocess.DEVNULL, stdout=out,
                                          stderr=err, cwd=self.home.path)
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start it again where it ended."""
        if self.given_up or self.child is None or self.child.poll() is None:
            return
        self.quick = self.quick + 1 if time.monotonic() - self.started < LIVE else 0
        self.home.log("agentd.log", "WARN service %s exited with %s" % (self.name, self.child.returncode))
        if self.quick >= QUICK:
            self.given_up = True
        else:
            self.start()

    def status(self) -> Dict[str, Any]:
        """Describe it."""
        found: Dict[str, Any] = {"state": "stopped", "version": "", "pid": 0, "startAt": 0, "ports": [], "socket": "", "endAt": 0}
        if self.child is not None and self.child.poll() is None:
            socket = self.home.socket(self.name, self.child.pid)
            found.update(state="starting", pid=self.child.pid, socket=socket)
            with contextlib.suppress(OSError, ValueError):
                found.update(web.call(socket, "/api/v1/status"))
        return found


def main(home: Home) -> int:
    """Run until told to stop."""
    home.write_pid(DAEMON)
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: over.set())
    services = [Service(home, name) for name in SERVICES]
    began = web.now()

    def status() -> Dict[str, Any]:
        found = {service.name: service.status() for service in services}
        return {"state": "running", "ready": all(one["state"] == "running" for one in found.values()), "version": home.version(), "pid": os.getpid(),
                "socket": home.socket(DAEMON, os.getpid()), "services": found, "dangling": [], "startAt": began}

    path = home.socket(DAEMON, os.getpid())
    local = web.Local(path, {"/api/v1/status": status})
    web.serve(local)
    for service in services:
        service.start()
    while not over.wait(0.2):
        for service in services:
            service.watch()
    for service in services:
        if service.child is not None and service.child.poll() is None:
            service.child.terminate()
    for service in services:
        if service.child is not None:
            try:
                service.child.wait(5)
            except subprocess.TimeoutExpired:
                service.child.kill()
    for left in (path, home.pid_file(DAEMON)):
        if os.path.exists(left):
            os.unlink(left)
    return 0
