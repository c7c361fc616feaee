# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Memory, cgroup limits, swap and processors of a host."""

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import Fact, fact, unknown
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_mounts import Mount, mounts_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Source


class Group(NamedTuple):
    """One control group that this process belongs to, seen from inside."""

    version: int
    controller: str
    directories: Tuple[str, ...]  # from its own up to the top of what is mounted


def meminfo_of(text):
    # type: (str) -> Dict[str, int]
    """Return /proc/meminfo in bytes (HugePages_* stay counts)."""
    found = {}
    for line in text.splitlines():
        match = re.match(r"(\S+):\s+(\d+)( kB)?$", line.strip())
        if match:
            found[match.group(1)] = int(match.group(2)) * (1024 if match.group(3) else 1)
    return found


def probe_memory(source):
    # type: (Source) -> Fact
    """Total and available memory of the machine, and what its control group leaves of it."""
    info = meminfo_of(source.read("/proc/meminfo"))
    # Kernels before 3.14 do not say MemAvailable.
    spare = info.get("MemFree", 0) + info.get("Buffers", 0) + info.get("Cached", 0)
    value = {"total": info["MemTotal"], "available": info.get("MemAvailable", spare), "cgroup_limit": 0, "cgroup_used": 0}
    evidence = "/proc/meminfo: MemTotal {0} kB, MemAvailable {1} kB".format(value["total"] // 1024, value["available"] // 1024)
    limit = memory_limit_of(source)
    if limit and limit[1] < value["total"]:
        value["cgroup_limit"], value["cgroup_used"] = limit[1], limit[2]
        evidence += "; {0}: limit {1}, used {2}".format(*limit)
    return fact(value, evidence)


def probe_swap(source):
    # type: (Source) -> Fact
    """Swap space in use or ready to be."""
    info = meminfo_of(source.read("/proc/meminfo"))
    total, free = info.get("SwapTotal", 0), info.get("SwapFree", 0)
    return fact({"total": total, "used": total - free}, "/proc/meminfo: SwapTotal {0} kB".format(total // 1024))


def groups_of(source, controller):
    # type: (Source, str) -> List[Group]
    """Return the control groups that limit ``controller`` ("memory", "cpu") of this process."""
    found = []  # type: List[Group]
    mounts = mounts_of(source)
    for line in source.lines("/proc/self/cgroup"):
        _hierarchy, names, path = line.split(":", 2)
        if names == "":
            mount = next((item for item in mounts if item.type == "cgroup2"), None)
        elif controller in names.split(","):
            mount = next((item for item in mounts if item.type == "cgroup" and controller in item.super_options), None)
        else:
            continue
        if mount:
            found.append(Group(2 if names == "" else 1, controller, _directories(mount, path)))
    return found


def _directories(mount, path):
    # type: (Mount, str) -> Tuple[str, ...]
    """Return the directories of a group and its parents; a container sees its own group as the top."""
    inner = path[len(mount.root) :] if mount.root != "/" and path.startswith(mount.root) else path
    parts = [part for part in inner.split("/") if part and part != ".."]
    return tuple("/".join([mount.point] + parts[:depth]) for depth in range(len(parts), -1, -1))


def _number(source, path):
    # type: (Source, str) -> Optional[int]
    try:
        return int(source.read(path))
    except (OSError, ValueError):  # absent at the top, or the word "max"
        return None


def memory_limit_of(source):
    # type: (Source) -> Optional[Tuple[str, int, int]]
    """Return file, limit and use of the group that leaves the least; page cache that can be dropped is not counted as used."""
    tightest = None  # type: Optional[Tuple[str, int, int]]
    for group in groups_of(source, "memory"):
        names = ("memory.max", "memory.current") if group.version == 2 else ("memory.limit_in_bytes", "memory.usage_in_bytes")
        for directory in group.directories:
            limit = _number(source, directory + "/" + names[0])
            if limit is None:
                continue
            used = _number(source, directory + "/" + names[1]) or 0
            stat = dict(line.split(" ", 1) for line in source.lines(directory + "/memory.stat") if " " in line)
            cache = int(stat.get("inactive_file" if group.version == 2 else "total_inactive_file", "0"))
            if tightest is None or limit < tightest[1]:
                tightest = (directory + "/" + names[0], limit, max(used - cache, 0))
    return tightest


def probe_cpu(source):
    # type: (Source) -> Fact
    """Processors this process may use, and the share that its control group grants."""
    count = source.calls.cpus()
    quota = 0.0
    evidence = "sched_getaffinity: {0}".format(count)
    for group in groups_of(source, "cpu"):
        for directory in group.directories:
            share = _cpu_share(source, group.version, directory)
            if share and (not quota or share < quota):
                quota = share
                evidence = "{0}; quota below {1}: {2:.2f}".format(evidence.split(";")[0], directory, share)
    return fact({"count": count, "quota": quota}, evidence)


def _cpu_share(source, version, directory):
    # type: (Source, int, str) -> float
    if version == 2:
        words = (source.lines(directory + "/cpu.max") or ["max"])[0].split()
        return int(words[0]) / float(words[1]) if words[0] != "max" and len(words) == 2 else 0.0
    quota, period = _number(source, directory + "/cpu.cfs_quota_us"), _number(source, directory + "/cpu.cfs_period_us")
    return quota / float(period) if quota and quota > 0 and period else 0.0


def probe_cpu_flags(source):
    # type: (Source) -> Fact
    """Instruction set extensions of the first processor (``flags`` on x86, ``Features`` on ARM)."""
    for line in source.lines("/proc/cpuinfo"):
        name, _colon, value = line.partition(":")
        if name.strip() in ("flags", "Features"):
            wanted = sorted(set(value.split()) & {"avx", "avx2", "atomics", "sse4_2", "crc32"})
            return fact(wanted, "/proc/cpuinfo: {0} has {1}".format(name.strip(), " ".join(wanted) or "none of avx, atomics"))
    return unknown("/proc/cpuinfo shows neither flags nor Features")
