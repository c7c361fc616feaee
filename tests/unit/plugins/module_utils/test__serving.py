# SPDX-License-Identifier: GPL-3.0-or-later
"""A slow server is waited for, a dead one is noticed within seconds."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sql_fakes import FakeClock

from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Server
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._serving import Dead, wait_for_servers

SERVES = Server("192.0.2.1:2882", "zone1", 2881, 1, True, "ACTIVE", "2026-01-01 00:00:00", "", "4.3.5.3")
LATE = SERVES._replace(server="192.0.2.2:2882", zone="zone2", id=2, with_rootserver=False, status="INACTIVE", start_service_time="")


def wait(clock: FakeClock, members: list[Server], refused: Callable[[str], str], timeout: float = 600) -> tuple[Server, ...]:
    """Wait for both."""
    return wait_for_servers(
        lambda: tuple(members), [SERVES.server, LATE.server], lambda one: one.serving, "serve", timeout, clock.clock, refused)


def test_a_slow_server_is_waited_for() -> None:
    clock, members = FakeClock(), [SERVES, LATE]
    clock.after(60, lambda: members.__setitem__(1, SERVES._replace(server=LATE.server)))
    assert len(wait(clock, members, lambda endpoint: "")) == 2
    assert 60 <= clock.time < 62


def test_a_dead_server_is_noticed_within_seconds() -> None:
    clock = FakeClock()
    with pytest.raises(Dead, match="192.0.2.2:2882 in zone2 is INACTIVE.*nobody has listened at 192.0.2.2:2881") as caught:
        wait(clock, [SERVES, LATE], lambda endpoint: "connection refused" if endpoint == "192.0.2.2:2881" else "")
    assert clock.time < 15
    assert "Run again" in caught.value.remedy


def test_one_that_comes_back_is_not_dead() -> None:
    clock, members, gone = FakeClock(), [SERVES, LATE], [True]
    clock.after(8, gone.clear)
    clock.after(40, lambda: members.__setitem__(1, SERVES._replace(server=LATE.server)))
    assert len(wait(clock, members, lambda endpoint: "connection refused" if gone else "")) == 2


def test_on_expiry_the_last_state_of_each_is_told() -> None:
    clock = FakeClock()
    with pytest.raises(ObError, match="Waited 30 s in vain for 192.0.2.1:2882, 192.0.2.2:2882 to serve: 192.0.2.2:2882 in zone2 is INACTIVE"):
        wait(clock, [SERVES, LATE], lambda endpoint: "", 30)
