# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of parameters: the grammar of -o, units, ranges, memory rules."""

import os
import re
from typing import Dict, Iterator, Optional, Tuple

from .parameter_table import Parameter

UNITS = {"": 1 << 20, "b": 1, "k": 1 << 10, "kb": 1 << 10, "m": 1 << 20, "mb": 1 << 20, "g": 1 << 30, "gb": 1 << 30, "t": 1 << 40, "tb": 1 << 40}
SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
BOOLEANS = {"true": "True", "false": "False", "1": "True", "0": "False", "t": "True", "f": "False", "yes": "True", "no": "False", "on": "True",
            "off": "False", "y": "True", "n": "False"}
# up to this memory limit (GB): the automatic system_memory (GB)
SYSTEM_MEMORY = ((12, 1), (20, 5), (40, 6), (60, 7), (80, 8), (100, 9), (130, 10))


def split_optstr(text: str) -> Iterator[Tuple[str, Optional[str]]]:
    """Take -o apart; the value is None where a pair has no "="."""
    for pair in re.split(r"[,\n]", text):
        if pair:
            name, sep, value = pair.partition("=")
            yield name.lower(), value if sep else None


def capacity(text: str) -> int:
    """Read a capacity in bytes; without a unit it counts megabytes, as the server does."""
    match = re.fullmatch(r"(\d+)\s*([a-zA-Z]*)", text.strip())
    if not match or match[2].lower() not in UNITS:
        raise ValueError(text)
    return int(match[1]) * UNITS[match[2].lower()]


def seconds(text: str) -> float:
    """Read a time in seconds."""
    match = re.fullmatch(r"(\d+)\s*([a-zA-Z]*)", text.strip())
    if not match or match[2].lower() not in SECONDS:
        raise ValueError(text)
    return int(match[1]) * SECONDS[match[2].lower()]


def number(parameter: Parameter, text: str) -> Optional[float]:
    """Read a value as the number its range is about, None where there is no range."""
    if parameter.kind == "int":
        return int(text)
    if parameter.kind == "capacity":
        return capacity(text)
    if parameter.kind == "time":
        return seconds(text)
    if parameter.kind == "bool" and text.lower() not in BOOLEANS:
        raise ValueError(text)
    return None


def normalise(parameter: Parameter, text: str) -> str:
    """Check a value and return how the server stores it; raise ValueError where it refuses it."""
    if any(mark in text for mark in " \r\n\t"):
        raise ValueError(text)
    value = number(parameter, text)
    if value is not None:
        if parameter.low is not None and value < parameter.low:
            raise ValueError(text)
        if parameter.high is not None and value > parameter.high:
            raise ValueError(text)
    return BOOLEANS[text.lower()] if parameter.kind == "bool" else text


def physical_memory() -> int:
    """Give the machine's memory in bytes."""
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")


def memory_of(values: Dict[str, str]) -> Tuple[int, int]:
    """Compute memory limit and system memory as the server would."""
    limit = capacity(values["memory_limit"]) or physical_memory() * int(values["memory_limit_percentage"]) // 100
    system = capacity(values["system_memory"])
    if not system:
        gigabytes = limit / (1 << 30)
        system = next((size for bound, size in SYSTEM_MEMORY if gigabytes < bound), 12) << 30
    return limit, system


def memory_fault(values: Dict[str, str], minimum: int, old: bool = False) -> str:
    """Say what is wrong with the memory settings, or nothing; an old release only looks at the limit itself."""
    if not capacity(values["memory_limit"]):
        return ""
    limit, system = memory_of(values)
    if limit < minimum:
        return "memory_limit is below the minimum(memory_limit=%d, minimum=%d" % (limit, minimum)
    if old:
        return ""
    pool = int(values["__min_full_resource_pool_memory"])
    if limit - system < pool:
        return "memory_limit does not leave room for the sys tenant(memory_limit=%d, system_memory=%d, __min_full_resource_pool_memory=%d" % (
            limit, system, pool)
    return ""
