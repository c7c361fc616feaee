# SPDX-License-Identifier: GPL-3.0-or-later
"""What ob_admin io_bench is asked, and what its result means."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _io_bench
from ansible_collections.oceanbase.cluster.plugins.module_utils._io_bench import Rate

THREE = "version 1\nio_type io_size_byte io_ps io_rt_us\n0 4096 122648 158\n1 2097152 964 12345\nsubmit_thread_cnt 8\ngetevent_thread_cnt 8\n"
ROWS = [Rate("read", 4096, 122648.0, 158.0), Rate("write", 2097152, 964.0, 12345.0)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (THREE, ROWS),
        (THREE.split("\n", 1)[1], ROWS),
        ("read 4096 10.5 7.25\n", [Rate("read", 4096, 10.5, 7.25)]),
        ("version 1\nio_type io_size_byte io_ps io_rt_us\n", []),
        ("", []),
    ],
)
def test_parse(text: str, rows: list[Rate]) -> None:
    assert _io_bench.parse(text) == rows


@pytest.mark.parametrize(
    ("said", "cannot"),
    [
        ("Usage: ob_admin log_tool\n       ob_admin dump_backup", True),
        ("usage: ob_admin {a,b}\nob_admin: error: argument: invalid choice: 'io_bench' (choose from 'a', 'b')", True),
        ("unknown command io_bench", True),
        ("Usage: ob_admin io_bench -c conf_dir -d data_dir", False),
        ("No space left on device", False),
        ("", False),
    ],
)
def test_cannot(said: str, cannot: bool) -> None:
    assert _io_bench.cannot(said) is cannot


def test_command() -> None:
    assert _io_bench.command("/b/ob_admin", "/h", "/d", "") == ["/b/ob_admin", "io_bench", "-c", "/h/etc", "-d", "/d"]
    assert _io_bench.command("/b/ob_admin", "/h", "/d", "10G")[-2:] == ["-f", "10G"]
