# SPDX-License-Identifier: GPL-3.0-or-later
"""task.json against its schema, and against the answer that the API's documentation shows."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils import task_document, task_files, task_state
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_document import Document, continued, is_stale, looks_like_ours, summary
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import Ended, Event, HostBegun, PlanKnown, TaskBegun
from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.task_cases import ORIGIN, T0, document, failed_run, make_plan, planned, whole_run

SCHEMA = json.loads(Path(task_document.__file__).with_name("task_schema.json").read_text())
WRITTEN = {**SCHEMA, "$ref": "#/$defs/written"}
# oceanbase/ocp-doc, en-US/1900.reference-guide/200.api-reference/500.cluster-management/200.create-an-ob-cluster.md
ANSWER = json.loads(Path(__file__).with_name("api_answer.json").read_text())
SAMPLE = {
    **make_plan(["ob1"], version="2.2.73"),
    "package": {"rpm_name": "oceanbase-2.2.73-20201211175814.el7.x86_64.rpm"},
}
RUNS: dict[str, list[Event]] = {
    "nothing yet": [],
    "planned": planned(),
    "running": [*planned(), TaskBegun(T0 + 1, 2, "t"), HostBegun(T0 + 1, 2, "ob1", "t")],
    "successful": whole_run(),
    "failed": failed_run(),
    "interrupted": [*planned(), TaskBegun(T0 + 1, 2, "t"), HostBegun(T0 + 1, 2, "ob1", "t"), Ended(T0 + 2, interrupted=True)],
    "refused": [TaskBegun(T0, 1, "plan"), PlanKnown(T0, {"cluster": {"name": "terran"}}, ("zones: empty",)), Ended(T0 + 1)],
}


def check(value: Any, schema: Any = WRITTEN) -> None:
    jsonschema.Draft202012Validator(schema).validate(value)


def maps(context: str) -> tuple[dict[str, str], dict[str, str]]:
    """Take the context apart that OCP prints."""
    match = re.fullmatch(r"Context\(parallelIdx=-1, stringMap=\{(.*)\}, listMap=\{(.*)\}\)", context)
    assert match
    strings = dict(item.split("=", 1) for item in match[1].split(", "))
    return strings, dict(re.findall(r"([\w.]+)=\[([^\]]*)\]", match[2]))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_documented_answer_fits_the_schema() -> None:
    check(ANSWER, SCHEMA)


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("attempt", [1, 2])
@pytest.mark.parametrize("check_mode", [False, True])
def test_what_is_written_fits_the_schema(name: str, attempt: int, check_mode: bool) -> None:
    history = (summary(document(failed_run())),) if attempt > 1 else ()
    made = document(RUNS[name], origin=replace(ORIGIN, attempt=attempt, history=history), check_mode=check_mode)
    check(json.loads(task_files.encode(made)))


@pytest.mark.parametrize("change", [{"status": "DONE"}, {"secret": "x"}, {"traceId": "?"}])
def test_the_schema_is_strict(change: dict[str, Any]) -> None:
    made = document(whole_run())
    if "status" in change:
        made["data"]["tasks"][0].update(change)
    else:
        made.update(change)
    with pytest.raises(jsonschema.ValidationError):
        check(made)


def test_keys_of_the_answer_are_the_documented_ones() -> None:
    made = document(whole_run())
    assert set(made) - {"run"} == set(ANSWER)
    assert set(made["data"]) == set(ANSWER["data"])
    assert {key for task in made["data"]["tasks"] for key in task} - {"nodes"} == set(ANSWER["data"]["tasks"][0])
    for part in ("cluster", "creator"):
        assert set(made["data"][part]) == set(ANSWER["data"][part])
    kinds = {key: type(value) for key, value in ANSWER.items()}
    assert {key: type(made[key]) for key in kinds} == kinds
    assert {key: type(made["data"][key]) for key in ANSWER["data"]} == {key: type(value) for key, value in ANSWER["data"].items()}


def test_the_request_of_the_documentation_gives_its_answer() -> None:
    events: list[Event] = [TaskBegun(T0, 1, "plan"), PlanKnown(T0, SAMPLE)]
    made = document(events, now=T0 + 0.106)
    for key in ("name", "startTime", "status", "creator", "id"):
        assert made["data"][key] == ANSWER["data"][key]
    for key in ("server", "status", "successful", "timestamp", "traceId"):
        assert made[key] == ANSWER[key]


def test_the_context_has_the_documented_keys_and_forms() -> None:
    ours, theirs = maps(document([PlanKnown(T0, SAMPLE)])["data"]["context"]), maps(ANSWER["data"]["context"])
    assert set(ours[0]) == set(theirs[0])
    # OCP's own number of the cluster has no like here, the address is not shown there.
    unlike = {"cluster_id": "1", "ob_connect_address": "192.0.2.1"}
    assert ours[0] == {**theirs[0], **unlike}
    assert ours[1] == {**theirs[1], "root_server_ips": "192.0.2.1"}


def test_the_context_of_three_zones() -> None:
    strings, lists = maps(document(planned())["data"]["context"])
    assert lists == {
        "root_servers": "1, 2, 3", "root_server_ips": "192.0.2.1, 192.0.2.2, 192.0.2.3", "host_ids": "1, 2, 3",
        "zone1.host_ids": "1", "zone2.host_ids": "2", "zone3.host_ids": "3", "zone_names": "zone1, zone2, zone3",
    }  # fmt: skip
    assert strings["link_obproxy"] == "false"


def test_order_names_and_links_are_the_documented_ones() -> None:
    def chain(tasks: list[dict[str, Any]]) -> list[str]:
        by_id = {task["id"]: task for task in tasks}
        (task,) = (task for task in tasks if not task["upstreams"])
        names = [task["name"]]
        while task["downstreams"]:
            (following,) = task["downstreams"]
            assert by_id[following]["upstreams"] == [task["id"]]
            task = by_id[following]
            names.append(task["name"])
        return names

    made = document(whole_run())["data"]["tasks"]
    assert chain(made) == chain(ANSWER["data"]["tasks"]) == [task["name"] for task in made]
    assert len(made) == 23


def test_operations() -> None:
    def operations(**changes: Any) -> list[str]:
        check_mode = changes.pop("check_mode", False)
        made = document(whole_run(), origin=replace(ORIGIN, **changes), check_mode=check_mode)
        return [made["data"]["tasks"][number - 1]["operation"] for number in (2, 8)]

    assert operations() == ["EXECUTE", "SKIP"]
    assert operations(attempt=2) == ["RETRY", "SKIP"]
    assert operations(check_mode=True) == ["CHECK", "SKIP"]


def test_nodes_of_a_step() -> None:
    made = document(failed_run())
    assert made["data"]["tasks"][8]["nodes"][1] == {
        "host": "ob2", "state": "FAILED", "start": "2021-03-02T11:39:43.508+08:00", "finish": "2021-03-02T11:39:44.508+08:00",
        "duration": 1.0, "changed": False, "message": "Cannot start", "waited": None,
        "spans": [["2021-03-02T11:39:43.508+08:00", "2021-03-02T11:39:44.508+08:00"]],
    }  # fmt: skip
    assert made["run"]["failures"][0]["remedy"] == "Add memory."
    assert made["data"]["status"] == "FAILED" and made["successful"] is True


def test_a_refused_request_is_answered_as_the_api_would() -> None:
    made = document(RUNS["refused"])
    assert (made["successful"], made["status"], made["run"]["faults"]) == (False, 400, ["zones: empty"])


def test_secret_parameters_are_hidden() -> None:
    plan = make_plan(startup_parameters={"system_memory": "5G", "some_password": "hunter2"})
    plan["statements"] = ["ALTER USER 'root' IDENTIFIED BY 'hunter2'"]
    assert "hunter2" not in json.dumps(document([PlanKnown(T0, plan)]))


def test_the_next_attempt_continues_the_task() -> None:
    before = json.loads(task_files.encode(document(failed_run())))
    fresh = replace(ORIGIN, task_id=7, trace_id="0" * 16)
    after = continued(before, "terran", 1, fresh)
    assert (after.task_id, after.attempt, after.trace_id) == (108088, 2, "0" * 16)
    assert after.history[0]["status"] == "FAILED" and after.history[0]["failure"] == "Cannot start"
    third = continued(json.loads(task_files.encode(document(whole_run(), origin=after))), "terran", 1, fresh)
    assert (third.attempt, [past["status"] for past in third.history]) == (3, ["FAILED", "SUCCESSFUL"])


@pytest.mark.parametrize(("name", "number", "same"), [("terran", 1, True), ("terran", 2, False), ("protoss", 1, False), ("", None, True)])
def test_only_the_same_cluster_is_continued(name: str, number: int | None, same: bool) -> None:
    after = continued(document(failed_run()), name, number, replace(ORIGIN, task_id=7))
    assert (after.attempt == 2) is same and (after.task_id == 108088) is same


def test_a_killed_run_is_remembered_as_killed() -> None:
    past = summary(document(RUNS["running"], now=T0 + 12))
    assert (past["status"], past["killed"], past["finish"]) == ("FAILED", True, "2021-03-02T11:39:46.508+08:00")


def test_history_has_an_end() -> None:
    origin = replace(ORIGIN, attempt=50, history=tuple(summary(document(failed_run())) for _past in range(20)))
    assert len(continued(document(failed_run(), origin=origin), "terran", 1, ORIGIN).history) == 20


@pytest.mark.parametrize(("events", "later", "stale"), [("running", 10, False), ("running", 20, True), ("successful", 1000, False)])
def test_a_run_without_a_sign_of_life(events: str, later: float, stale: bool) -> None:
    assert is_stale(document(RUNS[events], now=T0 + 31), T0 + 31 + later) is stale


@pytest.mark.parametrize("thing", [None, 1, [], {}, {"run": {}}, {"run": {"format": 2}, "data": {}}, ANSWER])
def test_foreign_files_are_not_taken_for_ours(thing: object) -> None:
    assert not looks_like_ours(thing)


def test_what_we_write_is_ours(tmp_path: Path) -> None:
    made: Document = document(whole_run())
    path = tmp_path / "deep" / "task.json"
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / ".task.json.1.tmp").write_text("{")
    task_files.sweep(path.parent, path.name)
    task_files.replace_text(path, task_files.encode(made), durable=True)
    assert task_files.read_document(path) == json.loads(json.dumps(made))
    assert [entry.name for entry in path.parent.iterdir()] == ["task.json"]
    path.write_text("{")
    assert task_files.read_document(path) is None


def test_statuses_are_those_of_the_schema() -> None:
    assert set(SCHEMA["$defs"]["status"]["enum"]) == set(task_state.Status.__args__)  # type: ignore[attr-defined]
