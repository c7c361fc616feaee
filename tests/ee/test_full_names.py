# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks of the installed package, called by their full names. Run by ./dev test delivery, not by plain pytest.

From the environment: what test_awx_job.py reads, and OB_DELIVERY_OLDEST, the folder of the programs of the oldest ansible-core.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from test_awx_job import BASE, PASSWORD, inventory

CORES = {"newest": Path(sys.executable).parent, "oldest": Path(os.environ["OB_DELIVERY_OLDEST"])}
ADDRESSES = {"newest": "127.0.80.21", "oldest": "127.0.80.22"}


def run(core: str, playbook: str, *options: str) -> subprocess.CompletedProcess[str]:
    folder = BASE / f"full-names-{core}"
    folder.mkdir(parents=True, exist_ok=True)
    host = {"oceanbase_host_id": 1, "oceanbase_address": ADDRESSES[core], "oceanbase_zone": "zone1", "oceanbase_name": f"by_{core}"}
    listed = {"all": {"vars": inventory()["all"]["vars"], "hosts": {f"{core}-1": host}}}
    (folder / "hosts.yml").write_text(yaml.safe_dump(listed), encoding="utf-8")
    secret = folder / "secret.yml"
    secret.write_text(yaml.safe_dump({"oceanbase_password": PASSWORD}), encoding="utf-8")
    command = [str(CORES[core] / "ansible-playbook"), "-i", "hosts.yml", f"oceanbase.cluster.{playbook}", "-e", f"@{secret}", *options]
    env = {**os.environ, "ANSIBLE_CALLBACKS_ENABLED": "oceanbase.cluster.task_info"}
    return subprocess.run(command, cwd=folder, env=env, check=False, capture_output=True, text=True)


def recap(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return " ".join(re.findall(r"\b(?:changed|failed)=\d+", ran.stdout.split("PLAY RECAP")[-1]))


@pytest.mark.parametrize("core", CORES)
def test_the_plan_on_an_empty_host(core: str) -> None:
    ran = run(core, "create_cluster", "--check", "--diff")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "bin/observer -p 2881 -P 2882 -z zone1" in ran.stdout
    assert not (BASE / f"hosts/{core}-1").exists(), "the plan changed the host"


@pytest.mark.parametrize("core", CORES)
def test_a_cluster_is_created_and_left_alone_afterwards(core: str) -> None:
    first = recap(run(core, "create_cluster"))
    assert "failed=0" in first
    assert "changed=0" not in first
    assert recap(run(core, "create_cluster")) == "changed=0 failed=0"


@pytest.mark.parametrize("core", CORES)
def test_it_is_destroyed_where_that_is_confirmed(core: str) -> None:
    assert run(core, "destroy_cluster").returncode != 0
    assert "failed=0" in recap(run(core, "destroy_cluster", "-e", f"oceanbase_confirm_destroy=by_{core}"))
