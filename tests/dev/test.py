# SPDX-License-Identifier: GPL-3.0-or-later
"""Run the parts of the test, two at a time, and end with one line of counts."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

from excerpt import of_junit, of_output
from parts import PARTS, WORK, Part
from recorder import Counts, Recorder

LOGS = Path(".dev", "log")
PLAIN = os.environ.get("CI", "") not in ("", "false", "0")


class Outcome(NamedTuple):
    """How a part ended."""

    recorder: Recorder
    seconds: float

    def line(self) -> str:
        """Return the part's line in the summary."""
        counts = self.recorder.counts
        word = "FAILED" if counts.failed else "ok"
        line = f"{self.recorder.name:<10} {word:<7} {self.seconds:6.1f} s  {counts.passed} passed, {counts.failed} failed"
        return f"{line}: {', '.join(self.recorder.failures)}" if self.recorder.failures else line

    def excerpt(self) -> list[str]:
        """Return the few lines that tell what failed."""
        return [line for output in self.recorder.evidence for line in of_junit(self.recorder.report) or of_output(output)]


def run_part(part: Part) -> Outcome:
    """Run one part; an error of the part itself counts as a failure of it."""
    log = LOGS / f"test-{part.name}.log"
    log.unlink(missing_ok=True)
    recorder = Recorder(part.name, log.resolve(), log.with_suffix(".xml").resolve())
    started = time.monotonic()
    try:
        part.prepare()
        part.run(recorder)
    except Exception:
        recorder.note("could not be run", [traceback.format_exc()])
    return Outcome(recorder, time.monotonic() - started)


def show(outcome: Outcome) -> None:
    """Print what a reader wants of a part that ended: all of it under CI, else the line, and the log of a failure."""
    if PLAIN or outcome.recorder.counts.failed:
        print(outcome.recorder.log.read_text(encoding="utf-8", errors="replace"))
    print(outcome.line(), flush=True)


def chosen_parts(names: list[str]) -> list[Part]:
    """Return the parts named, or all of them, in the order of the table."""
    unknown = set(names) - {part.name for part in PARTS}
    if unknown:
        sys.exit(f"Unknown parts: {', '.join(sorted(unknown))}. Known: {', '.join(part.name for part in PARTS)}")
    return [part for part in PARTS if not names or part.name in names]


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="./dev test")
    parser.add_argument("part", nargs="*", help="the parts to run; all of them by default")
    parser.add_argument("--list", action="store_true", help="name the parts and end")
    parser.add_argument("--jobs", type=int, default=2, help="how many parts run at a time")
    options = parser.parse_args()
    parts = chosen_parts(options.part)
    if options.list:
        print("\n".join(f"{part.name:<10} {part.summary}" for part in parts))
        return 0
    LOGS.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    outcomes = {}
    with ThreadPoolExecutor(options.jobs) as pool:
        for future in as_completed([pool.submit(run_part, part) for part in parts]):
            outcome = future.result()
            outcomes[outcome.recorder.name] = outcome
            show(outcome)
    shutil.rmtree(WORK, ignore_errors=True)
    total = sum((outcome.recorder.counts for outcome in outcomes.values()), Counts())
    print("\nSummary")
    for part in parts:
        print(f"  {outcomes[part.name].line()}")
    print(f"  {time.monotonic() - started:.0f} s in all; logs are in {LOGS}\n")
    for outcome in outcomes.values():
        for line in outcome.excerpt():
            print(f"{outcome.recorder.name}: {line}")
    print(f"{total.passed} passed, {total.failed} failed")
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
