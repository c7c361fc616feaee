# SPDX-License-Identifier: GPL-3.0-or-later
"""The greeting of a port."""

from __future__ import annotations

import socket
import threading

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._greeting import Greeting, greeting, parse_greeting


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"\x4a\0\0\0\x0a5.7.25-OceanBase_CE-v4\0rest", Greeting(True, "5.7.25-OceanBase_CE-v4")),
        (b"\x20\0\0\0\xff\x41\x1fServer is initializing", Greeting(False, "error 8001 Server is initializing")),
        (b"SSH-2.0-OpenSSH", Greeting(False, "connected, but what answers is not a MySQL server")),
        (b"\x4a\0", Greeting(False, "connected, but no greeting yet")),
    ],
)
def test_parse_greeting(data: bytes, found: Greeting) -> None:
    assert parse_greeting(data) == found


@pytest.mark.parametrize(
    ("pieces", "found"), [([b"\x4a\0\0", b"\0\x0a5.7\0"], Greeting(True, "5.7")), ([], Greeting(False, "connected, but closed at once"))]
)
def test_greeting_over_a_socket(pieces: list[bytes], found: Greeting) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve() -> None:
            peer, _address = server.accept()
            with peer:
                peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                for piece in pieces:
                    peer.sendall(piece)

        thread = threading.Thread(target=serve)
        thread.start()
        assert greeting("127.0.0.1", server.getsockname()[1]) in (found, Greeting(True, ""))
        thread.join()
        port = server.getsockname()[1]
    assert greeting("127.0.0.1", port) == Greeting(False, "connection refused")
