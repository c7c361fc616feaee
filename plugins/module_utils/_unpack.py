# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Unpack packages into a home directory without the rpm database, so that an interruption at any moment can be told and repaired.

Everything is unpacked into a folder beside, then moved file by file, the server's binary last; the manifest ends it. What was
interrupted while files were moved has that folder, with a folder "moving" in it, and no manifest.
"""

import contextlib
import os
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files, _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._files import Owner
from ansible_collections.oceanbase.cluster.plugins.module_utils._installation import MANIFEST, MOVING, PART, Manifest, parse_manifest, render_manifest

SERVER = os.path.join("bin", "observer")


def commands(path):
    # type: (str) -> Tuple[List[str], List[str]]
    """Return the two programs that unpack a package, joined by a pipe."""
    return ["rpm2cpio", path], ["cpio", "-idmu", "--quiet", "--no-absolute-filenames", "--no-preserve-owner"]


def listing(root):
    # type: (str) -> Tuple[List[str], List[str]]
    """Return the folders and the files (and links) below ``root``, relative to it."""
    folders, files = [], []  # type: List[str], List[str]
    for folder, names, others in os.walk(root):
        for name in names + others:
            path = os.path.join(folder, name)
            (folders if os.path.isdir(path) and not os.path.islink(path) else files).append(os.path.relpath(path, root))
    return sorted(folders), sorted(files, key=lambda name: (name == SERVER, name))


def unpack(what, sources, home, owner, manifest, replace):
    # type: (str, Sequence[Tuple[str, str]], str, Owner, Callable[[Tuple[str, ...]], Manifest], bool) -> Manifest
    """Put the content of packages into ``home``: ``sources`` are file and prefix of each, ``manifest`` makes it from the files put there.

    Unless ``replace``, a file that exists already is a refusal.
    """
    part = os.path.join(home, PART)
    made = not os.path.isdir(home)
    try:
        os.makedirs(home, exist_ok=True)
        if made:
            _files.give(home, owner)
        _files.remove(part)
        os.mkdir(part, 0o700)
        roots = [_unpack_one(what, path, prefix, os.path.join(part, str(index))) for index, (path, prefix) in enumerate(sources)]
        found = dict((root, listing(root)) for root in roots)  # type: Dict[str, Tuple[List[str], List[str]]]
        _refuse_overwriting(what, home, found, replace)
        os.mkdir(os.path.join(home, MOVING))
        for root in roots:
            _move(root, home, found[root], owner)
        result = manifest(tuple(sorted(name for _folders, names in found.values() for name in names)))
        _files.write_whole(os.path.join(home, MANIFEST), render_manifest(result), owner)
        _files.remove(part)
    except OSError as error:
        _tidy(part)
        raise ObError(
            what, "{0}: {1}".format(error.filename or home, error.strerror),
            "Nothing of it counts as installed. Make room or grant the rights to write there, then run again.", error_code=error.errno,
        ) from error
    except ObError:
        _tidy(part)
        raise
    return result


def _tidy(part):
    # type: (str) -> None
    """Take away what was unpacked beside, for its room; the folder stays where files have been moved: it tells that they are ours."""
    with contextlib.suppress(OSError):
        for name in _files.entries(part):
            if name != os.path.basename(MOVING):
                _files.remove(os.path.join(part, name))
        os.rmdir(part)


def _unpack_one(what, path, prefix, folder):
    # type: (str, str, str, str) -> str
    os.mkdir(folder, 0o700)
    first, second = commands(path)
    read, written = _process.pipe(first, second, folder)
    for done in (written, read):
        # rpm2cpio is ended by SIGPIPE where cpio fails: then cpio has the words.
        if done.rc != 0:
            full = "No space left on device" in done.stderr
            raise ObError(
                what,
                "{0} failed with status {1}: {2}".format(done.argv[0], done.rc, "; ".join(done.said.splitlines()[:5])),
                "Free space below {0} and run again.".format(os.path.dirname(os.path.dirname(folder)))
                if full else "See that the package is whole and that rpm2cpio and cpio can read it.",
                rc=done.rc,
            )
    root = os.path.join(folder, prefix.lstrip("/"))
    if not prefix or not os.path.isdir(root):
        raise ObError(
            what, "{0} holds nothing below {1}".format(os.path.basename(path), prefix or "a prefix"), "See with 'rpm -qlp' what it holds.",
        )
    return root


def _refuse_overwriting(what, home, found, replace):
    # type: (str, str, Dict[str, Tuple[List[str], List[str]]], bool) -> None
    taken = [name for _folders, names in found.values() for name in names if os.path.lexists(os.path.join(home, name))]
    if taken and not replace:
        raise ObError(
            what, "files of other origin are in the way: {0}".format(", ".join(sorted(taken)[:10])),
            "Nothing was overwritten. Move them away, or use another home directory.",
        )


def _move(root, home, content, owner):
    # type: (str, str, Tuple[List[str], List[str]], Owner) -> None
    folders, files = content
    for name in folders:
        target = os.path.join(home, name)
        if not os.path.isdir(target):
            os.mkdir(target, os.stat(os.path.join(root, name)).st_mode & 0o777)
            _files.give(target, owner)
    for name in files:
        source = os.path.join(root, name)
        _files.give(source, owner)
        os.rename(source, os.path.join(home, name))


def read_manifest(home):
    # type: (str) -> Optional[Manifest]
    """Return the manifest of a home directory; None where there is none."""
    try:
        with open(os.path.join(home, MANIFEST)) as stream:
            return parse_manifest(stream.read())
    except (FileNotFoundError, NotADirectoryError):
        return None


def missing(home, manifest):
    # type: (str, Manifest) -> Tuple[str, ...]
    """Return the files of a manifest that are gone."""
    return tuple(name for name in manifest.files if not os.path.lexists(os.path.join(home, name)))


def remove(home, manifest):
    # type: (str, Manifest) -> None
    """Remove what a manifest names, then the folders that this leaves empty, the home directory included; the manifest goes last."""
    folders = set()
    for name in manifest.files:
        _files.remove(os.path.join(home, name))
        while os.path.dirname(name):
            name = os.path.dirname(name)
            folders.add(name)
    for name in sorted(folders, key=len, reverse=True):
        _remove_empty(os.path.join(home, name))
    _files.remove(os.path.join(home, MANIFEST))
    _remove_empty(home)


def _remove_empty(folder):
    # type: (str) -> None
    with contextlib.suppress(OSError):  # not empty, or not ours to remove
        os.rmdir(folder)
