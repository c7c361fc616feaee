# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the agent, read and written without a YAML library."""

from __future__ import annotations

import pytest
import yaml

from ansible_collections.oceanbase.cluster.plugins.module_utils import _obagent_properties as properties
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

AUTH = """\
configVersion: "2024-04-24T00:00:00+08:00"
configs:
    - key: agent.http.basic.auth.username
      value: ocp_agent
      valueType: string
      encrypted: false
    - key: agent.http.basic.auth.password
      value: 'it''s'
      valueType: string
      encrypted: true
    - key: agent.http.basic.auth.metricAuthEnabled
      value: true # a remark
      valueType: bool
    - key: "empty"
      valueType: string
"""
GROUPS = {"basic_auth.yaml": AUTH}
TEXTS = [
    "",
    "plain",
    "it's",
    'a "word"',
    "back\\slash",
    "tab\there",
    "Zürich",
    "日本",
    "\N{ROCKET}",
    ": # - [x]",
    "~",
    "null",
    "true",
    "0x10",
    "$ %",
    " lead and trail ",
]


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_written_reads_back(text: str) -> None:
    assert properties.scalar(properties.quoted(text)) == text
    assert yaml.safe_load(properties.quoted(text)) == text
    written = properties.write(GROUPS, "agent.http.basic.auth.password", text, True)
    assert yaml.safe_load(written["basic_auth.yaml"])["configs"][1] == {
        "key": "agent.http.basic.auth.password", "value": text, "valueType": "string", "encrypted": True,
    }  # fmt: skip
    assert properties.read(written)["agent.http.basic.auth.password"].value == text


@pytest.mark.parametrize("text", TEXTS)
def test_what_another_library_writes_is_read(text: str) -> None:
    dumped = yaml.safe_dump({"configs": [{"key": "a.b", "value": text}]}, width=1000, allow_unicode=False, sort_keys=False)
    assert properties.read({"x.yaml": dumped})["a.b"].value == text


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("agent.http.basic.auth.username", "ocp_agent"),
        ("agent.http.basic.auth.password", "it's"),
        ("agent.http.basic.auth.metricAuthEnabled", "true"),
        ("empty", ""),
    ],
)
def test_values_are_read(key: str, value: str) -> None:
    assert properties.read(GROUPS)[key].value == value


def test_a_key_without_a_value_gets_one() -> None:
    written = yaml.safe_load(properties.write(GROUPS, "empty", "full", False)["basic_auth.yaml"])
    assert written["configs"][3] == {"key": "empty", "value": "full", "valueType": "string"}


def test_a_key_of_no_file_goes_where_the_agent_would_put_it() -> None:
    written = properties.write(GROUPS, "new.key", "x", True)
    assert written["basic_auth.yaml"] == AUTH
    assert yaml.safe_load(written[properties.DEFAULT_GROUP])["configs"] == [{"key": "new.key", "value": "x", "valueType": "string", "encrypted": True}]
    again = properties.write(written, "other.key", "y", False)
    assert [one["key"] for one in yaml.safe_load(again[properties.DEFAULT_GROUP])["configs"]] == ["new.key", "other.key"]


def test_a_value_of_several_lines_is_refused() -> None:
    with pytest.raises(ObError, match="spans several lines"):
        properties.read({"x.yaml": "configs:\n    - key: a\n      value: |\n        b\n"})


def test_which_keys_differ() -> None:
    read = properties.read(GROUPS)
    assert properties.differing(read, {"agent.http.basic.auth.username": "ocp_agent", "agent.http.basic.auth.metricAuthEnabled": "True"}) == []
    assert properties.differing(read, {"agent.http.basic.auth.username": "other", "absent": ""}) == ["absent", "agent.http.basic.auth.username"]
