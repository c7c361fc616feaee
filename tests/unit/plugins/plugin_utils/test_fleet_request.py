# SPDX-License-Identifier: GPL-3.0-or-later
"""A list of clusters, and what became of each."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.fleet_request import Entry, handed_on, outcome, read_clusters, summary_lines

TERRAN = Entry("terran", {"oceanbase_hosts": "terran"})


@pytest.mark.parametrize(
    ("value", "entries"),
    [
        (["terran"], [TERRAN]),
        ("terran\n\n  # not yet\nprotoss # the second\n", [TERRAN, Entry("protoss", {"oceanbase_hosts": "protoss"})]),
        ([{"oceanbase_hosts": "ob1", "oceanbase_name": "terran"}], [Entry("terran", {"oceanbase_hosts": "ob1", "oceanbase_name": "terran"})]),
        ([{"oceanbase_request": {"name": "terran"}}], [Entry("terran", {"oceanbase_request": {"name": "terran"}})]),
        ([{"oceanbase_request_file": "/srv/terran.json"}], [Entry("terran", {"oceanbase_request_file": "/srv/terran.json"})]),
        (["rack1:&terran"], [Entry("rack1_terran", {"oceanbase_hosts": "rack1:&terran"})]),
        (["../etc"], [Entry("etc", {"oceanbase_hosts": "../etc"})]),
    ],
)
def test_a_list_is_read(value: Any, entries: list[Entry]) -> None:
    faults = Faults()
    assert read_clusters(value, faults) == entries
    assert faults.found == []


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ([], "clusters: the list is empty"),
        ("", "clusters: the list is empty"),
        (5, "clusters: 5 is not a list"),
        ([5], "clusters[0]: 5 is neither"),
        ([{}], "clusters[0]: has no name"),
        (["terran", "terran"], 'clusters[1]: "terran" is in the list twice'),
        ([{"oceanbase_hosts": "a", "name": "terran"}], "clusters[0]: name: not a variable of one cluster"),
        ([{"oceanbase_hosts": "a", "oceanbase_clusters": []}], "clusters[0]: oceanbase_clusters: not a variable"),
    ],
)
def test_what_is_wrong_is_told(value: Any, fault: str) -> None:
    faults = Faults()
    read_clusters(value, faults)
    assert [found for found in faults.found if found.startswith(fault)], faults.found


def test_a_cluster_may_have_a_folder_of_its_own() -> None:
    faults = Faults()
    read_clusters([{"oceanbase_hosts": "a", "oceanbase_artifacts_dir": "/srv/a"}], faults)
    assert faults.found == []


def test_variables_of_the_fleet_are_not_handed_on() -> None:
    assert handed_on({"oceanbase_clusters": [], "oceanbase_artifacts_dir": "x", "oceanbase_password": "p"}) == {"oceanbase_password": "p"}


def document(**run: Any) -> dict[str, Any]:
    return {"run": run, "data": {"tasks": [{"nodes": [{"changed": False}]}, {"nodes": [{"changed": True}]}]}}


def test_a_failure_is_told_from_the_task_information() -> None:
    result = outcome("terran", 2, document(failures=[{"host": "ob1", "message": "no space"}]), ["noise"])
    assert (result["status"], result["message"], result["changed"]) == ("FAILED", "ob1: no space", True)


def test_all_faults_of_a_request_are_told() -> None:
    assert outcome("terran", 2, document(faults=["name: missing", "zones: missing"]), [])["message"] == "name: missing; zones: missing"


def test_without_task_information_the_error_is_told() -> None:
    tail = ["[WARNING]: never mind\n", "hello\n", "[ERROR]: no such file\n", "\n", "more\n"]
    assert outcome("terran", 1, None, tail)["message"] == "[ERROR]: no such file; more"
    assert "said nothing" in outcome("terran", 1, None, [])["message"]


def test_success_is_success() -> None:
    result = outcome("terran", 0, document(), ["noise"])
    assert (result["status"], result["message"]) == ("SUCCESSFUL", "")


def test_the_summary_has_a_line_for_each_cluster() -> None:
    good = {"name": "terran", "status": "SUCCESSFUL", "changed": False, "duration": 31.44, "message": "", "log": ""}
    bad = {"name": "zerg", "status": "FAILED", "changed": True, "duration": 2.0, "message": "no space", "log": "/srv/run.log"}
    assert summary_lines([good, bad]) == [
        "terran  SUCCESSFUL     31.4 s  unchanged",
        "zerg    FAILED          2.0 s",
        "        no space",
        "        The output of its run: /srv/run.log",
        "2 clusters: 1 successful, 1 failed",
    ]
