# SPDX-License-Identifier: GPL-3.0-or-later
"""A real proxy between clients and a cluster: the link, the loss of an observer, rotation, who may do what."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import pymysql
import pytest
from proxy_home import MONITOR, PROXYRO, ROOT_PASSWORD, ProxyHome, pymysql_connect, until
from standin_host import Host

Result = dict[str, Any]
Run = Callable[..., Result]
Make = Callable[..., ProxyHome]


def roots(cluster: list[Host]) -> list[str]:
    """Return where the cluster can be reached."""
    return [f"{host.ip}:2881" for host in cluster]


def link(home: ProxyHome, cluster: list[Host], **more: Any) -> dict[str, Any]:
    """Return the options that link a proxy with the cluster."""
    own = {"login_servers": [home.endpoint], "sys_password": "zealot-7", "observer_password": PROXYRO, "cluster": "terran", "root_servers": roots(cluster)}
    return {**own, "logins": [{"name": "root", "password": ROOT_PASSWORD}], "prove": True, "prove_timeout": 20, **more}


@pytest.fixture
def linked(run_main: Run, make_proxy: Make, cluster: list[Host]) -> ProxyHome:
    """Return a proxy that serves the cluster."""
    home = make_proxy()
    assert run_main("obproxy", home.params(cluster="terran", root_servers=roots(cluster)))["pid"]
    done = run_main("obproxy_config", link(home, cluster))
    assert done["changed"] and done["restart_required"] == [], done
    return home


def test_the_link_is_proved_and_stays(run_main: Run, linked: ProxyHome, cluster: list[Host]) -> None:
    again = run_main("obproxy_config", link(linked, cluster))
    assert not again["changed"] and again["proxies"] == [{"endpoint": linked.endpoint, "serves": "cluster terran by a list of root servers"}]
    for user in ("root@sys", "root@sys#terran", "terran:sys:root"):
        assert linked.sql("SELECT COUNT(*) FROM oceanbase.DBA_OB_SERVERS", user, ROOT_PASSWORD) == [(3,)]
    with pytest.raises(pymysql.err.OperationalError, match="1045"):
        linked.sql("SELECT 1", "root@sys#terran", "wrong")
    with pytest.raises(pymysql.err.OperationalError, match="1045"):
        linked.sql("SELECT 1", "proxyro@sys#terran", PROXYRO)


def test_a_wrong_password_of_proxyro_is_explained(run_main: Run, make_proxy: Make, cluster: list[Host]) -> None:
    home = make_proxy()
    run_main("obproxy", home.params(cluster="terran", root_servers=roots(cluster)))
    refused = run_main("obproxy_config", link(home, cluster, observer_password="zergling-1", prove_timeout=1))
    assert f"Cannot reach cluster terran through OBProxy {home.endpoint}" in refused["msg"] and "as proxyro" in refused["msg"]
    assert "fail to login as proxyro" in home.log()


def test_an_unlinked_proxy_is_linked_with_a_restart(run_main: Run, make_proxy: Make, cluster: list[Host]) -> None:
    home = make_proxy()
    run_main("obproxy", home.params(cluster="terran", root_servers=["127.0.60.250:2881"]))
    # What an interrupted run leaves behind: set, but not restarted.
    quiet = {"prove": False, "logins": []}
    assert run_main("obproxy_config", link(home, cluster, **quiet))["restart_required"] == [home.endpoint]
    pending = run_main("obproxy_config", link(home, cluster, prove=False))
    assert not pending["changed"] and pending["restart_required"] == [home.endpoint]
    run_main("obproxy", home.params(state="restarted"))
    assert not run_main("obproxy_config", link(home, cluster))["changed"]


def test_rotation_without_a_gap(run_main: Run, linked: ProxyHome, cluster: list[Host]) -> None:
    new = 'pro\'s "new" one'

    def reconnects() -> bool:
        # Each interval the proxy logs in again as proxyro; a gap would be in its log.
        linked.sql("SELECT 1", "root@sys#terran", ROOT_PASSWORD)
        return "fail to create cluster resource" not in linked.log()

    linked.sql("ALTER PROXYCONFIG SET server_state_refresh_interval = '10ms'", "root@proxysys", "zealot-7")
    announced = run_main("obproxy_config", link(linked, cluster, observer_password=new, observer_password_mode="add"))
    assert announced["statements"] == ["ALTER PROXYCONFIG SET observer_sys_password1 = '********'"] and reconnects()
    assert not run_main("obproxy_config", link(linked, cluster, observer_password=new, observer_password_mode="add"))["changed"]
    try:
        users = {"login_servers": roots(cluster), "login_password": ROOT_PASSWORD}
        wanted = [{"name": "proxyro", "password": new, "privileges": ["SELECT"], "scope": "oceanbase.*"}]
        assert run_main("user", {**users, "users": wanted})["changed"] and reconnects()
        replaced = run_main("obproxy_config", link(linked, cluster, observer_password=new))
        assert replaced["statements"] == ["ALTER PROXYCONFIG SET observer_sys_password = '********'"] and reconnects()
        assert not run_main("obproxy_config", link(linked, cluster, observer_password=new))["changed"]
        assert new not in str(announced) + str(replaced)
    finally:
        with contextlib.closing(cluster[0].connect()) as connection, connection.cursor() as cursor:
            cursor.execute("ALTER USER proxyro IDENTIFIED BY %s", (PROXYRO,))


@pytest.mark.parametrize(("user", "password"), [("proxyro", PROXYRO), ("ocp_monitor", MONITOR)])
@pytest.mark.parametrize(
    "statement",
    [
        "CREATE DATABASE made_by_the_account", "CREATE TABLE test.made (a INT)", "CREATE USER made IDENTIFIED BY 'x'", "DROP USER ocp_monitor",
        "GRANT SELECT ON *.* TO proxyro", "ALTER SYSTEM SET max_syslog_file_count = 3",
        "ALTER SYSTEM MAJOR FREEZE", "DROP DATABASE test",
    ],
)  # fmt: skip
def test_the_accounts_can_read_and_nothing_else(cluster: list[Host], user: str, password: str, statement: str) -> None:
    with contextlib.closing(pymysql_connect(cluster[0].ip, 2881, f"{user}@sys", password)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM oceanbase.DBA_OB_SERVERS")
        assert cursor.fetchall() == ((3,),)
        with pytest.raises(pymysql.err.MySQLError) as refused:
            cursor.execute(statement)
        assert refused.value.args[0] in (1044, 1142, 1227, 1410, 1370, 1045), refused.value.args


def test_clients_survive_the_loss_of_an_observer(linked: ProxyHome, cluster: list[Host]) -> None:
    ask = ("SELECT COUNT(*) FROM oceanbase.DBA_OB_SERVERS", "root@sys#terran", ROOT_PASSWORD)
    lost = cluster[2]
    lost.kill()
    try:
        for _client in range(6):
            assert until(lambda: linked.sql(*ask), "a client gets in") == [(3,)]
    finally:
        lost.start([])
        until(lambda: lost.execute("SELECT 1"), "the observer is back", 30)
