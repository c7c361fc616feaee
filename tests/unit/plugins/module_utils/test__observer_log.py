# SPDX-License-Identifier: GPL-3.0-or-later
"""The lines of a log that tell why a server failed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_log as log

INFO = "[2026-01-01 00:00:00.000001] INFO  [SERVER] main (main.cpp:1) [1][observer] observer is starting"
WARN = "[2026-01-01 00:00:00.000002] WARN  [SHARE] load (a.cpp:2) [1][observer] can't load, will retry"
WDIAG = '[2026-01-01 00:00:00.000003] WDIAG [SHARE] load (a.cpp:2) [1][observer] open failed(ret=-4027, ret="OB_FILE_NOT_EXIST")'
ERROR = "[2026-01-01 00:00:00.000004] ERROR [SERVER] init (b.cpp:3) [1][observer] invalid config(ret=-4147)"
PLAIN = "[2026-01-01 00:00:00.000005] INFO  [SERVER] init (b.cpp:4) [1][observer] fail(ret=-4290)"
END = "[2026-01-01 00:00:00.000006] WDIAG [SQL] next (c.cpp:5) [1][observer] end of rows(ret=-4008)"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ([INFO, WARN, WDIAG, ERROR, PLAIN, END], [WDIAG, ERROR, PLAIN]),
        ([ERROR, ERROR], [ERROR]),
        ([INFO], []),
        ([ERROR + "x" * 1000], [(ERROR + "x" * 1000)[: log.WIDTH]]),
        ([f"{ERROR}{number}" for number in range(50)], [f"{ERROR}{number}" for number in [*range(10), *range(40, 50)]]),
    ],
)
def test_relevant(lines: list[str], found: list[str]) -> None:
    assert log.relevant(lines) == found


@pytest.mark.parametrize(("lines", "code"), [([WDIAG, ERROR], 4147), ([WDIAG, PLAIN], 4290), ([WDIAG], None), ([END, INFO], None), ([PLAIN, ERROR], 4147)])
def test_cause_code(lines: list[str], code: int | None) -> None:
    assert log.cause_code(lines) == code


def test_only_what_was_written_since(tmp_path: Path) -> None:
    path = tmp_path / "observer.log"
    start = log.position(str(path))
    assert log.read_since(str(path), start) == []
    path.write_text("old\n")
    assert log.read_since(str(path), start) == ["old"]
    start = log.position(str(path))
    with path.open("ab") as stream:
        stream.write(b"new \xff\n")
    assert log.read_since(str(path), start) == ["new \ufffd"]
    path.rename(tmp_path / "observer.log.1")
    path.write_text("rotated\n")
    assert log.read_since(str(path), start) == ["rotated"]


def test_only_young_lines() -> None:
    moment = 1_800_000_000
    written = [time.strftime("[%Y-%m-%d %H:%M:%S.000001] ERROR", time.localtime(moment + offset)) for offset in (-60, 0, 60)]
    lines = ["torn", written[0], "its second line", written[1], "its second line", written[2]]
    assert log.younger(lines, moment) == lines[3:]
    assert log.younger(lines, moment + 61) == []
    assert log.younger(lines, 0) == lines[1:]
