# SPDX-License-Identifier: GPL-3.0-or-later
"""Module observer, with real processes: a small observer that behaves as its file "mode" says."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_process, _observer_start, _systemd
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_log import Position
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import Clock

Result = dict[str, Any]
Run = Callable[..., Result]


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """Return a living process that is no observer."""
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_start_ladder(run_main: Run, home: Any) -> None:
    params = home.params(flags=home.flags)
    predicted = run_main("observer", params, check=True)
    assert predicted["changed"] and predicted["pid"] == 0 and home.pid() == 0
    assert predicted["diff"]["before"] == "not running\n"

    done = run_main("observer", params)
    assert done["changed"] and done["pid"] == home.pid() and done["argv"][-8:] == home.flags and done["started"].endswith("Z")
    assert done["diff"]["before"] == predicted["diff"]["before"]
    assert f"LD_LIBRARY_PATH={home.path}/lib {home.path}/bin/observer -p {home.port}" in predicted["diff"]["after"]

    again = run_main("observer", params)
    assert not again["changed"] and again["pid"] == done["pid"] and again["diff"]["before"] == again["diff"]["after"]
    reordered = [*home.flags[2:], "--mysql_port=" + home.flags[1]]
    assert not run_main("observer", home.params(flags=reordered))["changed"]
    assert not run_main("observer", home.params())["changed"]

    stopped = run_main("observer", home.params(state="stopped"), check=True)
    assert stopped["changed"] and stopped["diff"]["after"] == "not running\n" and home.pid() == done["pid"]
    stopped = run_main("observer", home.params(state="stopped"))
    assert stopped["changed"] and stopped["signal"] == "SIGUSR1" and (stopped["pid"], stopped["argv"]) == (0, [])
    assert not run_main("observer", home.params(state="stopped"))["changed"]


def test_other_flags_are_told_and_left_alone(run_main: Run, home: Any) -> None:
    pid = run_main("observer", home.params(flags=home.flags))["pid"]
    other = [word.replace("zone1", "zone2").replace("6G", "8G") for word in home.flags]
    for check in (True, False):
        refused = run_main("observer", home.params(flags=other), check=check)
        assert refused["failed"] and len(refused["differences"]) == 2
        assert "-z (zone) is zone1, wanted is zone2" in refused["msg"]
    assert home.pid() == pid


def test_restart(run_main: Run, home: Any) -> None:
    home.mode("keep")
    first = run_main("observer", home.params(flags=home.flags))["pid"]
    restart = home.params(state="restarted", without_flags=True)
    assert run_main("observer", restart, check=True)["changed"] and home.pid() == first
    done = run_main("observer", restart)
    assert done["changed"] and done["pid"] not in (0, first) and done["argv"][-1].endswith("bin/observer")
    assert not run_main("observer", restart)["changed"]
    assert not run_main("observer", home.params(flags=home.flags))["changed"]  # from the kept configuration: the same
    again = run_main("observer", home.params(state="restarted", flags=home.flags))
    assert again["changed"] and again["argv"][-8:] == home.flags


def test_a_member_starts_from_what_it_has_kept(run_main: Run, home: Any) -> None:
    home.mode("keep")
    run_main("observer", home.params(flags=home.flags))
    run_main("observer", home.params(state="stopped"))
    foreseen = run_main("observer", home.params(flags=home.flags), check=True)
    done = run_main("observer", home.params(flags=home.flags))
    assert foreseen["argv"][-1].endswith("bin/observer") and done["argv"][-1].endswith("bin/observer")


def test_what_could_not_start_again_is_not_stopped(run_main: Run, home: Any) -> None:
    pid = run_main("observer", home.params(flags=home.flags))["pid"]
    refused = run_main("observer", home.params(state="restarted", without_flags=True))
    assert "no configuration is kept" in refused["msg"] and home.pid() == pid
    run_main("observer", home.params(state="stopped"))
    assert "no configuration is kept" in run_main("observer", home.params())["msg"]


def test_death_is_explained(run_main: Run, home: Any) -> None:
    (home.path / "log").mkdir()
    old = "[2025-01-01 00:00:00.000001] ERROR [SERVER] old trouble(ret=-4015)\n"
    (home.path / "log" / "observer.log").write_text(old)
    home.mode("die")
    dead = run_main("observer", home.params(flags=home.flags))
    assert dead["failed"] and dead["rc"] == (-4004 & 255) and dead["error_code"] == 4004
    assert "OB_SERVER_LISTEN_ERROR" in dead["msg"] and "listen mysql port fail" in dead["msg"] and "Free the SQL and RPC ports" in dead["remedy"]
    assert len(dead["evidence"]) == 1 and "old trouble" not in str(dead)


def test_bad_flag_is_explained(run_main: Run, home: Any) -> None:
    refused = run_main("observer", home.params(flags=[*home.flags, "-Y"]))
    assert refused["rc"] == 1 and "invalid option -- 'Y'" in refused["msg"] and "--help" not in refused["msg"]
    assert "keeps it in the foreground" in run_main("observer", home.params(flags=[*home.flags, "-N"]))["msg"]


def test_lock_held_by_somebody_else(run_main: Run, home: Any) -> None:
    """Status 96: the pid file is locked by a process that is no observer of this home."""
    (home.path / "run").mkdir()
    hold = "import fcntl, sys; lock = open(sys.argv[1], 'a+'); fcntl.lockf(lock, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    command = [sys.executable, "-c", hold, str(home.path / "run" / "observer.pid")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        refused = run_main("observer", home.params(flags=home.flags))
        holder.kill()
    assert refused["rc"] == 96 and "another process holds" in refused["msg"]


def test_stale_and_recycled_pid_files(run_main: Run, home: Any, stranger: Any) -> None:
    pid_file = home.path / "run" / "observer.pid"
    pid_file.parent.mkdir()
    for number, words in ((2**22 - 3, "which is gone"), (stranger.pid, "which is now another program")):
        pid_file.write_text(str(number))
        told = run_main("observer", home.params(state="stopped"), check=True)
        assert told["changed"] and words in told["diff"]["before"] and pid_file.exists()
        assert run_main("observer", home.params(state="stopped"))["changed"] and not pid_file.exists()
    assert stranger.poll() is None
    pid_file.write_text(str(stranger.pid))
    assert run_main("observer", home.params(flags=home.flags))["changed"]
    assert stranger.poll() is None


def test_killed_server_starts_again(run_main: Run, home: Any) -> None:
    home.mode("keep_pid_file")
    pid = run_main("observer", home.params(flags=home.flags))["pid"]
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)  # the test has adopted it
    done = run_main("observer", home.params(flags=home.flags))
    assert done["changed"] and done["pid"] != pid


def test_observer_without_its_pid_file_is_left_alone(run_main: Run, home: Any) -> None:
    pid = run_main("observer", home.params(flags=home.flags))["pid"]
    (home.path / "run" / "observer.pid").unlink()
    for state in ("started", "stopped", "restarted"):
        refused = run_main("observer", home.params(state=state, flags=home.flags))
        assert f"observer {pid} runs in {home.path}, but there is no pid file" in refused["msg"]
    os.kill(pid, 0)


def test_deaf_server(run_main: Run, home: Any) -> None:
    home.mode("deaf", "keep_pid_file")
    pid = run_main("observer", home.params(flags=home.flags))["pid"]
    refused = run_main("observer", home.params(state="stopped", stop_timeout=0))
    assert f"process {pid} still lives" in refused["msg"] and "force: true" in refused["msg"]
    done = run_main("observer", home.params(state="stopped", stop_timeout=0, force=True))
    assert done["changed"] and done["signal"] == "SIGKILL" and home.pid() == 0


def test_mute_server_runs_out_of_time(run_main: Run, home: Any) -> None:
    home.mode("mute")
    late = run_main("observer", home.params(flags=home.flags, wait_timeout=0))
    assert "did not greet within 0 s" in late["msg"] and "left running" in late["msg"]
    assert "error 8001 Server is initializing" in late["msg"] or "no process with its pid file" in late["msg"]
    again = run_main("observer", home.params(flags=home.flags, wait_timeout=0))
    assert "error 8001 Server is initializing" in again["msg"]


def test_slow_server_is_waited_for(home: Any, names: Any) -> None:
    """A clock of the test's own lets the server go on when the module has looked three times."""
    home.mode("slow")
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            (home.path / "go").touch()

    clock = Clock(lambda: float(min(len(pauses), 50)), sleep)
    target = _observer_start.Target(str(home.path), names.ME, "127.0.0.1", home.port, home.rpc_port)
    assert _observer_start.launch(target, home.flags).rc == 0
    process = _observer_start.wait_ready("Cannot start", target, Position(0, 0), 1000, clock=clock)
    assert process.pid == home.pid() and len(pauses) >= 3


def test_death_while_waiting(home: Any, names: Any) -> None:
    home.mode("slow")
    target = _observer_start.Target(str(home.path), names.ME, "127.0.0.1", home.port, home.rpc_port)
    assert _observer_start.launch(target, home.flags).rc == 0
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if home.pid():
            os.kill(home.pid(), signal.SIGKILL)

    with pytest.raises(ObError, match="it ended"):
        _observer_start.wait_ready("Cannot start", target, Position(0, 0), 1000, clock=Clock(lambda: float(len(pauses)), sleep))


def test_port_in_use(run_main: Run, home: Any) -> None:
    with socket.socket() as taker:
        taker.bind(("127.0.0.1", home.rpc_port))
        taker.listen()
        refused = run_main("observer", home.params(flags=home.flags))
    assert f"port {home.rpc_port} of 127.0.0.1 is held by process {os.getpid()}" in refused["msg"] and home.pid() == 0


def test_marks(run_main: Run, home: Any) -> None:
    mark = home.path / ".oceanbase_cluster.json"
    home.mark("other")
    for check in (True, False):
        assert "of cluster other" in run_main("observer", home.params(flags=home.flags), check=check)["msg"]
    mark.unlink()
    assert run_main("observer", home.params(flags=home.flags), check=True)["changed"]
    assert "does not bear the mark" in run_main("observer", home.params(flags=home.flags))["msg"]
    mark.write_text("{")
    assert "no readable mark" in run_main("observer", home.params(flags=home.flags))["msg"]
    assert home.pid() == 0


def test_plan_where_nothing_is_installed(run_main: Run, home: Any, tmp_path: Path) -> None:
    nowhere = str(tmp_path / "nowhere")
    assert run_main("observer", home.params(home=nowhere, flags=home.flags), check=True)["changed"]
    assert run_main("observer", home.params(home=nowhere, state="restarted", without_flags=True), check=True)["changed"]
    assert not run_main("observer", home.params(home=nowhere, state="stopped"))["changed"]


def test_missing_binary_and_user(run_main: Run, home: Any) -> None:
    (home.path / "bin" / "observer").unlink()
    assert "Install the package first" in run_main("observer", home.params(flags=home.flags))["msg"]
    assert "has no user no_such_user" in run_main("observer", home.params(flags=home.flags, user="no_such_user"), check=True)["msg"]


def test_ordinary_user_cannot_act_for_another(run_main: Run, home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    assert "cannot act for" in run_main("observer", home.params(flags=home.flags), check=True)["msg"]


def test_identity_and_the_lock(home: Any, run_main: Run) -> None:
    """A pid file that nobody locks still names the observer; one that another process locks does not."""
    run_main("observer", home.params(flags=home.flags))
    pid_file = home.path / "run" / "observer.pid"
    assert _observer_process.find(str(home.path)).kind == _observer_process.OURS
    copy = pid_file.read_text()
    pid_file.unlink()
    pid_file.write_text(copy)
    assert _observer_process.find(str(home.path)).kind == _observer_process.OURS
    hold = "import fcntl, sys; lock = open(sys.argv[1], 'a+'); fcntl.lockf(lock, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold, str(pid_file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout and other.stdout.readline() == b"held\n"
        found = _observer_process.find(str(home.path))
        assert found.kind == _observer_process.BY_HAND and "another process holds the lock" in found.detail


def test_what_tells_half_a_bootstrap(run_main: Run, home: Any) -> None:
    """The note of the first start is there until the restart that follows the bootstrap."""
    home.mode("keep")
    first = run_main("observer", home.params(flags=home.flags))
    assert (first["data"], first["late_process"], first["first_start"]) == ([], True, False)
    assert (home.path / "run" / "first_start").exists()
    (home.path / "run" / "first_start").unlink()  # the run was killed before it could write it
    assert not run_main("observer", home.params(flags=home.flags))["changed"]
    data = home.path / "store" / "obdemo" / "clog" / "tenant_1"
    data.mkdir(parents=True)
    (data / "1").touch()
    os.utime(data / "1", (1, 1))
    again = run_main("observer", home.params(flags=home.flags), check=True)
    assert again["data"] == [str(data)] and again["data_age"] > 1e9 and not again["late_process"] and again["first_start"]
    run_main("observer", home.params(state="restarted", without_flags=True))
    after = run_main("observer", home.params(flags=home.flags))
    assert after["late_process"] and not after["first_start"] and not (home.path / "run" / "first_start").exists()


@pytest.fixture
def systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: Any) -> Path:
    """Give the module a systemd of the test's own; what is asked of it stands in "asked"."""
    folder = tmp_path / "system"
    (folder / "multi-user.target.wants").mkdir(parents=True)
    (folder / "bin").mkdir()
    wants = folder / "multi-user.target.wants"
    script = f"""#!/bin/sh
echo "$@" >>{folder}/asked
case $1 in
  enable) ln -s ../$2 {wants}/$2 ;;
  disable) rm {wants}/$2 ;;
  show) echo MainPID=$(cat {home.path}/run/observer.pid); echo ActiveState=active ;;
  start) cd {home.path} && bin/observer ;;
  --no-block) kill -USR1 $(cat {home.path}/run/observer.pid) ;;
esac
"""
    (folder / "bin" / "systemctl").write_text(script)
    (folder / "bin" / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}/bin:{os.environ['PATH']}")
    monkeypatch.setattr(_systemd, "FOLDER", str(folder))
    monkeypatch.setattr(_systemd, "RUNS", str(folder))
    return folder


@pytest.mark.skipif(os.geteuid() != 0, reason="units belong to root")
def test_unit_ladder(run_main: Run, home: Any, systemd: Path) -> None:
    home.mode("keep")
    unit = systemd / "oceanbase-obdemo.service"
    managed = home.params(flags=home.flags, service_manager="systemd")
    predicted = run_main("observer", managed, check=True)
    assert predicted["changed"] and predicted["unit"] == unit.name and not unit.exists()
    assert "KillSignal=SIGUSR1" in predicted["diff"][1]["after"]
    first = run_main("observer", managed)
    # The first start has flags, and is not the unit's.
    assert first["argv"][-8:] == home.flags and (systemd / "asked").read_text().splitlines() == ["daemon-reload", f"enable {unit.name}"]
    assert not run_main("observer", managed)["changed"]

    (systemd / "asked").unlink()
    restarted = run_main("observer", home.params(state="restarted", without_flags=True, service_manager="systemd"))
    assert restarted["changed"] and restarted["signal"] == "SIGUSR1" and restarted["pid"] != first["pid"]
    said = (systemd / "asked").read_text()
    assert f"--no-block stop {unit.name}" in said and f"start {unit.name}" in said
    run_main("observer", home.params(state="stopped"))
    assert run_main("observer", home.params())["unit"] == unit.name  # left as it is, and used

    (systemd / "asked").unlink()
    absent = home.params(flags=home.flags, service_manager="none")
    assert run_main("observer", absent, check=True)["changed"] and unit.exists()
    gone = run_main("observer", absent)
    assert gone["changed"] and gone["unit"] == "" and not unit.exists() and gone["pid"] == home.pid()
    assert not run_main("observer", absent)["changed"]


def test_no_systemd(run_main: Run, home: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(_systemd, "FOLDER", str(tmp_path))
    monkeypatch.setattr(_systemd, "RUNS", str(tmp_path / "none"))
    refused = run_main("observer", home.params(flags=home.flags, service_manager="systemd"))
    assert "does not run systemd" in refused["msg"] and home.pid() == 0
