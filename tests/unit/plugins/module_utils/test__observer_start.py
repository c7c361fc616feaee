# SPDX-License-Identifier: GPL-3.0-or-later
"""How an observer is started, and what its parent tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_start as starting
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_log import Position
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Finished


@pytest.mark.parametrize(
    ("user", "me", "runuser", "argv"),
    [
        ("admin", "root", "/sbin/runuser", ["/sbin/runuser", "-u", "admin", "--", "bin/observer"]),
        ("admin", "root", "", ["bin/observer"]),
        ("admin", "admin", "/sbin/runuser", ["bin/observer"]),
        ("root", "root", "/sbin/runuser", ["bin/observer"]),
    ],
)
def test_as_user(user: str, me: str, runuser: str, argv: list[str]) -> None:
    assert starting.as_user(["bin/observer"], user, me, runuser) == argv


ECHO = "/h/bin/observer -p 2881\nmysql port: 2881\nzone: zone1\nserver startup mode: X\n"


@pytest.mark.parametrize(
    ("rc", "stderr", "words"),
    [
        (96, ECHO + "pid already exists", "another process holds"),
        (205, ECHO, "-4147 OB_INVALID_CONFIG"),
        (164, ECHO + "ERROR: current user(uid=0)", "-9564 OB_UTL_FILE_ACCESS_DENIED"),
        (1, ECHO + "port number should greater than 1024 and less than 65536: 22", "(status 1): port number should greater"),
        (1, ECHO + "observer [OPTIONS]\n  -h,--help   print this help", "it printed its help"),
        (77, "strange", "status 77: strange"),
        (1, "runuser: cannot open session: Permission denied", "cannot begin a session of admin"),
    ],
)
def test_refuse_launch(rc: int, stderr: str, words: str, tmp_path: Path) -> None:
    target = starting.Target(str(tmp_path), "admin", "127.0.0.1", 2881, 2882)
    with pytest.raises(ObError) as caught:
        starting.refuse_launch("Cannot start", Finished(("o",), rc, "", stderr), target, Position(0, 0))
    assert words in caught.value.message() and caught.value.remedy
    assert "zone: zone1" not in caught.value.cause


def test_a_parent_that_hangs_or_ends_well(tmp_path: Path) -> None:
    target = starting.Target(str(tmp_path), "admin", "127.0.0.1", 2881, 2882)
    with pytest.raises(ObError, match="did not go into the background"):
        starting.refuse_launch("Cannot start", Finished(("o",), -9, "", "", True), target, Position(0, 0))
    starting.refuse_launch("Cannot start", Finished(("o",), 0, "", ECHO), target, Position(0, 0))
