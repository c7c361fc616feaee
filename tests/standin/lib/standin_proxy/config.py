# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The values of the items, and the file that keeps them: etc/obproxy_config.bin below the working directory."""

from __future__ import annotations

import os
import struct
import zlib
from typing import Dict, Iterable, Tuple

from .items import ITEMS, RPC_ITEMS, acceptable, seconds, stored

PATH = os.path.join("etc", "obproxy_config.bin")
MAGIC = b"OBPX"


class InvalidConfig(Exception):
    """A value that an item does not take."""


class Config:
    """What is set now. Items that need a restart keep working with the value of the start."""

    def __init__(self, rpc: bool) -> None:
        self.values: Dict[str, str] = {name: stored(item, item.default) for name, item in ITEMS.items() if rpc or name not in RPC_ITEMS}
        self.running: Dict[str, str] = dict(self.values)

    def load(self) -> bool:
        """Read the file; False where there is none, or none that can be read."""
        try:
            with open(PATH, "rb") as stream:
                data = stream.read()
        except OSError:
            return False
        if data[:4] != MAGIC or struct.unpack(">I", data[4:8])[0] != zlib.crc32(data[8:]):
            return False
        for line in data[8:].decode("utf-8").splitlines():
            name, _equals, value = line.partition("=")
            if name in self.values:
                self.values[name] = value
        return True

    def save(self) -> None:
        """Write the file, whole or not at all; memory items are left out."""
        text = "".join("%s=%s\n" % (name, value) for name, value in sorted(self.values.items()) if ITEMS[name].visible_level != "MEMORY")
        body = text.encode("utf-8")
        descriptor = os.open(PATH + ".tmp", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(MAGIC + struct.pack(">I", zlib.crc32(body)) + body)
        os.replace(PATH + ".tmp", PATH)

    def specify(self, pairs: Iterable[Tuple[str, str]]) -> None:
        """Take what the command line says; an unknown name is ignored, a wrong value ends the start."""
        for name, value in pairs:
            if name not in self.values:
                continue
            if not acceptable(ITEMS[name], value):
                raise InvalidConfig("Invalid config, value out of range(name=%s, value=%s, ret=-4147)" % (name, value))
            self.values[name] = stored(ITEMS[name], value)

    def started(self) -> None:
        """Fix what works until the next start."""
        self.running = dict(self.values)

    def now(self, name: str) -> str:
        """Return the value that works now."""
        return self.running[name] if ITEMS[name].need_reboot else self.values[name]

    def on(self, name: str) -> bool:
        """Return a switch."""
        return self.now(name) == "True"

    def time(self, name: str) -> float:
        """Return a time in seconds."""
        return seconds(self.now(name))
