# SPDX-License-Identifier: GPL-3.0-or-later
"""What the hosts know about half a bootstrap."""

from __future__ import annotations

from typing import Any

from ansible_collections.oceanbase.cluster.plugins.filter.servers_with_data import FilterModule

PLAN = {"hosts": {name: {"server": f"{name}:2882", "endpoint": f"{name}:2881"} for name in ("a", "b", "c", "d")}}


def test_servers_with_data() -> None:
    results: dict[str, Any] = {
        "a": {"started": {"data": ["/d/clog/tenant_1"], "data_age": 5.5, "late_process": True, "first_start": True}},
        "b": {"started": {"data": [], "late_process": True}},
        "c": {"started": {"failed": True}},
        "d": {},
    }
    rows = FilterModule().filters()["servers_with_data"](PLAN, results, "started")
    assert rows == [{"server": "a:2882", "endpoint": "a:2881", "restarted": True, "first_start": True, "age": 5.5}]
