# SPDX-License-Identifier: GPL-3.0-or-later
"""Module standby_tenant: the statement, its secret, and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from sql_world import PASSWORD, Run, World, runner

OPTIONS: dict[str, Any] = {
    "name": "orders", "primary_tenant": "orders", "primary_servers": ["192.0.2.11:2881", "192.0.2.12:2881"], "password": "other-secret",
    "resource_pools": ["p1"], "version": "4.2.1.6"}
SENT = "CREATE STANDBY TENANT orders LOG_RESTORE_SOURCE = '********' RESOURCE_POOL_LIST = ('p1')"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


class StandbyWorld(World):
    """The sys tenant of a cluster in which a standby tenant is to be."""

    def __init__(self, role: str = "", status: str = "NORMAL") -> None:
        super().__init__()
        self.passwords["root"] = PASSWORD
        self.rows: list[dict[str, Any]] = [{"tenant_role": role, "status": status}] if role else []
        self.reply("TENANT_ROLE", lambda: [dict(row) for row in self.rows])
        self.effect("CREATE STANDBY TENANT", self.create)

    def create(self) -> None:
        """The tenant is there at once, and normal a little later."""
        self.rows = [{"tenant_role": "STANDBY", "status": "CREATING"}]
        self.clock.after(5, lambda: self.rows[0].update(status="NORMAL"))


def test_created(run: Run) -> None:
    world = StandbyWorld()
    foreseen = run("standby_tenant", world, check=True, **OPTIONS)
    result = run("standby_tenant", world, **OPTIONS)
    assert world.sent == result["statements"] == foreseen["statements"] == [SENT]
    assert result["tenant"] == {"role": "STANDBY", "status": "NORMAL"}
    assert result["diff"] == foreseen["diff"]
    assert not run("standby_tenant", world, **OPTIONS)["changed"]


def test_options_of_the_tenant(run: Run) -> None:
    result = run("standby_tenant", StandbyWorld(), check=True, **{**OPTIONS, "locality": "F@zone1,F@zone2", "primary_zone": "zone1;zone2"})
    assert result["statements"] == [SENT + ", LOCALITY = 'F@zone1,F@zone2', PRIMARY_ZONE = 'zone1;zone2'"]


@pytest.mark.parametrize(("world", "options", "words"), [
    (StandbyWorld("PRIMARY"), {}, "its role is PRIMARY"), (StandbyWorld(), {"version": "4.0.0.0"}, "standby tenants came with 4.2"),
    (StandbyWorld(), {"version": "3.1.5"}, "standby tenants came with 4.2"), (StandbyWorld("STANDBY", "CREATING"), {}, "it was last seen as"),
    (StandbyWorld(), {"name": "a b", "user": "x'y"}, "name 'a b' is no identifier; user"), (StandbyWorld(), {"password": "a b"}, "holds quotes"),
    (StandbyWorld(), {"resource_pools": []}, "resource_pools is empty"), (StandbyWorld(), {"primary_servers": ["192.0.2.11"]}, "is not ip:sql_port"),
])
def test_refusals(run: Run, world: StandbyWorld, options: dict[str, Any], words: str) -> None:
    result = run("standby_tenant", world, **{**OPTIONS, "wait_timeout": 20, **options})
    assert result["failed"]
    assert words in result["msg"]
    assert world.sent == []
