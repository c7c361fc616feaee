# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Start of the stand-in: options, configuration, ports, signals."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import os
import signal
import sys
from typing import Dict, List, NamedTuple, Tuple

from standin.title import set_title

from . import options as command_line
from .admin import Admin
from .client import Client
from .clusters import Directory
from .config import Config, InvalidConfig

FOLDERS = ("etc", "log")
NAMES = {"p": "listen_port", "l": "prometheus_listen_port", "s": "rpc_listen_port", "r": "rootservice_list", "c": "rootservice_cluster_name", "n": "app_name"}


class Release(NamedTuple):
    """What the package says of itself."""

    version: str
    release: str

    @property
    def numbers(self) -> Tuple[int, ...]:
        """Return the version for comparing."""
        return tuple(int(part) for part in self.version.split("."))


def read_release(library: str) -> Release:
    """Read the description that the package brought."""
    with open(os.path.join(library, "standin_proxy", "release.json"), encoding="utf-8") as stream:
        data = json.load(stream)
    return Release(data["version"], data["release"])


def log(level: str, text: str) -> None:
    """Write a line to log/obproxy.log below the working directory."""
    stamp = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S.%f")
    with contextlib.suppress(OSError), open(os.path.join("log", "obproxy.log"), "a", encoding="utf-8") as stream:
        stream.write("[%s] %-5s [PROXY] [%d][Y0-0] [lt=2] [dc=0] %s\n" % (stamp, level, os.getpid(), text))


class Proxy:
    """The running program."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self.newer = release.numbers >= (4, 3)
        self.config = Config(self.newer)
        self.directory = Directory(self.config, log)
        self.over = asyncio.Event()
        self.admin = Admin(self.config, self.directory, self.newer, self.over.set)
        self.sessions = 0

    def configure(self, options: Dict[str, str]) -> None:
        """Take the kept configuration and, above it, what the command line says."""
        kept = self.config.load()
        log("INFO", "succ to load config from file" if kept else "fail to load config from file, but we can get the config from OCP by sql later")
        self.config.specify(command_line.split_optstr(options.get("o", "")))
        self.config.specify((name, options[letter]) for letter, name in NAMES.items() if letter in options)
        self.config.started()
        if not self.directory.url and not self.config.now("rootservice_list"):
            raise InvalidConfig("fail to set opt rs list to web rs list(ret=-4002)")
        if not kept or any(letter in options for letter in "plsorcne"):
            self.config.save()

    async def serve(self) -> None:
        """Listen until told to stop."""
        loop = asyncio.get_event_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1):
            loop.add_signal_handler(number, self.told, number)
        address = self.config.now("local_bound_ip")
        server = await asyncio.start_server(self.client, address, int(self.config.now("listen_port")))
        others = []
        if self.config.on("enable_prometheus"):
            others.append(await asyncio.start_server(self.metrics, address, int(self.config.now("prometheus_listen_port"))))
        if self.newer:
            others.append(await asyncio.start_server(hang_up, address, int(self.config.now("rpc_listen_port"))))
        if self.directory.url:
            await self.directory.refresh()
        log("INFO", "obproxy start up successful and can provide normal service(cost time(us)=1000, is_service_started=true)")
        await self.over.wait()
        for one in [server, *others]:
            one.close()
        await asyncio.sleep(self.config.time("delay_exit_time"))

    def told(self, number: int) -> None:
        """Take a signal."""
        log("INFO", "recv signal, will graceful exit(sig=%d)" % number)
        self.over.set()

    async def client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one client."""
        self.sessions += 1
        try:
            await Client(self.config, self.directory, self.admin, reader, writer).run()
        finally:
            self.sessions -= 1

    async def metrics(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer Prometheus."""
        with contextlib.suppress(OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            body = "# TYPE odp_current_session gauge\nodp_current_session{vip=\"\",session_type=\"Client\"} %d\n" % self.sessions
            head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
            writer.write((head + body).encode())
            await writer.drain()
        writer.close()


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Listen without speaking: the RPC service is not stood in for."""
    writer.close()


def into_background() -> None:
    """Leave the terminal, as daemon(nochdir=1) does."""
    sys.stderr.flush()
    if os.fork():
        os._exit(0)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)


def main(argv: List[str], library: str) -> int:
    """Run; the exit status is 0 whatever happened (src/obproxy/main.cpp)."""
    release = read_release(library)
    sys.stderr.write(" ".join(argv) + "\n")
    try:
        options = command_line.parse(argv[1:], release.numbers >= (4, 3))
    except command_line.BadOption as exc:
        sys.stderr.write("%s\nfail to parse cmd line, ret=-4002\n%s\n" % (exc, command_line.USAGE))
        return 0
    if "h" in options:
        sys.stderr.write(command_line.USAGE + "\n")
        return 0
    if "V" in options:
        sys.stderr.write("obproxy (OceanBase %s %s)\nREVISION: stand-in for tests, not OBProxy\n" % release)
        return 0
    if "R" in options:
        sys.stdout.write("%s.\n" % release.release)
        return 0
    sys.stderr.write("".join(line + "\n" for line in command_line.echo(options)))
    if "N" not in options:
        into_background()
    set_title(argv)
    for folder in FOLDERS:
        os.makedirs(folder, exist_ok=True)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(run(release, options))
    except InvalidConfig as exc:
        log("EDIAG", str(exc))
        log("EDIAG", "obproxy init failed(ret=-4147)")
    except OSError as exc:
        log("EDIAG", "fail to listen(errno=%s, error=%s)" % (exc.errno, exc.strerror))
        log("EDIAG", "obproxy start failed(ret=-4004)")
    return 0


async def run(release: Release, options: Dict[str, str]) -> None:
    """Configure and serve."""
    proxy = Proxy(release)
    proxy.configure(options)
    await proxy.serve()
