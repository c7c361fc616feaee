# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict of the control node."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.action.precheck_verdict import gathered, verdict
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

sys.path.insert(0, str(Path(__file__).parents[1] / "plugin_utils"))
from precheck_world import changed, plan, world  # noqa: E402


def judge(tmp_path: Path, changes: dict[str, Any], **args: Any) -> dict[str, Any]:
    """Judge two hosts of which one was changed."""
    measured, pairs = world(2)
    changed(measured["ob1"], changes)
    options = {"profile": "obd", "overrides": {}, "install_method": "rpm", "artifacts_dir": str(tmp_path / "new/folder"), "fail": True}
    results = {host: {"changed": False, "measured": facts} for host, facts in measured.items()}
    asked = {host: {"measured": facts} for host, facts in pairs.items()}
    results.update(args.pop("results", {}))
    return verdict(plan(2), results, asked, {**options, **args})


def test_everything_passes(tmp_path: Path) -> None:
    found = judge(tmp_path, {})
    assert (found["failed"], found["changed"], found["counts"]["fail"], found["counts"]["warn"]) == (False, False, 0, 0)
    assert len(found["items"]) == found["counts"]["pass"]
    report = json.loads((tmp_path / "new/folder/precheck.json").read_text())
    assert report["items"] == found["items"]
    assert (tmp_path / "new/folder/precheck.html").read_text().startswith("<!DOCTYPE html>")
    assert [Path(name).name for name in found["reports"]] == ["precheck.json", "precheck.html"]
    assert sorted(path.name for path in (tmp_path / "new/folder").iterdir()) == ["precheck.html", "precheck.json"]


def test_a_failure_says_what_it_needs_and_the_report_everything(tmp_path: Path) -> None:
    found = judge(tmp_path, {"user/user": False, "sysctls/vm.max_map_count": "1"})
    assert found["failed"] is True
    assert [(item["host"], item["item"]) for item in found["failures"]] == [("ob1", "user"), ("ob1", "vm.max_map_count")]
    assert "items" not in found
    assert "user on ob1: no user admin" in found["msg"]
    assert json.loads((tmp_path / "new/folder/precheck.json").read_text())["counts"] == found["counts"]


def test_it_need_not_fail_the_task(tmp_path: Path) -> None:
    found = judge(tmp_path, {"user/user": False}, fail=False)
    assert (found["failed"], found["counts"]["fail"]) == (False, 1)
    assert "✗ fail  user" in found["table"]


def test_no_report_where_none_is_asked_for(tmp_path: Path) -> None:
    assert judge(tmp_path, {}, artifacts_dir=None)["reports"] == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("result", [{"unreachable": True, "msg": "no route to host"}, {"failed": True, "msg": "no route to host"}])
def test_a_host_that_failed_is_an_item(tmp_path: Path, result: dict[str, Any]) -> None:
    found = judge(tmp_path, {}, results={"ob2": result})
    assert [(item["host"], item["item"], item["measured"]) for item in found["failures"]] == [("ob2", "probe", "no route to host")]


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ObError, match="Cannot write the report of the pre-check to .*oceanbase_artifacts_dir"):
        judge(tmp_path, {}, artifacts_dir=str(tmp_path / "file"))


def test_results_are_found_by_their_name() -> None:
    hostvars = {"ob1": {"x": {"measured": {}}}, "ob2": {}}
    assert gathered(hostvars, {"ob1": {}, "ob2": {}, "ob3": {}}, "x") == {"ob1": {"measured": {}}}
