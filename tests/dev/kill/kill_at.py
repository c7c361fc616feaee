# SPDX-License-Identifier: GPL-3.0-or-later
"""Callback of the kill matrix: strikes in the middle of one step of a run, once.

KILL_AT holds JSON: step, module ("" = any), after (seconds into the task), kind, command (of kind observer), trace (a file).
control: SIGKILL of this run with everything that it has running here. connection: SIGKILL of what connects it to the hosts, and of a module that
runs here where the hosts are here. observer: a shell command of the driver.
"""

from __future__ import annotations

DOCUMENTATION = r"""
name: kill_at
type: notification
short_description: Kills in the middle of a step
description: A tool of the tests.
"""

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ansible.plugins.callback import CallbackBase


def processes() -> Iterator[tuple[int, int, list[str]]]:
    """Yield number, parent and command line of every process."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                argv = (entry / "cmdline").read_bytes().decode("utf-8", "replace").rstrip("\0").split("\0")
            except (OSError, ValueError, IndexError):
                continue
            yield int(entry.name), parent, argv


def descendants(root: int) -> list[tuple[int, list[str]]]:
    """Return what a process started, and what that started; servers and what they start are not of it."""
    children: dict[int, list[tuple[int, list[str]]]] = {}
    for pid, parent, argv in processes():
        children.setdefault(parent, []).append((pid, argv))
    found: list[tuple[int, list[str]]] = []
    waiting = [root]
    while waiting:
        for pid, argv in children.get(waiting.pop(), []):
            # The module that starts a server is its parent for a moment.
            if not any(word.endswith(("/bin/observer", "keeper_main.py", "/seekdb")) for word in argv[:3]) or "AnsiballZ" in " ".join(argv):
                found.append((pid, argv))
                waiting.append(pid)
    return found


def kill(pids: list[int]) -> None:
    """Kill processes; one that is gone is fine."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


class CallbackModule(CallbackBase):
    """Waits for its moment."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "kill_at"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.order: dict[str, Any] = json.loads(os.environ.get("KILL_AT", "{}"))
        self.task = ""  # that is struck
        self.timer: threading.Timer | None = None
        self.done = threading.Lock()

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        """Set the timer when the first host begins with the task."""
        variables = task.get_vars()
        if not self.order or self.task or variables.get("__oceanbase_step") != self.order["step"] or self.order["module"] not in task.resolved_action:
            return
        self.task = task._uuid
        self.timer = threading.Timer(self.order["after"], self.strike, (f"{self.order['after']} s into {task.get_name()}",))
        self.timer.daemon = True
        self.timer.start()

    def over(self, result: Any, **_unused: Any) -> None:
        """Strike before the step goes on, where its task was faster than the timer."""
        task = result.task if hasattr(result, "task") else result._task
        if self.task == task._uuid:
            self.strike(f"at the end of {task.get_name()}")

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """See over."""
        self.over(result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        """Wait for the step's next task where this one is skipped as a whole."""
        task = result.task if hasattr(result, "task") else result._task
        if self.task == task._uuid and task.run_once and self.timer:
            self.timer.cancel()
            self.task = ""

    # A host that the task leaves out says nothing about those that it works on.
    v2_runner_on_ok = v2_runner_on_unreachable = over

    def strike(self, moment: str) -> None:
        """Kill, once."""
        if not self.done.acquire(blocking=False):
            return
        me = os.getpid()
        mine = descendants(me)
        kind = self.order["kind"]
        if kind == "control":
            self.trace(moment, [pid for pid, _argv in mine])
            # This process first, so that it does not see the end of the others.
            rest = ";".join(f"kill -KILL {pid} 2>/dev/null" for pid in [me, *(pid for pid, _argv in mine)])
            subprocess.Popen(["/bin/sh", "-c", rest], start_new_session=True)
            time.sleep(10)
        elif kind == "connection":
            masters = os.environ.get("ANSIBLE_SSH_CONTROL_PATH_DIR", "/nowhere")
            muxes = [pid for pid, _parent, argv in processes() if argv[0].startswith(f"ssh: {masters}")]
            links: list[int] = []
            # A slow control node may not have connected yet.
            for _attempt in range(100):
                # Workers are forks of this process; what they have started is ssh, or the module itself where the hosts are here. One that does not
                # run a module yet is not waited for by anything: Ansible makes another.
                started = [(pid, argv) for pid, argv in descendants(me) if not any(word.endswith("/ansible-playbook") for word in argv)]
                links = [pid for pid, argv in started if any("python" in word for word in argv)]
                if links:
                    break
                time.sleep(0.05)
            self.trace(moment, muxes + links)
            kill(muxes + links)
        else:
            subprocess.run(["/bin/sh", "-c", self.order["command"]], check=False)
            self.trace(moment, [])

    def trace(self, moment: str, pids: list[int]) -> None:
        """Tell the driver what was done."""
        Path(self.order["trace"]).write_text(json.dumps({"moment": moment, "killed": pids}), encoding="utf-8")
