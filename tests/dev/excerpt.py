# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell what failed in few lines, for a reader who has only the end of a long log."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

WIDTH = 500
MOST = 6


def of_output(output: str) -> list[str]:
    """Return the failed actions of molecule and the failed tasks of Ansible, or the last lines of a command that has neither."""
    actions = re.findall(r"^\S+ > \S+: Executed: Failed.*$", output, re.MULTILINE)
    found = [*dict.fromkeys(actions), *failed_tasks(output)]
    return shortened(found or output.strip().splitlines()[-MOST:])


def failed_tasks(output: str) -> list[str]:
    """Return "task: the host's failure" for each that ended a play's host, the ignored and retried ones left out."""
    found, task = [], ""
    for line, following in pairwise([*output.splitlines(), ""]):
        if named := re.match(r"^TASK \[(.*)\] \*+$", line):
            task = named[1]
        elif line.startswith(("fatal: [", "failed: [")) and following != "...ignoring":
            found.append(f"{task}: {line}")
    return found


def of_junit(report: Path) -> list[str]:
    """Return "test: the first line of its failure" of a JUnit report."""
    if not report.exists():
        return []
    cases = [case for case in ElementTree.parse(report).iter("testcase") if case.find("failure") is not None or case.find("error") is not None]
    return shortened([f"{case.get('classname')}::{case.get('name')}: {_message(case)}" for case in cases])


def shortened(lines: list[str]) -> list[str]:
    """Return the first lines, each cut in its middle, and how many there were."""
    more = [f"and {len(lines) - MOST} more"] if len(lines) > MOST else []
    return [*(line if len(line) <= WIDTH else f"{line[: WIDTH // 2]} … {line[-WIDTH // 2 :]}" for line in lines[:MOST]), *more]


def _message(case: ElementTree.Element) -> str:
    trouble = next(child for child in case if child.tag in ("failure", "error"))
    return (trouble.get("message") or trouble.text or "").strip().replace("\n", " | ")
