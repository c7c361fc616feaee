# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ob_agentctl: JSON on stdout where it succeeds, on stderr with status 255 where it does not (cmd/agentctl/main.go)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from typing import Any, Callable, Dict, List

from . import web
from .places import DAEMON, Home, compact
from .properties import BadConfig, Properties

WAIT = 10  # seconds, for a start and for a stop


class Failed(Exception):
    """A command that failed."""


def main(home: Home, argv: List[str]) -> int:
    """Run one command."""
    if argv[:1] in (["-c"], ["--config"]):
        argv = argv[2:]
    commands: Dict[str, Callable[[], Any]] = {
        "start": lambda: locked(home, lambda: start(home)), "stop": lambda: locked(home, lambda: stop(home)),
        "restart": lambda: locked(home, lambda: (stop(home), start(home))[1]), "status": lambda: status(home), "version": home.version,
        "info": lambda: {"name": "obagent", "version": home.version()}, "config": lambda: config(home, argv[1:]),
    }
    try:
        if not argv or argv[0] not in commands:
            raise Failed('unknown command "%s" for "ob_agentctl"' % (argv[0] if argv else ""))
        if not os.path.exists(home.of("conf", "agentctl.yaml")):
            raise Failed("open %s: no such file or directory" % home.of("conf", "agentctl.yaml"))
        message = commands[argv[0]]()
    except (Failed, BadConfig, OSError) as exc:
        sys.stderr.write(compact({"successful": False, "message": None, "error": str(exc)}))
        return 255
    sys.stdout.write(compact({"successful": True, "message": message, "error": ""}))
    return 0


def locked(home: Home, act: Callable[[], Any]) -> Any:
    """Hold run/admin.lock while acting; one whose owner is gone is taken away."""
    path = home.of("run", "admin.lock")
    try:
        with open(path, encoding="utf-8") as stream:
            owner = int(json.load(stream)["pid"])
        os.kill(owner, 0)
    except (OSError, ValueError, KeyError):
        if os.path.exists(path):
            os.unlink(path)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
    except FileExistsError:
        raise Failed("fetch admin lock '%s' failed" % path) from None
    with os.fdopen(descriptor, "w") as stream:
        json.dump({"pid": os.getpid(), "exe": sys.argv[0]}, stream)
    try:
        return act()
    finally:
        os.unlink(path)


def status(home: Home) -> Any:
    """Ask the daemon."""
    pid = home.pid(DAEMON)
    if not pid:
        raise Failed("agentd not running")
    try:
        return web.call(home.socket(DAEMON, pid), "/api/v1/status")
    except (OSError, ValueError) as exc:
        raise Failed("failed to get agentd status via api: %s" % exc) from None


def start(home: Home) -> str:
    """Start the daemon and wait until both services run; one that runs already is a success."""
    if home.pid(DAEMON):
        home.log("agentctl.log", "WARN agentd already running")
        return "ok"
    with open(home.of("log", "agentd.out.log"), "ab") as out, open(home.of("log", "agentd.err.log"), "ab") as err:
        child = subprocess.Popen([home.of("bin", DAEMON), "-c", home.of("conf", "agentd.yaml")], stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                 start_new_session=True, cwd=home.path)
    for _tenth in range(WAIT * 10):
        time.sleep(0.1)
        if child.poll() is not None:
            raise Failed("agentd exited quickly")
        try:
            if status(home)["ready"]:
                return "ok"
        except Failed:
            continue
    raise Failed("wait for agent ready timeout")


def stop(home: Home) -> str:
    """Stop the daemon; one that does not run is a success."""
    pid = home.pid(DAEMON)
    if not pid:
        return "ok"
    os.kill(pid, signal.SIGTERM)
    for _tenth in range(WAIT * 10):
        time.sleep(0.1)
        if home.pid(DAEMON) != pid:
            return "ok"
    raise Failed("wait for agentd exit timeout")


def config(home: Home, argv: List[str]) -> str:
    """Change properties (-u), compare them (-v), or tell the services (notify, -n, and after each change)."""
    properties = Properties(home, home.setting("agentctl.yaml", "cryptoMethod"))
    flag, rest = (argv[0], argv[1:]) if argv else ("", [])
    if flag in ("-u", "--update", "change"):
        pairs = rest if flag == "change" else [pair for text in rest[:1] for pair in text.split(",")]
        if properties.update(pairs):
            notify(home)
    elif flag in ("-v", "--validate", "validate"):
        for pair in rest if flag == "validate" else [pair for text in rest[:1] for pair in text.split(",")]:
            key, _equals, value = pair.partition("=")
            if properties.text(key) != value:
                raise Failed("key %s is not equal with config." % key)
    elif flag in ("-n", "--notify", "notify"):
        notify(home)
    return "success"


def notify(home: Home) -> None:
    """Tell the services to read again; one that does not run is not told."""
    for program in ("ob_mgragent", "ob_monagent"):
        pid = home.pid(program)
        if pid:
            try:
                web.call(home.socket(program, pid), "/api/v1/module/config/notify")
            except (OSError, ValueError) as exc:
                home.log("agentctl.log", "ERROR notify %s err:%s" % (program, exc))
