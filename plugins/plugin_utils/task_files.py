# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Where task information lies, and how it gets there: each file is whole at every moment."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_document import Document, looks_like_ours


class Names(NamedTuple):
    """The files of a run."""

    document: str
    page: str


REAL = Names("task.json", "report.html")
CHECK = Names("task-check.json", "report-check.html")  # a run in check mode never touches a real run's files


def names(check_mode: bool) -> Names:
    """Return the names of a run's files."""
    return CHECK if check_mode else REAL


def replace_text(path: Path, text: str, durable: bool = False) -> None:
    """Replace a file as a whole; readers see the old one or the new one. 0644 and 0755 as far as the umask allows: there is no secret in it."""
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
            if durable:
                stream.flush()
                os.fsync(stream.fileno())
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def sweep(directory: Path, name: str) -> None:
    """Remove what a killed run left half written."""
    for leftover in directory.glob(f".{name}.*.tmp"):
        leftover.unlink(missing_ok=True)


def encode(document: Document) -> str:
    """Return the document as text, a line for each step."""
    return json.dumps(document, ensure_ascii=False, default=str) + "\n"


def read_document(path: Path) -> Document | None:
    """Return the document of a file; None where there is none that we could rely on."""
    try:
        document: Any = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if looks_like_ours(document) else None
