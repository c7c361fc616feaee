# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Whether a port greets in the MySQL protocol. No login, no driver."""

import socket
from typing import NamedTuple


class Greeting(NamedTuple):
    """What a port answered."""

    ready: bool
    said: str  # for people: "5.7.25-OceanBase_CE", "connection refused"


def parse_greeting(data):
    # type: (bytes) -> Greeting
    """Read the first packet of a connection: 3 bytes length, 1 byte sequence, then protocol 10 and the version, or 255 and an error."""
    if len(data) < 5:
        return Greeting(False, "connected, but no greeting yet")
    kind = data[4]
    if kind == 10:
        return Greeting(True, data[5:].split(b"\0", 1)[0].decode("latin-1"))
    if kind == 255 and len(data) >= 7:
        number = data[5] + 256 * data[6]
        return Greeting(False, "error {0} {1}".format(number, data[7:].decode("latin-1").strip()))
    return Greeting(False, "connected, but what answers is not a MySQL server")


def greeting(address, port, timeout=2.0):
    # type: (str, int, float) -> Greeting
    """Connect and read the greeting."""
    try:
        with socket.create_connection((address, port), timeout) as connection:
            data = connection.recv(512)
            if not data:
                return Greeting(False, "connected, but closed at once")
            while len(data) < 5:
                more = connection.recv(512)
                if not more:
                    break
                data += more
            return parse_greeting(data)
    except socket.timeout:
        return Greeting(False, "no greeting within {0:g} s".format(timeout))
    except OSError as error:
        return Greeting(False, (error.strerror or str(error)).lower())
