# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from sql_world import PASSWORD, Cluster, Run, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def cluster(*values: str, **fields: Any) -> Cluster:
    world = Cluster()
    world.passwords["root"] = PASSWORD
    world.reply("GV$OB_PARAMETERS", [
        {"svr_ip": f"192.0.2.{number}", "svr_port": 2882, "zone": f"zone{number}", "scope": "CLUSTER", "tenant_id": None, "name": "memory_limit",
         "value": value, "edit_level": "DYNAMIC_EFFECTIVE", **fields} for number, value in enumerate(values, 1)])
    return world


@pytest.mark.parametrize(("values", "options", "sent"), [
    (("6G", "6G"), {"value": "6144M"}, []),
    (("6G", "8G"), {"value": "6144M"}, ["ALTER SYSTEM SET memory_limit = '6144M'"]),
    (("6G", "8G"), {"value": "6G", "server": "192.0.2.1:2882"}, []),
    (("6G", "8G"), {"value": "6G", "server": "192.0.2.2:2882"}, ["ALTER SYSTEM SET memory_limit = '6G' SERVER = '192.0.2.2:2882'"]),
    (("6G", "8G"), {"value": "6G", "zone": "zone2"}, ["ALTER SYSTEM SET memory_limit = '6G' ZONE = 'zone2'"]),
])
def test_parameter(run: Run, values: tuple[str, ...], options: dict[str, str], sent: list[str]) -> None:
    world = cluster(*values)
    foreseen = run("parameter", world, check=True, name="memory_limit", **options)
    result = run("parameter", world, name="memory_limit", **options)
    assert world.sent == sent == result["statements"] == foreseen["statements"]
    assert result["changed"] is bool(sent)
    assert result["diff"] == foreseen["diff"]
    assert result["restart_required"] is False


def test_static_parameter(run: Run) -> None:
    assert run("parameter", cluster("12", edit_level="STATIC_EFFECTIVE"), name="memory_limit", value="13")["restart_required"] is True


def test_parameter_of_a_tenant(run: Run) -> None:
    world = cluster("1800", scope="TENANT", tenant_id=1)
    result = run("parameter", world, name="memory_limit", value="1900", tenant="sys")
    assert world.sent == ["ALTER SYSTEM SET memory_limit = '1900' TENANT = sys"]
    assert result["changed"]
    assert "there is no such tenant" in run("parameter", world, name="memory_limit", value="1", tenant="nobody")["msg"]


@pytest.mark.parametrize(("world", "options", "words"), [
    (cluster(), {"name": "no_such", "value": "1"}, "no such parameter"), (cluster("x", edit_level="READONLY"), {"name": "data_dir", "value": "y"}, "read-only"),
    (cluster(), {"name": "a b", "value": "1"}, "no identifier"), (cluster("1"), {"name": "x", "value": "1", "zone": "z'"}, "cannot be sent"),
])
def test_refusals(run: Run, world: Cluster, options: dict[str, str], words: str) -> None:
    assert words in run("parameter", world, **options)["msg"]
    assert world.sent == []


def test_server_refuses(run: Run) -> None:
    world = cluster("6G")
    world.effect("ALTER SYSTEM SET", SqlError(4147, "Invalid config"))
    result = run("parameter", world, name="memory_limit", value="1K")
    assert result["error_code"] == 4147
    assert result["statement"] == "ALTER SYSTEM SET memory_limit = '1K'"


def test_nobody(run: Run) -> None:
    world = cluster()
    world.nobody()
    assert run("parameter", world, check=True, name="memory_limit", value="6G")["statements"] == ["ALTER SYSTEM SET memory_limit = '6G'"]
