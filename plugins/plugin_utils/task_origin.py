# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Who runs, where and with what: asked once, when a run begins."""

from __future__ import annotations

import getpass
import os
import platform
import socket
import time
from collections.abc import Mapping
from datetime import timedelta, timezone
from pathlib import Path
from typing import Any

import yaml
from ansible.release import __version__ as ansible_version

from ansible_collections.oceanbase.cluster.plugins.plugin_utils import task_state
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_document import Origin


def local_zone() -> timezone:
    """Return the control node's zone as a fixed offset: see task_text.iso."""
    return timezone(timedelta(seconds=time.localtime().tm_gmtoff))


ZONE = local_zone()


def creator(extra: Mapping[str, Any]) -> tuple[int, str]:
    """Return who started the run: the user of AWX, or of this machine."""
    for prefix in ("awx", "tower"):
        name, number = extra.get(f"{prefix}_user_name"), str(extra.get(f"{prefix}_user_id", ""))
        if name and number.isdecimal():
            return int(number), str(name)
    try:
        return os.getuid(), getpass.getuser()
    except (KeyError, OSError):
        return os.getuid(), str(os.getuid())


def fresh_origin(run: task_state.Run, directory: str, extra: Mapping[str, Any]) -> Origin:
    """Return who runs and where, for a first attempt."""
    number, name = creator(extra)
    return Origin(
        task_id=round(run.start * 1000),
        trace_id=os.urandom(8).hex(),
        server=socket.gethostname(),
        creator_id=number,
        creator_name=name,
        pid=os.getpid(),
        directory=directory,
        versions={"collection": collection_version(), "ansible_core": ansible_version, "python": platform.python_version()},
        zone=ZONE,
    )


def collection_version() -> str:
    """Return this collection's version, as installed or as checked out."""
    root = Path(__file__).resolve().parents[2]
    for name, path in (("MANIFEST.json", ("collection_info", "version")), ("galaxy.yml", ("version",))):
        try:
            value: Any = yaml.safe_load((root / name).read_text(encoding="utf-8"))
            for key in path:
                value = value[key]
            return str(value)
        except (OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
            continue
    return ""


def alive(before: Mapping[str, Any], fresh: Origin) -> bool:
    """Whether the process that wrote a document still runs on this machine."""
    pid = before["run"].get("pid")
    return bool(before.get("server") == fresh.server and pid != fresh.pid and isinstance(pid, int) and Path("/proc", str(pid)).exists())
