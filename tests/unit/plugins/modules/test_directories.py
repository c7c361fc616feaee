# SPDX-License-Identifier: GPL-3.0-or-later
"""Module directories, in real folders."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.modules import directories

Result = dict[str, Any]
Run = Callable[..., Result]
MARK = ".oceanbase_cluster.json"


@pytest.fixture
def options(names: Any, tmp_path: Path) -> dict[str, Any]:
    """Return the options of a server of 4.x below the folder of the test."""
    return {
        "cluster": "obdemo",
        "server": "192.0.2.1:2882",
        "generation": "4.3.5.3",
        "home": str(tmp_path / "ob"),
        "data_disk_dir": str(tmp_path / "data" / "obdemo"),
        "log_disk_dir": str(tmp_path / "log" / "obdemo"),
        "user": names.ME,
        "group": names.MY_GROUP,
    }


def tree(path: Path) -> list[str]:
    """Return everything below a folder."""
    return sorted(str(item.relative_to(path)) for item in path.rglob("*"))


def test_ladder(run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    predicted = run_main("directories", options, check=True)
    assert predicted["changed"] and tree(tmp_path) == [] and "writable" not in predicted and predicted["free"][0]["free"] > 0

    done = run_main("directories", options)
    assert done["changed"] and done["diff"] == predicted["diff"] and done["diff"]["before"] == ""
    assert f"{tmp_path}/ob/store/obdemo/clog -> {tmp_path}/log/obdemo/clog" in done["diff"]["after"]
    assert sorted(os.listdir(tmp_path / "data" / "obdemo")) == [MARK, "etc3", "slog", "sstable"]
    assert sorted(os.listdir(tmp_path / "log" / "obdemo")) == [MARK, "clog", "etc2"]
    links = {item.name: os.readlink(item) for item in (tmp_path / "ob" / "store" / "obdemo").iterdir()}
    assert links["sstable"] == str(tmp_path / "data" / "obdemo" / "sstable") and sorted(links) == ["clog", "etc2", "etc3", "slog", "sstable"]
    assert json.loads((tmp_path / "ob" / MARK).read_text()) == {"cluster": "obdemo", "ob_cluster_id": 1, "server": "192.0.2.1:2882"}
    assert str(tmp_path / "log" / "obdemo" / "clog") in done["writable"]
    assert {item["path"] for item in done["free"]} == {options["home"], options["data_disk_dir"], options["log_disk_dir"]}

    again = run_main("directories", options)
    assert not again["changed"] and again["diff"]["before"] == again["diff"]["after"]

    (tmp_path / "data" / "obdemo" / "slog").rmdir()
    (tmp_path / "ob" / "store" / "obdemo" / "etc2").unlink()
    repaired = run_main("directories", options)
    assert repaired["changed"] and (tmp_path / "data" / "obdemo" / "slog").is_dir()


def test_absent_ladder(run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    run_main("directories", options)
    home = tmp_path / "ob"
    for name in ("etc/observer.config.bin", "etc/timezone_V1.log", "log/observer.log", "bin/observer", "mine"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text("x")
    (tmp_path / "data" / "obdemo" / "sstable" / "block_file").write_text("x")
    before = tree(tmp_path)
    predicted = run_main("directories", {**options, "state": "absent"}, check=True)
    assert predicted["changed"] and tree(tmp_path) == before
    done = run_main("directories", {**options, "state": "absent"})
    assert done["removed"] == predicted["removed"] and done["diff"] == predicted["diff"]
    assert tree(tmp_path) == ["data", "log", "ob", "ob/bin", "ob/bin/observer", "ob/etc", "ob/etc/timezone_V1.log", "ob/mine"]
    assert not run_main("directories", {**options, "state": "absent"})["changed"]


@pytest.mark.parametrize("count", range(1, 6))
def test_absent_goes_on_after_an_interruption(count: int, run_main: Run, options: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_main("directories", options)
    for name in ("sstable", "slog"):
        (tmp_path / "data" / "obdemo" / name / "block").write_text("x")
    real, calls = directories._files.remove, []

    def remove(path: str) -> None:
        calls.append(path)
        if len(calls) == count:
            raise PermissionError(13, "Permission denied", path)
        real(path)

    with monkeypatch.context() as patch:
        patch.setattr(directories._files, "remove", remove)
        assert "Permission denied" in run_main("directories", {**options, "state": "absent"})["msg"]
    assert run_main("directories", {**options, "state": "absent"})["changed"]
    assert tree(tmp_path) == ["data", "log"]


def test_empty_directories_are_taken_over(run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "data" / "obdemo" / "sstable").mkdir(parents=True)
    (tmp_path / "log" / "obdemo" / "lost+found").mkdir(parents=True)
    (tmp_path / "ob" / "store" / "obdemo" / "clog").mkdir(parents=True)
    assert run_main("directories", options)["changed"]
    assert (tmp_path / "ob" / "store" / "obdemo" / "clog").is_symlink() and (tmp_path / "data" / "obdemo" / MARK).exists()


FOREIGN = [
    ("data/obdemo/somebody/file", "data/obdemo is not empty and bears no mark of a cluster; it holds somebody"),
    ("data/obdemo/sstable/block_file", "it holds sstable/block_file"),
    ("log/obdemo/clog/tenant_1/meta", "it holds clog/tenant_1"),
    ("ob/etc/observer.config.bin", "it holds etc/observer.config.bin"),
    ("ob/store/other/sstable/block_file", "it holds store/other/sstable/block_file"),
]


@pytest.mark.parametrize(("path", "told"), FOREIGN)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_foreign_data_is_never_touched(path: str, told: str, state: str, run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / path).parent.mkdir(parents=True)
    (tmp_path / path).write_text("precious")
    before = tree(tmp_path)
    for check in (True, False):
        refused = run_main("directories", {**options, "state": state}, check=check)
        assert refused["failed"] and told in refused["msg"] and len(refused["foreign"]) == 1
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"cluster": "other", "ob_cluster_id": 7, "server": "192.0.2.9:2882"}', "belongs to server 192.0.2.9:2882 of cluster other (id 7)"),
        ('{"cluster": "obdemo", "ob_cluster_id": 1, "server": "192.0.2.9:2882"}', "belongs to server 192.0.2.9:2882 of cluster obdemo"),
        ('{"cluster": "obd', "holds no readable mark"),
    ],
)
@pytest.mark.parametrize("state", ["present", "absent"])
def test_marks_of_others(text: str, told: str, state: str, run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    run_main("directories", options)
    (tmp_path / "log" / "obdemo" / MARK).write_text(text)
    before = tree(tmp_path)
    refused = run_main("directories", {**options, "state": state})
    assert told in refused["msg"] and len(refused["foreign"]) == 1 and tree(tmp_path) == before


def test_links_and_files_in_the_way(run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    run_main("directories", options)
    link = tmp_path / "ob" / "store" / "obdemo" / "sstable"
    link.unlink()
    link.symlink_to(tmp_path)
    assert f"sstable leads to {tmp_path}, not to" in run_main("directories", options)["msg"]
    link.unlink()
    link.mkdir()
    (link / "block_file").write_text("precious")
    assert "should be a link to" in run_main("directories", options)["msg"]
    (link / "block_file").unlink()
    assert run_main("directories", options)["changed"]
    (tmp_path / "data" / "obdemo" / "slog").rmdir()
    (tmp_path / "data" / "obdemo" / "slog").write_text("precious")
    assert "slog is not a directory" in run_main("directories", options)["msg"]


def test_one_disk_for_everything(run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    one = {**options, "data_disk_dir": str(tmp_path / "ob" / "disk"), "log_disk_dir": str(tmp_path / "ob" / "disk")}
    assert run_main("directories", one)["changed"] and not run_main("directories", one)["changed"]
    plain = {**one, "data_dir": str(tmp_path / "ob2" / "disk"), "data_disk_dir": str(tmp_path / "ob2" / "disk"), "log_disk_dir": str(tmp_path / "ob2" / "disk")}
    plain["home"] = str(tmp_path / "ob2")
    assert run_main("directories", plain)["changed"] and not run_main("directories", plain)["changed"]
    assert not list((tmp_path / "ob2" / "disk").glob("*/*"))
    assert run_main("directories", {**one, "state": "absent"})["changed"]
    assert run_main("directories", {**plain, "state": "absent"})["changed"]
    assert tree(tmp_path) == []


def test_owner_and_rights(run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    run_main("directories", options)
    (tmp_path / "data" / "obdemo" / "slog").chmod(0o500)
    (tmp_path / "data" / "obdemo" / "sstable").chmod(0o700)
    done = run_main("directories", options)
    assert done["changed"] and (tmp_path / "data" / "obdemo" / "slog").stat().st_mode & 0o777 == 0o700
    assert not run_main("directories", options)["changed"]
    if os.geteuid() == 0:
        (tmp_path / "ob" / "etc").mkdir()
        os.chown(tmp_path / "ob" / "etc", 65534, 65534)
        done = run_main("directories", options)
        assert done["changed"] and (tmp_path / "ob" / "etc").stat().st_uid == 0


def test_ordinary_user_is_told_what_root_has_to_do(run_main: Run, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    monkeypatch.setattr(directories._process, "user_name", lambda uid: "somebody")
    refused = run_main("directories", options, check=True)
    owner = f"-o {options['user']} -g {options['group']}"
    assert refused["commands"] == [f"install -d {owner} {options[name]}" for name in ("home", "data_disk_dir", "log_disk_dir")]
    assert "; ".join(refused["commands"]) in refused["msg"]


def test_service_user_who_cannot_write(run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("root only can act for another user")
    tmp_path.chmod(0o700)
    refused = run_main("directories", {**options, "user": "nobody"})
    assert "nobody cannot write there" in refused["msg"] and "Permission denied" in refused["msg"]


def test_living_observer_keeps_its_directories(run_main: Run, options: dict[str, Any], home: Any) -> None:
    mine = {**options, "home": str(home.path), "server": f"127.0.0.1:{home.rpc_port}"}
    run_main("directories", mine)
    run_main("observer", home.params(flags=home.flags))
    assert "Stop it first" in run_main("directories", {**mine, "state": "absent"})["msg"]
    assert not run_main("directories", mine)["changed"]
    run_main("observer", home.params(state="stopped"))
    assert run_main("directories", {**mine, "state": "absent"})["changed"]


@pytest.mark.parametrize(("change", "told"), [({"generation": "1.4.7"}, "generation 1.4.7 is not known"), ({"user": "no_such_user"}, "useradd")])
def test_bad_options(change: dict[str, Any], told: str, run_main: Run, options: dict[str, Any]) -> None:
    assert told in run_main("directories", {**options, **change}, check=True)["msg"]


@pytest.mark.parametrize("generation", ["2.2", "3.1.5"])
def test_generations(generation: str, run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    run_main("directories", {**options, "generation": generation})
    assert sorted(os.listdir(tmp_path / "log" / "obdemo")) == [MARK, "clog", "etc2", "ilog", "oob_clog", "slog"]
    assert sorted(os.listdir(tmp_path / "data" / "obdemo")) == [MARK, "etc3", "sort_dir", "sstable"]


def test_emptied(run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    run_main("directories", options)
    for path in ("ob/bin/observer", "ob/run/first_start", "ob/etc/observer.config.bin", "data/obdemo/sstable/block_file", "log/obdemo/clog/tenant_1"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x")
    emptied = {**options, "state": "emptied"}
    predicted = run_main("directories", emptied, check=True)
    assert (tmp_path / "data/obdemo/sstable/block_file").exists()
    done = run_main("directories", emptied)
    assert done["changed"] and done["removed"] == predicted["removed"]
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file() and path.name != MARK] == ["ob/bin/observer"]
    assert not run_main("directories", options)["changed"]
    assert run_main("directories", {**emptied, "cluster": "other"})["failed"]
