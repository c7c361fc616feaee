# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The clock process: a detached child that tells its host's time for a bounded while, on the very port that the server will use.

It stays behind when the module ends, so that it does not matter how many hosts Ansible works on at a time. It ends when every
peer has asked, at the latest after its time is up; it holds one socket and nothing else.
"""

import contextlib
import ctypes
import os
import pwd
import select
import signal
import socket
import struct
import time
from typing import Dict, List, Sequence, Set

from ansible_collections.oceanbase.cluster.plugins.module_utils import _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._clock_exchange import GREETING, answer, parse_question
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import wait_until

NAME = "ob_precheck"  # as /proc/PID/comm shows it
MOST_CONNECTIONS = 512
LONGEST_LINE = 256
PR_SET_DUMPABLE = 4


def family_of(address):
    # type: (str) -> socket.AddressFamily
    """Return the address family of a literal address."""
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def leave_behind(address, port, datagrams, peers, seconds, user):
    # type: (str, int, bool, Sequence[str], float, str) -> None
    """Bind the socket and leave the process behind; raises OSError where the address or port cannot be had."""
    listener = socket.socket(family_of(address), socket.SOCK_DGRAM if datagrams else socket.SOCK_STREAM)
    with listener:
        if not datagrams:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        if not datagrams:
            listener.listen(MOST_CONNECTIONS)
        child = os.fork()
        if child == 0:
            try:
                _detach(listener, user)
                serve(listener, datagrams, set(peers), time.monotonic() + seconds)
            finally:
                os._exit(0)
        os.waitpid(child, 0)


def _detach(listener, user):
    # type: (socket.socket, str) -> None
    """Become a daemon that keeps nothing open but the socket and is nobody special."""
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    with open("/proc/self/comm", "w") as handle:
        handle.write(NAME)
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nothing, number)
    for number in [int(name) for name in os.listdir("/proc/self/fd")]:
        if number > 2 and number != listener.fileno():
            with contextlib.suppress(OSError):
                os.close(number)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    if os.geteuid() == 0:
        with contextlib.suppress(KeyError, OSError):
            entry = pwd.getpwnam(user)
            os.setgroups([])
            os.setgid(entry.pw_gid)
            os.setuid(entry.pw_uid)
        # So that this user sees whose socket it is, too.
        with contextlib.suppress(AttributeError, OSError):
            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def serve(listener, datagrams, waiting, deadline):
    # type: (socket.socket, bool, Set[str], float) -> None
    """Answer until nobody is waited for any more or the time is up."""
    buffers = {}  # type: Dict[socket.socket, bytes]
    while waiting or buffers:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        ready = select.select([listener] + list(buffers), [], [], left)[0]  # type: List[socket.socket]
        received = time.time()
        for one in ready:
            try:
                if one is not listener:
                    _read(one, buffers, waiting, received)
                elif datagrams:
                    _datagram(listener, waiting, received)
                elif len(buffers) < MOST_CONNECTIONS:
                    _accept(listener, buffers)
            except OSError:
                if one in buffers:
                    _forget(one, buffers)
    for one in list(buffers):
        # A reset leaves no connection behind that would keep the port busy.
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        _forget(one, buffers)
    listener.close()


def _accept(listener, buffers):
    # type: (socket.socket, Dict[socket.socket, bytes]) -> None
    connection = listener.accept()[0]
    connection.settimeout(1.0)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffers[connection] = b""
    connection.sendall(GREETING.encode("ascii"))


def _forget(connection, buffers):
    # type: (socket.socket, Dict[socket.socket, bytes]) -> None
    del buffers[connection]
    connection.close()


def _read(connection, buffers, waiting, received):
    # type: (socket.socket, Dict[socket.socket, bytes], Set[str], float) -> None
    data = connection.recv(LONGEST_LINE)
    buffers[connection] += data
    if not data or len(buffers[connection]) > LONGEST_LINE:
        _forget(connection, buffers)
    elif buffers[connection].endswith(b"\n"):
        line, buffers[connection] = buffers[connection], b""
        reply = _reply(line, waiting, received)
        if reply:
            connection.sendall(reply)


def _datagram(listener, waiting, received):
    # type: (socket.socket, Set[str], float) -> None
    data, sender = listener.recvfrom(LONGEST_LINE)
    reply = _reply(data, waiting, received)
    if reply:
        listener.sendto(reply, sender)


def _reply(line, waiting, received):
    # type: (bytes, Set[str], float) -> bytes
    asked = parse_question(line)
    if asked is None:
        return b""
    if asked[0] == "done":
        waiting.discard(asked[1])
    return answer(received, time.time())


def dismiss(pid):
    # type: (int) -> bool
    """End a clock process that an earlier run left behind; False where it is none, or does not end."""
    process = _process.read_process(pid)
    if process is None or _name(pid) != NAME:
        return False
    _process.send(process, signal.SIGTERM)
    return _gone(process)


def _gone(process):
    # type: (_process.Process) -> bool
    return wait_until(lambda: _process.same(process), lambda alive: not alive, 2.0).done


def _name(pid):
    # type: (int) -> str
    with contextlib.suppress(OSError), open("/proc/{0}/comm".format(pid)) as handle:
        return handle.read().strip()
    return ""
