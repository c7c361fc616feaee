# SPDX-License-Identifier: GPL-3.0-or-later
"""Flags of an observer: read, compared, shown."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_flags as flags


@pytest.mark.parametrize(
    ("argv", "found"),
    [
        (["/home/admin/oceanbase/bin/observer", "-p", "2881"], ("-p", "2881")),
        (["./bin/observer"], ()),
        (["observer"], ()),
        (["/usr/bin/python3", "bin/observer", "-p", "1"], ("-p", "1")),
        (["python3.11", "-s", "-E", "/x/observer"], ()),
        (["/bin/sh", "bin/observer"], ()),
        (["vi", "bin/observer"], None),
        (["tail", "-f", "observer"], None),
        (["/usr/bin/python3", "tool.py", "bin/observer"], None),
        (["/opt/obproxy/bin/obproxy"], None),
        (["observer_helper"], None),
        (["python3"], None),
        ([], None),
    ],
)
def test_arguments(argv: list[str], found: tuple[str, ...] | None) -> None:
    assert flags.arguments(argv) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["-p", "2881", "-P2882"], {"p": "2881", "P": "2882"}),
        (["--mysql_port=2881", "--rpc_port", "2882", "--zo", "z1"], {"p": "2881", "P": "2882", "z": "z1"}),
        (["-N6", "-p", "1"], {"N": "", "6": "", "p": "1"}),
        (["--nodaemon", "--ipv6", "-z", "a"], {"N": "", "6": "", "z": "a"}),
        (["-p", "1", "-p", "2"], {"p": "2"}),
        (["-p"], {"p": ""}),
        (["what", "-p", "1"], {"": "what", "p": "1"}),
        ([], {}),
    ],
)
def test_parse(words: list[str], found: dict[str, str]) -> None:
    assert flags.parse(words) == found


@pytest.mark.parametrize(
    ("running", "wanted", "found"),
    [
        (["-p", "1", "-z", "a"], ["--zone=a", "-p1"], []),
        (["-o", "a=1,B=2"], ["-o", "b=2,a=1"], []),
        (["-r", "x:1:2;y:1:2"], ["-r", "y:1:2;x:1:2"], []),
        (["-z", "a"], ["-z", "b"], ["-z (zone) is a, wanted is b"]),
        (["-z", "a"], [], ["-z (zone) is a, but is not wanted"]),
        ([], ["-6"], ["-6 (ipv6) is not given, wanted is set"]),
        (["-o", "a=1"], ["-o", "a=2"], ["-o (optstr) is a=1, wanted is a=2"]),
    ],
)
def test_differences(running: list[str], wanted: list[str], found: list[str]) -> None:
    assert flags.differences(running, wanted) == found


@pytest.mark.parametrize(("running", "kept"), [([], True), (["-p", "2881"], True), (["-p", "2881", "-z", "a"], False)])
def test_from_kept_configuration(running: list[str], kept: bool) -> None:
    assert flags.from_kept_configuration(running) is kept


def test_shown() -> None:
    assert flags.shown(["bin/observer", "-r", "a:1:2;b:1:2", "it's"]) == "bin/observer -r 'a:1:2;b:1:2' 'it'\\''s'"
