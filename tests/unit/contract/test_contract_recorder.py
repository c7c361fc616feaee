# SPDX-License-Identifier: GPL-3.0-or-later
"""The test's own counting: a failure must never be counted as a success."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.oceanbase.cluster.tests.dev.recorder import Counts, Finished, by_exit_code, by_junit, by_pattern, by_recap

SCENARIO = "three_zones               : actions=6  successful=6  disabled=0  skipped=0  missing=0  failed=0\n"
REPORT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


@pytest.mark.parametrize(
    ("finished", "counts"),
    [
        (Finished(0, SCENARIO), Counts(1, 0)),
        (Finished(0, SCENARIO * 2), Counts(2, 0)),
        (Finished(0, SCENARIO.replace("missing=0", "missing=1")), Counts(0, 1)),
        (Finished(1, SCENARIO + SCENARIO.replace("failed=0", "failed=1")), Counts(1, 1)),
        (Finished(1, SCENARIO), Counts(1, 1)),
        (Finished(0, "nothing was run"), Counts(0, 1)),
    ],
)
def test_by_recap(finished: Finished, counts: Counts) -> None:
    assert by_recap(finished) == counts


@pytest.mark.parametrize(
    ("code", "report", "counts"),
    [
        (0, REPORT.format(5, 0, 0, 0), Counts(5, 0)),
        (0, REPORT.format(5, 0, 0, 2), Counts(3, 0)),
        (1, REPORT.format(5, 1, 1, 0), Counts(3, 2)),
        (1, REPORT.format(5, 0, 0, 0), Counts(5, 1)),
        (5, REPORT.format(0, 0, 0, 0), Counts(0, 1)),
        (1, None, Counts(0, 1)),
    ],
)
def test_by_junit(tmp_path: Path, code: int, report: str | None, counts: Counts) -> None:
    path = tmp_path / "report.xml"
    if report:
        path.write_text(report, encoding="utf-8")
    assert by_junit(path)(Finished(code, "")) == counts


@pytest.mark.parametrize(
    ("finished", "counts"),
    [
        (Finished(0, "Running a\nRunning b\n"), Counts(2, 0)),
        (Finished(1, "Running a\nRunning b\nERROR: b\n"), Counts(1, 1)),
        (Finished(1, "no test could start"), Counts(0, 1)),
    ],
)
def test_by_pattern(finished: Finished, counts: Counts) -> None:
    assert by_pattern("^Running ", "^ERROR: ")(finished) == counts


def test_by_exit_code() -> None:
    assert (by_exit_code(Finished(0, "")), by_exit_code(Finished(3, ""))) == (Counts(1, 0), Counts(0, 1))
