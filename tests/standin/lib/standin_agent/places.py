# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things are below the home of the agent, which is the folder above bin."""

from __future__ import annotations

import datetime
import json
import os
import re
from typing import Optional

DAEMON, MANAGER, MONITOR = "ob_agentd", "ob_mgragent", "ob_monagent"
SERVICES = (MANAGER, MONITOR)


class Home:
    """The home directory."""

    def __init__(self, path: str) -> None:
        self.path = path

    def of(self, *parts: str) -> str:
        """Return a path below it."""
        return os.path.join(self.path, *parts)

    def version(self) -> str:
        """Return the version of the package."""
        with open(self.of("lib", "standin_agent", "version"), encoding="utf-8") as stream:
            return stream.read().strip()

    def log(self, name: str, text: str) -> None:
        """Write a line to one of the logs."""
        stamp = datetime.datetime.now().astimezone().isoformat()
        with open(self.of("log", name), "a", encoding="utf-8") as stream:
            stream.write("%s %s\n" % (stamp, text))

    def setting(self, file: str, name: str) -> str:
        """Return the value of a name in one of the YAML files that start a program; "" where it is not said."""
        try:
            with open(self.of("conf", file), encoding="utf-8") as stream:
                match = re.search(r"^\s*%s:\s*(\S.*?)\s*$" % re.escape(name), stream.read(), re.M)
        except OSError:
            return ""
        return match[1].strip("'\"") if match else ""

    def pid_file(self, program: str) -> str:
        """Return where a program writes its number."""
        return self.of("run", program + ".pid")

    def pid(self, program: str) -> int:
        """Return the number of a living program, 0 where it does not run (executor/agent/admin.go: pid file and process name)."""
        try:
            with open(self.pid_file(program), encoding="ascii") as stream:
                pid = int(stream.read().strip())
            with open("/proc/%d/stat" % pid, encoding="utf-8") as stream:
                name, _bracket, rest = stream.read().partition("(")[2].rpartition(")")
            # What nobody has waited for yet is a number, but no program any more.
            return pid if name == program and rest.split()[0] not in "ZX" else 0
        except (OSError, ValueError):
            return 0

    def socket(self, program: str, pid: int) -> str:
        """Return the Unix socket of a program."""
        return self.of("run", "%s.%d.sock" % (program, pid))

    def write_pid(self, program: str) -> None:
        """Say who runs."""
        with open(self.pid_file(program), "w", encoding="ascii") as stream:
            stream.write(str(os.getpid()))


def compact(value: object) -> str:
    """Write JSON as Go does."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def number_of(text: Optional[str], default: int) -> int:
    """Read a number."""
    return int(text) if text and text.lstrip("-").isdigit() else default
