# SPDX-License-Identifier: GPL-3.0-or-later
"""The SQL modules against running observers of the stand-in release: real logins, a real SQL engine, the server's own refusals."""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils import basic

ROOT = Path(__file__).resolve().parents[3]
SOURCES = [str(ROOT / part) for part in ("tests/standin/lib", "tests/standin", "tests/unit/standin")]
PASSWORD = "a'b\"c\\d$e#f@g é"
OTHER = "o'ther%s é密"


@pytest.fixture(scope="module")
def hosts_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., list[Any]]]:
    """Give a function that makes hosts with observers; they all end with the module."""
    engine = os.environ.get("STANDIN_ENGINE")
    if not engine:
        spec = importlib.util.find_spec("pylibseekdb")
        if spec is None or spec.origin is None:
            pytest.skip("the stand-in cannot be built: the SQL engine pylibseekdb is not installed")
        engine = str(Path(spec.origin).parent)
    sys.path[:0] = SOURCES
    from standin_host import Host

    made: list[Any] = []
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")

    def make(name: str, version: str, zones: tuple[str, ...], **settings: object) -> list[Any]:
        network = f"127.{140 + int(worker[2:])}.{len({host.base.parent for host in made}) + 1}"
        folder = tmp_path_factory.mktemp(name)
        hosts = [Host(folder / f"h{number}", f"{network}.{number}", zone, version, engine) for number, zone in enumerate(zones, 1)]
        made.extend(hosts)
        for host in hosts:
            host.install()
            host.settings(**settings)
            host.start()
        for host in hosts:
            host.wait_sql()
        return hosts

    yield make
    Host.destroy_all(made)


class Modules:
    """Runs modules against some hosts."""

    def __init__(self, hosts: list[Any], capsys: pytest.CaptureFixture[str]) -> None:
        self.hosts = hosts
        self.capsys = capsys

    def __call__(self, module: str, check: bool = False, **params: Any) -> dict[str, Any]:
        args = {"login_servers": [f"{host.ip}:2881" for host in self.hosts], "login_password": PASSWORD, **params,
                "_ansible_check_mode": check, "_ansible_diff": True}
        main = importlib.import_module(f"ansible_collections.oceanbase.cluster.plugins.modules.{module}").main
        self.capsys.readouterr()
        try:
            from ansible.module_utils.testing import patch_module_args
        except ImportError:  # ansible-core < 2.19
            basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
            with pytest.raises(SystemExit):
                main()
        else:
            with patch_module_args(args), pytest.raises(SystemExit):
                main()
        captured = self.capsys.readouterr()
        output = captured.out + captured.err
        for secret in (PASSWORD, OTHER):
            assert secret not in output
            assert json.dumps(secret)[1:-1] not in output
        result: dict[str, Any] = json.loads(captured.out.strip().splitlines()[-1])
        result.pop("invocation", None)
        return result

    def both(self, module: str, **params: Any) -> dict[str, Any]:
        """Run in check mode, for real, and again: the first two agree, the last changes nothing."""
        foreseen = self(module, check=True, **params)
        result = self(module, **params)
        assert not result.get("failed"), result
        assert (foreseen["statements"], foreseen["diff"], foreseen["changed"]) == (result["statements"], result["diff"], result["changed"])
        again = self(module, **params)
        assert not again["changed"], again
        return result


def zones_of(hosts: list[Any]) -> list[dict[str, Any]]:
    """Write the hosts as zones."""
    names = list(dict.fromkeys(host.zone for host in hosts))
    return [{"name": name, "idc": f"idc_{name}", "servers": [host.server for host in hosts if host.zone == name]} for name in names]


@pytest.mark.parametrize("version", ["4.3.5.3", "4.2.1.6"])
def test_whole_life(hosts_of: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str], version: str) -> None:
    hosts = hosts_of("life", version, ("zone1", "zone2", "zone3", "zone1"))
    run = Modules(hosts, capsys)
    wanted = {"cluster": "terran", "ob_cluster_id": 1, "zones": zones_of(hosts), "wait_timeout": 120}

    assert run("cluster_info", login_unset=True, zones=wanted["zones"])["cluster_state"] == "none"
    made = run.both("bootstrap", **wanted)
    assert made["cluster_state"] == "none"
    assert made["statements"][1].startswith("ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER")
    assert f"ALTER SYSTEM ADD SERVER '{hosts[3].server}' ZONE 'zone1'" in made["statements"]
    assert all(server["start_service_time"] for server in made["servers"])

    assert run.both("root_password", password=PASSWORD)["changed"]
    assert run("root_password", password=OTHER, login_password=OTHER)["error_code"] == 1045
    again = run("bootstrap", **wanted)
    assert (again["changed"], again["cluster_state"]) == (False, "up")

    users = [{"name": "proxyro", "password": OTHER, "privileges": ["SELECT"]}, {"name": "mon", "password": PASSWORD, "privileges": ["PROCESS"]}]
    run.both("user", users=users)
    hosts[0].execute("GRANT INSERT ON *.* TO proxyro", password=PASSWORD.encode())
    drifted = run.both("user", users=users)
    assert drifted["statements"] == ["REVOKE INSERT ON *.* FROM 'proxyro'"]

    stored = run.both("tenant", primary_zone="zone2,zone1;zone3")
    assert stored["primary_zone"] == "zone1,zone2;zone3"
    assert run.both("tenant", primary_zone="zone1")["primary_zone"] == "zone1;zone2,zone3"
    assert run.both("tenant", primary_zone="RANDOM")["primary_zone"] == "RANDOM"

    logins = [{"name": "root", "password": PASSWORD}, {"name": "proxyro", "password": OTHER}, {"name": "mon", "password": PASSWORD}]
    told = run("cluster_info", zones=wanted["zones"], gather=["servers", "zones", "parameters", "tenants", "units", "pools"], wait_for="serving", logins=logins)
    assert (told["cluster_state"], told["differences"], told["logins"]) == ("up", [], 12)
    assert {row["name"] for row in told["parameters"]} >= {"cluster", "memory_limit"}
    assert {one["idc"] for one in told["zones"]} == {"idc_zone1", "idc_zone2", "idc_zone3"}
    assert told["units"] and told["pools"] and told["tenants"][0]["name"] == "sys"
    wrong = run("cluster_info", gather=[], logins=[*logins, {"name": "mon", "password": OTHER}], login_timeout=1)
    assert wrong["msg"].count("mon@sys at") == 4

    run.both("parameter", name="max_syslog_file_count", value="10")
    assert not run("parameter", name="memory_limit", value="6144M")["changed"]
    assert run("parameter", name="no_such_parameter", value="1")["error_code"] == 5099
    run.both("server", servers=[hosts[0].server, hosts[3].server], state="stopped")
    assert "only one zone may be out of service" in run("server", servers=[hosts[1].server, hosts[2].server], state="stopped")["msg"]
    rolled = run("server", servers=[hosts[0].server, hosts[3].server], stop=[hosts[1].server])
    assert [one.split()[2] for one in rolled["statements"]] == ["START", "STOP"]
    run.both("server", servers=[hosts[1].server])
    run.both("zone", name="zone4", state="started", idc="x")
    assert run("bootstrap", **wanted)["changed"] is False
    run.both("zone", name="zone4", state="absent")

    assert "runs cluster terran (id 1)" in run("bootstrap", **{**wanted, "ob_cluster_id": 2})["msg"]
    assert "not planned" in run("bootstrap", **{**wanted, "zones": zones_of(hosts[:3])})["msg"]
    assert run("cluster_info", login_cluster="other")["error_code"] == 4666

    hosts[2].kill()
    status = f"SELECT 1 FROM oceanbase.DBA_OB_SERVERS WHERE STATUS = 'INACTIVE' AND SVR_IP = '{hosts[2].ip}'"
    importlib.import_module("standin_host").wait_for(lambda: hosts[0].execute(status, password=PASSWORD.encode()), "the lease of the dead server ends")
    late = run("cluster_info", zones=wanted["zones"], wait_for="serving", wait_timeout=5)
    assert hosts[2].server in late["cause"]
    assert hosts[0].server not in late["cause"]


def test_bootstrap_whose_server_dies(hosts_of: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str]) -> None:
    hosts = hosts_of("dies", "4.3.5.3", ("zone1", "zone2", "zone3"), die_at_bootstrap=True)
    run = Modules(hosts, capsys)
    wanted = {"cluster": "terran", "ob_cluster_id": 1, "zones": zones_of(hosts), "wait_timeout": 60}
    begin = time.monotonic()
    result = run("bootstrap", **wanted)
    assert result["cluster_state"] == "half_bootstrapped", result
    assert "oceanbase_rebuild_failed_bootstrap: true" in result["msg"]
    assert result["servers"] == [host.server for host in hosts]
    assert time.monotonic() - begin < 30, "a dead server is noticed soon"
    again = run("bootstrap", **wanted)
    assert again["failed"], again


def test_bootstrap_over_a_member_of_another_cluster(hosts_of: Callable[..., list[Any]], capsys: pytest.CaptureFixture[str]) -> None:
    hosts = hosts_of("other", "4.3.5.3", ("zone1", "zone2"))
    hosts[1].execute(f"ALTER SYSTEM BOOTSTRAP ZONE 'zone2' SERVER '{hosts[1].server}'")
    run = Modules(hosts, capsys)
    result = run("bootstrap", cluster="terran", ob_cluster_id=1, zones=zones_of(hosts), wait_timeout=60)
    assert "zone1 does not exist" in result["msg"], result
    assert "Nothing was changed" in result["msg"]
