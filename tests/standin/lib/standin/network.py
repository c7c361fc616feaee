# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The address a server uses: given, of a device, or of the default route's device."""

import fcntl
import socket
import struct
from typing import Dict, Tuple

SIOCGIFADDR = 0x8915


def address_of(device: str) -> str:
    """Ask the kernel for a device's IPv4 address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        data = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, struct.pack("256s", device.encode()[:15]))
    return socket.inet_ntoa(data[20:24])


def default_device() -> str:
    """Name the device of the default route, or the loopback."""
    try:
        with open("/proc/net/route", encoding="ascii") as stream:
            for line in stream.readlines()[1:]:
                fields = line.split()
                if fields[1] == "00000000":
                    return fields[0]
    except (OSError, IndexError):
        pass
    return "lo"


def own_address(values: Dict[str, str], given: bool) -> Tuple[str, str]:
    """Give the address of this server and the address its ports are bound to; OSError where there is none."""
    if values.get("local_ip"):
        return values["local_ip"], values["local_ip"]
    device = values["devname"] if given else default_device()
    return address_of(device), "0.0.0.0"
