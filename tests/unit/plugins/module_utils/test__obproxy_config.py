# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a proxy is told: by what it serves, and by which passwords it holds."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _obproxy_config as config
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._obproxy_config import ADD, REPLACE, Item, Wanted, sha1

HERE = "192.0.2.5:2883"
ROOTS = ("192.0.2.1:2881", "192.0.2.2:2881")
URL = "http://192.0.2.9:8080/services?Action=GetObProxyConfig"
WANTED = Wanted({}, None, None, REPLACE, "terran", ROOTS, "")
SHARED = WANTED._replace(root_servers=())


def items(**values: str) -> config.Items:
    """Return the configuration of a proxy that serves terran, with changes."""
    held = {
        "obproxy_sys_password": "", "observer_sys_password": config.BUILT_IN[1], "observer_sys_password1": "", "rootservice_cluster_name": "terran",
        "rootservice_list": ";".join(reversed(ROOTS)), "obproxy_config_server_url": "", "enable_ssl": "False", "proxy_mem_limited": "2G", **values,
    }  # fmt: skip
    reboot = ("rootservice_cluster_name", "rootservice_list", "obproxy_config_server_url")
    return {name: Item(value, name in reboot) for name, value in held.items()}


def sent(wanted: Wanted, **values: str) -> list[tuple[str, str]]:
    """Return what a proxy is sent, as pairs of name and value."""
    return [(change.statement.sql.split()[3], change.statement.args[0]) for change in config.plan(HERE, wanted, items(**values))]


OTHER = {"rootservice_cluster_name": "zerg"}
NONE = {"rootservice_cluster_name": "undefined", "rootservice_list": ""}


@pytest.mark.parametrize(
    ("wanted", "values", "expected"),
    [
        (WANTED, {}, []),
        (WANTED, NONE, [("rootservice_cluster_name", "terran"), ("rootservice_list", ";".join(ROOTS))]),
        (WANTED, {"rootservice_list": ROOTS[0]}, [("rootservice_list", ";".join(ROOTS))]),
        (WANTED, {**OTHER, "rootservice_list": ""}, [("rootservice_cluster_name", "terran"), ("rootservice_list", ";".join(ROOTS))]),
        (WANTED, {**OTHER, "obproxy_config_server_url": URL}, []),
        (SHARED._replace(config_url=URL), NONE, [("obproxy_config_server_url", URL)]),
        (SHARED._replace(config_url=URL), {**NONE, "obproxy_config_server_url": URL}, []),
        (SHARED._replace(config_url=URL), {}, [("obproxy_config_server_url", URL)]),
        (WANTED._replace(parameters={"enable_ssl": "false", "proxy_mem_limited": "2g"}), {}, []),
        (WANTED._replace(parameters={"enable_ssl": "true"}), {}, [("enable_ssl", "true")]),
    ],
)
def test_how_a_proxy_is_linked(wanted: Wanted, values: dict[str, str], expected: list[tuple[str, str]]) -> None:
    assert sent(wanted, **values) == expected


@pytest.mark.parametrize(
    ("wanted", "values", "said"),
    [
        (WANTED, OTHER, "it serves cluster zerg by a list of root servers, and such a proxy serves one cluster only"),
        (WANTED._replace(observer_password_mode=ADD, observer_password="a"), OTHER, "it serves cluster zerg"),
        (SHARED._replace(config_url=URL), OTHER, "it serves cluster zerg"),
        (SHARED._replace(config_url=URL), {"obproxy_config_server_url": "http://192.0.2.10/"}, "it serves the clusters of the config service http://192"),
        (WANTED._replace(parameters={"no_such": "1"}), {}, "it has no such parameter"),
        (
            WANTED._replace(observer_password="new"),
            {"obproxy_config_server_url": URL, "observer_sys_password": sha1("a"), "observer_sys_password1": sha1("b")},
            "both of the passwords that it can hold are in use",
        ),
    ],
)  # fmt: skip
def test_proxies_that_are_left_alone(wanted: Wanted, values: dict[str, str], said: str) -> None:
    with pytest.raises(ObError) as caught:
        sent(wanted, **values)
    assert said in caught.value.cause


FIRST, SECOND = "observer_sys_password", "observer_sys_password1"


@pytest.mark.parametrize(
    ("mode", "url", "first", "second", "expected"),
    [
        (REPLACE, "", config.BUILT_IN[1], "", [FIRST]),
        (REPLACE, "", sha1("new"), "", []),
        (REPLACE, "", sha1("old"), "", [FIRST]),
        (REPLACE, "", sha1("old"), sha1("new"), [FIRST]),
        (ADD, "", config.BUILT_IN[1], "", [FIRST]),
        (ADD, "", sha1("old"), "", [SECOND]),
        (ADD, "", sha1("old"), sha1("older"), [SECOND]),
        (ADD, "", sha1("old"), sha1("new"), []),
        (REPLACE, URL, config.BUILT_IN[1], "", [FIRST]),
        (REPLACE, URL, sha1("that of zerg"), "", [SECOND]),
        (REPLACE, URL, sha1("that of zerg"), sha1("new"), []),
        (ADD, URL, sha1("that of zerg"), "", [SECOND]),
    ],
)
def test_which_password_of_proxyro_is_set(mode: str, url: str, first: str, second: str, expected: list[str]) -> None:
    wanted = WANTED._replace(observer_password="new", observer_password_mode=mode)
    names = [name for name, _value in sent(wanted, observer_sys_password=first, observer_sys_password1=second, obproxy_config_server_url=url)]
    assert names == expected


def test_an_announcement_sets_nothing_else() -> None:
    wanted = WANTED._replace(observer_password="new", observer_password_mode=ADD, sys_password="other", parameters={"enable_ssl": "true"})
    assert [name for name, _value in sent(wanted, observer_sys_password=sha1("old"))] == [SECOND]


def test_the_password_of_the_administrator_is_the_last() -> None:
    wanted = WANTED._replace(observer_password="new", sys_password="other", parameters={"enable_ssl": "true"})
    assert [name for name, _value in sent(wanted)] == ["enable_ssl", FIRST, "obproxy_sys_password"]
    assert sent(WANTED._replace(sys_password="other"), obproxy_sys_password=sha1("other")) == []


def test_no_change_shows_a_password() -> None:
    wanted = WANTED._replace(observer_password="siege tank", sys_password="goliath")
    told = [(change.what, change.before, change.after) for change in config.plan(HERE, wanted, items())]
    assert "siege" not in str(told) and "goliath" not in str(told)
    assert all(change.statement.secret for change in config.plan(HERE, wanted, items()))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"parameters": {"observer_sys_password": "x"}}, "observer_sys_password is a password"),
        ({"parameters": {"rootservice_list": "x"}}, "rootservice_list is set with cluster, root_servers"),
        ({"parameters": {"a; b": "x"}}, "is not the name of a parameter"),
        ({"config_url": URL}, "two ways to the same"),
        ({"cluster": ""}, "root_servers need the name of their cluster"),
    ],
)
def test_requests_that_are_refused(changes: dict[str, Any], said: str) -> None:
    assert said in "; ".join(config.faults_of(WANTED._replace(**changes)))


def test_what_needs_a_restart_and_what_was_not_taken() -> None:
    link = config.plan(HERE, WANTED, items(**NONE))
    quiet = config.plan(HERE, WANTED._replace(observer_password="new"), items())
    assert config.restart_needed(link, items())
    assert not config.restart_needed(quiet, items())
    assert config.not_taken(quiet, items()) == [FIRST]
    assert config.not_taken(quiet, items(observer_sys_password=sha1("new"))) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "cluster terran by a list of root servers"),
        (NONE, "no cluster"),
        ({"obproxy_config_server_url": URL}, f"the clusters of the config service {URL}"),
    ],
)
def test_what_a_proxy_serves_is_said(values: dict[str, str], said: str) -> None:
    assert config.serves(items(**values)) == said
