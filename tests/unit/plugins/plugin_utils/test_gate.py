# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gate between steps."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.gate import not_ready

CASES = [
    ({"changed": False}, {}, False, None),
    ({"changed": True, "version": "4.2"}, {"version": "4.2"}, False, None),
    ({"changed": False, "version": "4.3"}, {"version": "4.2"}, False, "version is '4.3', '4.2' was expected"),
    ({"changed": False}, {"version": "4.2"}, False, "version is None, '4.2' was expected"),
    ({"changed": True}, {"version": "4.2"}, True, None),
    ({"changed": True}, {"version": "4.2"}, False, "version is None, '4.2' was expected"),
    ({"changed": False, "version": "4.3"}, {"version": "4.2"}, True, "version is '4.3', '4.2' was expected"),
    ({"failed": True, "msg": "no space"}, {}, False, "no space"),
    ({"unreachable": True, "failed": True}, {}, False, "it could not be reached"),
    ({"skipped": True}, {"version": "4.2"}, False, "it was left out of the step"),
    ({"skipped": True}, {}, False, None),
    (None, {}, False, "it did not take part in the step"),
]


@pytest.mark.parametrize(("result", "expect", "foresee", "why"), CASES)
def test_not_ready(result: Any, expect: dict[str, Any], foresee: bool, why: str | None) -> None:
    assert not_ready({"ob1": result}, expect, foresee) == ({"ob1": why} if why else {})


def test_every_host_is_told() -> None:
    assert list(not_ready({"ob1": None, "ob2": {"changed": False}, "ob3": None}, {})) == ["ob1", "ob3"]
