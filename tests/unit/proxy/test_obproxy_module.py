# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules obproxy and obproxy_config against the stand-in: processes, passwords, parameters, other clusters."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pymysql
import pytest
from proxy_home import ProxyHome, until, works_in

Result = dict[str, Any]
Run = Callable[..., Result]
Make = Callable[..., ProxyHome]
LIST = {"cluster": "terran", "root_servers": ["127.0.60.250:2881", "127.0.60.251:2881"]}
SECRET = "s'e\"cr\\et \u00e9"


def config(home: ProxyHome, **more: Any) -> dict[str, Any]:
    """Return the options of module obproxy_config."""
    return {"login_servers": [home.endpoint], "connect_timeout": 3, **more}


def command_line(pid: int) -> list[str]:
    """Return the command line of a process."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().decode().strip("\0").split("\0")


@pytest.mark.parametrize("version", ["4.3.3.0", "4.2.3.0", "3.2.3"])
@pytest.mark.parametrize("watched", [True, False])
def test_ladder(run_main: Run, make_proxy: Make, version: str, watched: bool) -> None:
    home = make_proxy(version)
    params = home.params(**LIST, watched=watched, parameters={"proxy_mem_limited": "3G", "enable_cluster_checkout": False})
    predicted = run_main("obproxy", params, check=True)
    assert predicted["changed"] and predicted["first_start"] and not works_in(home.path)
    assert "-r '127.0.60.250:2881;127.0.60.251:2881' -c terran" in predicted["diff"]["after"]
    done = run_main("obproxy", params)
    assert done["changed"] and done["first_start"] and done["pid"] and "msg" not in done
    again = run_main("obproxy", params)
    assert not again["changed"] and again["pid"] == done["pid"] and not again["first_start"]
    rows = {row[0]: row[1] for row in home.sql("SHOW PROXYCONFIG", "root@proxysys", "")}
    assert rows["proxy_mem_limited"] == "3G" and rows["enable_cluster_checkout"] == "False" and rows["rootservice_cluster_name"] == "terran"
    restarted = run_main("obproxy", {**params, "state": "restarted"})
    assert restarted["changed"] and restarted["pid"] != done["pid"] and not restarted["first_start"]
    assert not {"-r", "-c", "-o"} & set(command_line(restarted["pid"]))
    stopped = run_main("obproxy", {**params, "state": "stopped"})
    assert stopped["changed"] and stopped["pid"] == 0 and not works_in(home.path)
    assert not run_main("obproxy", {**params, "state": "stopped"})["changed"]


def test_a_proxy_that_dies_comes_back(run_main: Run, make_proxy: Make) -> None:
    home = make_proxy()
    first = run_main("obproxy", home.params(**LIST))
    os.kill(first["pid"], signal.SIGKILL)
    until(lambda: home.sql("SHOW PROXYCLUSTER", "root@proxysys", ""), "the proxy is back")
    again = run_main("obproxy", home.params(**LIST))
    assert not again["changed"] and again["pid"] != first["pid"]


def test_a_proxy_started_by_hand_gets_a_watcher(run_main: Run, make_proxy: Make) -> None:
    home = make_proxy()
    alone = run_main("obproxy", home.params(**LIST, watched=False))
    assert not run_main("obproxy", home.params(**LIST, watched=False))["changed"]
    watched = run_main("obproxy", home.params(**LIST))
    assert watched["changed"] and watched["pid"] != alone["pid"] and len(works_in(home.path)) == 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "neither is given"),
        ({"root_servers": ["a:1"]}, "need the name of their cluster"),
        ({"cluster": "c", "root_servers": ["a"], "config_url": "http://x"}, "not both"),
        ({"config_url": "http://x", "parameters": {"obproxy_sys_password": "x"}}, "must not be on a command line"),
        ({"config_url": "http://x", "parameters": {"listen_port": 1}}, "is set with the option listen_port"),
        ({"config_url": "http://x", "parameters": {"proxy_idc_name": "a,b"}}, "holds a comma"),
    ],
)
def test_refused_options(run_main: Run, make_proxy: Make, options: dict[str, Any], words: str) -> None:
    home = make_proxy()
    for check in (True, False):
        assert words in run_main("obproxy", home.params(**options), check)["msg"]
    assert not works_in(home.path)


def test_failures_tell_why(run_main: Run, make_proxy: Make) -> None:
    home = make_proxy()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((home.ip, 2883))
        taken.listen()
        refused = run_main("obproxy", home.params(**LIST))
        assert f"port 2883 of {home.ip} is held by process {os.getpid()}" in refused["msg"]
    for watched in (True, False):
        broken = run_main("obproxy", home.params(**LIST, watched=watched, parameters={"proxy_id": "99999"}))
        assert "it ended" in broken["msg"] and "proxy_id" in broken["msg"] and broken["error_code"] == 4147, broken
        assert not works_in(home.path)
    (home.path / "bin/obproxy").unlink()
    assert "does not exist" in run_main("obproxy", home.params(**LIST))["msg"]


def test_passwords_and_parameters(run_main: Run, make_proxy: Make) -> None:
    home = make_proxy()
    run_main("obproxy", home.params(**LIST))
    wanted = config(home, sys_password=SECRET, observer_password="zerglings", parameters={"proxy_mem_limited": "3G", "skip_proxyro_check": "true"})
    predicted = run_main("obproxy_config", wanted, check=True)
    assert predicted["changed"] and home.sql("SHOW PROXYCLUSTER", "root@proxysys", "")
    done = run_main("obproxy_config", wanted)
    assert done["statements"] == predicted["statements"] and "ALTER PROXYCONFIG SET obproxy_sys_password = '********'" in done["statements"]
    assert not run_main("obproxy_config", wanted)["changed"]
    home.sql("SHOW PROXYCLUSTER", "root@proxysys", SECRET)
    with pytest.raises(pymysql.err.OperationalError, match="1045"):
        home.sql("SHOW PROXYCLUSTER", "root@proxysys", "")
    rotated = run_main("obproxy_config", {**wanted, "sys_password": "zealot-8", "login_password": SECRET})
    assert rotated["statements"] == ["ALTER PROXYCONFIG SET obproxy_sys_password = '********'"]
    for result in (predicted, done, rotated):
        assert SECRET not in str(result) and "40bd001563085fc35165329ea1ff5c5ecbdbbeef" not in str(result)
    wrong = run_main("obproxy_config", {**wanted, "sys_password": "zealot-3"})
    assert "access denied" in wrong["msg"] and wrong["error_code"] == 1045
    assert "no such parameter" in run_main("obproxy_config", config(home, sys_password="zealot-8", parameters={"nix": 1}))["msg"]
    assert "use sys_password" in run_main("obproxy_config", config(home, sys_password="zealot-8", parameters={"observer_sys_password": 1}))["msg"]
    run_main("obproxy", home.params(**LIST, state="restarted"))
    assert not run_main("obproxy_config", {**wanted, "sys_password": "zealot-8"})["changed"]


def test_a_proxy_that_serves_another_cluster_is_left_alone(run_main: Run, make_proxy: Make) -> None:
    home = make_proxy()
    run_main("obproxy", home.params(**LIST))
    before = home.sql("SHOW PROXYCONFIG", "root@proxysys", "")
    link = config(home, cluster="protoss", root_servers=["127.0.60.1:2881"], observer_password="zealot-9")
    refused = run_main("obproxy_config", link)
    assert "serves cluster terran by a list of root servers" in refused["msg"] and "one cluster only" in refused["msg"]
    assert home.sql("SHOW PROXYCONFIG", "root@proxysys", "") == before


def test_a_new_list_of_root_servers_needs_a_restart(run_main: Run, make_proxy: Make) -> None:
    home = make_proxy()
    run_main("obproxy", home.params(**LIST))
    link = config(home, cluster="terran", root_servers=["127.0.60.251:2881", "127.0.60.249:2881"])
    done = run_main("obproxy_config", link)
    assert done["changed"] and done["restart_required"] == [home.endpoint]
    assert not run_main("obproxy_config", {**link, "root_servers": list(reversed(link["root_servers"]))})["changed"]


def test_nobody_answers(run_main: Run, make_proxy: Make) -> None:
    home = make_proxy()
    missing = run_main("obproxy_config", config(home, sys_password="zealot-7"))
    assert f"Cannot log in to OBProxy {home.endpoint}" in missing["msg"] and "connection refused" in missing["msg"]
    assert run_main("obproxy_config", config(home, sys_password="zealot-7", missing="skip")) | {"invocation": 0} == {
        "changed": False, "statements": [], "restart_required": [], "proxies": [], "invocation": 0,
        "diff": {"before": "", "after": "", "before_header": "OBProxy", "after_header": "OBProxy"},
    }  # fmt: skip
