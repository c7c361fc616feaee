# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""etc/observer.config.bin: the parameters a server remembers, and its copies."""

import os
import struct
from typing import Dict, List, Optional

MAGIC = b"OBCFGBIN"
PATH = os.path.join("etc", "observer.config.bin")
COPY = "observer.conf.bin"


def pack(values: Dict[str, str]) -> bytes:
    """Make the file's content: a binary header, then name=value lines, as strings(1) shows them of the real file."""
    body = "".join("%s=%s\n" % pair for pair in sorted(values.items())).encode()
    return MAGIC + struct.pack("<IQ", 1, len(body)) + body


def unpack(data: bytes) -> Dict[str, str]:
    """Read the content back."""
    start = len(MAGIC) + struct.calcsize("<IQ")
    if data[:len(MAGIC)] != MAGIC:
        raise ValueError("not a configuration file of the stand-in")
    return dict(line.split("=", 1) for line in data[start:].decode().split("\n") if "=" in line)


def load(home: str) -> Optional[Dict[str, str]]:
    """Load what was remembered, or None."""
    try:
        with open(os.path.join(home, PATH), "rb") as stream:
            return unpack(stream.read())
    except (OSError, ValueError):
        return None


def write(path: str, data: bytes) -> None:
    """Replace a file, keeping the previous one as .history."""
    with open(path + ".tmp", "wb", opener=lambda name, flags: os.open(name, flags, 0o640)) as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    if os.path.exists(path):
        os.replace(path, path + ".history")
    os.replace(path + ".tmp", path)


def save(home: str, values: Dict[str, str]) -> List[str]:
    """Save the configuration and its copies; return the directories that could not be written."""
    data = pack(values)
    write(os.path.join(home, PATH), data)
    failed = []
    for directory in values.get("config_additional_dir", "").split(";"):
        if directory.strip():
            path = os.path.join(home, directory.strip())
            try:
                os.makedirs(path, exist_ok=True)
                write(os.path.join(path, COPY), data)
            except OSError:
                failed.append(path)
    return failed
