# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""How often to write: the pace that keeps writing a small share of the run's time, and what all of it costs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_document import HEARTBEAT


class Pace:
    """When to write: at once where it matters, and else so rarely that writing stays a small share of the time."""

    def __init__(self, share: float) -> None:
        self.share = share
        self.next = 0.0
        self.last = 0.0
        self.dirty = False

    def due(self, now: float, at_once: bool, news: bool) -> bool:
        """Whether to write now; news that have to wait are remembered."""
        self.dirty = self.dirty or news
        return at_once or (now >= self.next and (self.dirty or now - self.last >= HEARTBEAT))

    def measured(self, now: float) -> _Measured:
        """Time a write."""
        return _Measured(self, now)


class _Measured:
    def __init__(self, pace: Pace, now: float) -> None:
        self.pace, self.now = pace, now

    def __enter__(self) -> None:
        self.begin = time.thread_time()

    def __exit__(self, *error: object) -> None:
        self.pace.last = self.now
        self.pace.dirty = False
        self.pace.next = self.now + (time.thread_time() - self.begin) / self.pace.share


class Cost:
    """The processor time of what is counted, in seconds, over all threads; what is counted within is not counted twice."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._here = threading.local()

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Count the block."""
        if getattr(self._here, "counting", False):
            yield
            return
        self._here.counting = True
        begin = time.thread_time()
        try:
            yield
        finally:
            self._here.counting = False
            self.seconds += time.thread_time() - begin
