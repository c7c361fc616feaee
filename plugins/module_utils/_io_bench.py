# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What ``ob_admin io_bench`` is asked and what its result means. Nothing is run here.

etc/io_resource.conf: ``version 1`` (2.2 and 3.x; the server reads no other), a line of names, rows of four numbers (io_type 0 = read, 1 = write), then
the numbers of threads (oceanbase v3.1.5_CE deps/oblib/src/lib/io/ob_io_benchmark.cpp).
"""

import re
from typing import Dict, List, NamedTuple, Sequence, Union

RESULT = "etc/io_resource.conf"
_TYPES = {"0": "read", "1": "write", "read": "read", "write": "write"}
_ROW = re.compile(r"^\s*(\w+)\s+(\d+)\s+(\d+(?:\.\d+)?)\s+(\d+(?:\.\d+)?)\s*$")


class Rate(NamedTuple):
    """One row: what the disk does with blocks of one size."""

    io_type: str  # read or write
    size: int  # bytes
    iops: float
    latency: float  # microseconds

    def shown(self):
        # type: () -> Dict[str, Union[str, int, float]]
        """Return it as a result."""
        return {"io_type": self.io_type, "size": self.size, "iops": self.iops, "latency_us": self.latency}


def command(ob_admin, home, data_dir, file_size):
    # type: (str, str, str, str) -> List[str]
    """Return the command that measures; there is no -f before 4.0."""
    return [ob_admin, "io_bench", "-c", home + "/etc", "-d", data_dir] + (["-f", file_size] if file_size else [])


def parse(text, first_line=""):
    # type: (str, str) -> List[Rate]
    """Return the rows of a result; none where it does not begin with the line that the server wants to see."""
    rows = []  # type: List[Rate]
    if first_line and first_line not in [" ".join(line.split()) for line in text.splitlines()[:1]]:
        return rows
    for line in text.splitlines():
        match = _ROW.match(line)
        if match and match.group(1) in _TYPES:
            rows.append(Rate(_TYPES[match.group(1)], int(match.group(2)), float(match.group(3)), float(match.group(4))))
    return rows


def cannot(said):
    # type: (str) -> bool
    """Whether a tool that failed showed that it does not know io_bench: it prints how it is used, and io_bench is not among that."""
    if re.search(r"(?:invalid|unknown|unrecognized)\b.*\bio_bench\b", said, re.IGNORECASE):
        return True
    return bool(re.search(r"\busage\b", said, re.IGNORECASE)) and "io_bench" not in said


def lines(rows):
    # type: (Sequence[Rate]) -> List[str]
    """Return the lines of a diff."""
    return ["{0} {1} bytes: {2:g} a second, {3:g} us".format(row.io_type, row.size, row.iops, row.latency) for row in rows]
