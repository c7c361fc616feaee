# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The data directory: what must be there, what is made, when it counts as empty, and what a member remembers in it."""

import json
import os
from typing import Any, Dict, Optional

from .generations import Generation
from .parameters import capacity

BLOCK_FILE_SIZE = 64 << 20


class StorageFault(Exception):
    """The data directory cannot be used."""

    def __init__(self, text: str, code: int, place: str) -> None:
        super().__init__(text)
        self.text, self.code, self.place = text, code, place


class Storage:
    """The directories below -d."""

    def __init__(self, path: str, generation: Generation) -> None:
        self.path = os.path.abspath(path)
        self.generation = generation
        self.log_dir = os.path.join(self.path, generation.member_dir)
        self.member_file = os.path.join(self.log_dir, "standin.json")
        self.engine_dir = os.path.join(self.path, "sstable", "standin_engine")

    def prepare(self, datafile_size: str) -> None:
        """Check the directories and make what the server makes at its first start."""
        for name in self.generation.required_dirs:
            if not os.path.isdir(os.path.join(self.path, name)):
                place = "open (ob_local_device.cpp:215)" if name == "sstable" else "init (ob_server_log_block_mgr.cpp:120)"
                raise StorageFault("fail to open directory, No such file or directory(dir=\"%s\"" % os.path.join(self.path, name), -4009, place)
        try:
            pool = () if self.generation.old else ("clog/log_pool",)
            for name in self.generation.made_dirs + pool:
                os.makedirs(os.path.join(self.path, name), exist_ok=True)
            for name in tuple(one + "/meta" for one in pool) + ("sstable/block_file",):
                with open(os.path.join(self.path, name), "ab"):
                    pass
            block_file = os.path.join(self.path, "sstable/block_file")
            if not os.path.getsize(block_file):
                os.truncate(block_file, min(capacity(datafile_size) or BLOCK_FILE_SIZE, BLOCK_FILE_SIZE))
        except OSError as exc:
            raise StorageFault("fail to write, %s(path=\"%s\"" % (exc.strerror, exc.filename), -4009, "init (ob_local_device.cpp:230)") from exc

    def empty(self) -> bool:
        """Tell whether this server has never taken part in a cluster."""
        return not any(files for name in self.generation.emptiness for _root, _dirs, files in os.walk(os.path.join(self.path, name)))

    def mark(self) -> None:
        """Put the first log of the sys tenant in place; from here on the server is not empty."""
        paths = ("clog/1", "ilog/1") if self.generation.old else ("clog/tenant_1/1/log/0",)
        for path in (os.path.join(self.path, name) for name in paths):
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as stream:
                stream.write(b"standin\n")
                stream.flush()
                os.fsync(stream.fileno())

    def load(self) -> Optional[Dict[str, Any]]:
        """Read what this member remembers of its cluster, or None."""
        try:
            with open(self.member_file, encoding="utf-8") as stream:
                data: Dict[str, Any] = json.load(stream)
                return data
        except (OSError, ValueError):
            return None

    def save(self, data: Dict[str, Any]) -> None:
        """Remember a membership; the file holds the cluster's token."""
        write_private(self.member_file, data)


def write_private(path: str, data: Dict[str, Any]) -> None:
    """Replace a JSON file that only its owner may read."""
    with open(path + ".tmp", "w", encoding="utf-8", opener=lambda name, flags: os.open(name, flags, 0o600)) as stream:
        json.dump(data, stream)
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(path + ".tmp", path)
