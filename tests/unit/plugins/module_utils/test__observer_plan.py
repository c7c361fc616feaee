# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether an observer is started, stopped or left alone."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_plan import START, STOP, TIDY, Wanted, decide
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import BY_HAND, HIDDEN, NONE, OURS, RECYCLED, STALE, Found
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Process

FLAGS = ("-p", "2881", "-z", "zone1")


def found(kind: str, *flags: str, uid: int = 1000) -> Found:
    """Return what was found, with the flags of the process."""
    process = Process(10, uid, 5, "/h", ("/h/bin/observer", *flags)) if kind in (OURS, BY_HAND, HIDDEN) else None
    return Found(kind, process, "detail of " + kind)


@pytest.mark.parametrize(
    ("seen", "state", "flags", "bare", "steps"),
    [
        (found(NONE), "started", FLAGS, False, [START]),
        (found(STALE), "started", FLAGS, False, [START]),
        (found(RECYCLED), "started", None, False, [START]),
        (found(OURS, *FLAGS), "started", FLAGS, False, []),
        (found(OURS, "-z", "zone1", "--mysql_port", "2881"), "started", FLAGS, False, []),
        (found(OURS), "started", FLAGS, False, []),
        (found(OURS, "-p", "2881"), "started", FLAGS, False, []),
        (found(OURS, *FLAGS), "started", None, False, []),
        (found(NONE), "stopped", None, False, []),
        (found(OURS, *FLAGS), "stopped", None, False, [STOP]),
        (found(STALE), "stopped", None, False, [TIDY]),
        (found(RECYCLED), "stopped", None, False, [TIDY]),
        (found(NONE), "restarted", FLAGS, False, [START]),
        (found(OURS, *FLAGS), "restarted", FLAGS, False, [STOP, START]),
        (found(OURS, *FLAGS), "restarted", None, True, [STOP, START]),
        (found(OURS), "restarted", None, True, []),
        (found(OURS), "restarted", None, False, [STOP, START]),
    ],
)
def test_decide(seen: Found, state: str, flags: tuple[str, ...] | None, bare: bool, steps: list[str]) -> None:
    assert decide("Cannot", seen, Wanted(state, flags, bare, 1000)) == steps


@pytest.mark.parametrize(
    ("seen", "state", "words"),
    [
        (found(BY_HAND), "started", "detail of by_hand"),
        (found(BY_HAND), "stopped", "detail of by_hand"),
        (found(HIDDEN), "restarted", "detail of hidden"),
        (found(OURS, "-p", "2881", "-z", "zone2"), "started", "-z (zone) is zone2, wanted is zone1"),
        (found(OURS, *FLAGS, uid=0), "started", "it runs as user 0, wanted is 1000"),
        (found(OURS, uid=0), "started", "it runs as user 0, wanted is 1000"),
    ],
)
def test_refusals(seen: Found, state: str, words: str) -> None:
    with pytest.raises(ObError) as caught:
        decide("Cannot", seen, Wanted(state, FLAGS, False, 1000))
    assert words in caught.value.cause and caught.value.remedy
