# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Every pair of hosts: does one reach the other by the address and port that the servers use, how far is it, how far apart are the clocks."""

import errno
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Callable, Dict, List, Optional, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils._clock_exchange import GREETING, Peer, Sample, best, question, sample
from ansible_collections.oceanbase.cluster.plugins.module_utils._clock_responder import family_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import Fact, fact
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import wait_until

QUESTIONS = 8
AT_A_TIME = 8  # more would measure this host's scheduler
ANSWER_TIMEOUT = 1.0


def probe_pairs(caller, address, peers, seconds):
    # type: (str, str, Sequence[Peer], float) -> Fact
    """Ask every peer."""
    others = [peer for peer in peers if peer.server != caller]
    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        answers = list(pool.map(lambda peer: ask(caller, address, peer, seconds), others))
    reached = sum(1 for one in answers if one["reachable"])
    return fact(answers, "{0} of {1} peers reached".format(reached, len(others)))


def ask(caller, address, peer, seconds):
    # type: (str, str, Peer, float) -> Dict[str, Any]
    """Return what one peer answers; the way there is from our own address, as a server's would be."""
    found = {
        "host": peer.host, "server": peer.server, "reachable": False, "error": "",
        "connect_ms": None, "offset_ms": None, "rtt_ms": None, "clock_unknown": "",
    }  # type: Dict[str, Any]
    try:
        begin = time.monotonic()
        connection = _connected(address, peer, seconds)
        found["connect_ms"] = round((time.monotonic() - begin) * 1000, 3)
    except OSError as error:
        found["error"] = error.strerror or str(error)
        found["clock_unknown"] = "the peer was not reached"
        return found
    found["reachable"] = True
    with connection:
        seen = _clock(caller, peer, connection)
    if seen is None:
        found["clock_unknown"] = "no clock process answered there"
    else:
        found["offset_ms"], found["rtt_ms"] = round(seen.offset * 1000, 3), round(seen.delay * 1000, 3)
    return found


def _connected(address, peer, seconds):
    # type: (str, Peer, float) -> socket.socket
    """Connect; a refusal is final only after two seconds, as the peer may be a moment behind."""
    last = []  # type: List[OSError]

    def attempt():
        # type: () -> Optional[socket.socket]
        connection = socket.socket(family_of(peer.address), socket.SOCK_STREAM)
        try:
            connection.settimeout(seconds)
            _bind(connection, address)
            connection.connect((peer.address, peer.rpc_port))
            return connection
        except OSError as error:
            connection.close()
            if isinstance(error, socket.timeout):
                error = OSError(errno.ETIMEDOUT, "no answer within {0:g} s".format(seconds))
            last[:] = [error]
            return None

    def settled(connection):
        # type: (Optional[socket.socket]) -> bool
        return connection is not None or last[0].errno != errno.ECONNREFUSED

    seen = wait_until(attempt, settled, min(2.0, seconds)).value
    if not isinstance(seen, socket.socket):
        raise last[0]
    connection = seen
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(ANSWER_TIMEOUT)
    return connection


def _bind(connection, address):
    # type: (socket.socket, str) -> None
    """Take the cluster's address as our own; where the host has not got it another item says so."""
    if not address:
        return
    try:
        connection.bind((address, 0))
    except OSError as error:
        if error.errno not in (errno.EADDRNOTAVAIL, errno.EINVAL):
            raise


def _clock(caller, peer, connection):
    # type: (str, Peer, socket.socket) -> Optional[Sample]
    """Ask the clock process on the connection that it greets us on, or by datagrams where the port is a running server's."""
    with socket.socket(family_of(peer.address), socket.SOCK_DGRAM) as datagrams:
        try:
            datagrams.settimeout(ANSWER_TIMEOUT)
            datagrams.connect((peer.address, peer.rpc_port))
            datagrams.send(question("time", caller))
        except OSError:
            pass  # a firewall may forbid it; the greeting is waited for all the same
        way = _greeter(connection, datagrams)
        if way is None:
            return None
        return best(_samples(way, caller))


def _greeter(connection, datagrams):
    # type: (socket.socket, socket.socket) -> Optional[socket.socket]
    """Return the socket on which the peer's clock process speaks."""
    deadline = time.monotonic() + ANSWER_TIMEOUT
    waiting = [connection, datagrams]
    while waiting:
        ready = select.select(waiting, [], [], max(deadline - time.monotonic(), 0.0))[0]
        if not ready:
            return None
        for one in ready:
            try:
                data = one.recv(256)
            except OSError:
                data = b""
            if one is datagrams and data:
                return one
            if data.decode("ascii", "replace") == GREETING:
                return one
            waiting.remove(one)
    return None


def _samples(way, caller, now=time.time):
    # type: (socket.socket, str, Callable[[], float]) -> List[Sample]
    found = []  # type: List[Sample]
    for _count in range(QUESTIONS):
        one = _asked(way, question("time", caller), now)
        if one:
            found.append(one)
    for _count in range(3):
        if _asked(way, question("done", caller), now):
            break
    return found


def _asked(way, line, now):
    # type: (socket.socket, bytes, Callable[[], float]) -> Optional[Sample]
    try:
        asked = now()
        way.sendall(line)
        data = way.recv(256)
        return sample(asked, data, now())
    except OSError:
        return None
