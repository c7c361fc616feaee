# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the process look as the real one does in ps: its command line without the interpreter."""

import ctypes
from typing import List


def set_title(argv: List[str]) -> None:
    """Overwrite the memory the kernel shows as the command line; where that fails the old one stays."""
    try:
        with open("/proc/self/stat", encoding="ascii", errors="replace") as stream:
            fields = stream.read().rpartition(")")[2].split()
        start, end = int(fields[45]), int(fields[46])
        with open("/proc/self/cmdline", "rb") as old:
            if not old.read().split(b"\0")[0].rpartition(b"/")[2].startswith(b"python"):
                return
        text = b"\0".join(argument.encode("utf-8", "surrogateescape") for argument in argv) + b"\0"
        if start and len(text) <= end - start:
            ctypes.memmove(start, text + bytes(end - start - len(text)), end - start)
            # PR_SET_MM, PR_SET_MM_ARG_END: ends the command line there, allowed to root only
            ctypes.CDLL(None).prctl(35, 9, ctypes.c_ulong(start + len(text)), 0, 0)
    except (OSError, ValueError, IndexError, AttributeError):
        pass
