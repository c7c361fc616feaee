# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the keeper, the process beside the SQL engine that outlives the observer."""

import fcntl
import json
import os
import subprocess
import sys
from typing import Any, Dict, Optional

HERE = os.path.dirname(os.path.realpath(__file__))
LOCK, CLUSTER, READY = "keeper.lock", "cluster.json", "keeper.json"


class KeeperProcess:
    """The keeper of one engine directory, started from here or found running."""

    def __init__(self, directory: str, home: str) -> None:
        self.directory, self.home = directory, home
        self._process: Optional["subprocess.Popen[bytes]"] = None

    def running(self) -> bool:
        """Tell whether a keeper holds the directory's lock."""
        try:
            descriptor = os.open(os.path.join(self.directory, LOCK), os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return False
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return False
        except OSError:
            return True
        finally:
            os.close(descriptor)

    def ensure(self) -> None:
        """Start a keeper unless one runs."""
        self.reap()
        if self._process or self.running() or not os.path.exists(os.path.join(self.directory, CLUSTER)):
            return
        with open(os.path.join(self.directory, "keeper.out"), "ab") as output:
            self._process = subprocess.Popen([sys.executable, os.path.join(HERE, "keeper_main.py"), self.directory, self.home], cwd="/",
                                             stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True)

    def reap(self) -> None:
        """Take note of the end of a keeper that was started here."""
        if self._process and self._process.poll() is not None:
            self._process = None

    def failed(self) -> bool:
        """Tell whether no keeper runs."""
        self.reap()
        return self._process is None and not self.running()

    def last_words(self) -> str:
        """Give the last line of the keeper's output."""
        try:
            with open(os.path.join(self.directory, "keeper.out"), encoding="utf-8", errors="replace") as stream:
                return ([""] + stream.read().split("\n"))[-2]
        except (OSError, IndexError):
            return ""

    def ready(self) -> Optional[Dict[str, Any]]:
        """Read what a running keeper announces once the catalogs are there."""
        try:
            with open(os.path.join(self.directory, READY), encoding="utf-8") as stream:
                data: Dict[str, Any] = json.load(stream)
        except (OSError, ValueError):
            return None
        return data if self.running() else None
