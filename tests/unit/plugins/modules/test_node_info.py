# SPDX-License-Identifier: GPL-3.0-or-later
"""Module node_info, on the states that a host goes through."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Result = dict[str, Any]
Run = Callable[..., Result]


@pytest.fixture
def options(names: Any, home: Any, tmp_path: Path) -> dict[str, Any]:
    """Return the options of the server that lives in ``home``."""
    return {
        "cluster": "obdemo",
        "server": f"127.0.0.1:{home.rpc_port}",
        "generation": "4.x",
        "home": str(home.path),
        "data_disk_dir": str(tmp_path / "data" / "obdemo"),
        "log_disk_dir": str(tmp_path / "log" / "obdemo"),
        "user": names.ME,
    }


def test_the_way_of_a_host(run_main: Run, names: Any, options: dict[str, Any], home: Any, packages: Any, rpm_database: Path, tmp_path: Path) -> None:
    (home.path / ".oceanbase_cluster.json").unlink()
    (home.path / "bin" / "observer").unlink()
    (home.path / "bin").rmdir()
    home.path.rmdir()

    def state() -> str:
        seen = run_main("node_info", {**options, "sql_port": home.port, "rpc_port": home.rpc_port})
        assert not seen["changed"] and seen["reasons"]
        return str(seen["state"])

    assert state() == "absent"
    package = {"rpm_name": names.SERVER + ".rpm", "remote_dir": str(packages.folder), "method": "extract", "home": str(home.path)}
    run_main("package", {**package, "user": names.ME, "group": names.MY_GROUP})
    assert state() == "installed"
    run_main("directories", {**options, "group": names.MY_GROUP})
    assert state() == "laid_out"
    pid = run_main("observer", home.params(flags=home.flags))["pid"]
    seen = run_main("node_info", {**options, "sql_port": home.port, "rpc_port": home.rpc_port})
    assert (seen["state"], seen["running"], seen["observer_version"]) == ("running", True, "4.3.5.3")
    assert seen["packages"] == [names.SERVER, names.LIBS] and seen["process"]["kind"] == "ours" and not seen["kept_configuration"]
    assert [item["pid"] for item in seen["observers"] if item["cwd"] == str(home.path)] == [pid]
    assert f"process {pid} " in seen["ports"][str(home.port)]
    (tmp_path / "log" / "obdemo" / "clog" / "tenant_1" / "log").mkdir(parents=True)
    assert state() == "member"
    run_main("observer", home.params(state="stopped"))
    seen = run_main("node_info", options)
    assert (seen["state"], seen["running"]) == ("member", False) and seen["data"] == [f"{home.path}/store/obdemo/clog/tenant_1"]
    assert run_main("node_info", {**options, "cluster": "other"})["state"] == "other_cluster"


def test_foreign_data(run_main: Run, options: dict[str, Any], tmp_path: Path, rpm_database: Path) -> None:
    (tmp_path / "data" / "obdemo" / "sstable").mkdir(parents=True)
    (tmp_path / "data" / "obdemo" / "sstable" / "block_file").write_text("precious")
    seen = run_main("node_info", options)
    assert seen["state"] == "foreign" and seen["contents"] == {options["data_disk_dir"]: ["sstable/block_file"]}
    assert any("bears no mark" in reason for reason in seen["reasons"])


def test_observer_without_its_pid_file(run_main: Run, options: dict[str, Any], home: Any, rpm_database: Path) -> None:
    run_main("observer", home.params(flags=home.flags))
    os.unlink(home.path / "run" / "observer.pid")
    seen = run_main("node_info", options)
    assert seen["state"] == "foreign" and seen["process"]["kind"] == "by_hand" and seen["running"]
