# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole runs of ansible-playbook with the callback: what is on the disk and on the terminal while they go on, when they fail, when they are killed."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils import task_document
from ansible_collections.oceanbase.cluster.tests.unit.plugins.callback.toy import Toy

COLLECTIONS = Path(task_document.__file__).parents[5]
SCHEMA = json.loads(Path(task_document.__file__).with_name("task_schema.json").read_text())
pytestmark = pytest.mark.skipif(not Path(sys.executable).with_name("ansible-playbook").exists(), reason="no ansible-playbook beside this Python")
REFUSED = {"failed": True, "msg": "Cannot start it: no memory. Add some.", "cause": "no memory", "remedy": "Add some.", "evidence": ["EDIAG -4013"]}


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy(tmp_path, COLLECTIONS, hosts=2)


def check(document: dict[str, Any]) -> dict[str, Any]:
    jsonschema.Draft202012Validator({**SCHEMA, "$ref": "#/$defs/written"}).validate(document)
    return document


def statuses(document: dict[str, Any]) -> list[str]:
    return [task["status"] for task in document["data"]["tasks"]]


def wait_for(what: Callable[[], bool], seconds: float = 30) -> None:
    """Wait for a condition of another process: its files are all there is to see."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def reached(toy: Toy, step: int) -> bool:
    try:
        return statuses(toy.document())[step - 1] == "RUNNING"
    except FileNotFoundError:
        return False


def test_a_good_run_and_its_repetition(toy: Toy) -> None:
    done = toy.run("-vvv", toy_results={"12": {"msg": "ALTER USER 'root' IDENTIFIED BY 'S3cret-msg'"}})
    assert done.returncode == 0, done.stdout
    document = check(toy.document())
    assert (document["data"]["status"], document["run"]["attempts"]) == ("SUCCESSFUL", 1)
    assert [n for n, status in enumerate(statuses(document), 1) if status == "SKIPPED"] == [8, 16, 17, 18, 22, 23]
    assert [node["host"] for node in document["data"]["tasks"][3]["nodes"]] == ["ob1", "ob2"]
    assert all(node["changed"] for node in document["data"]["tasks"][3]["nodes"])
    for path in toy.artifacts.iterdir():
        assert "S3cret" not in path.read_text(), path
    assert sorted(path.name for path in toy.artifacts.iterdir()) == ["report.html", "task.json"]
    assert oct((toy.artifacts / "task.json").stat().st_mode & 0o777) in ("0o644", "0o640", "0o600")
    lines = [line for line in done.stdout.splitlines() if re.search(r"^\S+T\S+ \[ ?\d+/23\]", line)]
    assert len(lines) == 23, done.stdout
    assert [int(re.search(r"\[ ?(\d+)/23\]", line)[1]) for line in lines] == list(range(1, 24))  # type: ignore[index]
    assert "WARNING" not in done.stdout and "DEPRECATION" not in done.stdout and "\x1b" not in done.stdout
    # Ansible's own output is all there: a banner for each task, a line for each result, the recap.
    assert done.stdout.count("TASK [toy : ") == 17 and done.stdout.count("ok: [") + done.stdout.count("changed: [") == 33 and "PLAY RECAP" in done.stdout
    banner = done.stdout.index("TASK [toy : wait_node_checked")
    assert done.stdout.index("[ 2/23] Pre check") < banner, "the line of a step stands before the next task"

    again = toy.run()
    second = check(toy.document())
    assert again.returncode == 0 and second["data"]["id"] == document["data"]["id"]
    assert second["run"]["attempts"] == 2 and second["run"]["history"][0]["status"] == "SUCCESSFUL"
    assert second["data"]["tasks"][3]["operation"] == "RETRY"


def test_a_host_fails(toy: Toy) -> None:
    done = toy.run(toy_results={"9 ob2": REFUSED})
    document = check(toy.document())
    assert done.returncode != 0 and document["data"]["status"] == "FAILED"
    assert statuses(document)[8] == "FAILED" and statuses(document)[9] == "SUCCESSFUL"
    (failure,) = document["run"]["failures"]
    assert (failure["step"], failure["hosts"], failure["message"], failure["remedy"]) == (9, ["ob2"], "Cannot start it: no memory.", "Add some.")
    end = done.stdout[done.stdout.index("PLAY RECAP") :]
    for part in ("OceanBase cluster terran: FAILED", "[ 9/23] Bootstrap ob on ob2: Cannot start it: no memory.", "| EDIAG -4013", "Remedy: Add some."):
        assert part in end


def test_all_hosts_fail(toy: Toy) -> None:
    done = toy.run(toy_results={"4": REFUSED})
    document = check(toy.document())
    assert statuses(document)[2:6] == ["SUCCESSFUL", "FAILED", "PENDING", "PENDING"]
    assert "[ 4/23] Install rpm " in done.stdout and "[ 8/23]" not in done.stdout, "what was not reached has no line"
    assert sorted(document["run"]["failures"][0]["hosts"]) == ["ob1", "ob2"]  # in the order in which they failed


def test_a_host_is_unreachable(toy: Toy) -> None:
    inventory = (toy.folder / "hosts").read_text()
    unreachable = "ob2 ansible_connection=ssh ansible_host=127.0.0.1 ansible_port=9 ansible_ssh_timeout=2\n"
    (toy.folder / "hosts").write_text(inventory.replace("ob2\n", unreachable))
    toy.write_role("- name: Touch the host\n  ansible.builtin.raw: 'true'\n")
    toy.run()
    document = check(toy.document())
    nodes = {node["host"]: node["state"] for node in document["data"]["tasks"][8]["nodes"]}
    assert nodes == {"ob1": "SUCCESSFUL", "ob2": "UNREACHABLE"}
    assert document["data"]["status"] == "FAILED" and document["run"]["failures"][0]["unreachable"] is True


EXTRA = """
- name: Ignored
  toy_fail:
  ignore_errors: true
- name: Rescue
  block:
    - name: Fail
      ansible.builtin.fail:
        msg: no
  rescue:
    - name: Help
      ansible.builtin.debug:
        msg: helped
- name: Once, elsewhere
  ansible.builtin.debug:
    msg: once
  run_once: true
  delegate_to: "{{ toy_where }}"
- name: Loop
  ansible.builtin.debug:
    msg: "{{ item }}"
  loop: [1, 2]
- name: Included
  ansible.builtin.include_tasks: included.yml
- name: Leave
  ansible.builtin.meta: end_host
  when: inventory_hostname == "ob2"
"""


def test_odd_tasks(toy: Toy) -> None:
    toy.write_role(EXTRA.replace("toy_fail:", "ansible.builtin.fail:\n    msg: never mind"))
    (toy.folder / "roles/toy/tasks/included.yml").write_text("- name: Inside\n  ansible.builtin.debug:\n    msg: inside\n")
    done = toy.run(toy_where="sqlhost")
    document = check(toy.document())
    assert done.returncode == 0, done.stdout
    assert document["data"]["status"] == "SUCCESSFUL" and document["run"]["failures"] == []
    nodes = {node["host"]: node["state"] for node in document["data"]["tasks"][8]["nodes"]}
    assert nodes == {"ob1": "SUCCESSFUL", "ob2": "SUCCESSFUL", "sqlhost": "SUCCESSFUL"}
    assert [node["host"] for node in document["data"]["tasks"][9]["nodes"]] == ["ob1"]


def test_a_refused_request(toy: Toy) -> None:
    done = toy.run(toy_faults=["zones: empty", "name: too short"])
    document = check(toy.document())
    assert (document["successful"], document["status"], document["data"]["status"]) == (False, 400, "FAILED")
    assert document["data"]["cluster"]["name"] == "terran" and document["run"]["faults"] == ["zones: empty", "name: too short"]
    assert "  - zones: empty" in done.stdout


def test_check_mode(toy: Toy) -> None:
    toy.run("--check")
    document = check(toy.document("task-check.json"))
    assert document["run"]["check_mode"] is True and document["data"]["tasks"][1]["operation"] == "CHECK"
    assert sorted(path.name for path in toy.artifacts.iterdir()) == ["report-check.html", "task-check.json"]


def test_killed_and_run_again(toy: Toy) -> None:
    running = toy.start(toy_sleep={"9": 60})
    try:
        wait_for(lambda: reached(toy, 9))
        first = check(toy.document())
        # The file gives signs of life while nothing happens.
        wait_for(lambda: toy.document()["timestamp"] > first["timestamp"], seconds=15)
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait(10)
    left = check(toy.document())
    assert left["data"]["status"] == "RUNNING" and statuses(left)[7:10] == ["SKIPPED", "RUNNING", "PENDING"]
    (toy.artifacts / ".task.json.99.tmp").write_text("{")
    toy.run()
    document = check(toy.document())
    assert (document["data"]["id"], document["data"]["status"], document["run"]["attempts"]) == (left["data"]["id"], "SUCCESSFUL", 2)
    past = document["run"]["history"][0]
    assert past["killed"] is True and past["status"] == "FAILED" and past["steps"][8]["status"] == "RUNNING"
    assert not list(toy.artifacts.glob(".*"))


def test_interrupted_by_a_person(toy: Toy) -> None:
    running = toy.start(toy_sleep={"9": 60})
    wait_for(lambda: reached(toy, 9))
    os.kill(running.pid, signal.SIGINT)
    running.wait(30)
    document = check(toy.document())
    assert document["data"]["status"] == "FAILED" and document["run"]["interrupted"] is True
    assert statuses(document)[8] == "FAILED"


def test_the_file_is_whole_at_every_moment(toy: Toy) -> None:
    running = toy.start(toy_sleep={"6": 1, "13": 1})
    texts: dict[str, None] = {}
    path = toy.artifacts / "task.json"
    while running.poll() is None:
        if path.exists():
            texts[path.read_text()] = None
        time.sleep(0.001)
    output, _nothing = running.communicate()
    assert running.returncode == 0, output
    seen = {tuple(statuses(check(json.loads(text)))) for text in texts}
    assert len(seen) > 2, output


def test_import_role_and_plays_around_it(toy: Toy) -> None:
    around = "- hosts: localhost\n  gather_facts: false\n  tasks:\n    - ansible.builtin.debug: {msg: x}\n"
    middle = (
        "- hosts: all\n  gather_facts: false\n  vars: {toy_sleep: {}, toy_results: {}, toy_faults: []}\n"
        "  tasks:\n    - ansible.builtin.import_role: {name: toy}\n    - ansible.builtin.debug: {msg: after}\n"
    )
    (toy.folder / "site.yml").write_text(around + middle + around)
    done = toy.run()
    document = check(toy.document())
    assert document["data"]["status"] == "SUCCESSFUL"
    before = done.stdout[: done.stdout.index("PLAY [all]")]
    assert "/23]" not in before
    assert done.stdout.index("[23/23] Link obproxy") < done.stdout.index('"msg": "after"')


def test_a_play_that_is_not_ours_shows_nothing(toy: Toy) -> None:
    (toy.folder / "site.yml").write_text("- hosts: all\n  gather_facts: false\n  tasks:\n    - ansible.builtin.debug: {msg: x}\n")
    done = toy.run()
    settings = toy.folder / "ansible.cfg"
    settings.write_text(settings.read_text().replace("callbacks_enabled=oceanbase.cluster.task_info\n", ""))
    assert done.stdout == toy.run().stdout
    assert not toy.artifacts.exists()


def test_an_artifacts_folder_that_cannot_be_written_fails_nothing(toy: Toy) -> None:
    toy.artifacts.write_text("a file")
    done = toy.run()
    assert done.returncode == 0
    assert " ".join(done.stdout.split()).count("task information is incomplete, the run is not affected") == 1
    assert "OceanBase cluster terran: SUCCESSFUL" in done.stdout and "report.html" not in done.stdout


def test_the_live_line_on_a_terminal(toy: Toy) -> None:
    pid, terminal = pty.fork()
    if not pid:  # the child, which becomes the run
        os.chdir(toy.folder)
        environment = toy.environment(TERM="xterm", NO_COLOR="1", COLUMNS="120", PYTHONIOENCODING="utf-8")
        for name in ("CI", "JOB_ID", "GITHUB_ACTIONS"):
            environment.pop(name, None)
        command = toy.command(toy_sleep={"9": 2})
        os.execve(command[0], command, environment)
    output = b""
    while True:
        ready, _out, _error = select.select([terminal], [], [], 60)
        assert ready, output
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        output += piece
    _pid, status = os.waitpid(pid, 0)
    text = output.decode().replace("\r\n", "\n")
    assert os.waitstatus_to_exitcode(status) == 0
    ticks = re.findall(r"\r\x1b\[2K(. \[ 9/23\] Bootstrap ob +([\d.]+) s +waiting for observers to start and the bootstrap to end)", text)
    assert len(ticks) >= 2 and float(ticks[-1][1]) > float(ticks[0][1]), text
    assert not re.search(r"\d{4}-\d\d-\d\dT", text), "no times on a terminal"
    assert set(re.findall(r"\x1b\[[\d;?]*[A-Za-z]", text)) == {"\x1b[2K"}, "NO_COLOR is respected"
    # What remains on the screen: a live line is always taken away before anything else is printed.
    for line in text.split("\n"):
        shown = re.split(r"\r\x1b\[2K", line)[-1]
        assert "waiting for" not in shown
    assert "[ 9/23] Bootstrap ob                 SUCCESSFUL" in text and "ok: [ob1]" in text


@pytest.mark.parametrize("which", ["one", "two", "none", "foreign"])
def test_the_module(toy: Toy, which: str) -> None:
    other = Toy(toy.folder / "other", COLLECTIONS, hosts=2) if (toy.folder / "other").mkdir() is None else toy
    if which in ("one", "two"):
        toy.run()
    if which == "two":
        other.run(toy_sleep={"9": 0.5})
    if which == "foreign":
        toy.artifacts.mkdir()
        (toy.artifacts / "task.json").write_text("{}")
    options = {"path": str(toy.artifacts)} | ({"compare_with": str(other.artifacts)} if which == "two" else {})
    play = [
        {
            "hosts": "localhost", "gather_facts": False,
            "tasks": [
                {"oceanbase.cluster.task_info": options, "register": "last", "ignore_errors": True},
                {"ansible.builtin.copy": {"dest": str(toy.folder / "last.json"), "content": "{{ last | to_json }}"}},
            ],
        }
    ]  # fmt: skip
    (toy.folder / "site.yml").write_text(json.dumps(play))
    done = toy.run()
    assert done.returncode == 0, done.stdout
    last = json.loads((toy.folder / "last.json").read_text())
    assert last["found"] is (which in ("one", "two")) and last["changed"] is False
    if which == "one":
        assert last["status"] == "SUCCESSFUL" and last["task"]["data"]["id"] and last["comparison"] == []
    if which == "two":
        assert last["comparison"][8]["difference"] > 0.3 and len(last["comparison_lines"]) == 25
    if which == "foreign":
        assert last["failed"] is True and last["remedy"]
