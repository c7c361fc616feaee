# SPDX-License-Identifier: GPL-3.0-or-later
"""The end of the test's log: what failed must be found in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.oceanbase.cluster.tests.dev.excerpt import MOST, WIDTH, of_junit, of_output

MOLECULE = """\
TASK [Ask the server] ***********************
fatal: [ob1]: FAILED! => {"msg": "expected"}
...ignoring
FAILED - RETRYING: [localhost]: Ask through every proxy (30 retries left).
TASK [Lose a proxy] *************************
fatal: [ob2]: FAILED! => {"msg": "refused"}
faults > verify: Executed: Successful
service > side_effect: Executed: Failed
"""

CASES = """<testsuites><testsuite><testcase classname="tests.a" name="good"/>
<testcase classname="tests.a" name="bad"><failure message="assert 1 == 2&#10;more">trace</failure></testcase>
<testcase classname="tests.b" name="broken"><error>no fixture</error></testcase></testsuite></testsuites>"""


@pytest.mark.parametrize(
    ("output", "lines"),
    [
        (MOLECULE, ["service > side_effect: Executed: Failed", 'Lose a proxy: fatal: [ob2]: FAILED! => {"msg": "refused"}']),
        ("a\nb\n", ["a", "b"]),
        ("x" * 9999 + "y" * 9999, ["x" * (WIDTH // 2) + " … " + "y" * (WIDTH // 2)]),
        ("", []),
    ],
)
def test_of_output(output: str, lines: list[str]) -> None:
    assert of_output(output) == lines


def test_many_failed_tasks_are_counted() -> None:
    lines = of_output("".join(f"fatal: [ob{number}]: FAILED!\n" for number in range(MOST + 3)))
    assert (len(lines), lines[-1]) == (MOST + 1, "and 3 more")


def test_of_junit(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    assert of_junit(report) == []
    report.write_text(CASES, encoding="utf-8")
    assert of_junit(report) == ["tests.a::bad: assert 1 == 2 | more", "tests.b::broken: no fixture"]
