# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run ansible-playbook for several clusters side by side, so many at a time."""

from __future__ import annotations

import collections
import ctypes
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.fleet_request import Entry, outcome
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.fleet_secrets import SecretFiles, encode

# A run must not go on when the one that started it is gone (prctl is Linux's; elsewhere nothing happens).
_PR_SET_PDEATHSIG, _SIGTERM, _SIGKILL = 1, 15, 9
_LAUNCH = (
    f"import ctypes, os, sys; getattr(ctypes.CDLL(None), 'prctl', lambda *_: 0)({_PR_SET_PDEATHSIG}, {_SIGTERM}); "
    "os.execv(sys.executable, [sys.executable, '-m', 'ansible', 'playbook'] + sys.argv[1:])"
)
_STEP = re.compile(r"\[ ?\d+/\d+\] ")
_TAIL = 40


@dataclass(frozen=True)
class Setting:
    """What all runs have in common."""

    playbook: str
    arguments: Sequence[str]  # of ansible-playbook
    inherited: Mapping[str, Any]  # extra variables
    secrets: Sequence[tuple[str, bytes]]  # options that name a file, and what the file holds: "--vault-id=x@{}"
    environment: Mapping[str, str]
    directory: Path
    check_mode: bool


def die_with_parent() -> None:
    """See that this process, a worker of Ansible, does not outlive the ansible-playbook that it works for."""
    getattr(ctypes.CDLL(None), "prctl", lambda *_: 0)(_PR_SET_PDEATHSIG, _SIGKILL)


def run_all(entries: Sequence[Entry], at_once: int, setting: Setting, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Run all, and return what became of each, in the order of the list."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda entry: run_one(entry, setting, say), entries))


def run_one(entry: Entry, setting: Setting, say: Callable[[str], None]) -> dict[str, Any]:
    """Run one to its end, whatever that is."""
    started = time.monotonic()
    directory = Path(str(entry.variables.get("oceanbase_artifacts_dir") or setting.directory / entry.label)).absolute()
    log = directory / ("run-check.log" if setting.check_mode else "run.log")
    say(f"[{entry.label}] starts; its output is in {log}")
    document: Mapping[str, Any] | None = None
    tail: collections.deque[str] = collections.deque(maxlen=_TAIL)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        rc, pid = _run(entry, setting, directory, log, tail, say)
        document = _read(directory / ("task-check.json" if setting.check_mode else "task.json"), pid)
    except OSError as error:
        rc = 1
        tail.append(f"The run could not be started: {error}")
    result = outcome(entry.label, rc, document, tail)
    cluster = _read(directory / "cluster.json") if rc == 0 and not setting.check_mode else None
    endpoints = list((cluster or {}).get("endpoints") or ())
    result.update(duration=round(time.monotonic() - started, 1), artifacts_dir=str(directory), log=str(log), endpoints=endpoints)
    say(f"[{entry.label}] {result['status']} after {result['duration']:.0f} s{': ' if rc else ''}{result['message']}")
    return result


def _run(
    entry: Entry, setting: Setting, directory: Path, log: Path, tail: collections.deque[str], say: Callable[[str], None]
) -> tuple[int, int]:
    own = {**entry.variables, "oceanbase_artifacts_dir": str(directory)}
    files = [("--extra-vars=@{}", encode(setting.inherited, own)), *setting.secrets]
    with SecretFiles([content for _option, content in files]) as secrets, log.open("w", encoding="utf-8") as output:
        arguments = [option.format(path) for (option, _content), path in zip(files, secrets.paths, strict=True)]
        with subprocess.Popen(
            [sys.executable, "-c", _LAUNCH, *setting.arguments, *arguments, setting.playbook],
            env=dict(setting.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            for line in process.stdout or ():
                if line.startswith("PLAY "):
                    secrets.remove()  # ansible-playbook has read them by then
                output.write(line)
                output.flush()
                tail.append(line)
                if _STEP.search(line):
                    say(f"[{entry.label}] {line.strip()}")
        return process.returncode, process.pid


def _read(path: Path, pid: int | None = None) -> Mapping[str, Any] | None:
    """Return a document, unless it is another run's."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(document, Mapping) or (pid is not None and (document.get("run") or {}).get("pid") != pid):
        return None
    return document
