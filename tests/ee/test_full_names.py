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
SECRETS = {
    "oceanbase_password": PASSWORD, "oceanbase_proxyro_password": "that of proxyro", "oceanbase_monitor_password": "that of the monitor",
    "oceanbase_agent_password": "that of the agent", "oceanbase_obproxy_sys_password": "that of the proxy",
}  # fmt: skip
ADDRESSES = {"newest": "127.0.80.21", "oldest": "127.0.80.22"}


def run(core: str, playbook: str, *options: str) -> subprocess.CompletedProcess[str]:
    folder = BASE / f"full-names-{core}"
    folder.mkdir(parents=True, exist_ok=True)
    host = {
        "oceanbase_host_id": 1, "oceanbase_address": ADDRESSES[core], "oceanbase_zone": "zone1", "oceanbase_name": f"by_{core}",
        "oceanbase_agent_rpm_name": "obagent-4.2.2-100000042024011120.el7.x86_64.rpm", "oceanbase_agent_home": str(BASE / f"hosts/{core}-agent"),
        "oceanbase_agent_address": ADDRESSES[core], "oceanbase_agent_listen_address": ADDRESSES[core],
        "oceanbase_obproxy_hosts": [f"{core}-1"], "oceanbase_obproxy_rpm_name": "obproxy-ce-4.2.3.0-3.el7.x86_64.rpm",
        "oceanbase_obproxy_home": str(BASE / f"hosts/{core}-proxy"), "oceanbase_obproxy_listen_address": ADDRESSES[core],
        "oceanbase_obproxy_cluster": f"by_{core}", "oceanbase_obproxy_root_servers": [f"{ADDRESSES[core]}:2881"],
    }  # fmt: skip
    listed = {"all": {"vars": inventory()["all"]["vars"], "hosts": {f"{core}-1": host}}}
    (folder / "hosts.yml").write_text(yaml.safe_dump(listed), encoding="utf-8")
    secret = folder / "secret.yml"
    secret.write_text(yaml.safe_dump(SECRETS), encoding="utf-8")
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


@pytest.mark.parametrize("playbook", ["create_agent", "create_obproxy", "link_obproxy", "check_cluster"])
def test_what_belongs_to_the_cluster_has_playbooks_of_its_own(playbook: str) -> None:
    first = recap(run("newest", playbook))
    assert "failed=0" in first
    assert ("changed=0" in first) == (playbook in ("link_obproxy", "check_cluster")), first
    assert recap(run("newest", playbook)) == "changed=0 failed=0"


@pytest.mark.parametrize("core", CORES)
def test_it_is_destroyed_where_that_is_confirmed(core: str) -> None:
    assert run(core, "destroy_cluster").returncode != 0
    assert "failed=0" in recap(run(core, "destroy_cluster", "-e", f"oceanbase_confirm_destroy=by_{core}"))
