# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The observer as a process: flags, exit status, working directory, pid file, signals, faults that only the log tells."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from standin.config_file import unpack
from standin_host import Host, process_lives, wait_for

MakeHost = Callable[..., Host]


@pytest.mark.parametrize(("arguments", "status", "message"), [
    (["-V"], 0, "observer (OceanBase_CE 4.3.5.3)\n\nREVISION: "),
    (["--version"], 0, "stand-in"),
    (["-h"], 1, "observer [OPTIONS]"),
    (["--frobnicate"], 1, "observer [OPTIONS]"),
    (["-x"], 1, "observer [OPTIONS]"),
    (["-p", "abc"], 1, "need port number: abc"),
    (["-p", "80"], 1, "port number should greater than 1024 and less than 65536: 80"),
    (["-P", "65536"], 1, "port number should greater than 1024 and less than 65536: 65536"),
    (["-c", "0"], 1, "cluster id"),
    (["-c", "4294967296"], 1, "[1,4294967295], but it is 4294967296"),
])
def test_leaves_at_once(make_host: MakeHost, arguments: list[str], status: int, message: str) -> None:
    """These never start anything; all is said on stderr."""
    done = make_host().run(arguments)
    assert (done.returncode, done.stdout) == (status, "")
    assert message in done.stderr


def test_local_ip_came_with_42(make_host: MakeHost) -> None:
    """4.0 does not know -I."""
    assert make_host("4.0.0.0").run(["-I", "127.0.0.1"]).returncode == 1


def test_echo(make_host: MakeHost) -> None:
    """The command line and each option are echoed to stderr."""
    host = make_host(die_at_start="-4147")
    done = host.run([*host.flags(), "-l", "INFO", "-m", "NORMAL", "--ipv6"])
    assert done.returncode == 0
    for line in ("mysql port: 2881", "rpc port: 2882", "zone: zone1", "appname: terran", "cluster id: 1", f"data_dir: {host.data_dir}",
                 f"local_ip: {host.ip}", "log level: INFO", "server startup mode: NORMAL", f"rs list: {host.ip}:2882:2881"):
        assert line in done.stderr.splitlines()


def test_long_flags_home_and_pid_file(make_host: MakeHost) -> None:
    """Long forms work; everything lies in the current directory; the pid file is private, locked and has no newline."""
    host = make_host()
    flags = [{"-p": "--mysql_port", "-P": "--rpc_port", "-z": "--zone", "-n": "--appname", "-c": "--cluster_id", "-d": "--data_dir", "-I": "--local_ip",
              "-r": "--rs_list", "-o": "--optstr"}.get(word, word) for word in host.flags()]
    pid = host.start(flags)
    host.wait_sql()
    pid_file = host.home / "run/observer.pid"
    assert pid_file.read_text() == str(pid)
    assert stat.S_IMODE(pid_file.stat().st_mode) == 0o600
    assert all((host.home / name).is_dir() for name in ("run", "log", "etc", "audit"))
    assert all((host.home / "log" / name).is_file() for name in ("observer.log", "rootservice.log", "election.log", "trace.log"))
    assert all(stat.S_ISSOCK((host.home / "run" / name).stat().st_mode) for name in ("sql.sock", "rpc.sock"))
    assert Path(f"/proc/{pid}/comm").read_text().startswith(("observer", "python"))
    assert Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:3] == [b"bin/observer", b"--mysql_port", b"2881"]
    assert Path(f"/proc/{pid}/cwd").resolve() == host.home
    again = host.run(host.flags())
    assert again.returncode == 96
    assert "pid already exists" in again.stderr
    assert process_lives(pid)
    assert not (host.home / "etc/observer.config.bin").exists()


def test_stale_pid_file(make_host: MakeHost) -> None:
    """A pid file that SIGKILL left behind does not hinder the next start."""
    host = make_host()
    first = host.start()
    assert host.kill() == first
    assert host.pid == first
    wait_for(lambda: host.start() != first, "started again")
    host.wait_sql()


@pytest.mark.parametrize(("version", "number", "graceful"), [
    ("4.0.0.0", signal.SIGTERM, True),
    ("4.2.1.6", signal.SIGTERM, False),
    ("4.2.1.6", signal.SIGUSR1, True),
    ("4.3.5.3", signal.SIGTERM, False),
    ("4.3.5.3", signal.SIGUSR1, True),
    ("4.3.5.3", signal.SIGKILL, False),
])
def test_signals(make_host: MakeHost, version: str, number: int, graceful: bool) -> None:
    """A graceful end removes the pid file, a hard one leaves it."""
    host = make_host(version)
    host.start()
    host.wait_log("success to listen")
    host.kill(number)
    assert (host.home / "run/observer.pid").exists() is not graceful


@pytest.mark.parametrize(("change", "options", "messages"), [
    ("", {"o": "memory_limit=2G"}, ["memory_limit is below the minimum", "ret=-4147"]),
    ("", {"o": "memory_limit=6G,system_memory=5G"}, ["ret=-4147"]),
    ("", {"o": "memory_limit=lots"}, ["invalid config from cmdline options", "ret=-4147"]),
    ("", {"c": "4294901760"}, ["ret=-4147"]),
    ("", {"o": "memory_limit"}, ["invalid config from cmdline options", "ret=-4147"]),
    ("", {"z": None}, ["config zone cannot be empty", "ret=-4147"]),
    ("", {"c": None}, ["cluster id", "ret=-4147"]),
    ("", {"I": None, "i": "nosuchdev"}, ["nosuchdev", "ret=-4147"]),
    ("sstable", {}, ["sstable", "ret=-4009"]),
    ("clog", {}, ["clog", "ret=-4009"]),
])
def test_dies_behind_the_parents_back(make_host: MakeHost, change: str, options: dict[str, str | None], messages: list[str]) -> None:
    """The parent leaves with 0 all the same; the log says why the child died."""
    host = make_host()
    if change:
        (host.data_dir / change).unlink()
    assert host.run(host.flags(**options)).returncode == 0
    wait_for(lambda: "init config failed" in host.log() or "observer init fail" in host.log(), "the log tells")
    wait_for(lambda: not host.pid_text(), "the pid file is gone")
    log = host.log()
    assert all(message in log for message in messages), log
    assert any("] EDIAG [" in line and "[errcode=" in line for line in log.splitlines())


def test_foreground_status(make_host: MakeHost) -> None:
    """With -N there is no pid file and the code is the exit status."""
    host = make_host()
    done = host.run(["-N", *host.flags(o="memory_limit=1G")])
    assert done.returncode == -4147 & 0xFF == 205
    assert "nodaemon" in done.stderr
    assert not (host.home / "run/observer.pid").exists()


def test_unknown_name_is_ignored(make_host: MakeHost) -> None:
    """An unknown name in -o is a warning."""
    host = make_host()
    host.start(host.flags(o="memory_limit=6G,system_memory=1G,no_such_parameter=1"))
    host.wait_sql()
    assert "no_such_parameter" in host.log()


@pytest.mark.parametrize("port", [2881, 2882])
def test_port_in_use(make_host: MakeHost, port: int) -> None:
    """A port somebody listens on is -4004."""
    host = make_host()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((host.ip, port))
        other.listen()
        assert host.run(host.flags()).returncode == 0
        host.wait_log("ret=-4004")
        wait_for(lambda: not host.pid_text(), "the pid file is gone")


def test_log_twins_and_realtime_signals(make_host: MakeHost) -> None:
    """Warnings are also in the .wf twin; signals for diagnosis do no harm."""
    host = make_host()
    pid = host.start(host.flags(o="memory_limit=6G,system_memory=1G, spaced=1"))
    host.wait_sql()
    assert "WDIAG" in (host.home / "log/observer.log.wf").read_text()
    assert "INFO" not in (host.home / "log/observer.log.wf").read_text()
    for number in (40, 41, 42, 60):
        os.kill(pid, number)
    assert host.execute("select 1") == [(1,)]


def test_wrong_directory(make_host: MakeHost, tmp_path: Path) -> None:
    """Started elsewhere it makes new directories there, finds no configuration and dies."""
    host = make_host()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert host.run([], cwd=elsewhere).returncode == 0
    wait_for(lambda: "ret=-4147" in (elsewhere / "log/observer.log").read_text(), "the log tells")
    assert sorted(path.name for path in elsewhere.iterdir()) == ["audit", "etc", "log", "run"]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a directory away")
def test_etc_of_another_user(make_host: MakeHost) -> None:
    """Another user's etc is refused at once."""
    host = make_host()
    os.chown(host.home / "etc", 12345, 12345)
    done = host.run(host.flags())
    assert done.returncode not in (0, 1)
    assert "is not the same with the original one(uid=12345)" in done.stderr


def test_delays_and_faults(make_host: MakeHost) -> None:
    """The SQL port opens after start_delay, logins get 8001 during init_delay."""
    host = make_host(start_delay=0.4, init_delay=0.6)
    host.start()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((host.ip, 2881), 1)
    wait_for(lambda: host.error("select 1")[0] == 8001, "8001 while it initializes")
    host.wait_sql()


def test_configuration_file(make_host: MakeHost) -> None:
    """The configuration is kept from the bootstrap on, with copies; then flags are needed no more, and win where given."""
    host = make_host()
    host.start()
    host.wait_sql()
    host.kill()
    assert host.run([]).returncode == 0
    host.wait_log("ret=-4147")
    wait_for(lambda: not host.pid_text(), "dead without its flags")
    host.start()
    host.wait_sql()
    host.execute(host.bootstrap_statement([host]))
    path = host.home / "etc/observer.config.bin"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    kept = unpack(path.read_bytes())
    assert (kept["zone"], kept["cluster"], kept["memory_limit"], kept["observer_id"]) == ("zone1", "terran", "6G", "1")
    for copy in (host.data / "etc3/observer.conf.bin", host.log_disk / "etc2/observer.conf.bin"):
        assert unpack(copy.read_bytes()) == kept
    host.kill()
    host.start([])
    wait_for(lambda: host.execute("select 1 from oceanbase.DBA_OB_SERVERS where status = 'ACTIVE'"), "up without flags")
    host.execute("alter system set enable_ddl = False, stack_size = '1M'")
    assert [row[6] for row in host.execute("show parameters where name in ('enable_ddl', 'stack_size')")] == ["False", "512K"]
    host.kill()
    host.start(["-o", "cpu_count=8"])
    wait_for(lambda: host.execute("select 1 from oceanbase.DBA_OB_SERVERS where status = 'ACTIVE'"), "up with a flag")
    wanted = {"enable_ddl": "False", "stack_size": "1M", "cpu_count": "8", "zone": "zone1"}
    wait_for(lambda: {row[4]: row[6] for row in host.execute("show parameters") if row[4] in wanted} == wanted, "remembered and overridden values")
