# SPDX-License-Identifier: GPL-3.0-or-later
"""Which process is the observer of a home directory."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import BY_HAND, HIDDEN, NONE, OURS, RECYCLED, STALE, identify
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Process

HOME, PLACE = "/home/admin/oceanbase", (1, 2)
OBSERVER = Process(10, 1000, 5, HOME, (HOME + "/bin/observer", "-p", "2881"), PLACE)
SCRIPT = OBSERVER._replace(argv=("/usr/bin/python3", "bin/observer"))
ELSEWHERE = OBSERVER._replace(cwd="/data/other", place=(1, 3))
CONTAINER = OBSERVER._replace(place=(9, 2))
SHELL = OBSERVER._replace(argv=("-bash",))
UNSEEN = OBSERVER._replace(cwd="", place=(0, 0))
SECOND = OBSERVER._replace(pid=11)


@pytest.mark.parametrize(
    ("pid", "named", "holder", "others", "kind", "words"),
    [
        (None, None, None, (), NONE, "no observer runs"),
        (10, OBSERVER, 10, (OBSERVER,), OURS, "observer 10 runs"),
        (10, SCRIPT, 10, (), OURS, "observer 10 runs"),
        (10, None, None, (), STALE, "names 10, which is gone"),
        (0, None, None, (), STALE, "names 0, which is gone"),
        (10, SHELL, None, (), RECYCLED, "now another program (-bash)"),
        (10, SHELL, 10, (), RECYCLED, "now another program"),
        (10, ELSEWHERE, None, (), RECYCLED, "now another program"),
        (10, ELSEWHERE, 10, (), RECYCLED, "now another program"),
        (10, CONTAINER, 10, (), RECYCLED, "now another program"),
        (10, OBSERVER, None, (OBSERVER,), OURS, "observer 10 runs"),
        (10, OBSERVER, 99, (OBSERVER,), BY_HAND, "another process holds the lock"),
        (None, None, None, (OBSERVER,), BY_HAND, "there is no pid file"),
        (11, None, None, (OBSERVER,), BY_HAND, "the pid file names 11"),
        (10, SHELL, None, (SECOND,), BY_HAND, "observer 11 runs in /home/admin/oceanbase, but the pid file names 10"),
        (10, UNSEEN, None, (), HIDDEN, "may not see"),
    ],
)
def test_identify(pid: int | None, named: Process | None, holder: int | None, others: tuple[Process, ...], kind: str, words: str) -> None:
    found = identify(HOME, PLACE, pid, named, holder, others)
    assert found.kind == kind and words in found.detail
    assert (found.process is not None) == (kind in (OURS, BY_HAND, HIDDEN))
