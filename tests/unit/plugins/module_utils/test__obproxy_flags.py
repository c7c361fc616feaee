# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line of OBProxy."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _obproxy_flags as flags
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

BY_LIST = flags.FirstStart(2883, 2884, 0, "", "terran", ("192.0.2.1:2881", "192.0.2.2:2881"), "", "", {})
BY_URL = BY_LIST._replace(cluster="", root_servers=(), config_url="http://192.0.2.9:8080/services?Action=GetObProxyConfig")


@pytest.mark.parametrize(
    ("first", "said"),
    [
        (BY_LIST, ["-p", "2883", "-l", "2884", "-r", "192.0.2.1:2881;192.0.2.2:2881", "-c", "terran", "-o", "obproxy_sys_password="]),
        (
            BY_URL,
            ["-p", "2883", "-l", "2884", "-o", "obproxy_sys_password=,obproxy_config_server_url=http://192.0.2.9:8080/services?Action=GetObProxyConfig"],
        ),
        (
            BY_LIST._replace(rpc_port=2885, app_name="shop", listen_address="192.0.2.5", parameters={"proxy_mem_limited": "1G", "enable_ssl": "false"}),
            ["-p", "2883", "-l", "2884", "-s", "2885", "-n", "shop", "-r", "192.0.2.1:2881;192.0.2.2:2881", "-c", "terran",
             "-o", "obproxy_sys_password=,local_bound_ip=192.0.2.5,enable_ssl=false,proxy_mem_limited=1G"],
        ),
    ],
)  # fmt: skip
def test_flags_of_a_first_start(first: flags.FirstStart, said: list[str]) -> None:
    assert flags.faults_of(first) == []
    assert flags.first_flags(first) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"root_servers": ()}, "neither is given"),
        ({"config_url": "http://192.0.2.9"}, "not both"),
        ({"cluster": ""}, "root_servers need the name of their cluster"),
        ({"root_servers": ("192.0.2.1",)}, "'192.0.2.1' in root_servers is not ip:sql_port"),
        ({"root_servers": ("192.0.2.1:1;192.0.2.2:1",)}, "is not ip:sql_port"),
        ({"parameters": {"observer_sys_password": "ab"}}, "observer_sys_password is a password"),
        ({"parameters": {"listen_port": "1"}}, "listen_port is set with the option listen_port"),
        ({"parameters": {"local_bound_ip": "::"}}, "local_bound_ip is set with the option listen_address"),
        ({"parameters": {"a b": "1"}}, "'a b' is not the name of a parameter"),
        ({"parameters": {"ab": "1,2"}}, "holds a comma"),
        ({"parameters": {"ab": "1\n2"}}, "line break"),
    ],
)
def test_first_starts_that_are_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ObError) as caught:
        flags.refuse("Cannot start OBProxy", BY_LIST._replace(**changes))
    assert said in caught.value.cause


@pytest.mark.parametrize(
    ("argv", "after"),
    [
        (["/home/admin/obproxy/bin/obproxy", "-N"], ("-N",)),
        (["./obproxy"], ()),
        (["python3", "-E", "/x/bin/obproxy", "-p", "1"], ("-p", "1")),
        (["/usr/bin/python3.9", "/x/bin/obproxy"], ()),
        (["/bin/sh", "/x/obproxyd.sh", "/x"], None),
        (["vi", "obproxy"], None),
        (["tail", "-f", "/x/log/obproxy"], None),
        (["/x/bin/obproxy_admin"], None),
        ([], None),
    ],
)
def test_whether_a_process_is_a_proxy(argv: list[str], after: tuple[str, ...] | None) -> None:
    assert flags.arguments(argv) == after


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["-p", "2883", "-N", "-c", "terran"], {"p": "2883", "N": "", "c": "terran"}),
        (["-p2883"], {"p": "2883"}),
        (["--listen_port=2883", "--rs_list", "192.0.2.1:2881", "--nodaemon"], {"p": "2883", "r": "192.0.2.1:2881", "N": ""}),
        (["-o"], {"o": ""}),
        (["stray", "-V"], {"V": ""}),
    ],
)
def test_flags_are_read(words: list[str], found: dict[str, str]) -> None:
    assert flags.parse(words) == found


def test_hashes_of_passwords_are_not_shown() -> None:
    argv = ["obproxy", "-o", "obproxy_sys_password=0a1b,observer_sys_password=2c3d,enable_ssl=false"]
    assert flags.shown(argv) == ["obproxy", "-o", "obproxy_sys_password=********,observer_sys_password=********,enable_ssl=false"]
    assert flags.shown(["-o", "obproxy_sys_password=,a=1"]) == ["-o", "obproxy_sys_password=,a=1"]
