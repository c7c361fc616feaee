# SPDX-License-Identifier: GPL-3.0-or-later
"""A home directory with the stand-in of OBProxy."""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import build_tools
import pymysql

ME = pwd.getpwuid(os.geteuid()).pw_name
MY_GROUP = grp.getgrgid(os.getegid()).gr_name
ROOT_PASSWORD, PROXYRO, MONITOR = "ro'ot\"p w\u00e9", "proxyro-1", "monitor-1"


def network(worker: str, place: int) -> str:
    """Return the first three numbers of the addresses of a worker."""
    number = int(worker[2:]) if worker.startswith("gw") else 0
    return f"127.{160 + number}.{place}"


def lay_out(tool: build_tools.Tool, home: Path) -> None:
    """Put the files of a package into a home directory."""
    for inside, (data, mode) in tool.files.items():
        if inside.startswith(tool.folder):
            path = home / inside[len(tool.folder) + 1 :]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            path.chmod(mode)
    for folder in build_tools.empty_folders(tool):
        (home / folder[len(tool.folder) + 1 :]).mkdir(parents=True, exist_ok=True)


def pymysql_connect(host: str, port: int, user: str, password: str) -> Any:
    """Log in."""
    return pymysql.connect(host=host, port=port, user=user, password=password.encode(), autocommit=True, connect_timeout=5, read_timeout=20)


def works_in(folder: Path) -> list[int]:
    """Return the processes that work in or below a folder."""
    found = []
    for name in os.listdir("/proc"):
        with contextlib.suppress(OSError):
            if name.isdigit() and Path(os.readlink(f"/proc/{name}/cwd")).is_relative_to(folder):
                found.append(int(name))
    return found


def end_below(folder: Path) -> None:
    """Kill what works in or below a folder, and nothing else."""
    for _round in range(50):
        left = [pid for pid in works_in(folder) if pid != os.getpid()]
        for pid in left:
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        if not left:
            return
        time.sleep(0.02)


def until(condition: Callable[[], Any], what: str, limit: float = 20.0) -> Any:
    """Poll until a condition holds."""
    end = time.monotonic() + limit
    last: object = None
    while time.monotonic() < end:
        try:
            last = condition()
            if last:
                return last
        except (pymysql.err.MySQLError, OSError) as exc:
            last = exc
        time.sleep(0.05)
    raise AssertionError(f"still not after {limit} s: {what}; last seen: {last!r}")


class ProxyHome:
    """A home directory with the stand-in of OBProxy, on an address of its own."""

    def __init__(self, path: Path, ip: str, version: str) -> None:
        self.path, self.ip = path, ip
        tool = next(one for one in build_tools.proxies() if one.version == version)
        lay_out(tool, path)
        self.rpc_port = 2885 if version >= "4.3" else 0

    @property
    def endpoint(self) -> str:
        """Where clients come to."""
        return f"{self.ip}:2883"

    def params(self, **more: Any) -> dict[str, Any]:
        """Return the options of module obproxy."""
        import grp
        import pwd

        own = {"user": pwd.getpwuid(os.geteuid()).pw_name, "group": grp.getgrgid(os.getegid()).gr_name}
        return {**own, "home": str(self.path), "address": self.ip, "listen_address": self.ip, "rpc_port": self.rpc_port, "wait_timeout": 20, **more}

    def sql(self, statement: str, user: str, password: str, *args: str) -> list[tuple[Any, ...]]:
        """Send a statement through the proxy."""
        with contextlib.closing(pymysql_connect(self.ip, 2883, user, password)) as connection, connection.cursor() as cursor:
            cursor.execute(statement, args or None)
            return list(cursor.fetchall())

    def log(self) -> str:
        """Read the log."""
        return (self.path / "log/obproxy.log").read_text()
