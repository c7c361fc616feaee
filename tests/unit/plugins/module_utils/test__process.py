# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes, locks, ports and signals, tried on real ones."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Process, Socket

REST = "00:00000000 00000000     0        0 {0} 1 0000000000000000 100 0 0 10 0"
TCP = "\n".join(
    [
        "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        "   0: 0100007F:0B41 00000000:0000 0A 00000000:00000000 " + REST.format(1234),
        "   1: 00000000:0B42 00000000:0000 0A 00000000:00000000 " + REST.format(1235),
        "   2: 0100007F:0B41 0100007F:9C40 01 00000000:00000000 " + REST.format(1236),
    ]
)
ANY6, MAPPED = "0" * 32, "0000000000000000FFFF00000100007F"
TCP6 = "\n".join(
    [
        "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
        f"   0: {ANY6}:0B41 {ANY6}:0000 0A 00000000:00000000 " + REST.format(77),
        f"   1: {MAPPED}:0B42 {ANY6}:0000 0A 00000000:00000000 " + REST.format(78),
    ]
)


@pytest.mark.skipif(sys.byteorder != "little", reason="the samples are of a little-endian machine")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        (TCP, [Socket("127.0.0.1", 2881, "1234"), Socket("0.0.0.0", 2882, "1235")]),
        (TCP6, [Socket("0.0.0.0", 2881, "77"), Socket("127.0.0.1", 2882, "78")]),
        ("header\n", []),
    ],
)
def test_parse_listeners(text: str, found: list[Socket]) -> None:
    assert _process.parse_listeners(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12 (observer) S 1 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 9", ("S", 4711)),
        ("12 (a b) (c)) Z 1 12 12 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 99 9", ("Z", 99)),
    ],
)
def test_parse_stat(text: str, found: tuple[str, int]) -> None:
    assert _process.parse_stat(text) == found


def test_reads_this_process() -> None:
    me = _process.read_process(os.getpid())
    assert me is not None and me.cwd == os.getcwd() and me.uid == os.getuid() and me.argv
    assert _process.same(me) and not _process.same(me._replace(start=me.start + 1))
    assert me.pid in [process.pid for process in _process.living()]


def test_dead_and_unreaped_processes_are_none() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert _process.read_process(child.pid) is None
    child.wait()
    assert _process.read_process(child.pid) is None


@pytest.mark.parametrize("pidfd", [True, False])
def test_a_recycled_pid_is_not_signalled(pidfd: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not pidfd:
        monkeypatch.delattr(os, "pidfd_open", raising=False)
    with subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as child:
        process = _process.read_process(child.pid)
        assert process is not None
        assert not _process.send(process._replace(start=process.start - 1), signal.SIGKILL)
        assert child.poll() is None
        assert _process.send(process, signal.SIGKILL)
        assert child.wait() == -signal.SIGKILL
        assert not _process.send(process, signal.SIGKILL)


def test_lock_holder(tmp_path: Path) -> None:
    path = tmp_path / "pid"
    path.write_text("1")
    assert _process.lock_holder(str(path)) is None and _process.lock_holder(str(tmp_path / "none")) is None
    hold = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.lockf(f, fcntl.LOCK_EX); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", hold, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None and child.stdout.readline() == b"held\n"
        assert _process.lock_holder(str(path)) == child.pid
        with path.open("a") as mine, pytest.raises(OSError, match="unavailable"):
            fcntl.lockf(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
        child.kill()


def test_port_holder() -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        (found,) = _process.listeners(port, "127.0.0.1")
        holder = _process.socket_holder(found)
        assert holder is not None and holder.pid == os.getpid()
        assert _process.listeners(port, "127.0.0.2") == []
        assert _process.listeners(port) == [found]
    assert _process.listeners(port) == [] and _process.socket_holder(found) is None


def test_run(tmp_path: Path) -> None:
    script = "import os, sys; print(os.getcwd(), os.environ['A']); sys.stderr.write('no'); sys.exit(7)"
    done = _process.run([sys.executable, "-c", script], str(tmp_path), {"A": "b"})
    assert (done.rc, done.stdout.strip(), done.said.splitlines()[0]) == (7, f"{tmp_path} b", "no")
    with pytest.raises(OSError, match="No such file"):
        _process.run([str(tmp_path / "none")])


def test_run_does_not_wait_for_a_daemon_that_keeps_the_output_open(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    script = "import os, sys\nif os.fork() == 0:\n    os.setsid()\n    open(sys.argv[1]).read()\n    os._exit(0)\nprint('left', flush=True)"
    assert _process.run([sys.executable, "-c", script, str(fifo)]).stdout == "left\n"
    fifo.open("w").close()  # the daemon ends


def test_pipe(tmp_path: Path) -> None:
    keep = "import sys; open('out', 'w').write(sys.stdin.read())"
    first, second = _process.pipe(["printf", "a"], [sys.executable, "-c", keep], str(tmp_path))
    assert (first.rc, second.rc, (tmp_path / "out").read_text()) == (0, 0, "a")
    first, second = _process.pipe(["yes"], ["false"], str(tmp_path))
    assert first.rc != 0 and second.rc == 1


def test_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _process.which("sh").endswith("/sh") and _process.which("no_such_program") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="root only can become another user")
def test_in_child_as_another_user() -> None:
    assert _process.in_child(lambda: str(os.geteuid()), "nobody") != str(os.geteuid())
    assert "Permission denied" in _process.in_child(lambda: Path("/proc/1/environ").read_text(), "nobody")


def test_names() -> None:
    assert _process.user_name(2**31 - 7) == str(2**31 - 7)
    assert _process.started_at(Process(1, 0, 0, "", ())) > 0
