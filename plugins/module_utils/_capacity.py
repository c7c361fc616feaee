# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Compare values of parameters as the server does: 6G is 6144M, ON is True, 1h is 60m."""

import re
from typing import Optional

_CAPACITY = {"B": 1, "K": 1024, "M": 1024 ** 2, "G": 1024 ** 3, "T": 1024 ** 4, "P": 1024 ** 5}
_TIME = {"us": 1, "ms": 1000, "s": 1000000, "m": 60000000, "h": 3600000000, "d": 86400000000}
_TRUE = ("true", "on", "yes", "t", "1")
_FALSE = ("false", "off", "no", "f", "0")


def same_value(one, other):
    # type: (str, str) -> bool
    """Whether two values of one parameter mean the same."""
    one, other = one.strip(), other.strip()
    if one == other:
        return True
    for read in (boolean, capacity, duration):
        left, right = read(one), read(other)
        if left is not None and right is not None:
            return left == right
    return False


def boolean(text):
    # type: (str) -> Optional[int]
    """Return 1 or 0 for a word of the server's booleans (src/share/config/ob_config_helper.cpp)."""
    word = text.lower()
    return 1 if word in _TRUE else 0 if word in _FALSE else None


def capacity(text):
    # type: (str) -> Optional[int]
    """Return bytes. A number without a unit is none, except 0: what it counts depends on the parameter."""
    match = re.match(r"^(\d+)\s*([BKMGTP])B?$", text.upper())
    if match:
        return int(match.group(1)) * _CAPACITY[match.group(2)]
    return 0 if re.match(r"^0+$", text) else None


def duration(text):
    # type: (str) -> Optional[int]
    """Return microseconds."""
    match = re.match(r"^(\d+)\s*(us|ms|s|m|h|d)$", text.lower())
    if match:
        return int(match.group(1)) * _TIME[match.group(2)]
    return 0 if re.match(r"^0+$", text) else None
