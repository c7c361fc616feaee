# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs as AWX runs them, on stand-in servers at addresses of the loopback range. Run by ./dev test delivery, not by plain pytest.

From the environment: OB_DELIVERY_DIR, a folder to work in; OB_DELIVERY_PACKAGES, that of the stand-in's packages;
ANSIBLE_COLLECTIONS_PATH, where the collection was installed from its tarball.
"""

from __future__ import annotations

import json
import os
import pwd
import stat
from pathlib import Path
from typing import Any

import awx_job
import pymysql
import pytest
import yaml

BASE = Path(os.environ["OB_DELIVERY_DIR"])
PACKAGES = os.environ["OB_DELIVERY_PACKAGES"]
PASSWORD = "a'b\"c\\d$e#f@g é"
PROXYRO = "x{{ 1 }}y'z\"é"
NAMES = ("terran", "protoss", "zerg", "xelnaga", "tal_darim")
SMALL = "memory_limit=6G,system_memory=1G,datafile_size=2G,log_disk_size=13G"
RPM = "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm"
# As a survey answers: texts, empty ones where nothing was typed.
SURVEY = {
    "oceanbase_name": "terran",
    "oceanbase_rpm_name": RPM,
    "oceanbase_hosts": "terran",
    "oceanbase_zones": "zone1 hz1 1",
    "oceanbase_primary_zone": "",
    "oceanbase_ob_cluster_id": 1,
    "oceanbase_type": "PRIMARY",
    "oceanbase_startup_parameters": SMALL,
    "oceanbase_precheck_profile": "lab",
    "oceanbase_io_bench": "true",
    "oceanbase_restart_after_bootstrap": "true",
    "oceanbase_trigger_compaction": "true",
    "oceanbase_agent": "false",
    "oceanbase_link_obproxy": "false",
}
CREDENTIALS = {"oceanbase_password": PASSWORD, "oceanbase_proxyro_password": PROXYRO, "oceanbase_monitor_password": ""}


def inventory() -> dict[str, Any]:
    """Return one server for each of five clusters; groups say what the survey does not."""
    user = pwd.getpwuid(os.getuid()).pw_name
    folder = f"{BASE}/hosts/{{{{ inventory_hostname }}}}"
    shared = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "{{ ansible_playbook_python }}",
        "oceanbase_user": user,
        "oceanbase_group": user,
        "oceanbase_home": f"{folder}/oceanbase",
        "oceanbase_data_disk": f"{folder}/data",
        "oceanbase_log_disk": f"{folder}/log",
        "oceanbase_install_method": "extract",
        "oceanbase_rpm_dir": PACKAGES,
        "oceanbase_rpm_name": RPM,
        "oceanbase_startup_parameters": SMALL,
    }
    groups = {}
    for number, name in enumerate(NAMES, start=1):
        host = {"oceanbase_host_id": number, "oceanbase_address": f"127.0.80.{number}", "oceanbase_zone": "zone1", "oceanbase_idc": "hz1"}
        groups[name] = {"hosts": {f"{name}-1": host}, "vars": {"oceanbase_name": name, "oceanbase_ob_cluster_id": number}}
    return {"all": {"vars": shared, "children": groups}}


def job(name: str, survey: dict[str, Any]) -> Path:
    """Prepare a job; return its private data directory."""
    listed = BASE / "hosts.yml"
    listed.parent.mkdir(parents=True, exist_ok=True)
    listed.write_text(yaml.safe_dump(inventory()), encoding="utf-8")
    directory = BASE / "jobs" / name
    # The job template's own variables are trusted, so that the artefacts' folder may be named after the answer.
    template = {"oceanbase_artifacts_dir": f"{BASE}/artifacts/{{{{ oceanbase_name }}}}", "oceanbase_clusters_dir": f"{BASE}/artifacts"}
    awx_job.prepare(
        directory,
        inventory=listed,
        survey=survey,
        template=template,
        credentials=CREDENTIALS,
        environment={"ANSIBLE_COLLECTIONS_PATH": os.environ["ANSIBLE_COLLECTIONS_PATH"], "ANSIBLE_FORCE_COLOR": "True"},
    )
    return directory


def no_leak(directory: Path) -> None:
    for folder in (directory, BASE / "artifacts"):
        assert list(awx_job.leaks(folder, [PASSWORD, PROXYRO])) == []


def test_the_search_finds_what_it_is_made_for(tmp_path: Path) -> None:
    for number, spelling in enumerate(awx_job.spellings(PASSWORD)):
        (tmp_path / str(number)).write_text(f"x{spelling}x", encoding="utf-8")
    assert {leak.split()[0] for leak in awx_job.leaks(tmp_path, [PASSWORD])} == {path.name for path in tmp_path.iterdir()}


def test_survey_and_credentials_create_a_cluster() -> None:
    directory = job("create", SURVEY)
    assert awx_job.launch(directory, "create_cluster.yml") == 0, awx_job.failures(directory)
    kept = directory / "artifacts/42"
    assert (kept / "status").read_text() == "successful"
    cluster = awx_job.artifacts(directory)["oceanbase_cluster"]
    assert (cluster["name"], cluster["status"], cluster["endpoints"]) == ("terran", "RUNNING", ["127.0.80.1:2881"])
    assert cluster["defaultUsers"] == ["proxyro"]
    assert json.loads((BASE / "artifacts/terran/task.json").read_text(encoding="utf-8"))["data"]["status"] == "SUCCESSFUL"
    assert "[23/23]" in (kept / "stdout").read_text(encoding="utf-8")
    no_leak(directory)
    # What the runner keeps of the command names the file, and the file is for the job alone.
    command = (kept / "command").read_text(encoding="utf-8")
    assert "env/tmp_credential" in command
    assert stat.S_IMODE((directory / "env/tmp_credential").stat().st_mode) == 0o400


def test_the_passwords_are_those_of_the_credentials() -> None:
    for user, password in (("root@sys", PASSWORD), ("proxyro@sys", PROXYRO)):
        pymysql.connect(host="127.0.80.1", port=2881, user=user, password=password.encode(), connect_timeout=10).close()


def test_again_with_the_greatest_verbosity_nothing_changes_and_nothing_leaks() -> None:
    directory = job("again", SURVEY)
    assert awx_job.launch(directory, "create_cluster.yml", "-vvvv") == 0, awx_job.failures(directory)
    stats = [json.loads(path.read_text(encoding="utf-8")) for path in (directory / "artifacts/42/job_events").glob("*.json")]
    (last,) = [event["event_data"] for event in stats if event["event"] == "playbook_on_stats"]
    assert last["changed"] == {}
    no_leak(directory)


def test_a_wrong_answer_is_told_and_nothing_leaks() -> None:
    directory = job("wrong", {**SURVEY, "oceanbase_zones": "zone1", "oceanbase_primary_zone": "zone9", "oceanbase_type": "PRIMRY"})
    assert awx_job.launch(directory, "create_cluster.yml") != 0
    said = "\n".join(awx_job.failures(directory))
    assert 'zones, line 1: "zone1" is not of the form' in said
    assert "PRIMRY" in said
    no_leak(directory)


def test_a_number_as_password_is_refused() -> None:
    """AWX tags it as text, which ansible-core 2.19 reads as a number all the same; 0123 would be 83."""
    directory = job("number", SURVEY)
    (directory / "env/tmp_credential").chmod(0o600)
    (directory / "env/tmp_credential").write_text(awx_job.safe_dump({**CREDENTIALS, "oceanbase_proxyro_password": "0123"}), encoding="utf-8")
    rc = awx_job.launch(directory, "create_cluster.yml", "--cmdline", f"-e @{directory}/env/tmp_credential --check")
    assert rc != 0
    assert "that of proxyro is not a text" in "\n".join(awx_job.failures(directory))


@pytest.mark.parametrize("playbook", ["precheck.yml", "task_info.yml"])
def test_the_other_jobs_of_the_workflow(playbook: str) -> None:
    directory = job(playbook, SURVEY)
    assert awx_job.launch(directory, playbook) == 0, awx_job.failures(directory)
    no_leak(directory)


def test_the_end_of_the_failure_path_fails() -> None:
    directory = job("failed", SURVEY)
    assert awx_job.launch(directory, "task_info_failed.yml") != 0
    assert "The creation of cluster terran failed" in awx_job.failures(directory)[-1]


def test_a_fleet_of_five_of_which_one_fails() -> None:
    broken = yaml.safe_load((BASE / "hosts.yml").read_text(encoding="utf-8"))
    directory = job("fleet", {"oceanbase_clusters": "\n".join(NAMES), "oceanbase_clusters_at_once": 5})
    broken["all"]["children"]["zerg"]["vars"]["oceanbase_rpm_name"] = RPM.replace("4.3.5.3", "4.3.5.9")
    (directory / "inventory/hosts.yml").write_text(yaml.safe_dump(broken), encoding="utf-8")
    assert awx_job.launch(directory, "create_clusters.yml") != 0
    fleet = {row["name"]: row["status"] for row in awx_job.artifacts(directory)["oceanbase_fleet"]}
    assert fleet == {name: "FAILED" if name == "zerg" else "SUCCESSFUL" for name in NAMES}
    assert "Failed: zerg." in awx_job.failures(directory)[-1]
    no_leak(directory)


def test_the_fleet_again_finishes_the_one() -> None:
    directory = job("fleet_again", {"oceanbase_clusters": "\n".join(NAMES), "oceanbase_clusters_at_once": "2"})
    assert awx_job.launch(directory, "create_clusters.yml") == 0, awx_job.failures(directory)
    assert {row["status"] for row in awx_job.artifacts(directory)["oceanbase_fleet"]} == {"SUCCESSFUL"}
    no_leak(directory)


def test_destroy_asks_for_the_name() -> None:
    directory = job("destroy", {**SURVEY, "oceanbase_confirm_destroy": "tarran"})
    assert awx_job.launch(directory, "destroy_cluster.yml") != 0
    no_leak(directory)
