# SPDX-License-Identifier: GPL-3.0-or-later
"""The clock process and those who ask it, over the loopback device. The process is a thread here, so that nothing is left behind."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _clock_responder, _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._clock_exchange import GREETING, Peer, question, sample
from ansible_collections.oceanbase.cluster.plugins.module_utils._clock_responder import NAME, dismiss, leave_behind, serve
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_pairs import ask, probe_pairs
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import wait_until

ME = "127.0.0.1:1"


def bound(kind: int, port: int = 0) -> socket.socket:
    """Return a socket on the loopback address; of a listener's port others may use the datagrams."""
    found = socket.socket(socket.AF_INET, kind)
    found.bind(("127.0.0.1", port))
    if kind == socket.SOCK_STREAM:
        found.listen(8)
    return found


def calling(port: int) -> socket.socket:
    """Return a connection on which the process has greeted."""
    guest = socket.create_connection(("127.0.0.1", port), 5)
    assert guest.recv(100).decode() == GREETING
    return guest


@contextmanager
def serving(kind: int, waiting: set[str], seconds: float = 20.0, port: int = 0) -> Iterator[tuple[int, threading.Thread]]:
    """Serve in a thread; the block gets the port."""
    listener = bound(kind, port)
    number = listener.getsockname()[1]
    thread = threading.Thread(target=serve, args=(listener, kind == socket.SOCK_DGRAM, waiting, time.monotonic() + seconds), daemon=True)
    thread.start()
    yield number, thread


def test_it_tells_the_time_and_ends_when_every_peer_is_done() -> None:
    with serving(socket.SOCK_STREAM, {ME, "127.0.0.1:2"}) as (port, thread):
        first = ask(ME, "127.0.0.1", Peer("ob2", "127.0.0.1", port), 5)
        assert thread.is_alive()
        second = ask("127.0.0.1:2", "127.0.0.1", Peer("ob2", "127.0.0.1", port), 5)
        thread.join(5)
        assert not thread.is_alive()
    for found in (first, second):
        assert (found["reachable"], found["clock_unknown"]) == (True, "")
        assert abs(found["offset_ms"]) <= found["rtt_ms"] / 2 + 5


def test_it_ends_when_its_time_is_up_whoever_is_connected() -> None:
    with serving(socket.SOCK_STREAM, {ME}, seconds=0.2) as (port, thread):
        guest = calling(port)
        thread.join(5)
        assert not thread.is_alive()
        with closing(guest), pytest.raises(ConnectionResetError):
            guest.recv(100)
    # Nothing of it is left on the port.
    with closing(bound(socket.SOCK_STREAM, port)):
        pass


@pytest.mark.parametrize("nonsense", [b"GET / HTTP/1.1\r\n\r\n", b"x" * 1000, b"done\n", b"\n"])
def test_nonsense_does_no_harm(nonsense: bytes) -> None:
    with serving(socket.SOCK_STREAM, {ME}) as (port, thread):
        with closing(socket.create_connection(("127.0.0.1", port), 5)) as guest:
            guest.sendall(nonsense)
        assert ask(ME, "127.0.0.1", Peer("ob2", "127.0.0.1", port), 5)["clock_unknown"] == ""
        thread.join(5)
        assert not thread.is_alive()


def test_a_question_may_come_in_pieces() -> None:
    with serving(socket.SOCK_STREAM, {ME}) as (port, _thread):
        guest = calling(port)
        line = question("done", ME)
        guest.sendall(line[:3])
        guest.sendall(line[3:])
        with closing(guest):
            assert sample(0.0, guest.recv(100), 0.0) is not None


def test_beside_a_running_server_it_answers_datagrams() -> None:
    with closing(bound(socket.SOCK_STREAM)) as server:
        port = server.getsockname()[1]
        with serving(socket.SOCK_DGRAM, {ME}, port=port) as (_port, thread):
            found = ask(ME, "127.0.0.1", Peer("ob2", "127.0.0.1", port), 5)
            thread.join(5)
            assert not thread.is_alive()
        assert (found["reachable"], found["clock_unknown"]) == (True, "")
        # The server itself was sent nothing.
        connection = server.accept()[0]
        with closing(connection):
            connection.settimeout(5)
            assert connection.recv(100) == b""


def test_a_program_that_does_not_greet_is_reached_but_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ansible_collections.oceanbase.cluster.plugins.module_utils._probe_pairs.ANSWER_TIMEOUT", 0.1)
    with closing(bound(socket.SOCK_STREAM)) as server:
        found = ask(ME, "127.0.0.1", Peer("ob2", "127.0.0.1", server.getsockname()[1]), 5)
        with closing(server.accept()[0]) as connection:
            connection.settimeout(5)
            assert connection.recv(100) == b""
    assert (found["reachable"], found["offset_ms"], found["clock_unknown"]) == (True, None, "no clock process answered there")


def test_nobody_there() -> None:
    with closing(bound(socket.SOCK_STREAM)) as server:
        port = server.getsockname()[1]
    found = ask(ME, "127.0.0.1", Peer("ob2", "127.0.0.1", port), 0.1)
    assert (found["reachable"], found["error"]) == (False, "Connection refused")


def test_pairs_leave_out_the_host_itself() -> None:
    with serving(socket.SOCK_STREAM, {"127.0.0.1:9"}) as (port, _thread):
        peers = [Peer("me", "127.0.0.1", 9), Peer("ob2", "127.0.0.1", port)]
        found = probe_pairs("127.0.0.1:9", "127.0.0.1", peers, 5)
    assert [peer["host"] for peer in found["value"]] == ["ob2"]
    assert found["evidence"] == "1 of 1 peers reached"


def gone(port: int) -> Callable[[], bool]:
    """Return the question whether nobody listens there."""
    return lambda: not _process.listeners(port, "127.0.0.1")


def test_the_process_is_detached_known_by_name_and_can_be_dismissed() -> None:
    with closing(bound(socket.SOCK_STREAM)) as server:
        port = server.getsockname()[1]
    leave_behind("127.0.0.1", port, False, [ME], 20, "nobody")
    holder = _process.socket_holder(_process.listeners(port, "127.0.0.1")[0])
    assert holder is not None
    assert wait_until(lambda: _clock_responder._name(holder.pid), lambda name: name == NAME, 5).done
    assert dismiss(holder.pid)
    assert wait_until(gone(port), bool, 5).done


def test_somebody_else_is_not_dismissed() -> None:
    with closing(bound(socket.SOCK_STREAM)) as server:
        port = server.getsockname()[1]
        assert not dismiss(os.getpid())
        assert ask(ME, "127.0.0.1", Peer("me", "127.0.0.1", port), 5)["reachable"]


def test_a_port_that_is_taken_is_an_error() -> None:
    with closing(bound(socket.SOCK_STREAM)) as server, pytest.raises(OSError, match="in use"):
        leave_behind("127.0.0.1", server.getsockname()[1], False, [ME], 5, "nobody")
