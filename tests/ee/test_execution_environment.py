# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution environment, used by ansible-runner the way AWX does, and by ansible-navigator, on containers that are reached over SSH.

Run by ./dev test ee, not by plain pytest. From the environment: OB_EE_IMAGE; OB_DELIVERY_DIR, a folder to work in;
OB_DELIVERY_PACKAGES, that of the stand-in's packages for the hosts; OB_HOSTS_SUBNET and OB_HOSTS_KEY, by which the hosts are reached.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import awx_job
import pymysql
import yaml

BASE = Path(os.environ["OB_DELIVERY_DIR"])
IMAGE = os.environ["OB_EE_IMAGE"]
PACKAGES = os.environ["OB_DELIVERY_PACKAGES"]
KEY = Path(os.environ["OB_HOSTS_KEY"])
HOSTS = {f"ob{number}": f"{os.environ['OB_HOSTS_SUBNET']}.{10 + number}" for number in (1, 2, 3)}
PASSWORD = "a'b\"c\\d$e#f@g é"
RPM = "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm"
SURVEY = {
    "oceanbase_name": "terran",
    "oceanbase_rpm_name": RPM,
    "oceanbase_hosts": "all",
    "oceanbase_zones": "zone1 hz1 1\nzone2 hz1 2\nzone3 hz2 3\n",
    "oceanbase_primary_zone": "zone1,zone2;zone3",
    "oceanbase_ob_cluster_id": 1,
    "oceanbase_type": "PRIMARY",
    "oceanbase_startup_parameters": "memory_limit=6G,system_memory=1G,datafile_size=2G,log_disk_size=13G",
    "oceanbase_precheck_profile": "lab",
}


def inventory(**more: Any) -> dict[str, Any]:
    """Return the three hosts; the packages are where the container sees them."""
    shared = {
        "ansible_user": "root",
        "ansible_ssh_common_args": "-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null",
        "ansible_python_interpreter": "/usr/bin/python3",
        "oceanbase_rpm_dir": "/srv/packages",
    }
    hosts = {name: {"ansible_host": address, "oceanbase_host_id": int(name[-1])} for name, address in HOSTS.items()}
    return {"all": {"vars": {**shared, **more}, "hosts": hosts}}


def in_image(*command: str) -> str:
    return subprocess.run(["podman", "run", "--rm", IMAGE, *command], check=True, capture_output=True, text=True).stdout


def test_the_image_holds_what_the_collection_names() -> None:
    assert "oceanbase.cluster" in in_image("ansible-galaxy", "collection", "list", "oceanbase.cluster")
    assert "pymysql" in in_image("python3.11", "-c", "import pymysql; print(pymysql)")
    assert "OpenSSH" in in_image("sh", "-c", "ssh -V 2>&1")
    assert "create_cluster" in in_image("ansible-doc", "-t", "role", "--list", "oceanbase.cluster")


def test_runner_creates_a_cluster_from_inside_over_ssh() -> None:
    listed = BASE / "hosts.yml"
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_text(yaml.safe_dump(inventory()), encoding="utf-8")
    directory = BASE / "job"
    awx_job.prepare(
        directory,
        inventory=listed,
        survey=SURVEY,
        template={"oceanbase_artifacts_dir": "/runner/artifacts/oceanbase/{{ oceanbase_name }}"},
        credentials={"oceanbase_password": PASSWORD},
        environment={},
        seen_as="/runner",
        ssh_key=KEY,
    )
    isolation = ["--process-isolation", "--process-isolation-executable", "podman", "--container-image", IMAGE]
    # AWX runs the container as root, which is its own user outside, as podman is not run by root there.
    mounts = ["--container-option=--user=root", "--container-option=--network=host", "--container-volume-mount", f"{PACKAGES}:/srv/packages:ro"]
    assert awx_job.launch(directory, "create_cluster.yml", *isolation, *mounts) == 0, awx_job.failures(directory)
    cluster = awx_job.artifacts(directory)["oceanbase_cluster"]
    assert cluster["status"] == "RUNNING"
    assert [zone["name"] for zone in cluster["zones"]] == ["zone1", "zone2", "zone3"]
    assert (directory / "artifacts/oceanbase/terran/report.html").is_file()
    assert list(awx_job.leaks(directory, [PASSWORD])) == []


def test_the_cluster_can_be_used() -> None:
    for address in HOSTS.values():
        connection = pymysql.connect(host=address, port=2881, user="root@sys", password=PASSWORD.encode(), connect_timeout=10)
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT ZONE FROM oceanbase.DBA_OB_SERVERS ORDER BY ZONE")
            assert [row[0] for row in cursor.fetchall()] == ["zone1", "zone2", "zone3"]


def navigator(*options: str) -> subprocess.CompletedProcess[str]:
    """Run the playbook with ansible-navigator, as a person would."""
    work = BASE / "navigator"
    work.mkdir(parents=True, exist_ok=True)
    (work / "id_ed25519").write_bytes(KEY.read_bytes())
    (work / "id_ed25519").chmod(0o600)
    (work / "hosts.yml").write_text(yaml.safe_dump(inventory(ansible_ssh_private_key_file="/mounted/id_ed25519")), encoding="utf-8")
    (work / "terran.json").write_text(json.dumps(SURVEY), encoding="utf-8")
    secret = work / "secret.yml"
    secret.write_text(yaml.safe_dump({"oceanbase_password": PASSWORD}), encoding="utf-8")
    secret.chmod(0o600)
    command = ["ansible-navigator", "run", "oceanbase.cluster.create_cluster", "--mode", "stdout", "--ee", "true", "--ce", "podman", "--eei", IMAGE]
    command += ["--pp", "never", "--pae", "false", "--lf", str(work / "navigator.log"), "--co=--network=host"]
    command += [f"--eev={work}:/mounted", f"--eev={PACKAGES}:/srv/packages:ro"]
    command += ["--", "-i", "/mounted/hosts.yml", "-e", "@/mounted/terran.json", "-e", "@/mounted/secret.yml"]
    command += ["-e", "oceanbase_artifacts_dir=/mounted/artifacts", *options]
    return subprocess.run(command, cwd=work, check=False, capture_output=True, text=True)


def test_navigator_finds_it_finished() -> None:
    ran = navigator()
    assert ran.returncode == 0, ran.stdout + ran.stderr
    recap = [line for line in ran.stdout.splitlines() if "unreachable=" in line]
    assert len(recap) == len(HOSTS)
    assert all("changed=0 " in line for line in recap), recap
    assert list(awx_job.leaks(BASE / "navigator/artifacts", [PASSWORD])) == []
