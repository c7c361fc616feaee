# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SQL engine's process: started, watched and ended by the keeper."""

import asyncio
import ctypes
import os
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import List, Optional

from .engine_client import EngineClient, Row

ACCOUNT = "__standin"
START_TIMEOUT = 60.0


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        port: int = probe.getsockname()[1]
        return port


class Engine:
    """One engine on its directory, and the keeper's connection to it."""

    def __init__(self, binary_dir: str, directory: str, password: str) -> None:
        self.binary_dir, self.directory, self.password = binary_dir, directory, password
        self.port = 0
        self._process: Optional["subprocess.Popen[bytes]"] = None
        self._client: Optional[EngineClient] = None
        self._worker = ThreadPoolExecutor(max_workers=1)

    @property
    def base_dir(self) -> str:
        """Name the engine's own directory."""
        return os.path.join(self.directory, "base")

    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Start the process and wait until it answers; at the first start also make the keeper's account."""
        first = not os.path.exists(os.path.join(self.directory, "account"))
        os.makedirs(self.base_dir, exist_ok=True)
        self.port = free_port()
        binary = os.path.join(self.binary_dir, "seekdb")
        self._process = subprocess.Popen(
            [binary, "--nodaemon", "--base-dir", self.base_dir, "--port", str(self.port), "--log-level", "ERROR"], cwd=self.base_dir,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=die_with_parent,
            env={"PATH": "/usr/bin:/bin", "TELEMETRY_ENABLED": "false"})
        if first:
            self._client = EngineClient(self.port, "root", "")
            await self._wait()
            await self.query("create user if not exists %s identified by '%s'" % (ACCOUNT, self.password))
            await self.query("grant all on *.* to %s with grant option" % ACCOUNT)
            with open(os.path.join(self.directory, "account"), "w", encoding="utf-8"):
                pass
        self._client = EngineClient(self.port, ACCOUNT, self.password)
        await self._wait()

    async def _wait(self) -> None:
        for _attempt in range(int(START_TIMEOUT / 0.05)):
            try:
                await self.query("select 1 from oceanbase.__all_user limit 1")
                return
            except Exception as exc:  # the engine refuses, resets and misses tables while it starts
                last = exc
            if not self.alive():
                raise RuntimeError("the SQL engine ended while it was starting")
            await asyncio.sleep(0.05)
        raise RuntimeError("the SQL engine does not answer: %r" % last)

    async def query(self, statement: str) -> List[Row]:
        """Run one statement."""
        assert self._client
        return await asyncio.get_event_loop().run_in_executor(self._worker, self._client.query, statement)

    async def stop(self) -> None:
        """End the process and wait for its end."""
        if self._process and self.alive():
            self._process.send_signal(signal.SIGKILL)
            while self.alive():
                await asyncio.sleep(0.02)
