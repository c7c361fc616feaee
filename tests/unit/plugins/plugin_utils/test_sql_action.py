# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SQL modules run inside the process of the action."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _module
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.sql_action import run_in_process, with_statements

SECRET = "a'b\"c\\d$e#f@g é"
NOBODY = {"login_servers": ["127.0.0.1:1"], "login_timeout": 0}


def test_a_module_fails_as_it_would_elsewhere() -> None:
    result = run_in_process("root_password", {**NOBODY, "password": SECRET, "login_password": SECRET}, check_mode=False)
    assert result["failed"] and "127.0.0.1:1" in result["msg"] and result["cause"] and result["remedy"]


def test_check_mode_is_handed_on() -> None:
    result = run_in_process("root_password", {**NOBODY, "password": SECRET}, check_mode=True)
    assert result["changed"] and result["statements"] == ["ALTER USER 'root' IDENTIFIED BY '********'"]


@pytest.mark.parametrize("check_mode", [True, False])
def test_no_secret_comes_back(check_mode: bool) -> None:
    users = [{"name": "proxyro", "password": SECRET, "privileges": ["SELECT"], "scope": "oceanbase.*"}]
    result = run_in_process("user", {**NOBODY, "users": users, "login_password": SECRET + "2"}, check_mode)
    assert SECRET not in str(result) and "a'b" not in str(result)
    assert result["invocation"]["module_args"]["login_password"] == "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "missing required arguments: password"),
        ({"password": "x", "pasword": "x"}, "pasword"),
        ({"password": "x", "login_port": "many"}, "login_port"),
    ],
)
def test_wrong_options(arguments: dict[str, Any], said: str) -> None:
    result = run_in_process("root_password", arguments, check_mode=False)
    assert result["failed"] and said in result["msg"]


def test_modules_are_left_as_they_were() -> None:
    run_in_process("root_password", {}, check_mode=False)
    assert _module.MODULE_CLASS is AnsibleModule


def test_a_diff_ends_with_the_statements() -> None:
    diff = {"before": "", "after": "zone1"}
    done = with_statements({"changed": True, "diff": diff, "statements": ["SET SESSION x = 1", "ALTER SYSTEM BOOTSTRAP ZONE 'zone1'"]})
    assert done["diff"] == [diff, {"prepared": "SET SESSION x = 1;\nALTER SYSTEM BOOTSTRAP ZONE 'zone1';\n"}]
    unchanged = {"changed": False, "diff": diff, "statements": []}
    assert with_statements(dict(unchanged)) == unchanged


def test_what_was_read_is_not_masked() -> None:
    """A password equal to the name of the cluster leaves the name readable."""
    result = run_in_process("cluster_info", {**NOBODY, "login_password": "none"}, check_mode=True)
    assert result["cluster_state"] == "none"
