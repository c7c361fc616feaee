# SPDX-License-Identifier: GPL-3.0-or-later
"""How far a host has come."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _node_state as node
from ansible_collections.oceanbase.cluster.plugins.module_utils._node_state import Evidence, classify
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import BY_HAND, HIDDEN, NONE, OURS, RECYCLED, STALE, Found

TOPS = ["/h/ob", "/data/1/c", "/data/log1/c"]
RUNS, RESTS = Found(OURS, None, "observer 1 runs in /h/ob"), Found(NONE, None, "no observer runs")
MADE: dict[str, Any] = {"packages": ["oceanbase-ce-4.3.5.3"], "binary": True, "marked": TOPS, "unmade": []}


def seen(**more: Any) -> Evidence:
    """Return the evidence of an empty host, but for ``more``."""
    return Evidence([], False, [], TOPS, [], [], RESTS, False, [])._replace(**more)


@pytest.mark.parametrize(
    ("evidence", "state", "running", "words"),
    [
        (seen(), node.ABSENT, False, "neither package nor directories"),
        (seen(found=Found(STALE, None, "the pid file names 1, which is gone")), node.ABSENT, False, "which is gone"),
        (seen(packages=["p"], binary=True), node.INSTALLED, False, "p is installed"),
        (seen(binary=True), node.INSTALLED, False, "bin/observer is installed"),
        (seen(packages=["p"], marked=TOPS[:1], unmade=TOPS[1:]), node.INSTALLED, False, "is not made"),
        (seen(marked=TOPS[:1], unmade=TOPS[1:]), node.ABSENT, False, "is not made"),
        (seen(**MADE), node.LAID_OUT, False, "bears its mark"),
        (seen(**MADE, found=Found(RECYCLED, None, "another program")), node.LAID_OUT, False, "another program"),
        (seen(**MADE, found=RUNS), node.RUNNING, True, "has not been in a cluster"),
        (seen(**MADE, found=RUNS, kept=True), node.MEMBER, True, "keeps a configuration"),
        (seen(**MADE, found=RUNS, data=["/d/clog/tenant_1"]), node.MEMBER, True, "/d/clog/tenant_1 holds data"),
        (seen(**MADE, kept=True), node.MEMBER, False, "keeps a configuration"),
        (seen(**MADE, others=["/data/1/c belongs to x"], found=RUNS), node.OTHER_CLUSTER, True, "belongs to x"),
        (seen(**{**MADE, "marked": []}, found=RUNS), node.FOREIGN, True, "observer 1 runs"),
        (seen(unmarked=["/data/1/c is not empty"]), node.FOREIGN, False, "is not empty"),
        (seen(**MADE, found=Found(BY_HAND, None, "without its pid file")), node.FOREIGN, True, "without its pid file"),
        (seen(**MADE, found=Found(HIDDEN, None, "may not see")), node.FOREIGN, True, "may not see"),
    ],
)
def test_classify(evidence: Evidence, state: str, running: bool, words: str) -> None:
    verdict = classify(evidence)
    assert (verdict.state, verdict.running) == (state, running) and words in "; ".join(verdict.reasons)
    assert verdict.state in node.STATES
