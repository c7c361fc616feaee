# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Where the facts of a host come from: files below a root and system calls. Tests pass recorded ones."""

import ctypes
import errno
import fcntl
import grp
import os
import pwd
import resource
import socket
import struct
import sys
from typing import Callable, Dict, List, NamedTuple, Optional, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._process import in_child, run, which

SEEN = "seen: "


class Account(NamedTuple):
    """A user as the system's name service knows it."""

    name: str
    uid: int
    gid: int
    home: str
    groups: Tuple[str, ...]  # all of them, the primary one first


class Space(NamedTuple):
    """What a file system has and has left, in bytes and inodes."""

    size: int
    free: int  # for an unprivileged user
    inodes: int  # 0 = the file system does not count them
    inodes_free: int


class Calls(NamedTuple):
    """The system calls that the probes make."""

    uname: Callable[[], Tuple[str, str, str]]  # host name, kernel release, machine
    effective_user: Callable[[], str]
    account: Callable[[str], Optional[Account]]
    has_group: Callable[[str], bool]
    own_limits: Callable[[], Dict[str, Tuple[int, int]]]  # soft, hard; -1 = unlimited
    space: Callable[[str], Space]
    device: Callable[[str], int]  # st_dev
    write_error: Callable[[str, str], str]  # directory, user -> "" or why that user cannot create a file there
    as_user: Callable[[int, Callable[[], str]], str]  # what a user sees whom root becomes; "" where that is nothing
    enter_error: Callable[[str, str], str]  # directory, user -> "" or why that user cannot go there
    bind_error: Callable[[str], str]  # address -> "" or why no socket can have it
    addresses: Callable[[], List[Tuple[str, str]]]  # (interface, IPv4 address)
    resolve: Callable[[str], List[str]]
    cpus: Callable[[], int]
    libc: Callable[[], str]  # "glibc 2.17"
    clock_synchronised: Callable[[], bool]
    sudo: Callable[[], bool]  # whether the probe's user may become root without a password
    python: Tuple[int, ...]


class Source(NamedTuple):
    """Files below ``root`` and the calls that go with them."""

    root: str
    calls: Calls

    def path(self, path):
        # type: (str) -> str
        """Return where ``path`` of the host lies."""
        return path if self.root == "/" else os.path.join(self.root, path.lstrip("/"))

    def read(self, path):
        # type: (str) -> str
        """Return the text of a file without the white space around it."""
        with open(self.path(path), encoding="utf-8", errors="replace") as handle:
            return handle.read().strip()

    def lines(self, path):
        # type: (str) -> List[str]
        """Return the lines of a file; none where there is no such file."""
        try:
            return self.read(path).splitlines()
        except OSError:
            return []

    def names(self, path):
        # type: (str) -> List[str]
        """Return the sorted names in a directory."""
        return sorted(os.listdir(self.path(path)))

    def link(self, path):
        # type: (str) -> str
        """Return where a symbolic link leads.

        Root without CAP_SYS_PTRACE (the default in containers) may not look into processes of others, but their owner may.
        """
        where = self.path(path)
        try:
            return os.readlink(where)
        except PermissionError:
            seen = self.calls.as_user(os.lstat(where).st_uid, lambda: os.readlink(where))
            if not seen:
                raise
            return seen

    def leads_to(self, link, directory):
        # type: (str, str) -> bool
        """Whether a link of /proc leads to this very directory: that of a container may have the same name."""
        if self.root != "/":
            return self.link(link) == directory

        def place():
            # type: () -> str
            found = os.stat(link)
            return "{0}:{1}".format(found.st_dev, found.st_ino)

        wanted = os.stat(directory)
        try:
            seen = place()
        except PermissionError:
            seen = self.calls.as_user(os.lstat(link).st_uid, place)
        return seen == "{0}:{1}".format(wanted.st_dev, wanted.st_ino)

    def exists(self, path):
        # type: (str) -> bool
        """Whether something is there."""
        return os.path.lexists(self.path(path))

    def is_directory(self, path):
        # type: (str) -> bool
        """Whether a directory is there."""
        return os.path.isdir(self.path(path))

    def real(self, path):
        # type: (str) -> str
        """Return the path with its links followed."""
        return os.path.realpath(path) if self.root == "/" else path


def _uname():
    # type: () -> Tuple[str, str, str]
    name = os.uname()
    return name.nodename, name.release, name.machine


def _effective_user():
    # type: () -> str
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


def _account(name):
    # type: (str) -> Optional[Account]
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    groups = []  # type: List[str]
    for gid in [entry.pw_gid] + [gid for gid in os.getgrouplist(name, entry.pw_gid) if gid != entry.pw_gid]:
        try:
            groups.append(grp.getgrgid(gid).gr_name)
        except KeyError:
            groups.append(str(gid))
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, entry.pw_dir, tuple(groups))


def _has_group(name):
    # type: (str) -> bool
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


LIMITS = {
    "nofile": resource.RLIMIT_NOFILE,
    "nproc": resource.RLIMIT_NPROC,
    "core": resource.RLIMIT_CORE,
    "stack": resource.RLIMIT_STACK,
}


def _own_limits():
    # type: () -> Dict[str, Tuple[int, int]]
    return {name: resource.getrlimit(number) for name, number in LIMITS.items()}


def _space(path):
    # type: (str) -> Space
    found = os.statvfs(path)
    return Space(found.f_blocks * found.f_frsize, found.f_bavail * found.f_frsize, found.f_files, found.f_favail)


def _device(path):
    # type: (str) -> int
    return os.stat(path).st_dev


def _create_unnamed(directory):
    # type: (str) -> str
    """Create a file that never gets a name and vanishes when it is closed; return why it cannot be done."""
    try:
        handle = os.open(directory, os.O_TMPFILE | os.O_WRONLY, 0o600)
    except OSError as error:
        if error.errno not in (errno.EISDIR, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOENT) or not os.path.isdir(directory):
            return error.strerror or str(error)
        # Kernels before 3.11 and some file systems cannot: ask for the permission only.
        return "" if os.access(directory, os.W_OK | os.X_OK, effective_ids=True) else os.strerror(errno.EACCES)
    try:
        os.write(handle, b"\0" * 4096)
    except OSError as error:
        return error.strerror or str(error)
    finally:
        os.close(handle)
    return ""


def _write_error(directory, user):
    # type: (str, str) -> str
    account = _account(user)
    if account is None:
        return "there is no user {0}".format(user)
    if os.geteuid() not in (0, account.uid):
        raise OSError(errno.EPERM, "only root and {0} can try it as {0}".format(user))
    return in_child(lambda: _create_unnamed(directory), user)


def _as_user(uid, work):
    # type: (int, Callable[[], str]) -> str
    if os.geteuid() != 0 or uid == 0:
        return ""
    try:
        # What fails there is told in words; what is seen is marked, to be told from them.
        seen = in_child(lambda: SEEN + work(), pwd.getpwuid(uid).pw_name)
    except KeyError:
        return ""
    return seen[len(SEEN) :] if seen.startswith(SEEN) else ""


def _enter_error(directory, user):
    # type: (str, str) -> str
    def enter():
        # type: () -> str
        os.chdir(directory)
        return ""

    here = os.getcwd()
    try:
        return in_child(enter, user)
    finally:
        os.chdir(here)


def _bind_error(address):
    # type: (str) -> str
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((address, 0))
        except (OSError, OverflowError) as error:
            return getattr(error, "strerror", None) or str(error)
    return ""


_SIOCGIFCONF = 0x8912


def _addresses():
    # type: () -> List[Tuple[str, str]]
    size = 40 if struct.calcsize("P") == 8 else 32
    room = ctypes.create_string_buffer(size * 256)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        answer = fcntl.ioctl(probe.fileno(), _SIOCGIFCONF, struct.pack("iP", len(room), ctypes.addressof(room)))
    used = struct.unpack("iP", answer)[0]
    entries = [room.raw[begin : begin + size] for begin in range(0, used, size)]
    return [(entry[:16].split(b"\0", 1)[0].decode("ascii"), socket.inet_ntoa(entry[20:24])) for entry in entries]


def _resolve(name):
    # type: (str) -> List[str]
    return sorted({str(answer[4][0]) for answer in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})


def _cpus():
    # type: () -> int
    return len(os.sched_getaffinity(0))


def _libc():
    # type: () -> str
    return os.confstr("CS_GNU_LIBC_VERSION") or ""


_STA_UNSYNC = 0x40
_STATUS = 40  # offset of status in the 64 bit struct timex


def _clock_synchronised():
    # type: () -> bool
    timex = ctypes.create_string_buffer(512)  # modes = 0: nothing is set
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.adjtimex(timex) < 0:
        raise OSError(ctypes.get_errno(), "adjtimex: " + os.strerror(ctypes.get_errno()))
    return not struct.unpack_from("i", timex.raw, _STATUS)[0] & _STA_UNSYNC


def _sudo():
    # type: () -> bool
    if os.geteuid() == 0:
        return True
    program = which("sudo")
    return bool(program) and run([program, "-n", "true"], timeout=5).rc == 0


SYSTEM = Source(
    "/",
    Calls(
        _uname, _effective_user, _account, _has_group, _own_limits, _space, _device, _write_error, _as_user, _enter_error, _bind_error, _addresses,
        _resolve, _cpus, _libc, _clock_synchronised, _sudo, tuple(sys.version_info[:3]),
    ),
)
