# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Wait for a condition, bounded, on a monotonic clock. The only place that sleeps."""

import time
from typing import Callable, NamedTuple, TypeVar

T = TypeVar("T")


class Clock(NamedTuple):
    """Where time comes from; tests pass their own."""

    now: Callable[[], float]  # seconds, monotonic
    sleep: Callable[[float], None]


SYSTEM_CLOCK = Clock(time.monotonic, time.sleep)


class Observed(NamedTuple):
    """The last thing seen by a wait."""

    value: object
    done: bool
    waited: float  # seconds


def wait_until(read, done, timeout, first=0.05, most=1.0, clock=SYSTEM_CLOCK):
    # type: (Callable[[], T], Callable[[T], bool], float, float, float, Clock) -> Observed
    """Call ``read`` until ``done`` says yes to its result or ``timeout`` seconds have passed.

    The pause is a tenth of the time that was waited, from ``first`` to ``most`` seconds: a quick answer is seen quickly, a slow server is not
    hammered, and no wait takes much more than a tenth longer than what it waits for. ``read`` may raise to end the wait at once (a process that
    died is not waited for).
    """
    begin = clock.now()
    while True:
        value = read()
        waited = clock.now() - begin
        if done(value):
            return Observed(value, True, waited)
        if waited >= timeout:
            return Observed(value, False, waited)
        clock.sleep(min(max(waited / 10, first), most, max(timeout - waited, 0.0)))
