# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback's glue, with events of ansible-core before and after 2.19 made by hand."""

from __future__ import annotations

import io
import json
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.callback import task_info
from ansible_collections.oceanbase.cluster.plugins.callback.task_info import CallbackModule
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_events import facts_of, node_name
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_pace import Pace
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_screen import Screen, choose_progress
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import Facts
from ansible_collections.oceanbase.cluster.tests.unit.plugins.callback.toy import plan


class Display:
    """Gathers what Ansible would print."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.lines: list[str] = []
        self.warnings: list[str] = []
        self.verbosity = 0

    def display(self, line: str, color: str | None = None, **_more: Any) -> None:
        self.lines.append(line)

    def warning(self, line: str) -> None:
        self.warnings.append(line)


class Task:
    """As much of a task as a callback sees."""

    count = 0

    def __init__(self, step: Any = None, name: str = "work", action: str = "oceanbase.cluster.observer", **more: Any) -> None:
        Task.count += 1
        self._uuid, self.name, self.action, self.step = f"task-{Task.count}", name, action, step
        self._parent, self._role, self.check_mode, self.run_once, self.delegate_to, self.ignore_unreachable = None, None, False, False, None, False
        self.__dict__.update(more)

    def get_vars(self) -> dict[str, Any]:
        return {} if self.step is None else {"__oceanbase_step": self.step}


def host(name: str) -> Any:
    return SimpleNamespace(get_name=lambda: name)


def new(name: str, task: Task, **facts: Any) -> Any:
    """Return a result as of 2.19, whose old names are deprecated."""
    return SimpleNamespace(host=host(name), task=task, result=facts)


def old(name: str, task: Task, **facts: Any) -> Any:
    """Return a result as before 2.19."""
    return SimpleNamespace(_host=host(name), _task=task, _result=facts)


@pytest.fixture
def callback(monkeypatch: pytest.MonkeyPatch) -> CallbackModule:
    made = CallbackModule(display=Display())
    monkeypatch.setattr(made, "_start_thread", lambda: None)
    monkeypatch.setattr(made, "_display", made._display)
    made.progress = "lines"
    return made


def feed(callback: CallbackModule, folder: Path, result: Any = new, hosts: int = 2) -> None:
    """Take a run through step 1."""
    task = Task(1, "plan | Make it", "oceanbase.cluster.cluster_plan", run_once=True)
    callback.v2_playbook_on_task_start(task, False)
    callback.v2_runner_on_start(host("ob1"), task)
    callback.v2_runner_on_ok(result("ob1", task, changed=False, plan={**plan(hosts), "artifacts_dir": str(folder)}))


def read(folder: Path, name: str = "task.json") -> dict[str, Any]:
    document: dict[str, Any] = json.loads((folder / name).read_text())
    return document


def stats(**failures: int) -> Any:
    return SimpleNamespace(processed={"ob1": 1, "ob2": 1}, dark={}, failures=failures)


@pytest.mark.parametrize("result", [old, new])
def test_a_run(callback: CallbackModule, tmp_path: Path, result: Any) -> None:
    feed(callback, tmp_path, result)
    task = Task(2)
    callback.v2_playbook_on_task_start(task, False)
    for name in ("ob1", "ob2"):
        callback.v2_runner_on_start(host(name), task)
    callback.v2_runner_on_ok(result("ob1", task, changed=True, msg="fine"))
    callback.v2_runner_on_failed(result("ob2", task, msg="It failed: why. Do that.", cause="why", remedy="Do that.", evidence=["line"]))
    document = read(tmp_path)
    assert document["data"]["status"] == "RUNNING"
    assert [node["state"] for node in document["data"]["tasks"][1]["nodes"]] == ["SUCCESSFUL", "FAILED"]
    callback.v2_playbook_on_stats(stats(ob2=1))
    document = read(tmp_path)
    assert document["data"]["status"] == "FAILED"
    failure = document["run"]["failures"][0]
    assert (failure["message"], failure["cause"], failure["remedy"], failure["evidence"]) == ("It failed: why.", "why", "Do that.", ["line"])
    assert (tmp_path / "report.html").read_text().startswith("<!DOCTYPE html>")


def test_new_results_are_not_asked_for_their_old_names(callback: CallbackModule, tmp_path: Path) -> None:
    class Deprecated:
        def __init__(self, name: str, task: Task, **facts: Any) -> None:
            self.host, self.task, self.result = host(name), task, facts

        def __getattr__(self, name: str) -> Any:
            raise DeprecationWarning(name)

    feed(callback, tmp_path, Deprecated)
    assert read(tmp_path)["data"]["tasks"][0]["status"] in ("RUNNING", "SUCCESSFUL")
    assert callback._display.warnings == []


def test_other_plays_are_none_of_our_business(callback: CallbackModule, tmp_path: Path) -> None:
    task = Task(name="anything", action="ansible.builtin.command")
    callback.v2_playbook_on_play_start(SimpleNamespace(tasks=[]))
    callback.v2_playbook_on_task_start(task, False)
    callback.v2_runner_on_start(host("ob1"), task)
    callback.v2_runner_on_failed(new("ob1", task, msg="x"))
    callback.v2_playbook_on_stats(stats(ob1=1))
    assert callback._display.lines == [] and callback.run is None and callback._thread is None


@pytest.mark.parametrize("step", ["{{ x }}", None, 0, 24, "", [1]])
def test_steps_that_are_none(callback: CallbackModule, step: Any) -> None:
    callback.v2_playbook_on_task_start(Task(step), False)
    assert callback.run is None


def test_no_exception_leaves_and_one_warning_is_given(callback: CallbackModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feed(callback, tmp_path)
    monkeypatch.setattr(task_info.task_state, "reduce", lambda *_: 1 / 0)
    for _round in range(3):
        callback.v2_playbook_on_task_start(Task(2), False)
        callback.v2_runner_on_start(host("ob1"), Task(2))
        callback.v2_runner_on_ok(new("ob1", Task(2)))
    callback.v2_playbook_on_play_start(None)
    callback.v2_playbook_on_stats(None)
    callback._look()
    callback._at_exit()
    assert len(callback._display.warnings) == 1
    assert "the run is not affected" in callback._display.warnings[0]


@pytest.mark.parametrize("broken", ["page", "folder"])
def test_what_still_works_goes_on(callback: CallbackModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    folder = tmp_path / "artifacts"
    if broken == "page":
        monkeypatch.setattr(task_info.task_page, "render", lambda _document: 1 / 0)
    else:
        folder.write_text("a file, no folder")
    feed(callback, folder)
    callback.v2_playbook_on_stats(stats())
    assert len(callback._display.warnings) == 1
    assert any("OceanBase cluster terran: SUCCESSFUL" in line for line in callback._display.lines)
    assert broken == "folder" or read(folder)["data"]["status"] == "SUCCESSFUL"


def test_check_mode_leaves_the_real_run_alone(callback: CallbackModule, tmp_path: Path) -> None:
    feed(callback, tmp_path)
    callback.v2_playbook_on_stats(stats())
    real = read(tmp_path)
    task = Task(1, action="oceanbase.cluster.cluster_plan", check_mode=True)
    callback.v2_playbook_on_task_start(task, False)
    callback.v2_runner_on_ok(new("ob1", task, plan={**plan(2), "artifacts_dir": str(tmp_path)}))
    callback.v2_playbook_on_stats(stats())
    assert read(tmp_path) == real
    assert read(tmp_path, "task-check.json")["run"]["operation"] == "CHECK"
    assert "Check mode" in (tmp_path / "report-check.html").read_text()


def test_the_folder_of_a_run_may_begin_at_home_or_here(callback: CallbackModule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    feed(callback, Path("artifacts/terran"))
    assert read(tmp_path / "artifacts" / "terran")["run"]["directory"] == str(tmp_path / "artifacts" / "terran")


def test_the_creator_is_the_user_of_awx(callback: CallbackModule, tmp_path: Path) -> None:
    manager = SimpleNamespace(extra_vars={"awx_user_id": 7, "awx_user_name": "ada", "oceanbase_password": "x"})
    callback.v2_playbook_on_play_start(SimpleNamespace(tasks=[], get_variable_manager=lambda: manager))
    feed(callback, tmp_path)
    assert read(tmp_path)["data"]["creator"] == {"id": 7, "name": "ada"}


def test_a_plan_for_each_host_is_one_attempt(callback: CallbackModule, tmp_path: Path) -> None:
    feed(callback, tmp_path)
    feed(callback, tmp_path)
    assert read(tmp_path)["run"]["attempts"] == 1
    assert len([line for line in callback._display.lines if "Creation of" in line]) == 1


def test_two_clusters_in_one_playbook_are_two_runs(callback: CallbackModule, tmp_path: Path) -> None:
    for name in ("a", "b"):
        feed(callback, tmp_path / name)
        task = Task(2)
        callback.v2_playbook_on_task_start(task, False)
        callback.v2_runner_on_ok(new("ob1", task))
    callback.v2_playbook_on_stats(stats())
    assert [read(tmp_path / name)["data"]["status"] for name in ("a", "b")] == ["SUCCESSFUL", "SUCCESSFUL"]


def test_a_second_run_at_work_on_the_cluster_is_told(callback: CallbackModule, tmp_path: Path) -> None:
    feed(callback, tmp_path)
    document = read(tmp_path)
    document["run"]["pid"] = 1
    (tmp_path / "task.json").write_text(json.dumps(document))
    callback.v2_playbook_on_task_start(Task(2), False)
    feed(callback, tmp_path)
    assert callback._display.warnings == [], "it was this run itself that ended before"
    document["run"]["heartbeat"] = read(tmp_path)["run"]["heartbeat"]
    (tmp_path / "task.json").write_text(json.dumps(document))
    callback.run = None
    feed(callback, tmp_path)
    assert "another run (pid 1) seems to be at work" in callback._display.warnings[0]


def test_a_run_that_is_broken_off_says_so(callback: CallbackModule, tmp_path: Path) -> None:
    feed(callback, tmp_path)
    callback._at_exit()
    assert read(tmp_path)["run"]["interrupted"] is True and read(tmp_path)["data"]["status"] == "FAILED"


def test_ignored_errors_do_not_fail(callback: CallbackModule, tmp_path: Path) -> None:
    feed(callback, tmp_path)
    task = Task(2, ignore_unreachable=True)
    callback.v2_playbook_on_task_start(task, False)
    callback.v2_runner_on_failed(new("ob1", task, msg="never mind"), ignore_errors=True)
    callback.v2_runner_on_unreachable(new("ob2", task, msg="never mind"))
    callback.v2_playbook_on_stats(stats())
    document = read(tmp_path)
    assert [node["state"] for node in document["data"]["tasks"][1]["nodes"]] == ["SUCCESSFUL", "UNREACHABLE"]
    assert document["data"]["status"] == "SUCCESSFUL"


def test_includes_say_nothing_of_their_own(callback: CallbackModule, tmp_path: Path) -> None:
    feed(callback, tmp_path)
    include, work = Task(2, action="ansible.builtin.include_tasks"), Task(2)
    callback.v2_playbook_on_task_start(include, False)
    callback.v2_runner_on_ok(new("ob1", include, include="x.yml"))
    callback.v2_playbook_on_task_start(work, False)
    callback.v2_runner_on_skipped(new("ob1", work, skip_reason="Conditional result was False"))
    skipped = Task(3, action="include_tasks")
    callback.v2_runner_on_skipped(new("ob1", skipped, skip_reason="Conditional result was False"))
    callback.v2_runner_on_skipped(new("ob1", Task(4, action="meta"), skip_reason="x"))
    callback.v2_playbook_on_stats(stats())
    steps = read(tmp_path)["run"]["steps"]
    assert [(steps[n]["status"], steps[n]["reason"]) for n in (1, 2)] == [("SKIPPED", "Its condition did not hold.")] * 2
    assert read(tmp_path)["data"]["tasks"][3]["nodes"] == []


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        (Task(2), "ob1"),
        (Task(2, delegate_to="localhost"), "ob1"),
        (Task(2, run_once=True, delegate_to="localhost"), "localhost"),
        (Task(2, run_once=True, delegate_to="{{ oceanbase_sql_delegate_to }}"), "ob1"),
        (Task(2, run_once=True), "ob1"),
        (Task(1, action="oceanbase.cluster.cluster_plan", run_once=True), "localhost"),
    ],
)
def test_where_work_is_booked(task: Task, expected: str) -> None:
    assert node_name(host("ob1"), task) == expected


def test_only_known_keys_of_a_result_are_taken() -> None:
    class Untouchable:
        def __repr__(self) -> str:
            raise AssertionError("looked at")

    secret = Untouchable()
    facts = facts_of(
        {
            "changed": True, "msg": "done", "waited": 2, "stdout": secret, "invocation": secret, "password": secret, "diff": secret, "exception": secret,
            "cmd": secret, "oceanbase_password": secret, "results": secret, "ansible_facts": secret,
        },
        "ok",
    )  # fmt: skip
    assert facts == Facts(changed=True, message="done", waited=2.0)


def test_a_hidden_result_stays_hidden() -> None:
    assert facts_of({"censored": "hidden", "msg": "x", "failed": True}, "failed").message == "(hidden: no_log)"
    assert facts_of({"_ansible_no_log": True, "msg": "x"}, "ok").message == ""


def test_a_loop_tells_its_failed_item() -> None:
    items = [{"msg": "fine"}, {"failed": True, "msg": "secret", "_ansible_no_log": True}, {"failed": True, "msg": "Cannot do b", "remedy": "Do c."}]
    facts = facts_of({"msg": "One or more items failed", "results": items}, "failed")
    assert (facts.message, facts.remedy) == ("Cannot do b", "Do c.")


@pytest.mark.parametrize(
    ("wanted", "environment", "terminal", "expected"),
    [
        ("auto", {"TERM": "xterm"}, True, "live"),
        ("auto", {"TERM": "xterm"}, False, "lines"),
        ("auto", {"TERM": "dumb"}, True, "lines"),
        ("auto", {}, True, "lines"),
        ("auto", {"TERM": "xterm", "CI": "true"}, True, "lines"),
        ("auto", {"TERM": "xterm", "JOB_ID": "3"}, True, "lines"),
        ("live", {}, False, "live"),
        ("none", {"TERM": "xterm"}, True, "none"),
    ],
)
def test_how_progress_is_shown(wanted: str, environment: dict[str, str], terminal: bool, expected: str) -> None:
    assert choose_progress(wanted, environment, terminal) == expected


def test_none_prints_nothing(callback: CallbackModule, tmp_path: Path) -> None:
    callback.progress = "none"
    feed(callback, tmp_path)
    callback.v2_playbook_on_stats(stats())
    assert callback._display.lines == [] and read(tmp_path)["data"]["status"] == "SUCCESSFUL"


def test_long_steps_are_spoken_of_in_logs(callback: CallbackModule, tmp_path: Path) -> None:
    now = [1000.0]
    callback.clock = lambda: now[0]
    feed(callback, tmp_path)
    task = Task(9)
    callback.v2_playbook_on_task_start(task, False)
    callback.v2_runner_on_start(host("ob1"), task)
    for second in range(95):
        now[0] = 1000.0 + second
        callback._look()
    told = [line for line in callback._display.lines if "waiting for" in line]
    assert [line[20:60] for line in told] == [
        "[ 9/23] Bootstrap ob  30 s  waiting for ", "[ 9/23] Bootstrap ob  1 min 00 s  waitin", "[ 9/23] Bootstrap ob  1 min 30 s  waitin",
    ]  # fmt: skip
    assert read(tmp_path)["run"]["duration"] >= 90


def test_the_live_line_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    display = Display()
    monkeypatch.setattr(display, "display", lambda line, **_more: out.write(line + "\n"))
    original = display.display
    screen = Screen(display, threading.RLock())
    screen.tick("")
    assert out.getvalue() == ""
    screen.tick("waiting")
    display.display("TASK [x]")
    display.display("ok: [ob1]")
    screen.tick("waiting still")
    screen.say(["[ 9/23] done"], None)
    screen.close()
    assert out.getvalue() == "\r\x1b[2Kwaiting\r\x1b[2KTASK [x]\nok: [ob1]\n\r\x1b[2Kwaiting still\r\x1b[2K[ 9/23] done\n"
    assert display.display is original


def test_writing_keeps_to_its_share() -> None:
    pace = Pace(0.01)
    assert pace.due(10.0, at_once=False, news=True)
    with pace.measured(10.0):
        pass
    pace.next = 12.0
    assert not pace.due(11.0, at_once=False, news=True)
    assert pace.due(11.0, at_once=True, news=True)
    assert pace.due(12.0, at_once=False, news=False), "news that had to wait are written"
    with pace.measured(12.0):
        pass
    assert not pace.due(14.0, at_once=False, news=False)
    assert pace.due(17.5, at_once=False, news=False), "a sign of life"
