# SPDX-License-Identifier: GPL-3.0-or-later
"""Half a bootstrap, and what must not be taken for one."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._bootstrap_verdict import (
    EMPTY,
    INITIALIZING,
    MEMBER,
    REFUSED,
    SILENT,
    UNKNOWN,
    WAIT,
    Limits,
    Used,
    Verdict,
    decide,
    described,
)
from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import HALF, NONE, UP

ENDPOINTS = ("a:1", "b:1", "c:1")
ROOTS = ("a:2", "b:2", "c:2")
LIMITS = Limits(1800, 10, 1000)
LOOK_ONCE = Limits(0, 0)


def used(names: str, restarted: str = "", first: str = "", age: float = 2000) -> list[Used]:
    """Return servers that hold data."""
    return [Used(f"{name}:2", f"{name}:1", name in restarted, name in first, age) for name in names]


@pytest.mark.parametrize(
    ("answers", "servers", "waited", "state"),
    [
        # A member anywhere: whatever the hosts hold, this is a cluster.
        ((MEMBER, EMPTY, SILENT), used("abc"), 0, UP),
        ((INITIALIZING, MEMBER, INITIALIZING), used("abc", "abc", "abc"), 0, UP),
        # A login that is refused: a cluster with another password.
        ((REFUSED, EMPTY, EMPTY), used("abc"), 0, UNKNOWN),
        ((REFUSED, REFUSED, REFUSED), [], 0, UNKNOWN),
        # Nothing was ever bootstrapped.
        ((EMPTY, EMPTY, EMPTY), [], 0, NONE),
        ((EMPTY, INITIALIZING, EMPTY), [], 100, WAIT),
        ((EMPTY, INITIALIZING, EMPTY), [], 1800, UNKNOWN),
        ((EMPTY, SILENT, EMPTY), [], 5, WAIT),
        ((EMPTY, SILENT, EMPTY), [], 10, UNKNOWN),
        # One that does not answer may be in a living cluster.
        ((EMPTY, EMPTY, SILENT), used("abc", "a"), 10, UNKNOWN),
        # BOOTSTRAP may still be going on: no server was restarted, and it began not long ago.
        ((EMPTY, EMPTY, EMPTY), used("abc", age=30), 0, WAIT),
        ((EMPTY, EMPTY, EMPTY), used("abc", age=30), 900, WAIT),
        ((EMPTY, EMPTY, EMPTY), used("abc", age=30), 970, HALF),
        ((EMPTY, EMPTY, EMPTY), used("ab", age=2000), 0, HALF),
        # A server died in the middle of it and was started again.
        ((INITIALIZING, EMPTY, EMPTY), used("abc", "a", age=30), 0, WAIT),
        ((INITIALIZING, EMPTY, EMPTY), used("abc", "a", age=30), 10, HALF),
        ((INITIALIZING, EMPTY, EMPTY), used("ab", "a", age=30), 10, HALF),
        # All were restarted. A cluster that was up needs time to come back, and is never called half of one.
        ((INITIALIZING,) * 3, used("abc", "abc"), 1799, WAIT),
        ((INITIALIZING,) * 3, used("abc", "abc"), 1800, UNKNOWN),
        ((INITIALIZING,) * 3, used("abc", "abc", "abc"), 1799, WAIT),
        ((INITIALIZING,) * 3, used("abc", "abc", "abc"), 1800, HALF),
        ((INITIALIZING,) * 3, used("abc", "abc", "ab"), 1800, UNKNOWN),
        # A wiped server beside members that are slow: its emptiness proves nothing about them.
        ((EMPTY, INITIALIZING, INITIALIZING), used("bc", "bc"), 1799, WAIT),
        ((EMPTY, INITIALIZING, INITIALIZING), used("bc", "bc"), 1800, UNKNOWN),
    ],
)
def test_decide(answers: tuple[str, ...], servers: list[Used], waited: float, state: str) -> None:
    assert decide(dict(zip(ENDPOINTS, answers, strict=True)), servers, ROOTS, waited, LIMITS).state == state


@pytest.mark.parametrize(
    ("answers", "servers", "state"),
    [
        ((SILENT,) * 3, [], UNKNOWN),
        ((SILENT,) * 3, used("abc"), UNKNOWN),
        ((SILENT, EMPTY, EMPTY), used("abc"), HALF),
        ((SILENT, EMPTY, EMPTY), used("a"), UNKNOWN),
        ((EMPTY,) * 3, used("abc", age=1), HALF),
        ((EMPTY,) * 3, used("abc", "a", age=1), HALF),
        ((INITIALIZING,) * 3, used("abc"), UNKNOWN),
    ],
)
def test_check_mode_looks_once(answers: tuple[str, ...], servers: list[Used], state: str) -> None:
    assert decide(dict(zip(ENDPOINTS, answers, strict=True)), servers, ROOTS, 0, LOOK_ONCE).state == state


def test_an_added_server_that_was_restarted_says_nothing_about_the_bootstrap() -> None:
    added = [*used("abc", age=30), Used("d:2", "d:1", True, True, 30)]
    assert decide(dict.fromkeys((*ENDPOINTS, "d:1"), EMPTY), added, ROOTS, 20, LIMITS) == Verdict(
        WAIT, "BOOTSTRAP began 50 s ago and may still be going on"
    )


def test_described() -> None:
    assert described({"a:1": EMPTY, "b:1": SILENT, "c:1": EMPTY}) == "a:1, c:1: no schema; b:1: no answer"
