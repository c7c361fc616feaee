# SPDX-License-Identifier: GPL-3.0-or-later
"""Files and folders, tried on real ones."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files

EMPTY = hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (EMPTY, ("sha256", EMPTY)),
        ("sha256:" + EMPTY.upper(), ("sha256", EMPTY)),
        (" SHA1: " + "a" * 40 + " ", ("sha1", "a" * 40)),
        ("md5:" + "0" * 32, ("md5", "0" * 32)),
    ],
)
def test_split_checksum(text: str, found: tuple[str, str]) -> None:
    assert _files.split_checksum(text) == found


@pytest.mark.parametrize("text", ["", "sha256:", "sha256:abc", "g" * 64, "md7:00", "sha256:" + "0" * 63])
def test_bad_checksums(text: str) -> None:
    with pytest.raises(ValueError, match=r"digest"):
        _files.split_checksum(text)


def test_digest(tmp_path: Path) -> None:
    content = os.urandom(3 << 20)
    (tmp_path / "f").write_bytes(content)
    assert _files.digest(str(tmp_path / "f")) == hashlib.sha256(content).hexdigest()
    assert _files.digest(str(tmp_path / "f"), "md5") == hashlib.md5(content).hexdigest()


def test_write_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f"
    _files.write_whole(str(path), "one", mode=0o600)
    assert path.read_text() == "one" and path.stat().st_mode & 0o777 == 0o600

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        _files.write_whole(str(path), "two")
    assert path.read_text() == "one" and os.listdir(tmp_path) == ["f"]


def test_remove_does_not_follow_links(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("x")
    (tmp_path / "tree" / "inner").mkdir(parents=True)
    (tmp_path / "tree" / "link").symlink_to(tmp_path / "precious")
    _files.remove(str(tmp_path / "tree"))
    (tmp_path / "link").symlink_to(tmp_path / "precious")
    _files.remove(str(tmp_path / "link"))
    _files.remove(str(tmp_path / "none"))
    assert os.listdir(tmp_path) == ["precious"] and os.listdir(tmp_path / "precious") == ["file"]


def test_remove_copes_with_what_goes_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tree").mkdir()
    for name in ("a", "b", "c"):
        (tmp_path / "tree" / name).write_text("x")
    unlink = os.unlink
    gone: list[str] = []

    def faster(name: str, **options: Any) -> None:
        gone.append(name)
        if len(gone) == 1:
            unlink(name, **options)
        unlink(name, **options)

    monkeypatch.setattr(os, "unlink", faster)
    _files.remove(str(tmp_path / "tree"))
    assert os.listdir(tmp_path) == [] and len(gone) == 3


def test_remove_gives_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(path: str) -> None:
        raise OSError(errno.ENOTEMPTY, "Directory not empty", path)

    monkeypatch.setattr(shutil, "rmtree", busy)
    with pytest.raises(OSError, match="not empty"):
        _files.remove(str(tmp_path))


def test_read_entry_and_nearest(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir(mode=0o750)
    (tmp_path / "l").symlink_to("d")
    (tmp_path / "f").write_text("")
    directory, link, file = (_files.read_entry(str(tmp_path / name)) for name in "dlf")
    assert directory is not None and (directory.kind, directory.mode) == (_files.DIRECTORY, 0o750)
    assert link is not None and (link.kind, link.target) == (_files.LINK, "d")
    assert file is not None and file.kind == _files.FILE
    followed = _files.read_entry(str(tmp_path / "l"), follow=True)
    assert followed is not None and followed.kind == _files.DIRECTORY
    assert _files.read_entry(str(tmp_path / "f" / "x")) is None
    assert _files.nearest(str(tmp_path / "a" / "b")) == str(tmp_path)
    assert _files.space(str(tmp_path / "a")).free > 0 and os.path.ismount(_files.space(str(tmp_path)).mount)
    assert _files.entries(str(tmp_path / "none")) == [] == _files.entries(str(tmp_path / "f"))
