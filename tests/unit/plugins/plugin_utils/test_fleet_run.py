# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs side by side, and how variables and secrets reach them."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.oceanbase.cluster.plugins.action.fleet import command_line, environment
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.fleet_request import Entry
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.fleet_run import Setting, run_all
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.fleet_secrets import SecretFiles, encode, sweep

try:
    from ansible.template import trust_as_template
except ImportError:  # ansible-core before 2.19, where every text is trusted

    def trust_as_template(value: str) -> str:
        """Return a text as it comes from an inventory or the command line."""
        return value


PASSWORD = "a'b\"c\\d$e#f@g é{{ 1 + 1 }}"
PLAYBOOK = """
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - ansible.builtin.assert:
        that:
          - oceanbase_password | length == 26
          - oceanbase_password is search('1 . 1')
          - oceanbase_from_parent == 'terran'
          - oceanbase_artifacts_dir is search('/terran$|/zerg$')
        fail_msg: not as handed over
    - ansible.builtin.fail:
        msg: zerg is to fail
      when: oceanbase_name == 'zerg'
"""


def written(inherited: dict[str, Any], own: dict[str, Any], path: Path) -> Any:
    path.write_bytes(encode(inherited, own))
    return DataLoader().load_from_file(str(path))


def test_values_arrive_as_they_are(tmp_path: Path) -> None:
    own = {"a": PASSWORD, "b": 1, "c": True, "d": None, "e": [1.5, {"f": "x: y"}], "g": "two\nlines", "h": "yes", "i": " - ", "j": "0123", "k": "{% x", "l": ""}
    assert written({}, own, tmp_path / "vars.yml") == own


def test_what_is_the_clusters_own_wins(tmp_path: Path) -> None:
    assert written({"a": 1, "b": 2}, {"b": 3}, tmp_path / "vars.yml") == {"a": 1, "b": 3}


def test_no_text_of_a_cluster_is_a_template_any_more() -> None:
    assert b'a: !unsafe "{{ 1 }}"' in encode({}, {"a": "{{ 1 }}"})


def test_secret_files_are_for_this_user_only_and_go() -> None:
    with SecretFiles([b"one", b"two"]) as files:
        assert [Path(path).read_bytes() for path in files.paths] == [b"one", b"two"]
        assert {stat.S_IMODE(os.stat(path).st_mode) for path in files.paths} == {0o600}
        assert stat.S_IMODE(os.stat(Path(files.paths[0]).parent).st_mode) == 0o700
        paths = files.paths
        files.remove()
        assert not any(map(os.path.exists, paths))


def test_what_a_killed_run_left_is_swept(tmp_path: Path) -> None:
    kept = [f"oceanbase-fleet-{os.getpid()}-x", "oceanbase-fleet-x", "others-4194304-x"]
    for name in [*kept, "oceanbase-fleet-4194304-x"]:
        (tmp_path / name).mkdir()
    sweep(str(tmp_path))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_options_are_handed_on() -> None:
    options = {"inventory": ("/srv/a", "b,"), "become": True, "remote_user": "dba", "verbosity": 2, "private_key_file": None, "extra_vars": ("x=1",)}
    assert command_line(options, True, False) == ["--inventory=/srv/a", "--inventory=b,", "--user=dba", "--become", "--check", "-vv"]
    assert command_line({}, False, True) == ["--diff"]


def test_a_run_under_awx_writes_no_events(tmp_path: Path) -> None:
    (tmp_path / "awx_display.py").touch()
    awx = {"ANSIBLE_STDOUT_CALLBACK": "awx_display", "AWX_ISOLATED_DATA_DIR": "/runner", "ANSIBLE_CALLBACK_PLUGINS": f"{tmp_path}:/srv/plugins"}
    found = environment({**awx, "HOME": "/root"}, ["a.b.c"], ["/srv/collections"])
    assert found["ANSIBLE_CALLBACK_PLUGINS"] == "/srv/plugins"
    assert found["ANSIBLE_STDOUT_CALLBACK"] == "default"
    assert "AWX_ISOLATED_DATA_DIR" not in found
    assert found["ANSIBLE_CALLBACKS_ENABLED"] == "a.b.c,oceanbase.cluster.task_info"
    assert found["ANSIBLE_COLLECTIONS_PATH"].split(":")[-1] == "/srv/collections"
    assert found["HOME"] == "/root"


@pytest.fixture
def setting(tmp_path: Path) -> Setting:
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(PLAYBOOK, encoding="utf-8")
    (tmp_path / "ansible.cfg").write_text("[defaults]\n", encoding="utf-8")
    return Setting(
        playbook=str(playbook),
        arguments=["--inventory=localhost,"],
        inherited={"oceanbase_from_parent": trust_as_template("{{ 'terran' }}")},
        secrets=[],
        environment={**os.environ, "ANSIBLE_CONFIG": str(tmp_path / "ansible.cfg")},
        directory=tmp_path / "out",
        check_mode=False,
    )


def test_one_that_fails_does_not_stop_the_others(setting: Setting) -> None:
    entries = [Entry(name, {"oceanbase_name": name, "oceanbase_password": PASSWORD}) for name in ("zerg", "terran")]
    said: list[str] = []
    results = run_all(entries, 1, setting, said.append)
    assert [(result["name"], result["status"]) for result in results] == [("zerg", "FAILED"), ("terran", "SUCCESSFUL")], results
    assert "zerg is to fail" in results[0]["message"]
    assert Path(results[1]["log"]).read_text(encoding="utf-8").count("PLAY RECAP") == 1
    assert [line for line in said if "zerg" in line and "FAILED" in line]
    assert not list(Path("/dev/shm").glob(f"oceanbase-fleet-{os.getpid()}-*"))
