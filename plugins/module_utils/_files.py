# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Files and folders: read, written whole or not at all, removed without following links."""

import errno
import grp
import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from typing import List, NamedTuple, Optional, Tuple

DIRECTORY = "directory"
LINK = "link"
FILE = "file"  # or anything else
ATTEMPTS = 10  # to remove a folder in which something changes meanwhile


class Entry(NamedTuple):
    """Something in the file system."""

    kind: str
    owner: str
    group: str
    mode: int
    target: str  # of a link


class Owner(NamedTuple):
    """Whom new files are given to."""

    user: str
    group: str
    uid: int
    gid: int


class Space(NamedTuple):
    """A file system below a path."""

    mount: str
    free: int
    total: int


def owner_of(user, group):
    # type: (str, str) -> Owner
    """Return user and group with their numbers; KeyError where the host does not have them."""
    return Owner(user, group, pwd.getpwnam(user).pw_uid, grp.getgrnam(group).gr_gid)


def _name(number, table):
    # type: (int, str) -> str
    try:
        return pwd.getpwuid(number).pw_name if table == "user" else grp.getgrgid(number).gr_name
    except KeyError:
        return str(number)


def read_entry(path, follow=False):
    # type: (str, bool) -> Optional[Entry]
    """Return what a path is; None where it is nothing. With ``follow`` what a link leads to."""
    try:
        found = os.stat(path) if follow else os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    kind = DIRECTORY if stat.S_ISDIR(found.st_mode) else LINK if stat.S_ISLNK(found.st_mode) else FILE
    return Entry(
        kind, _name(found.st_uid, "user"), _name(found.st_gid, "group"), stat.S_IMODE(found.st_mode), os.readlink(path) if kind == LINK else "",
    )


def nearest(path):
    # type: (str) -> str
    """Return the nearest folder above (or at) a path that exists."""
    while not os.path.isdir(path) and path not in ("", "/"):
        path = os.path.dirname(path)
    return path or "/"


def space(path):
    # type: (str) -> Space
    """Return the free bytes (for ordinary users) where a path is or would be."""
    real = os.path.realpath(nearest(path))
    found = os.statvfs(real)
    mount = real
    while not os.path.ismount(mount):
        mount = os.path.dirname(mount)
    return Space(mount, found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


def digest(path, algorithm="sha256"):
    # type: (str, str) -> str
    """Return the digest of a file, in hexadecimal."""
    result = hashlib.new(algorithm)
    with open(path, "rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            result.update(block)
    return result.hexdigest()


def split_checksum(text):
    # type: (str) -> Tuple[str, str]
    """Return algorithm and digest of ``sha256:…`` or a bare sha256; ValueError where it is neither."""
    algorithm, colon, value = text.strip().rpartition(":")
    algorithm = algorithm.lower() if colon else "sha256"
    value = value.strip().lower()
    if algorithm not in hashlib.algorithms_available:
        raise ValueError("{0} is not a digest that Python knows here".format(algorithm))
    size = hashlib.new(algorithm).digest_size * 2
    if not value or value.strip("0123456789abcdef") or (size and len(value) != size):
        raise ValueError("a {0} digest has {1} hexadecimal digits".format(algorithm, size))
    return algorithm, value


def write_whole(path, text, owner=None, mode=0o644):
    # type: (str, str, Optional[Owner], int) -> None
    """Write a file so that it is there whole or not at all."""
    descriptor, temporary = tempfile.mkstemp(prefix=os.path.basename(path) + ".", dir=os.path.dirname(path))
    try:
        with os.fdopen(descriptor, "w") as stream:
            stream.write(text)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            if owner is not None and os.geteuid() == 0:
                os.fchown(stream.fileno(), owner.uid, owner.gid)
            os.fsync(stream.fileno())
        os.rename(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def remove(path):
    # type: (str) -> None
    """Remove a file, a link or a whole folder; links inside are removed, never followed.

    A program that is about to end may still remove its own files there, or leave one more.
    """
    for attempt in range(ATTEMPTS):
        try:
            if os.path.islink(path) or not os.path.isdir(path):
                os.unlink(path)
            else:
                shutil.rmtree(path)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.ENOTEMPTY) or attempt == ATTEMPTS - 1:
                raise
        if not os.path.lexists(path):
            return


def entries(path):
    # type: (str) -> List[str]
    """Return the names in a folder, sorted; none where there is no such folder."""
    try:
        return sorted(os.listdir(path))
    except (FileNotFoundError, NotADirectoryError):
        return []


def give(path, owner):
    # type: (str, Optional[Owner]) -> None
    """Give a file, folder or link itself to its owner; an ordinary user can give it to one of his groups only."""
    if owner is None:
        return
    if os.geteuid() == 0:
        os.lchown(path, owner.uid, owner.gid)
    elif os.lstat(path).st_gid != owner.gid:
        os.lchown(path, -1, owner.gid)


def may_give(owner):
    # type: (Owner) -> bool
    """Whether this process can make files of that owner and group."""
    return os.geteuid() == 0 or (owner.uid == os.geteuid() and owner.gid in [os.getegid()] + os.getgroups())
