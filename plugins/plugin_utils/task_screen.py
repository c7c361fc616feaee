# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The terminal: where a line may tick, and how it gives way to what Ansible prints."""

from __future__ import annotations

import functools
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any

# A pseudo terminal with nobody before it: AWX, ansible-runner and the CI services make one, or set these.
AUTOMATION = ("CI", "GITHUB_ACTIONS", "JENKINS_URL", "TF_BUILD", "AWX_HOST", "TOWER_HOST", "JOB_ID", "RUNNER_OMIT_EVENTS")


def choose_progress(wanted: str, environment: Mapping[str, str], terminal: bool, stdout_callback: str = "") -> str:
    """Return how to show progress: ticking is for terminals with a person before them."""
    if wanted != "auto":
        return wanted
    automated = any(environment.get(name) for name in AUTOMATION) or environment.get("TERM", "dumb") == "dumb"
    return "live" if terminal and not automated and stdout_callback != "awx_display" else "lines"


def is_unicode() -> bool:
    """Whether the terminal takes more than ASCII."""
    return "utf" in (getattr(sys.stdout, "encoding", "") or "").lower()


class Screen:
    """The terminal, with at most one live line at its end, which gives way to everything else that is printed."""

    def __init__(self, display: Any, lock: threading.RLock) -> None:
        self.display = display
        self.lock = lock
        self.shown = False
        self.original: Any = None
        self.owner = os.getpid()

    def say(self, lines: list[str], colour: str | None) -> None:
        """Print lines as Ansible prints its own, so that they reach its log, too."""
        with self.lock:
            self.clear()
            for line in lines:
                self.display.display(line, color=colour)

    def tick(self, line: str) -> None:
        """Draw the live line, in place of the one before."""
        with self.lock:
            if not line and not self.shown:
                return
            self._hook()
            sys.stdout.write("\r\x1b[2K" + line)
            sys.stdout.flush()
            self.shown = bool(line)

    def clear(self) -> None:
        """Take the live line away."""
        if self.shown:
            self.shown = False
            sys.stdout.write("\r\x1b[2K")

    def close(self) -> None:
        """Leave the terminal as it was."""
        with self.lock:
            self.clear()
            if self.original is not None:
                self.display.display = self.original
                self.original = None

    def _hook(self) -> None:
        """Clear the live line before Ansible prints: the one way that catches warnings and -vvv output of workers, too."""
        if self.original is not None:
            return
        original = self.original = self.display.display

        @functools.wraps(original)
        def display(*args: Any, **kwargs: Any) -> Any:
            if os.getpid() != self.owner:  # a worker, which only sends to its parent
                return original(*args, **kwargs)
            with self.lock:
                self.clear()
                return original(*args, **kwargs)

        self.display.display = display
