# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the commands of one part, keep their output, and count what passed and failed."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, NamedTuple
from xml.etree import ElementTree


class Counts(NamedTuple):
    """How many tests passed and failed."""

    passed: int = 0
    failed: int = 0

    def __add__(self, other: object) -> Counts:
        if not isinstance(other, Counts):
            return NotImplemented
        return Counts(self.passed + other.passed, self.failed + other.failed)


class Finished(NamedTuple):
    """What a command left."""

    code: int
    output: str


Counter = Callable[[Finished], Counts]


def by_exit_code(finished: Finished) -> Counts:
    """Count the command as one test."""
    return Counts(1, 0) if finished.code == 0 else Counts(0, 1)


def by_junit(report: Path) -> Counter:
    """Count the tests of a JUnit report; a run that left none failed."""

    def count(finished: Finished) -> Counts:
        if not report.exists():
            return Counts(0, 1)
        suites = [suite.attrib for suite in ElementTree.parse(report).iter("testsuite")]
        failed = sum(int(suite["failures"]) + int(suite["errors"]) for suite in suites)
        ran = sum(int(suite["tests"]) - int(suite["skipped"]) for suite in suites)
        return at_least_one_failure(finished, Counts(ran - failed, failed))

    return count


def by_pattern(passed: str, failed: str) -> Counter:
    """Count lines of the output: those that announce a test, and those that say it failed."""

    def count(finished: Finished) -> Counts:
        bad = len(re.findall(failed, finished.output, re.MULTILINE))
        seen = len(re.findall(passed, finished.output, re.MULTILINE))
        return at_least_one_failure(finished, Counts(max(seen - bad, 0), bad))

    return count


def by_recap(finished: Finished) -> Counts:
    """Count the scenarios in molecule's recap; a playbook that is missing is a failure, which molecule overlooks."""
    recap = re.findall(r"^(\S+)\s*: actions=\d+ .*$", finished.output, re.MULTILINE)
    bad = re.findall(r"^\S+\s*: actions=.*(?:failed|missing)=[1-9].*$", finished.output, re.MULTILINE)
    return at_least_one_failure(finished, Counts(len(recap) - len(bad), len(bad)))


def at_least_one_failure(finished: Finished, counts: Counts) -> Counts:
    """Never let a command that failed, or that ran nothing, pass for a success."""
    if counts.failed == 0 and (finished.code != 0 or counts.passed == 0):
        return Counts(counts.passed, 1)
    return counts


class Recorder:
    """The log and the counts of one part."""

    def __init__(self, name: str, log: Path, report: Path) -> None:
        self.name = name
        self.log = log
        self.report = report
        self.counts = Counts()
        self.failures: list[str] = []
        self.evidence: list[str] = []

    def run(
        self,
        name: str,
        argv: Sequence[str | Path],
        *,
        cwd: Path,
        env: Mapping[str, str] | None = None,
        count: Counter = by_exit_code,
    ) -> bool:
        """Run one command; say whether all of it passed."""
        started = time.monotonic()
        with self.log.open("a", encoding="utf-8") as log:
            log.write(f"\n## {self.name}: {name}\n")
            log.flush()
            finished = _run(argv, cwd, env, log)
            counts = count(finished)
            log.write(f"## {counts.passed} passed, {counts.failed} failed, {time.monotonic() - started:.1f} s\n")
        if counts.failed:
            self.evidence.append(finished.output)
        return self.add(name, counts)

    def note(self, name: str, problems: Sequence[str]) -> bool:
        """Record a check made in this process: it passed where there is no problem."""
        with self.log.open("a", encoding="utf-8") as log:
            log.write("\n".join([f"\n## {self.name}: {name}", *problems, ""]))
        if problems:
            self.evidence.append("\n".join(problems))
        return self.add(name, Counts(0, 1) if problems else Counts(1, 0))

    def add(self, name: str, counts: Counts) -> bool:
        """Add to the counts; say whether nothing failed."""
        self.counts += counts
        if counts.failed:
            self.failures.append(name)
        return counts.failed == 0


def _run(argv: Sequence[str | Path], cwd: Path, env: Mapping[str, str] | None, log: IO[str]) -> Finished:
    start = log.tell()
    code = subprocess.run(
        argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, check=False
    ).returncode
    with open(log.name, encoding="utf-8", errors="replace") as written:
        written.seek(start)
        output = written.read()
    log.seek(0, 2)
    return Finished(code, output)
