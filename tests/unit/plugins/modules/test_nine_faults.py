# SPDX-License-Identifier: GPL-3.0-or-later
"""Nine faults that tools of this field are known for. Each test, named after its fault, fails where the collection has it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from sql_world import ENDPOINTS, PASSWORD, ZONES, Cluster, Run, runner

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection, _statements
from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import Actual, check_identity
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import GENERATIONS, graceful_signal
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_unit import Service, unit_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.gate import not_ready
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.status import differences

ROOT = Path(__file__).resolve().parents[4]
WANTED: dict[str, Any] = {"cluster": "terran", "ob_cluster_id": 1, "zones": ZONES}
NASTY = "'); DROP DATABASE oceanbase; -- \\' \" `%s`"
PLAN = {"cluster": {"name": "terran", "ob_cluster_id": 1, "version": "4.3.5.3"}}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    return runner(capsys)


def test_1_success_is_not_reported_for_a_cluster_that_is_not_bootstrapped(run: Run) -> None:
    world = Cluster(bootstrapped=False)
    world.effect("ALTER SYSTEM BOOTSTRAP", lambda: None)  # the server says yes, and nothing comes of it
    assert run("bootstrap", world, wait_timeout=60, **WANTED)["failed"]
    for module, options in (("server", {"servers": ["192.0.2.1:2882"]}), ("root_password", {"password": PASSWORD}), ("major_freeze", {})):
        assert run(module, Cluster(bootstrapped=False), **{"login_password": "", **options})["failed"], module
    seen = run("cluster_info", Cluster(bootstrapped=False), zones=ZONES, login_unset=True)
    assert differences(PLAN, {**seen, "cluster": {"name": "terran", "ob_cluster_id": 1}})


@pytest.mark.parametrize("change", [None, {"status": "INACTIVE"}, {"start_service_time": None}, {"stop_time": "2026-01-01 00:00:00"}])
def test_2_all_online_is_not_said_of_an_inactive_or_missing_server(run: Run, change: dict[str, Any] | None) -> None:
    world = Cluster()
    if change is None:
        world.members.remove(world.member(2))
    else:
        world.member(2).update(change)
    everyone = [f"192.0.2.{number}:2882" for number in (1, 2, 3, 4)]
    world.effect("START SERVER", lambda: None)
    waited = run("server", world, servers=everyone, wait_timeout=20, login_unset=True)
    assert waited["failed"] and "192.0.2.2:2882" in waited["msg"]
    seen = run("cluster_info", world, zones=ZONES, login_unset=True, gather=["servers", "zones"])
    assert not seen.get("failed"), seen
    told = differences(PLAN, seen)
    assert [line for line in told if "192.0.2.2:2882" in line], told


def test_3_no_check_is_hidden_by_the_failure_of_another() -> None:
    results = {"a": {"failed": True, "msg": "no disk"}, "b": {"unreachable": True}, "c": {"version": "1"}, "d": {"version": "2"}, "e": None}
    assert sorted(not_ready(results, {"version": "2"})) == ["a", "b", "c", "e"]
    sys.path.insert(0, str(ROOT / "tests/unit/plugins/plugin_utils"))
    from precheck_world import judged

    found = judged({"system/machine": "aarch64", "libc": "2.12", "user/user": False, "cpu_flags": ["sse4_2"]}, "obd", 1)
    assert {item.item for item in found.values() if item.verdict == "fail"} >= {"arch", "libc", "user", "cpu_flags"}


def test_4_the_end_of_a_wait_is_a_failure(run: Run) -> None:
    world = Cluster(bootstrapped=False)
    world.endpoints.update({endpoint: SqlError(8001, "Server is initializing") for endpoint in ENDPOINTS})
    late = Cluster()
    late.passwords["root"] = PASSWORD
    late.reply("CDB_OB_MAJOR_COMPACTION", [{"frozen_scn": 1, "last_scn": 1, "status": "IDLE", "is_error": "NO"}])
    late.reply("SHOW WARNINGS", [])
    late.member(3).update(status="INACTIVE", start_service_time=None)
    ends = [
        run("bootstrap", world, wait_timeout=30, **WANTED),
        run("server", late, servers=["192.0.2.3:2882"], wait_timeout=30),
        run("cluster_info", late, wait_for="serving", wait_timeout=30),
        run("cluster_info", late, gather=[], logins=[{"name": "root", "password": "other-secret"}], login_timeout=5),
        run("major_freeze", late, wait=True, wait_timeout=30),
    ]
    assert [result.get("failed", False) for result in ends] == [True] * len(ends)


def test_5_default_users_can_read_and_nothing_more(run: Run) -> None:
    users = yaml.safe_load((ROOT / "roles/create_cluster/defaults/main.yml").read_text(encoding="utf-8"))["oceanbase_default_users"]
    assert [(user["privileges"], user["scope"]) for user in users] == [(["SELECT"], "oceanbase.*")] * 2
    world = Cluster()
    world.passwords.update(root=PASSWORD, proxyro="other-secret")
    world.reply("SHOW GRANTS FOR", [{"grants": "GRANT ALL PRIVILEGES ON *.* TO 'proxyro' WITH GRANT OPTION"}])
    run("user", world, users=[{"name": "proxyro", "password": "other-secret", "privileges": ["SELECT"], "scope": "oceanbase.*"}])
    assert [line for line in world.sent if line.startswith("GRANT")] == ["GRANT SELECT ON oceanbase.* TO 'proxyro'"]
    assert "REVOKE ALL PRIVILEGES ON *.* FROM 'proxyro'" in world.sent


@pytest.mark.parametrize("make", [_statements.set_password, _statements.create_user])
def test_6_no_password_is_spliced_into_sql(make: Callable[[str, str], _statements.Statement]) -> None:
    statement = make("proxyro", NASTY)
    assert NASTY not in statement.sql and NASTY in statement.args and statement.secret
    assert NASTY not in statement.shown() and "DROP" not in statement.shown()


def test_7_no_secret_is_shown_on_a_failed_connection(run: Run) -> None:
    for answer in (SqlError(1045, "Access denied"), SqlError(2003, "connection refused"), SqlError(2013, "lost connection"), SqlError(4666, "no match")):
        world = Cluster()
        world.endpoints.update(dict.fromkeys(ENDPOINTS, answer))
        assert run("cluster_info", world, login_timeout=0)["failed"]  # the runner looks for the password in everything that comes out
    with pytest.raises(SqlError) as caught:
        _connection.connect("127.0.0.1:1", Login("root", NASTY, connect_timeout=1))
    assert NASTY not in str(caught.value) and caught.value.__cause__ is None and caught.value.__context__ is None


def test_8_every_guard_can_fire(run: Run, run_main: Callable[..., dict[str, Any]], home: Any, names: Any, tmp_path: Path) -> None:
    with pytest.raises(ObError, match="runs cluster protoss"):
        check_identity("terran", 1, Actual(True, "protoss", 1), ENDPOINTS[0])
    home.mark("another")
    for state in ("started", "stopped", "restarted"):
        assert "belongs to" in run_main("observer", home.params(state=state, flags=home.flags))["msg"]
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "theirs").touch()
    place = {"cluster": "obdemo", "server": "192.0.2.1:2882", "generation": "4.x", "home": str(tmp_path / "h"), "data_disk_dir": str(tmp_path / "data"),
             "log_disk_dir": str(tmp_path / "log"), "user": names.ME, "group": names.MY_GROUP}
    for state in ("present", "absent", "emptied"):
        assert run_main("directories", {**place, "state": state}).get("foreign"), state
    inventory = tmp_path / "hosts.yml"
    variables = {
        "ansible_connection": "local", "ansible_python_interpreter": sys.executable, "oceanbase_host_id": 1, "oceanbase_zone": "zone1", "oceanbase_idc": "a",
        "oceanbase_name": "terran", "oceanbase_rpm_name": "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm", "oceanbase_password": PASSWORD,
        "oceanbase_address": "192.0.2.1", "oceanbase_home": str(tmp_path / "ob"), "oceanbase_data_disk": str(tmp_path), "oceanbase_log_disk": str(tmp_path),
    }
    inventory.write_text(yaml.safe_dump({"all": {"hosts": {"ob1": variables}}}))
    for given in ([], ["-e", "oceanbase_confirm_destroy=protoss"]):
        done = subprocess.run(
            ["ansible-playbook", "-i", str(inventory), str(ROOT / "playbooks/destroy_cluster.yml"), *given], capture_output=True, text=True, check=False,
            cwd=tmp_path, env={**os.environ, "ANSIBLE_NOCOLOR": "1"})
        assert done.returncode != 0 and "it was not confirmed" in done.stdout, done.stdout + done.stderr


def test_9_kill_9_is_not_the_ordinary_stop(run_main: Callable[..., dict[str, Any]], home: Any) -> None:
    assert {graceful_signal(generation.first) for generation in GENERATIONS} | {graceful_signal((4, 2, 1, 6))} == {"SIGTERM", "SIGUSR1"}
    unit = unit_of(Service("terran", "/h", ("/h",), "admin", "SIGUSR1", 120, ())).text
    assert "KillSignal=SIGUSR1" in unit and "SendSIGKILL=no" in unit
    home.mode("deaf")
    pid = run_main("observer", home.params(flags=home.flags))["pid"]
    kept = run_main("observer", home.params(state="stopped", stop_timeout=1))
    assert kept["failed"] and home.pid() == pid and Path(f"/proc/{pid}").exists()
    assert run_main("observer", home.params(state="stopped", stop_timeout=1, force=True))["signal"] == "SIGKILL"
    forcing = [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("roles/*/tasks/*.yml")) if "force: true" in path.read_text(encoding="utf-8")]
    assert forcing == ["roles/create_cluster/tasks/rebuild_bootstrap.yml", "roles/destroy_cluster/tasks/main.yml"]
