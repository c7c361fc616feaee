# SPDX-License-Identifier: GPL-3.0-or-later
"""awx/load.yml with the modules of awx.awx, against an API that refuses what AWX would refuse. Run by ./dev test delivery.

From the environment: OB_DELIVERY_AWX, a folder that holds ansible_collections/awx/awx, and OB_DELIVERY_DIR.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import awx_api
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def awx() -> Iterator[tuple[str, awx_api.Store]]:
    server, store = awx_api.serve()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for name in ("ssh to database hosts", "root@sys of new clusters"):
        store.create("credentials", {"name": name})
    yield f"http://127.0.0.1:{server.server_port}", store
    server.shutdown()


def load(address: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "CONTROLLER_"))}
    environment.update(
        ANSIBLE_COLLECTIONS_PATH=os.environ["OB_DELIVERY_AWX"],
        ANSIBLE_STDOUT_CALLBACK="ansible.builtin.default",
        CONTROLLER_HOST=address,
        CONTROLLER_OAUTH_TOKEN=awx_api.TOKEN,
        CONTROLLER_VERIFY_SSL="false",
    )
    extra = json.dumps({"oceanbase_awx_credentials": ["ssh to database hosts", "root@sys of new clusters"]})
    command = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", "localhost,", str(ROOT / "awx/load.yml"), "--extra-vars", extra]
    ran = subprocess.run(command, cwd=ROOT / "awx", env=environment, check=False, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_everything_is_made(awx: tuple[str, awx_api.Store]) -> None:
    address, store = awx
    load(address)
    made = {kind: {item.get("name") or item.get("identifier") for item in items.values()} for kind, items in store.items.items()}
    assert {"OceanBase root@sys", "OceanBase default users"} <= made["credential_types"]
    assert {"OceanBase create cluster", "OceanBase plan", "OceanBase precheck"} <= made["job_templates"]
    assert made["workflow_job_template_nodes"] == {"plan", "precheck", "approval", "create", "task_page", "task_page_of_failure"}
    create = next(item for item in store.items["job_templates"].values() if item["name"] == "OceanBase create cluster")
    assert [question["variable"] for question in create["survey_spec"]["spec"]][0] == "oceanbase_name"
    assert "{{ oceanbase_name }}" in create["extra_vars"]
    assert len(store.links[f"{create['url']}credentials/"]) == 2
    (types,) = [item for item in store.items["credential_types"].values() if item["name"] == "OceanBase root@sys"]
    assert types["injectors"]["extra_vars"] == {
        "oceanbase_password": "{{ sys_password }}", "oceanbase_current_password": "{{ sys_current_password }}",
    }  # fmt: skip


def test_the_edges_of_the_workflow_are_those_of_the_definition(awx: tuple[str, awx_api.Store]) -> None:
    _address, store = awx
    nodes = {item["id"]: item for item in store.items["workflow_job_template_nodes"].values()}
    edges = {
        (item["identifier"], kind, nodes[target]["identifier"])
        for item in nodes.values()
        for kind in ("success_nodes", "failure_nodes", "always_nodes")
        for target in store.links.get(f"{item['url']}{kind}/", [])
    }
    assert edges == {
        ("plan", "success_nodes", "precheck"),
        ("precheck", "success_nodes", "approval"),
        ("approval", "success_nodes", "create"),
        ("create", "success_nodes", "task_page"),
        ("create", "failure_nodes", "task_page_of_failure"),
    }


def everything(store: awx_api.Store) -> str:
    """Return all that the API holds but what awx.awx writes anew each time: the fields of a node, into its approval."""
    items = {kind: found for kind, found in store.items.items() if kind != "workflow_approval_templates"}
    return json.dumps([items, store.links], sort_keys=True)


def test_again_nothing_is_made_or_changed(awx: tuple[str, awx_api.Store]) -> None:
    address, store = awx
    before, approvals = everything(store), len(store.items["workflow_approval_templates"])
    said = load(address)
    assert everything(store) == before
    assert len(store.items["workflow_approval_templates"]) == approvals
    changed = set(re.findall(r"^TASK \[(.*)\] \**\n(?:ok: .*\n)*changed: ", said, re.MULTILINE))
    # awx.awx 24.6.1 compares a node's fields with its approval's, and so reports a change where there is none.
    assert changed <= {"Create the workflows"}
