# SPDX-License-Identifier: GPL-3.0-or-later
"""The module on the machine that the tests run on, whatever that is: it answers, and leaves everything as it was."""

from __future__ import annotations

import getpass
import grp
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._clock_responder import dismiss
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import wait_until

RunMain = Callable[..., dict[str, Any]]


def options(tmp_path: Path, rpc_port: int, **changes: Any) -> dict[str, Any]:
    """Return options for a server below ``tmp_path``."""
    found = {
        "cluster": "terran",
        "server": f"127.0.0.1:{rpc_port}",
        "address": "127.0.0.1",
        "rpc_port": rpc_port,
        "user": getpass.getuser(),
        "group": grp.getgrgid(os.getgid()).gr_name,
        "home": str(tmp_path / "home"),
        "data_disk_dir": str(tmp_path / "data/terran"),
        "log_disk_dir": str(tmp_path / "log/terran"),
    }
    return {**found, **changes}


@pytest.fixture
def port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("check", [False, True])
def test_it_measures_and_changes_nothing(run_main: RunMain, tmp_path: Path, port: int, check: bool) -> None:
    before = os.stat(tmp_path).st_mtime_ns
    result = run_main("host_check", options(tmp_path, port), check)
    assert result["changed"] is False
    measured = result["measured"]
    assert set(measured) >= {"system", "limits", "memory", "home", "data", "log", "sql_port", "rpc_port", "address", "observers", "time_service"}
    assert all("value" in fact for fact in measured.values())
    assert measured["rpc_port"]["value"]["state"] == "free"
    assert measured["data"]["value"]["state"] == "absent"
    assert measured["address"]["value"]["exists"] is True
    assert list(tmp_path.iterdir()) == []
    assert os.stat(tmp_path).st_mtime_ns == before
    assert "clock_process" not in measured


def test_a_server_alone_leaves_nothing_behind(run_main: RunMain, tmp_path: Path, port: int) -> None:
    peers = [{"host": "me", "address": "127.0.0.1", "rpc_port": port}]
    assert "clock_process" not in run_main("host_check", options(tmp_path, port, peers=peers))["measured"]
    assert _process.listeners(port) == []


def test_both_stages_with_two_servers_of_this_machine(run_main: RunMain, tmp_path: Path, port: int) -> None:
    peers = [{"host": "ob1", "address": "127.0.0.1", "rpc_port": port}, {"host": "ob2", "address": "127.0.0.2", "rpc_port": port}]
    servers = [options(tmp_path, port, address=peer["address"], server=f"{peer['address']}:{port}", peers=peers) for peer in peers]
    try:
        # The second time each replaces what it left before.
        for server in servers * 2:
            measured = run_main("host_check", server)["measured"]
            assert measured["clock_process"]["value"] == "tcp", measured["clock_process"]
        for server, other in zip(servers, ("ob2", "ob1"), strict=True):
            (answer,) = run_main("host_check", {**server, "stage": "pairs"})["measured"]["pairs"]["value"]
            assert (answer["host"], answer["reachable"], answer["clock_unknown"]) == (other, True, "")
            assert abs(answer["offset_ms"]) < 1000
        # Each was asked by its only peer, so none is left.
        assert wait_until(lambda: _process.listeners(port), lambda found: not found, 10).done
    finally:
        for left in _process.listeners(port):
            holder = _process.socket_holder(left)
            if holder:
                dismiss(holder.pid)


def test_a_port_that_is_held_is_told_with_its_holder(run_main: RunMain, tmp_path: Path, port: int) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen(1)
        peers = [{"host": "other", "address": "127.0.0.2", "rpc_port": port}]
        measured = run_main("host_check", options(tmp_path, port, peers=peers))["measured"]
    assert measured["rpc_port"]["value"]["state"] == "held"
    assert f"(pid {os.getpid()})" in measured["rpc_port"]["value"]["holder"]
    assert "in use" in measured["clock_process"]["unknown"]


def test_writing_is_tried_as_the_service_user(run_main: RunMain, tmp_path: Path, port: int) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can try it as somebody else")
    own = tmp_path / "data/terran"
    own.mkdir(parents=True)
    (own / ".oceanbase_cluster.json").write_text(f'{{"cluster": "terran", "ob_cluster_id": 1, "server": "127.0.0.1:{port}"}}')
    value = run_main("host_check", options(tmp_path, port, user="nobody"))["measured"]["data"]["value"]
    assert (value["state"], value["writer"]) == ("ours", "nobody")
    assert "Permission denied" in value["write_error"]


def test_a_user_who_does_not_exist(run_main: RunMain, tmp_path: Path, port: int) -> None:
    measured = run_main("host_check", options(tmp_path, port, user="no-such-user", group="no-such-group"))["measured"]
    assert measured["user"]["value"] == {"user": False, "group": False, "member": False, "uid": -1}
    assert "no-such-user" in measured["limits"]["unknown"]
