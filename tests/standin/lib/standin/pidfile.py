# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pid file and the way into the background."""

import fcntl
import os
import sys

PATH = os.path.join("run", "observer.pid")


class AlreadyRunning(Exception):
    """Another process holds the pid file."""


def _open(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def test(path: str) -> None:
    """Raise AlreadyRunning where a living process holds the file."""
    descriptor = _open(path)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        pid = os.read(descriptor, 32).decode("ascii", "replace")
        raise AlreadyRunning(pid) from None
    finally:
        os.close(descriptor)


def hold(path: str) -> int:
    """Lock the file, write the pid without a newline, and return the descriptor, which must stay open."""
    descriptor = _open(path)
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise AlreadyRunning("") from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    return descriptor


def daemonize(path: str) -> int:
    """Leave the terminal: the parent exits with 0 whatever becomes of the child, the child holds the pid file."""
    test(path)
    sys.stdout.flush()
    sys.stderr.flush()
    if os.fork():
        os._exit(0)
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.close(null)
    return hold(path)
