# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._capacity import same_value


@pytest.mark.parametrize(("one", "other", "same"), [
    ("6G", "6144M", True), ("6g", "6144M", True), ("6GB", "6G", True), ("1024K", "1M", True), ("6G", "6143M", False), ("0", "0M", True), ("0", "0G", True),
    ("6", "6M", False), ("1T", "1024G", True), ("10240B", "10K", True), ("True", "ON", True), ("true", "True", True), ("1", "True", True),
    ("False", "off", True),
    ("True", "False", False), ("on", "OFF", False), ("yes", "t", True), ("10s", "10000ms", True), ("1h", "60m", True), ("1d", "24h", True),
    ("10s", "10ms", False),
    ("100us", "0.1ms", False), ("10", "10", True), (" 10 ", "10", True), ("10", "11", False), ("INFO", "INFO", True), ("INFO", "WDIAG", False), ("", "", True),
    ("a;b", "b;a", False), ("60m", "60M", True), ("1", "01", False), ("0", "False", True), ("02:00", "02:00", True),
])
def test_same_value(one: str, other: str, same: bool) -> None:
    for left, right in ((one, other), (other, one)):
        assert same_value(left, right) is same
