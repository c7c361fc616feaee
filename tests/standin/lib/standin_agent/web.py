# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP of the agent: answers in its envelope, Basic authentication, a Unix socket beside the port."""

from __future__ import annotations

import base64
import datetime
import http.client
import json
import os
import socket
import socketserver
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler
from typing import Any, Callable, Dict, List, Optional, Tuple

Route = Callable[[], Any]
Routes = Dict[str, Route]


class Text(str):
    """An answer that is not JSON."""


class Wrong(Exception):
    """A request that is answered with an error."""


def envelope(data: Any, status: int = 200, error: str = "") -> bytes:
    """Wrap an answer (lib/http/response.go)."""
    answer: Dict[str, Any] = {
        "successful": not error, "timestamp": datetime.datetime.now().astimezone().isoformat(), "duration": 0, "status": status,
        "traceId": uuid.uuid4().hex[:16], "server": "127.0.0.1",
    }
    if error:
        answer["error"] = {"code": 1000, "message": error}
    elif data is not None:
        answer["data"] = {"contents": data} if isinstance(data, list) else data
    return json.dumps(answer).encode()


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Any
    protocol_version = "HTTP/1.0"

    def do_GET(self) -> None:
        """Answer a reading request."""
        self.reply()

    def do_POST(self) -> None:
        """Answer a POST; its body is of no interest."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.reply()

    def reply(self) -> None:
        """Check who asks, and answer."""
        path = self.path.split("?")[0]
        refused = self.server.refuse(path, self.headers.get("Authorization") or "")
        if refused:
            self.send(401, envelope(None, 500, "unexpected error: " + refused), "application/json; charset=utf-8")
            return
        route = self.server.routes.get(path)
        if route is None:
            self.send(400, envelope(None, 400, "404 not found"), "application/json; charset=utf-8")
            return
        try:
            answer = route()
        except Wrong as exc:
            self.send(500, envelope(None, 500, str(exc)), "application/json; charset=utf-8")
            return
        if isinstance(answer, Text):
            self.send(200, answer.encode(), "text/plain; version=0.0.4; charset=utf-8")
        else:
            self.send(200, envelope(answer), "application/json; charset=utf-8")

    def send(self, status: int, body: bytes, kind: str) -> None:
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        """Say nothing on the terminal."""

    def address_string(self) -> str:
        """Name the client; one of the Unix socket has no name."""
        return "client"


class Port(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A port."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: Tuple[str, int], routes: Routes, refuse: Callable[[str, str], str]) -> None:
        self.routes, self.refuse = routes, refuse
        super().__init__(address, Handler)


class Local(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """A Unix socket, which asks nobody who he is."""

    daemon_threads = True

    def __init__(self, path: str, routes: Routes) -> None:
        self.routes = routes
        self.refuse: Callable[[str, str], str] = lambda _path, _header: ""
        folder, name = os.path.split(path)
        here = os.getcwd()
        os.chdir(folder)  # the name of a socket is short
        try:
            super().__init__(name, Handler)
        finally:
            os.chdir(here)


def serve(server: socketserver.BaseServer) -> None:
    """Serve in the background."""
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()


def basic(header: str) -> Optional[List[str]]:
    """Return user and password of a Basic header."""
    kind, _blank, value = header.partition(" ")
    if kind != "Basic":
        return None
    try:
        return base64.b64decode(value).decode("utf-8").split(":", 1)
    except ValueError:
        return None


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=5)
        self.path = path

    def connect(self) -> None:
        """Connect to the socket."""
        folder, name = os.path.split(self.path)
        here = os.getcwd()
        os.chdir(folder)
        try:
            self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.sock.settimeout(5)
            self.sock.connect(name)
        finally:
            os.chdir(here)


def call(path: str, route: str) -> Any:
    """Ask a program through its socket; OSError where it does not answer."""
    connection = _Connection(path)
    try:
        connection.request("POST", route, b"{}")
        answer = json.loads(connection.getresponse().read().decode())
    finally:
        connection.close()
    if not answer.get("successful"):
        raise OSError(str(answer.get("error")))
    return answer.get("data")


def now() -> int:
    """Return the time as the agent counts it, in nanoseconds."""
    return int(time.time() * 1000000000)
