# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cluster that registers with a config service, and a proxy that hears of its clusters there."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from config_service import ConfigService
from proxy_home import PROXYRO, ROOT_PASSWORD, ProxyHome, network
from standin_host import Host

from ansible_collections.oceanbase.cluster.plugins.module_utils import _config_service
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

Result = dict[str, Any]
Run = Callable[..., Result]
OTHER = {
    "ObCluster": "zerg", "ObClusterId": 2, "Type": "PRIMARY", "RsList": [{"address": "192.0.2.66:2882", "role": "LEADER", "sql_port": 2881}],
}  # fmt: skip


@pytest.fixture
def service(worker_id: str) -> Iterator[ConfigService]:
    """Return a config service that knows another cluster."""
    with ConfigService(f"{network(worker_id, 7)}.1") as running:
        running.clusters["zerg", 2] = OTHER
        yield running
        running.shutdown()


@pytest.fixture
def register(service: ConfigService, cluster: list[Host]) -> Iterator[dict[str, Any]]:
    """Return the options that register the cluster; it forgets the service at the end."""
    yield {
        "login_servers": [f"{host.ip}:2881" for host in cluster], "login_password": ROOT_PASSWORD, "url": service.cluster_url("terran"),
        "cluster": "terran", "ob_cluster_id": 1, "servers": [host.server for host in cluster], "wait_timeout": 20,
    }  # fmt: skip
    with contextlib.closing(cluster[0].connect()) as connection, connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET obconfig_url = ''")


def test_a_cluster_is_registered_and_forgotten(run_main: Run, service: ConfigService, register: dict[str, Any]) -> None:
    checked = run_main("config_service", register, check=True)
    assert checked["changed"] and ("terran", 1) not in service.clusters
    done = run_main("config_service", register)
    assert done["statements"] == [f"ALTER SYSTEM SET obconfig_url = '{register['url']}'", "ALTER SYSTEM RELOAD SERVER"] == checked["statements"]
    assert done["registered"] == {"cluster": "terran", "servers": sorted(register["servers"])}
    again = run_main("config_service", register)
    assert not again["changed"] and again["registered"] == done["registered"]
    gone = {**register, "state": "absent"}
    assert run_main("config_service", gone, check=True)["changed"] and ("terran", 1) in service.clusters
    # The stand-in registers again only when something changed, so that it stays forgotten.
    assert run_main("config_service", gone)["changed"] and ("terran", 1) not in service.clusters
    assert not run_main("config_service", gone)["changed"] and ("zerg", 2) in service.clusters


def test_another_cluster_of_this_name_is_left_alone(run_main: Run, service: ConfigService, register: dict[str, Any]) -> None:
    service.clusters["terran", 1] = {**OTHER, "ObCluster": "terran"}
    for state in ("registered", "absent"):
        refused = run_main("config_service", {**register, "state": state})
        assert "the config service knows another cluster by this name and id, with the root servers 192.0.2.66:2882" in refused["msg"]
    assert service.clusters["terran", 1]["RsList"] == OTHER["RsList"]


def test_a_service_that_is_not_there(run_main: Run, register: dict[str, Any]) -> None:
    refused = run_main("config_service", {**register, "url": "http://127.0.0.1:9/services?Action=ObRootServiceInfo&ObCluster=terran"})
    assert "Cannot register cluster terran with its config service" in refused["msg"] and "connection refused" in refused["msg"]


def test_a_proxy_of_a_config_service_is_linked_not_disturbed(
    run_main: Run, service: ConfigService, register: dict[str, Any], cluster: list[Host], make_proxy: Callable[..., ProxyHome]
) -> None:
    run_main("config_service", register)
    home = make_proxy()
    assert run_main("obproxy", home.params(config_url=service.proxy_url))["pid"]
    own = {"login_servers": [home.endpoint], "sys_password": "zealot-7", "cluster": "terran", "config_url": service.proxy_url}
    proof = {"logins": [{"name": "root", "password": ROOT_PASSWORD}], "prove": True, "prove_timeout": 20}
    # The password of proxyro in zerg: it was given when that cluster was linked.
    run_main("obproxy_config", {**own, "cluster": "zerg", "observer_password": "that of zerg"})
    linked = run_main("obproxy_config", {**own, **proof, "observer_password": PROXYRO})
    assert linked["statements"] == ["ALTER PROXYCONFIG SET observer_sys_password1 = '********'"], linked
    assert not run_main("obproxy_config", {**own, **proof, "observer_password": PROXYRO})["changed"]
    assert home.sql("SELECT COUNT(*) FROM oceanbase.DBA_OB_SERVERS", "root@sys#terran", ROOT_PASSWORD) == [(3,)]
    # Given a list of root servers, a proxy that has a config service goes on with that.
    by_list = {**own, "config_url": "", "root_servers": register["login_servers"], "observer_password": PROXYRO}
    assert not run_main("obproxy_config", {**by_list, **proof})["changed"]
    refused = run_main("obproxy_config", {**own, "observer_password": "a third one"})
    assert "both of the passwords that it can hold are in use" in refused["msg"] and "It was left alone" in refused["msg"]
    assert home.sql("SELECT 1", "root@sys#terran", ROOT_PASSWORD) == [(1,)]


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, b'{"Code": 500, "Message": "broken"}', "code 500, broken"),
        (200, b"<html>", "HTTP status 200 without the answer of a config service"),
        (200, b"[]", "without the answer"),
        (200, b'{"Code": 200, "Data": {"a": 1}}', "the answer names no root servers"),
        (200, b'{"Code": 200, "Data": []}', "the answer names no root servers"),
    ],
)
def test_answers_of_something_else(status: int, body: bytes, said: str) -> None:
    with pytest.raises(ObError) as caught:
        _config_service.registered("Cannot", "http://192.0.2.9/", _config_service.read(status, body))
    assert said in caught.value.cause


@pytest.mark.parametrize("body", [b'{"Code": 404, "Message": "no"}', b'{"Code": 2018, "Message": "no"}'])
def test_an_unknown_cluster(body: bytes) -> None:
    assert _config_service.registered("Cannot", "", _config_service.read(404, body)) == ("", ())


def test_the_address_is_that_of_the_servers() -> None:
    assert _config_service.url_of("http://192.0.2.9/s?Action=A", 3) == "http://192.0.2.9/s?Action=A&version=2&ObClusterId=3"
    assert _config_service.url_of("http://192.0.2.9/s", 3) == "http://192.0.2.9/s?version=2&ObClusterId=3"
