# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Processes of the host: the only file that reads /proc, starts programs or sends signals."""

import contextlib
import errno
import os
import pwd
import signal
import subprocess
import tempfile
import time
from typing import Callable, Dict, Iterator, List, NamedTuple, Optional, Sequence, Tuple

# The programs whose working directory says whose they are.
PROGRAMS = frozenset(("observer", "obproxy", "obproxyd.sh"))


class Process(NamedTuple):
    """A living process."""

    pid: int
    uid: int
    start: int  # clock ticks since boot: with the pid, who it is
    cwd: str  # "" where it may not be read
    argv: Tuple[str, ...]
    place: Tuple[int, int] = (0, 0)  # device and inode of its working directory: a container's may have the same name as ours


class Finished(NamedTuple):
    """A program that has ended."""

    argv: Tuple[str, ...]
    rc: int  # negative: the signal that ended it
    stdout: str
    stderr: str
    timed_out: bool = False

    @property
    def said(self):
        # type: () -> str
        """What it told, errors first."""
        return (self.stderr.strip() + "\n" + self.stdout.strip()).strip()


class Socket(NamedTuple):
    """A listening TCP socket."""

    address: str  # "0.0.0.0" = every address
    port: int
    inode: str


def parse_stat(text):
    # type: (str) -> Tuple[str, int]
    """Return state and start time from /proc/PID/stat; the name in it may hold blanks and brackets."""
    fields = text[text.rindex(")") + 1 :].split()
    return fields[0], int(fields[19])


def read_process(pid):
    # type: (int) -> Optional[Process]
    """Read a process; None where there is none, or only what is left of it (a zombie)."""
    base = "/proc/{0}/".format(pid)
    try:
        with open(base + "stat") as stream:
            state, start = parse_stat(stream.read())
        if state in "ZX":
            return None
        uid = os.stat(base).st_uid
        with open(base + "cmdline", "rb") as raw:
            argv = raw.read().decode("utf-8", "surrogateescape").rstrip("\0").split("\0")
    except (OSError, ValueError):
        return None
    cwd, place = _directory(base + "cwd")
    if place == (0, 0) and os.geteuid() == 0 != uid and PROGRAMS.intersection(os.path.basename(word) for word in argv[:3]):
        cwd, place = _directory_as_owner(base + "cwd", uid)
    return Process(pid, uid, start, cwd, tuple(argv) if argv != [""] else (), place)


def _directory(link):
    # type: (str) -> Tuple[str, Tuple[int, int]]
    """Return a process's working directory: its name, and device and inode."""
    try:
        return os.readlink(link), place_of(link)
    except OSError:
        return "", (0, 0)


def _directory_as_owner(link, uid):
    # type: (str, int) -> Tuple[str, Tuple[int, int]]
    """The same as the process's owner sees it: root of a container without CAP_SYS_PTRACE may not look."""
    try:
        user = pwd.getpwuid(uid).pw_name
    except KeyError:
        return "", (0, 0)

    def look():
        # type: () -> str
        cwd, (device, inode) = _directory(link)
        return "{0} {1} {2}".format(device, inode, cwd)

    words = in_child(look, user).split(" ", 2)
    if len(words) != 3 or not words[0].isdigit() or not words[1].isdigit():
        return "", (0, 0)
    return words[2], (int(words[0]), int(words[1]))


def place_of(path):
    # type: (str) -> Tuple[int, int]
    """Return device and inode of a folder; (0, 0) where it cannot be seen."""
    try:
        found = os.stat(path)
    except OSError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def living():
    # type: () -> Iterator[Process]
    """Yield every process."""
    for name in os.listdir("/proc"):
        if name.isdigit():
            process = read_process(int(name))
            if process is not None:
                yield process


def started_at(process):
    # type: (Process) -> float
    """Return when a process started, in seconds since the epoch."""
    with open("/proc/uptime") as stream:
        uptime = float(stream.read().split()[0])
    return time.time() - uptime + process.start / float(os.sysconf("SC_CLK_TCK"))


def lock_holder(path):
    # type: (str) -> Optional[int]
    """Return the pid that holds a POSIX lock on a file, without touching the lock; None where nobody does.

    F_GETLK asks the kernel about this very file; it needs the right to read the file.
    """
    import fcntl
    import struct

    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    try:
        layout = "hhqqi4x"  # struct flock of 64-bit Linux: l_type, l_whence, l_start, l_len, l_pid
        question = struct.pack(layout, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, _whence, _start, _length, pid = struct.unpack(layout, fcntl.fcntl(descriptor, fcntl.F_GETLK, question))
    except (OSError, struct.error):
        return None
    finally:
        os.close(descriptor)
    return None if kind == fcntl.F_UNLCK else int(pid)


def _address(text):
    # type: (str) -> str
    """Turn the kernel's hexadecimal address (words in host order) into the usual form; every address is 0.0.0.0."""
    import socket
    import struct
    import sys

    words = [int(text[at : at + 8], 16) for at in range(0, len(text), 8)]
    packed = b"".join(struct.pack("<I" if sys.byteorder == "little" else ">I", word) for word in words)
    if len(packed) == 4:
        return socket.inet_ntop(socket.AF_INET, packed)
    if packed[:12] == b"\0" * 10 + b"\xff\xff":
        return socket.inet_ntop(socket.AF_INET, packed[12:])
    return "0.0.0.0" if packed == b"\0" * 16 else socket.inet_ntop(socket.AF_INET6, packed)


def parse_listeners(text):
    # type: (str) -> List[Socket]
    """Return the listening sockets of /proc/net/tcp or tcp6."""
    found = []
    for line in text.splitlines()[1:]:
        fields = line.split()
        if len(fields) > 9 and fields[3] == "0A":
            address, port = fields[1].rsplit(":", 1)
            found.append(Socket(_address(address), int(port, 16), fields[9]))
    return found


def listeners(port, address=""):
    # type: (int, str) -> List[Socket]
    """Return who listens on a port of an address (of any, where none is given)."""
    found = []  # type: List[Socket]
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            with open(table) as stream:
                found += parse_listeners(stream.read())
        except OSError:
            continue
    return [item for item in found if item.port == port and (not address or item.address in ("0.0.0.0", address))]


def socket_holder(item):
    # type: (Socket) -> Optional[Process]
    """Return the process that holds a socket; None where it may not be seen."""
    wanted = "socket:[{0}]".format(item.inode)
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        folder = "/proc/{0}/fd".format(name)
        try:
            if any(os.readlink(os.path.join(folder, number)) == wanted for number in os.listdir(folder)):
                return read_process(int(name))
        except OSError:
            continue
    return None


def same(process):
    # type: (Process) -> bool
    """Whether this very process still lives (its pid may have been given to another one since)."""
    now = read_process(process.pid)
    return now is not None and now.start == process.start


def send(process, number):
    # type: (Process, int) -> bool
    """Signal exactly this process; False where it is gone. A recycled pid is never hit."""
    opener = getattr(os, "pidfd_open", None)
    sender = getattr(signal, "pidfd_send_signal", None)
    try:
        if opener is not None and sender is not None:
            descriptor = opener(process.pid)
            try:
                # The descriptor names one process for ever; that it is ours is checked after it was opened.
                if not same(process):
                    return False
                sender(descriptor, number)
            finally:
                os.close(descriptor)
        else:
            if not same(process):
                return False
            os.kill(process.pid, number)
    except OSError as error:
        if error.errno == errno.ESRCH:
            return False
        raise
    return True


def user_name(uid):
    # type: (int) -> str
    """Return the name of a user, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def uid_of(user):
    # type: (str) -> int
    """Return the number of a user; KeyError where this host does not have it."""
    return pwd.getpwnam(user).pw_uid


def becomes(user):
    # type: (str) -> Optional[Callable[[], None]]
    """Return what a child of root does to run as ``user``; None where it is that user already."""
    entry = pwd.getpwnam(user)
    if entry.pw_uid == os.geteuid():
        return None

    def become():
        # type: () -> None
        os.initgroups(entry.pw_name, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)

    return become


def which(program):
    # type: (str) -> str
    """Return the path of a program, "" where there is none; the folders of root are looked at, too."""
    for folder in os.environ.get("PATH", "").split(os.pathsep) + ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]:
        path = os.path.join(folder, program)
        if folder and os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return ""


def run(argv, cwd=None, environment=None, user="", timeout=None):
    # type: (Sequence[str], Optional[str], Optional[Dict[str, str]], str, Optional[float]) -> Finished
    """Run a program to its end, in a session of its own, in the C locale.

    ``user`` is whom root becomes for it. After ``timeout`` seconds it is killed with everything it started and kept in its session.
    Output goes through files: a daemon left behind that keeps them open is not waited for. Raises OSError where it cannot be started.
    """
    variables = dict(os.environ, LC_ALL="C", LANGUAGE="C")
    variables.update(environment or {})
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, open(os.devnull, "rb") as nothing:
        child = subprocess.Popen(
            list(argv),
            cwd=cwd,
            env=variables,
            stdin=nothing,
            stdout=out,
            stderr=err,
            start_new_session=True,
            preexec_fn=becomes(user) if user else None,
        )
        timed_out = False
        try:
            rc = child.wait(timeout=timeout)
        except subprocess.TimeoutExpired:
            timed_out = True
            end_session(child.pid)
            rc = child.wait()
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return Finished(tuple(argv), rc, texts[0], texts[1], timed_out)


def end_session(leader):
    # type: (int) -> None
    """Kill a session that we started and have not waited for yet: its number cannot have been given to anybody else."""
    for pid in _session_members(leader) + [leader]:
        try:
            os.kill(pid, signal.SIGKILL)
        except OSError as error:
            if error.errno != errno.ESRCH:
                raise


def _session_members(leader):
    # type: (int) -> List[int]
    members = []
    for name in os.listdir("/proc"):
        if not name.isdigit() or int(name) == leader:
            continue
        try:
            if os.getsid(int(name)) == leader:
                members.append(int(name))
        except OSError:
            continue
    return members


def pipe(first, second, cwd):
    # type: (Sequence[str], Sequence[str], str) -> Tuple[Finished, Finished]
    """Run ``first | second`` in a folder."""
    variables = dict(os.environ, LC_ALL="C", LANGUAGE="C")
    with tempfile.TemporaryFile() as err1, tempfile.TemporaryFile() as err2, open(os.devnull, "wb") as nothing:
        left = subprocess.Popen(list(first), cwd=cwd, env=variables, stdout=subprocess.PIPE, stderr=err1)
        right = subprocess.Popen(list(second), cwd=cwd, env=variables, stdin=left.stdout, stdout=nothing, stderr=err2)
        if left.stdout is not None:
            left.stdout.close()  # so that the first one notices when the second one ends
        rc2 = right.wait()
        rc1 = left.wait()
        texts = []
        for stream in (err1, err2):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return Finished(tuple(first), rc1, "", texts[0]), Finished(tuple(second), rc2, "", texts[1])


def adopt_orphans():
    # type: () -> None
    """Become the parent of what our children leave behind, so that a daemon's exit status can be read (Linux; harmless elsewhere)."""
    import ctypes

    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def exit_status(pid):
    # type: (int) -> Optional[int]
    """Return the exit status of an adopted child that ended (negative: the signal), -1 asks for any; None where it runs or is not ours."""
    try:
        done, status = os.waitpid(pid, os.WNOHANG)
    except OSError:
        return None
    if done == 0:
        return None
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def attainable(item, wanted):
    # type: (str, int) -> int
    """Return ``wanted`` where this process may set a limit (``NOFILE``) to it, otherwise the most that it may; -1 = no limit."""
    import resource

    number = getattr(resource, "RLIMIT_" + item)

    def attempt():
        # type: () -> str
        try:
            resource.setrlimit(number, (wanted, wanted))
        except (OSError, ValueError):
            return str(resource.getrlimit(number)[1])
        return str(wanted)

    return int(_forked(attempt))


def in_child(work, user):
    # type: (Callable[[], str], str) -> str
    """Do ``work`` as another user (whom root becomes) and return its text; an OSError's words where it fails."""
    become = becomes(user)
    return _words(work) if become is None else _forked(work, become)


def _forked(work, become=None):
    # type: (Callable[[], str], Optional[Callable[[], None]]) -> str
    """Do ``work`` in a child, which ends with it, and return its text."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            os.close(reader)
            if become is not None:
                become()
            os.write(writer, _words(work).encode("utf-8", "surrogateescape"))
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        text = stream.read().decode("utf-8", "surrogateescape")
    os.waitpid(pid, 0)
    return text


def _words(work):
    # type: (Callable[[], str]) -> str
    try:
        return work()
    except OSError as error:
        return "{0}: {1}".format(error.filename, error.strerror)
