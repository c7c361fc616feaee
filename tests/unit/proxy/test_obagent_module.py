# SPDX-License-Identifier: GPL-3.0-or-later
"""Module obagent against the stand-in: files and who may read them, processes, metrics, what goes wrong."""

from __future__ import annotations

import base64
import contextlib
import grp
import os
import pwd
import signal
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import build_tools
import pytest
from proxy_home import MONITOR, end_below, lay_out, network, until, works_in
from standin_host import Host

from ansible_collections.oceanbase.cluster.plugins.module_utils import _obagent_answers, _process

Result = dict[str, Any]
Run = Callable[..., Result]
HTTP = "h't\"tp,=:\u00e9\U0001f600 pw"


class AgentHome:
    """A home directory with the stand-in of the agent, on an address of its own."""

    def __init__(self, path: Path, ip: str, version: str) -> None:
        self.path, self.ip = path, ip
        lay_out(next(one for one in build_tools.agents() if one.version == version), path)

    def params(self, **more: Any) -> dict[str, Any]:
        """Return the options of module obagent, without metrics of a server."""
        own = {"user": pwd.getpwuid(os.geteuid()).pw_name, "group": grp.getgrgid(os.getegid()).gr_name, "home": str(self.path), "address": self.ip}
        own.update(listen_address=self.ip, http_password=HTTP, cluster="terran", ob_cluster_id=1, zone="zone1")
        return {**own, "monitor": False, "wait_timeout": 30, **more}

    def get(self, port: int, path: str, password: str | None = HTTP) -> str:
        """Ask the agent."""
        request = urllib.request.Request(f"http://{self.ip}:{port}{path}")
        if password is not None:
            request.add_header("Authorization", "Basic " + base64.b64encode(f"ocp_agent:{password}".encode()).decode())
        with urllib.request.urlopen(request, timeout=5) as answer:
            text: str = answer.read().decode()
        return text

    def modes(self) -> set[int]:
        """Return the modes of the files that hold properties."""
        return {path.stat().st_mode & 0o777 for path in (self.path / "conf/config_properties").iterdir()}


@pytest.fixture
def make_agent(tmp_path: Path, worker_id: str) -> Iterator[Callable[..., AgentHome]]:
    """Return a function that lays out agents; they end with the test."""
    made: list[AgentHome] = []

    def make(version: str = "4.2.2") -> AgentHome:
        home = AgentHome(tmp_path.resolve() / f"ag{len(made)}", f"{network(worker_id, 8)}.{len(made) + 1}", version)
        made.append(home)
        return home

    yield make
    end_below(tmp_path.resolve())


@pytest.mark.parametrize("version", ["4.2.2", "1.3.0"])
def test_ladder(run_main: Run, make_agent: Callable[..., AgentHome], version: str) -> None:
    home = make_agent(version)
    predicted = run_main("obagent", home.params(state="configured"), check=True)
    assert predicted["changed"] and "monagent.ob.cluster.name = terran" in predicted["diff"]["after"] and home.modes() == {0o755}
    configured = run_main("obagent", home.params(state="configured"))
    assert configured["changed"] and configured["version"] == version and configured["pid"] == 0
    assert home.modes() == {0o600} and (home.path / "conf").stat().st_mode & 0o777 == 0o700
    assert not run_main("obagent", home.params(state="configured"))["changed"] and not works_in(home.path)
    started = run_main("obagent", home.params())
    assert started["changed"] and started["pid"] and started["metrics"]["host"] > 5, started
    again = run_main("obagent", home.params())
    assert not again["changed"] and again["pid"] == started["pid"]
    assert '"running"' in home.get(8089, "/api/v1/status") and "node_load1{" in home.get(8088, "/metrics/node/host")
    for result in (predicted, configured, started):
        assert HTTP not in str(result)
    stopped = run_main("obagent", home.params(state="stopped"))
    assert stopped["changed"] and not works_in(home.path) and not run_main("obagent", home.params(state="stopped"))["changed"]


def test_secrets_are_nowhere_but_in_closed_files(run_main: Run, make_agent: Callable[..., AgentHome]) -> None:
    home = make_agent()
    run_main("obagent", home.params(http_password="zergling-1"))
    for process in works_in(home.path):
        for name in ("cmdline", "environ"):
            assert b"zergling-1" not in Path(f"/proc/{process}/{name}").read_bytes()
    bearing = {path for path in home.path.rglob("*") if path.is_file() and b"zergling-1" in path.read_bytes()}
    assert bearing and all(path.is_relative_to(home.path / "conf") for path in bearing), bearing


def test_a_changed_configuration_restarts(run_main: Run, make_agent: Callable[..., AgentHome]) -> None:
    home = make_agent()
    first = run_main("obagent", home.params())
    # What an interrupted run leaves behind: written, not restarted.
    run_main("obagent", home.params(state="configured", zone="zone2"))
    done = run_main("obagent", home.params(zone="zone2"))
    assert done["changed"] and done["pid"] != first["pid"] and done["restart_reason"] == "its configuration is newer than its process"
    assert 'obzone="zone2"' in home.get(8088, "/metrics/node/host")
    predicted = run_main("obagent", home.params(zone="zone3"), check=True)
    assert predicted["changed"] and predicted["restart_reason"] and run_main("obagent", home.params(zone="zone2"))["changed"] is False


def test_metrics_with_and_without_authentication(run_main: Run, make_agent: Callable[..., AgentHome]) -> None:
    home = make_agent()
    run_main("obagent", home.params())
    for password in (None, "wrong"):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            home.get(8088, "/metrics/node/host", password)
    assert run_main("obagent", home.params(metric_auth=False))["restart_reason"]
    assert "node_load1{" in home.get(8088, "/metrics/node/host", None)
    with pytest.raises(urllib.error.HTTPError, match="401"):
        home.get(8088, "/api/v1/status", None)


def test_rotation_of_the_http_password(run_main: Run, make_agent: Callable[..., AgentHome]) -> None:
    home = make_agent()
    run_main("obagent", home.params(http_password="zergling-1"))
    rotated = run_main("obagent", home.params(http_password="zergling-2"))
    assert rotated["restart_reason"] and "another secret" in rotated["diff"]["before"]
    assert '"running"' in home.get(8089, "/api/v1/status", "zergling-2")


def test_metrics_of_the_server(run_main: Run, make_agent: Callable[..., AgentHome], cluster: list[Host]) -> None:
    home = make_agent()
    options = home.params(monitor=True, monitor_password=MONITOR, monitor_address=cluster[0].ip, host_ip=cluster[0].ip)
    done = run_main("obagent", options)
    assert done["metrics"]["server"] >= 1 and not run_main("obagent", options)["changed"]
    text = home.get(8088, "/metrics/ob/basic")
    assert f'svr_ip="{cluster[0].ip}"' in text and 'status="ACTIVE"' in text and "} 3\n" in text
    wrong = run_main("obagent", {**options, "monitor_password": "zergling-9", "wait_timeout": 2})
    assert "refuses ocp_monitor" in wrong["msg"] and any("1045" in line for line in wrong["evidence"]) and "zergling-9" not in str(wrong)
    nobody = run_main("obagent", {**options, "sql_port": 2999, "wait_timeout": 2})
    assert f"nobody answers at {cluster[0].ip}:2999" in nobody["msg"]


def test_a_server_that_is_dead_is_not_waited_for(run_main: Run, make_agent: Callable[..., AgentHome], monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_agent()
    monkeypatch.setattr(_obagent_answers, "DEAD", 0.5)
    dead = run_main("obagent", home.params(monitor=True, monitor_address=home.ip, sql_port=2999, monitor_password="x", wait_timeout=300))
    assert f"nobody has listened at {home.ip}:2999" in dead["msg"] and "does not run" in dead["msg"]


def test_failures_tell_why(run_main: Run, make_agent: Callable[..., AgentHome]) -> None:
    home = make_agent()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind((home.ip, 8088))
        taken.listen()
        assert f"port 8088 of {home.ip} is held by process {os.getpid()}" in run_main("obagent", home.params())["msg"]
    assert "http_password is empty" in run_main("obagent", home.params(http_password=""))["msg"]
    assert "use http_password" in run_main("obagent", home.params(parameters={"es.client.auth.password": "x"}))["msg"]
    assert "cannot take" in run_main("obagent", home.params(parameters={"host.check.readonly.mountpoint": "/a,/b"}))["msg"]
    assert "key nix is not found" in run_main("obagent", home.params(parameters={"nix": "1"}))["msg"]
    assert not works_in(home.path)
    (home.path / "bin/ob_agentctl").rename(home.path / "bin/monagent")
    assert "an agent before 1.3" in run_main("obagent", home.params())["msg"]


def test_a_killed_agent_is_started_again(run_main: Run, make_agent: Callable[..., AgentHome]) -> None:
    home = make_agent()
    first = run_main("obagent", home.params())
    monitor = int((home.path / "run/ob_monagent.pid").read_text())
    os.kill(monitor, signal.SIGKILL)
    with contextlib.suppress(urllib.error.URLError):
        until(lambda: '"running"' in home.get(8088, "/api/v1/status"), "the daemon has started the service again")
    assert not run_main("obagent", home.params())["changed"]
    for process in works_in(home.path):
        os.kill(process, signal.SIGKILL)
    until(lambda: not works_in(home.path), "everything is dead")
    again = run_main("obagent", home.params())
    assert again.get("pid") not in (None, 0, first["pid"]), again


def test_a_host_that_does_not_tell_whose_sockets_are(run_main: Run, make_agent: Callable[..., AgentHome], monkeypatch: pytest.MonkeyPatch) -> None:
    home = make_agent()
    first = run_main("obagent", home.params())
    monkeypatch.setattr(_process, "socket_holder", lambda _item: None)
    assert run_main("obagent", home.params(state="restarted"))["pid"] not in (0, first["pid"])
    other = make_agent()
    other.ip = home.ip
    refused = run_main("obagent", other.params())
    assert "port 8089" in refused["msg"] and "is held by a process that this user may not see" in refused["msg"]
