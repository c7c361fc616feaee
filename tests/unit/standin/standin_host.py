# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One host of the tests: a home, its directories, and the observer that runs there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import build
import pymysql

RELEASES = {"4.3.5.3": "103000092025080818.el7", "4.2.1.6": "106000012024042515.el7", "4.0.0.0": "100000272022110114.el7",
            "3.1.5": "100000252023041721.el7", "2.2.73": "20201211175814.el7", "2.2.76": "20210219154519.el7", "3.1.0": "2021060120.el7"}
PORT, RPC_PORT = 2881, 2882
PYTHON = os.environ.get("STANDIN_PYTHON", sys.executable)  # the hosts' Python


def wait_for(condition: Callable[[], Any], what: str, limit: float = 20.0) -> Any:
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


def free_ports() -> tuple[int, int]:
    """Find two free ports."""
    with socket.socket() as first, socket.socket() as second:
        first.bind(("0.0.0.0", 0))
        second.bind(("0.0.0.0", 0))
        return first.getsockname()[1], second.getsockname()[1]


def process_lives(pid: int) -> bool:
    """Tell whether a process exists and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


class Host:
    """A host with one observer."""

    def __init__(self, base: Path, ip: str, zone: str, version: str, engine: str) -> None:
        self.base, self.ip, self.zone, self.version, self.engine = base, ip, zone, version, engine
        self.home = base / "oceanbase"
        self.data, self.log_disk = base / "data/terran", base / "log1/terran"
        self.data_dir = self.home / "store/terran"
        self.sql_port, self.rpc_port = PORT, RPC_PORT
        self.old = version < "4"
        if version < "4.2":  # has no -I: all such hosts are the machine itself, on ports of their own
            self.ip, self.sql_port, self.rpc_port = "127.0.0.1", *free_ports()
        self.server = f"{self.ip}:{self.rpc_port}"
        self.password = ""

    def install(self) -> None:
        """Lay out the package's files and the directories of a first start."""
        build.stage(self.home, "oceanbase" if self.version < "3" else "oceanbase-ce", self.version, RELEASES[self.version], self.engine)
        self.data_dir.mkdir(parents=True)
        disks = ((self.data, ("sstable", "sort_dir", "etc3")), (self.log_disk, ("clog", "ilog", "slog", "oob_clog", "etc2"))) if self.old else (
            (self.data, ("sstable", "slog", "etc3")), (self.log_disk, ("clog", "etc2")))
        for disk, names in disks:
            for name in names:
                (disk / name).mkdir(parents=True)
                (self.data_dir / name).symlink_to(disk / name)

    def settings(self, **values: object) -> None:
        """Write the stand-in's settings for this host; the waits are short in tests."""
        defaults = {"heartbeat_interval": 0.15, "lease_time": 1.5, "linger": 1.0, "service_delay": 0.2, "rpc_timeout": 1.0, "statement_timeout": 0.3,
                    "deleting_delay": 0.3, "die_with_home": True}
        (self.base / "oceanbase-standin.json").write_text(json.dumps(dict(defaults, **values)))

    def flags(self, **changes: str | None) -> list[str]:
        """Give the flags of a first start; None leaves one out."""
        values: dict[str, str | None] = {
            "-p": str(self.sql_port), "-P": str(self.rpc_port), "-z": self.zone, "-n": "terran", "-c": "1", "-d": str(self.data_dir),
            "-r": f"{self.server}:{self.sql_port}",
            "-o": f"system_memory=1G,memory_limit={'8G' if self.old else '6G'},config_additional_dir={self.data}/etc3;{self.log_disk}/etc2"}
        values["-I" if self.version >= "4.2" else "-i"] = self.ip if self.version >= "4.2" else "lo"
        values.update({f"-{key}": value for key, value in changes.items()})
        return [word for flag, value in values.items() if value is not None for word in (flag, value)]

    def run(self, arguments: Sequence[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run bin/observer."""
        return subprocess.run([PYTHON, "bin/observer" if cwd is None else str(self.home / "bin/observer"), *arguments], cwd=cwd or self.home,
                              capture_output=True, text=True, check=False, timeout=30)

    def start(self, arguments: Sequence[str] | None = None) -> int:
        """Start the observer, with the flags of a first start unless others are given, and return its pid."""
        done = self.run(self.flags() if arguments is None else arguments)
        assert done.returncode == 0, done.stderr
        return int(wait_for(self.pid_text, "pid file is there"))

    def pid_text(self) -> str:
        """Read the pid file."""
        try:
            return (self.home / "run/observer.pid").read_text()
        except OSError:
            return ""

    @property
    def pid(self) -> int:
        """Give the observer's pid."""
        return int(self.pid_text())

    def kill(self, number: int = signal.SIGKILL) -> int:
        """Send a signal to the observer and wait for its end."""
        pid = self.pid
        os.kill(pid, number)
        wait_for(lambda: not process_lives(pid), "observer ended")
        return pid

    def connect(self, user: str = "root", password: str | bytes | None = None, **more: Any) -> pymysql.connections.Connection[Any]:
        """Log in."""
        return pymysql.connect(host=self.ip, port=self.sql_port, user=user, password=self.password if password is None else password, autocommit=True,
                               connect_timeout=5, **more)

    def execute(self, *statements: str, user: str = "root", password: str | bytes | None = None) -> list[tuple[Any, ...]]:
        """Run statements on a connection of their own and return the rows of the last one."""
        rows: Iterable[tuple[Any, ...]] = ()
        with contextlib.closing(self.connect(user, password)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                rows = cursor.fetchall()
        return list(rows)

    def error(self, statement: str, user: str = "root", password: str | bytes | None = None) -> tuple[int, str]:
        """Run a statement that must fail and return the error."""
        try:
            self.execute(statement, user=user, password=password)
        except pymysql.err.MySQLError as exc:
            return exc.args[0], exc.args[1]
        raise AssertionError(f"accepted: {statement}")

    def wait_sql(self) -> None:
        """Wait until root gets in."""
        wait_for(lambda: self.execute("select 1"), f"{self.ip} answers")

    def log(self) -> str:
        """Read observer.log."""
        path = self.home / "log/observer.log"
        return path.read_text() if path.exists() else ""

    def wait_log(self, text: str) -> None:
        """Wait for a text in observer.log."""
        wait_for(lambda: text in self.log(), f"{text} in the log of {self.ip}")

    def keeper_pid(self) -> int:
        """Give the keeper's pid, 0 where there is none."""
        try:
            return int(json.loads((self.data / "sstable/standin_engine/keeper.json").read_text())["pid"])
        except (OSError, ValueError):
            return 0

    @staticmethod
    def destroy_all(hosts: Sequence[Host]) -> None:
        """End the observers, remove the directories, and wait until the engines are gone too."""
        keepers = [host.keeper_pid() for host in hosts if host.keeper_pid()]
        for host in hosts:
            # One that is told to die may do so just now.
            with contextlib.suppress(ValueError, ProcessLookupError):
                host.kill()
        for host in hosts:
            shutil.rmtree(host.base, ignore_errors=True)
        for keeper in keepers:
            wait_for(lambda keeper=keeper: not process_lives(keeper), "the keeper ended")
        for host in hosts:
            shutil.rmtree(host.base, ignore_errors=True)

    @staticmethod
    def bootstrap_statement(hosts: Sequence[Host]) -> str:
        """Write BOOTSTRAP for some hosts."""
        return "ALTER SYSTEM BOOTSTRAP " + ", ".join(f"ZONE '{host.zone}' SERVER '{host.server}'" for host in hosts)
