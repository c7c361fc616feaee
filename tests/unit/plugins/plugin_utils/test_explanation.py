# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A failure of SQL, explained by the servers' logs."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.explanation import LINES, explained, sentence, shared_out

CODE = {"error_code": 4012, "meaning": "OB_TIMEOUT, too late", "remedy": "Look at the network."}
RUNS = {"running": True, "process": "observer 1 runs in /home", "lines": [], "error_code": None, "meaning": "", "remedy": ""}
DEAD = {**RUNS, "running": False, "process": "no pid file"}
FAILURE = {"failed": True, "msg": "Cannot wait: too late. Try again.", "cause": "too late", "remedy": "Try again.", "evidence": ["first"], "elapsed": 3.0}


@pytest.mark.parametrize(
    ("log", "said"),
    [
        (RUNS, ""),
        (DEAD, "ob1: no observer runs (no pid file)"),
        ({**RUNS, **CODE}, "ob1: its log has -4012 OB_TIMEOUT, too late"),
        ({**DEAD, **CODE}, "ob1: no observer runs (no pid file), and its log has -4012 OB_TIMEOUT, too late"),
        ({"unreachable": True, "msg": "Connection refused"}, "ob1 could not be asked"),
        ({"failed": True, "msg": "no Python"}, "ob1 could not be asked: no Python"),
    ],
)
def test_sentence(log: Any, said: str) -> None:
    assert sentence("ob1", log) == said


def test_explained() -> None:
    result = explained({**FAILURE, "invocation": {}, "_ansible_no_log": False}, {"ob1": RUNS, "ob2": {**DEAD, "lines": ["a", "b"]}})
    assert result == {
        **FAILURE,
        "changed": False,
        "msg": "Cannot wait: too late. Seen on the hosts: ob2: no observer runs (no pid file). Try again.",
        "cause": "too late. Seen on the hosts: ob2: no observer runs (no pid file).",
        "evidence": ["first", "ob2: a", "ob2: b"],
    }


def test_nothing_to_add() -> None:
    assert explained(FAILURE, {"ob1": RUNS}) == {**FAILURE, "changed": False}


def test_the_remedy_of_the_log_where_there_is_none() -> None:
    result = explained({"failed": True, "msg": "It broke."}, {"ob1": {**RUNS, **CODE}})
    assert (result["remedy"], result["msg"][-20:]) == ("Look at the network.", "Look at the network.")


def test_lines_are_shared_out() -> None:
    found = {f"ob{number}": [str(line) for line in range(9)] for number in range(1, 6)}
    assert shared_out({**found, "ob9": []}) == [f"ob{number}: {line}" for number in range(1, 6) for line in range(4)]
    assert len(shared_out({str(number): ["line"] for number in range(99)})) == LINES
