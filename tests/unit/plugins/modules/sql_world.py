# SPDX-License-Identifier: GPL-3.0-or-later
"""A small cluster made of scripted answers, and the way to run an SQL module's main() against it."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "module_utils"))

from sql_fakes import Rows, World, refused  # noqa: E402

PASSWORD = "a'b\"c\\d$e#f@g é"
ENDPOINTS = [f"192.0.2.{number}:2881" for number in (1, 2, 3, 4)]
ZONES = [
    {"name": "zone1", "idc": "hz1", "servers": ["192.0.2.1:2882", "192.0.2.4:2882"]},
    {"name": "zone2", "servers": ["192.0.2.2:2882"]},
    {"name": "zone3", "servers": ["192.0.2.3:2882"]},
]
PLACES = {1: "zone1", 2: "zone2", 3: "zone3", 4: "zone1"}


class Cluster(World):
    """Four observers of 4.x."""

    def __init__(self, bootstrapped: bool = True) -> None:
        super().__init__()
        self.members: list[dict[str, Any]] = []
        self.zones: list[dict[str, Any]] = []
        self.primary_zone = "RANDOM"
        self.bootstrapped = False
        self.reply("VERSION()", [{"version": "5.7.25-OceanBase_CE-v4.3.5.3"}])
        self.reply("DBA_OB_SERVERS", lambda: [dict(row) for row in self.members])
        self.reply("DBA_OB_ZONES", lambda: [dict(row) for row in self.zones])
        self.reply("baseline_schema_version", lambda: [{"column_value": "17" if self.bootstrapped else "-1"}])
        self.reply("SHOW PARAMETERS LIKE 'cluster%'", [{"name": "cluster", "value": "terran"}, {"name": "cluster_id", "value": "1"}])
        self.reply("DBA_OB_TENANTS", self.tenants)
        self.effect("ALTER SYSTEM BOOTSTRAP", self.bootstrap)
        self.effect("ADD SERVER '192.0.2.4:2882'", lambda: self.join(4))
        self.effect("SET IDC = 'hz1'", lambda: self.zones[0].update(idc="hz1"))
        if bootstrapped:
            self.bootstrap()
            self.join(4)
            self.zones[0]["idc"] = "hz1"
            self.clock.at.clear()
            for member in self.members:
                member["start_service_time"] = "2026-01-01 00:00:00"
                member["status"] = "ACTIVE"

    def bootstrap(self) -> None:
        """What BOOTSTRAP does; the servers serve a little later."""
        self.bootstrapped = True
        self.zones = [{"zone": f"zone{number}", "status": "ACTIVE", "region": "default_region", "idc": ""} for number in (1, 2, 3)]
        for number in (1, 2, 3):
            self.join(number)

    def join(self, number: int) -> None:
        """A server becomes a member and serves a little later."""
        member = {
            "svr_ip": f"192.0.2.{number}", "svr_port": 2882, "id": number, "zone": PLACES[number], "sql_port": 2881,
            "with_rootserver": "YES" if number == 1 else "NO",
            "status": "INACTIVE", "start_service_time": None, "stop_time": None, "build_version": "4.3.5.3"}
        self.members.append(member)
        self.clock.after(2, lambda: member.update(status="ACTIVE", start_service_time="2026-01-01 00:00:00"))

    def member(self, number: int) -> dict[str, Any]:
        """Return the row of a member."""
        return next(row for row in self.members if row["id"] == number)

    def tenants(self) -> Rows:
        """The sys tenant."""
        return [{
            "tenant_id": 1, "tenant_name": "sys", "tenant_type": "SYS", "primary_zone": self.primary_zone, "compatibility_mode": "MYSQL", "status": "NORMAL",
            "locality": "FULL{1}@zone1, FULL{1}@zone2, FULL{1}@zone3"}]

    def nobody(self) -> None:
        """No observer runs."""
        self.endpoints.update({endpoint: refused() for endpoint in ENDPOINTS})


Run = Callable[..., dict[str, Any]]


def runner(capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a module's main() against a world and checks that no secret comes out."""

    def run(module: str, world: World, check: bool = False, **params: Any) -> dict[str, Any]:
        from ansible.module_utils import basic

        args = {"login_servers": ENDPOINTS, "login_password": PASSWORD, **params, "_ansible_check_mode": check, "_ansible_diff": True}
        main = importlib.import_module(f"ansible_collections.oceanbase.cluster.plugins.modules.{module}").main
        clock = {} if module in ("tenant", "user", "zone", "parameter") else {"clock": world.clock.clock}
        capsys.readouterr()
        try:
            from ansible.module_utils.testing import patch_module_args
        except ImportError:  # ansible-core < 2.19
            basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
            with pytest.raises(SystemExit):
                main(world.connect, **clock)
        else:
            with patch_module_args(args), pytest.raises(SystemExit):
                main(world.connect, **clock)
        captured = capsys.readouterr()
        result: dict[str, Any] = json.loads(captured.out.strip().splitlines()[-1])
        result.pop("invocation", None)
        for secret in (PASSWORD, "other-secret"):
            assert secret not in json.dumps(result, ensure_ascii=False)
            assert json.dumps(secret)[1:-1] not in captured.out + captured.err
        if check:
            assert world.sent == [], "check mode sent a statement"
        return result

    return run
