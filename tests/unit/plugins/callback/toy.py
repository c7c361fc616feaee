# SPDX-License-Identifier: GPL-3.0-or-later
"""A toy run for the tests of task information: a play with the steps of the real role, on this machine, that works, waits and fails as told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._steps import STEPS

PLAN = """
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        result["artifacts_dir"] = task_vars["toy_dir"]
        if task_vars.get("toy_faults"):
            result.update(failed=True, msg="The request has faults.", faults=task_vars["toy_faults"], cluster="terran")
        else:
            result["plan"] = task_vars["toy_plan"]
        return result
"""

# What a module of the collection may return; the secrets stand for a module that returns too much.
WORK = """
import time
from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        step, host = str(task_vars["__oceanbase_step"]), task_vars["inventory_hostname"]
        time.sleep(float(task_vars["toy_sleep"].get(step, 0)))
        told = dict(task_vars["toy_results"].get(step + " " + host) or task_vars["toy_results"].get(step) or {})
        result.update(changed=step in ("4", "6", "9"), stdout="S3cret-stdout", password="S3cret-key", invocation={"password": "S3cret-invocation"})
        result.update(told)
        return result
"""

TASKS = """
- name: "{name} | Work"
  toy_work:
"""


def plan(hosts: int = 3, **cluster: Any) -> dict[str, Any]:
    """Return a plan as the role makes it."""
    zones, idcs = ("zone1", "zone2", "zone3"), ("hz1", "hz1", "hz2")
    entries = {
        f"ob{number}": {
            "host_id": number, "zone": zones[(number - 1) % 3], "idc": idcs[(number - 1) % 3], "region": "", "address": f"192.0.2.{number}",
            "sql_port": 2881, "rpc_port": 2882, "server": f"192.0.2.{number}:2882", "endpoint": f"192.0.2.{number}:2881",
            "root_server": number <= 3, "user": "admin", "home": "/home/admin/oceanbase", "data_dir": "/home/admin/oceanbase/store/terran",
            "data_disk_dir": "/data/1/terran", "log_disk_dir": "/data/log1/terran",
            "command": "cd /home/admin/oceanbase && /home/admin/oceanbase/bin/observer -p 2881 -P 2882 "
            f"-z {zones[(number - 1) % 3]} -n terran -c 1 -d /home/admin/oceanbase/store/terran -I 192.0.2.{number}",
        }
        for number in range(1, hosts + 1)
    }  # fmt: skip
    asked = {step.number: step.number not in (8, 16, 17, 18, 22, 23) for step in STEPS}
    listed = [
        {"name": zone, "idc": idc, "region": "", "hosts": [name for name, host in entries.items() if host["zone"] == zone]}
        for zone, idc in zip(zones, idcs, strict=True)
    ]
    roots = ", ".join(f"ZONE '{host['zone']}' SERVER '{host['server']}'" for host in entries.values() if host["root_server"])
    return {
        "cluster": {
            "name": "terran", "type": "PRIMARY", "ob_cluster_id": 1, "version": "4.3.5.3", "generation": "4.x", "primary_zone": "",
            "startup_parameters": {"system_memory": "5G", "memory_limit": "16G"}, **cluster,
        },
        "package": {
            "rpm_name": "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm", "nevra": "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64",
            "libs": "oceanbase-ce-libs-4.3.5.3-103000092025080818.el7.x86_64.rpm",
        },
        "zones": [zone for zone in listed if zone["hosts"]],
        "hosts": entries,
        "statements": [f"ALTER SYSTEM BOOTSTRAP {roots}"],
        "steps": [
            {"number": step.number, "name": step.name, "asked": asked[step.number], "reason": "" if asked[step.number] else f"{step.switch} is false"}
            for step in STEPS
        ],
    }  # fmt: skip


class Toy:
    """A folder with the toy's playbook and inventory."""

    def __init__(self, folder: Path, collections: Path, hosts: int = 3, extra: str = "") -> None:
        self.folder = folder
        self.collections = collections
        self.artifacts = folder / "artifacts"
        for name, text in (("toy_plan", PLAN), ("toy_work", WORK)):
            (folder / "action_plugins").mkdir(exist_ok=True)
            (folder / "action_plugins" / f"{name}.py").write_text(text)
            (folder / "library").mkdir(exist_ok=True)
            (folder / "library" / f"{name}.py").write_text("")
        names = [f"ob{number}" for number in range(1, hosts + 1)]
        python = sys.executable
        (folder / "hosts").write_text("\n".join(names) + f"\n[all:vars]\nansible_connection=local\nansible_python_interpreter={python}\n")
        (folder / "ansible.cfg").write_text(
            f"[defaults]\ncollections_path={collections}\ncallbacks_enabled=oceanbase.cluster.task_info\nretry_files_enabled=False\n"
        )
        self.write_role(extra)
        self.plan = plan(hosts)

    def write_role(self, extra: str) -> None:
        """Write the role as the real one is built: a table of imports, each with its step; ``extra`` goes into step 9."""
        tasks = self.folder / "roles" / "toy" / "tasks"
        tasks.mkdir(parents=True, exist_ok=True)
        lines = ["- name: Create", "  block:"]
        for step in STEPS:
            if not self.asked(step.number):
                continue
            body = '- name: "plan | Make it"\n  toy_plan:\n  run_once: true\n' if step.number == 1 else TASKS.format(name=step.file)
            body += extra if step.number == 9 else ""
            (tasks / f"{step.file}.yml").write_text(body)
            lines += [f"  - name: {step.number}", f"    ansible.builtin.import_tasks: {step.file}.yml", f"    vars: {{__oceanbase_step: {step.number}}}"]
        (tasks / "main.yml").write_text("\n".join(lines) + "\n")
        (self.folder / "site.yml").write_text(
            "- hosts: all\n  gather_facts: false\n  vars: {toy_sleep: {}, toy_results: {}, toy_faults: []}\n  roles: [toy]\n"
        )

    @staticmethod
    def asked(number: int) -> bool:
        """Whether a step was asked for."""
        return number not in (8, 16, 17, 18, 22, 23)

    def command(self, *arguments: str, **variables: Any) -> list[str]:
        """Return the command of a run."""
        variables = {"toy_dir": str(self.artifacts), "toy_plan": {**self.plan, "artifacts_dir": str(self.artifacts)}, **variables}
        program = Path(sys.executable).with_name("ansible-playbook")
        return [str(program), "-i", "hosts", "site.yml", "-e", json.dumps(variables), *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        """Return the environment of a run, with nothing of ours in it but what is given."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "OCEANBASE_", "PYTEST_"))}
        return {**kept, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_HOME": str(self.folder / "home"), **more}

    def run(self, *arguments: str, environment: dict[str, str] | None = None, **variables: Any) -> subprocess.CompletedProcess[str]:
        """Run the toy to its end."""
        return subprocess.run(
            self.command(*arguments, **variables), cwd=self.folder, env=self.environment(**(environment or {})), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
        )  # fmt: skip

    def start(self, *arguments: str, **variables: Any) -> subprocess.Popen[str]:
        """Start the toy and return at once."""
        return subprocess.Popen(
            self.command(*arguments, **variables), cwd=self.folder, env=self.environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def document(self, name: str = "task.json") -> dict[str, Any]:
        """Return what a run wrote."""
        document: dict[str, Any] = json.loads((self.artifacts / name).read_text(encoding="utf-8"))
        return document
