# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the pre-check about memory and disks."""

from __future__ import annotations

from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import GIB
from ansible_collections.oceanbase.cluster.plugins.plugin_utils import precheck_budget as budget
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_item import Check, Finding, Level, Rule, Settings, View, gib

# oceanbase v3.1.0_CE_BP1 ob_parameter_seed.ipp; 3.1.5 takes 4G.
MINIMUM_BEFORE_3_1_1 = 8 * GIB
SYSTEM_MEMORY_BEFORE_4_2 = 30 * GIB
XFS_ONLY = 16 * 1024**4


def memory_limit(view: View, settings: Settings) -> Finding:
    """The server's memory against its least and the host's most."""
    amount, total = budget.memory_limit(view), budget.total_memory(view)
    least = view.world.generation.minimum_memory
    if (3, 0) <= view.world.version < (3, 1, 1):
        least = MINIMUM_BEFORE_3_1_1
    measured = f"{amount.how} = {gib(amount.bytes)} of {gib(total)}"
    threshold = f"{gib(least)}..{gib(total)}"
    if amount.bytes < least:
        return Finding("bad", measured, threshold, f"Set memory_limit in oceanbase_startup_parameters to {gib(least)} or more; the server refuses less.")
    return Finding("bad" if amount.bytes > total else "pass", measured, threshold, "Set a smaller memory_limit in oceanbase_startup_parameters.")


def memory(view: View, settings: Settings) -> Finding:
    """What is left of the memory, for all servers of this machine."""
    left = budget.available_memory(view)
    mates = [host for host in view.world.mates(view.host) if "value" in view.world.measured.get(host, {}).get("memory", {})]
    grouped = bool(view.fact("memory")["cgroup_limit"])
    sharing = [view.host] if grouped else mates
    wanted = sum(budget.memory_limit(View(view.world, host)).bytes for host in sharing)
    own = sum(own_memory(view, host) for host in sharing if host != view.host)
    servers = len(sharing)
    # Several servers of one machine start one after the other where the profile does not insist.
    need = int(settings["need"]) * GIB * (servers if settings.get("per_machine", True) else 1)
    measured = f"{gib(left + own)} available, memory_limit {gib(wanted)}" + (f" for {servers} servers of this machine" if servers > 1 else "")
    threshold = f"{gib(need)} to start, {gib(wanted)} in the end"
    level: Level = "bad" if left + own < need else "low" if left + own < wanted else "pass"
    if level == "low" and settings.get("whole_limit"):
        level = "bad"
    return Finding(level, measured, threshold, "Free memory, or set a smaller memory_limit in oceanbase_startup_parameters.")


def own_memory(view: View, host: str) -> int:
    """Return what the running server of a host holds already."""
    found = view.world.measured[host].get("observers", {}).get("value") or {}
    return int(found.get("own", {}).get("memory", 0))


def system_memory(view: View, settings: Settings) -> Finding:
    """The server's own share of its memory."""
    limit = budget.memory_limit(view).bytes
    asked = budget.capacity(view.world.parameters, "system_memory")
    old = view.world.version < (4, 2)
    if not asked and not (old and limit <= SYSTEM_MEMORY_BEFORE_4_2):
        return Finding("pass", "chosen by the server" if not old else gib(SYSTEM_MEMORY_BEFORE_4_2), f"<= {settings['want']} of memory_limit")
    if not asked:
        remedy = "Set system_memory in oceanbase_startup_parameters; versions before 4.2 take 30G by themselves."
        return Finding("low", "not set, 30G by default", f"<= {settings['want']} of {gib(limit)}", remedy)
    level: Level = "bad" if asked >= limit else "low" if asked > limit * float(settings["want"]) else "pass"
    return Finding(level, gib(asked), f"<= {settings['want']} of {gib(limit)}", "Set a smaller system_memory in oceanbase_startup_parameters.")


def swap(view: View, settings: Settings) -> Finding:
    """Swap space."""
    found = view.fact("swap")
    measured = f"{gib(found['total'])}, {gib(found['used'])} used" if found["total"] else "none"
    return Finding("low" if found["total"] else "pass", measured, "none", "Switch swap off, or keep vm.swappiness at 0; nothing is changed by this collection.")


def directory(role: str) -> Rule:
    """Return the rule about whose a directory is."""

    def rule(view: View, settings: Settings) -> Finding:
        found = view.fact(role)
        text = f"{found['path']}: {found['state']}" + (f", {found['detail']}" if found["detail"] else "")
        remedy = "Move it away after you have seen what it is, or set another directory. It is never touched by this collection."
        return Finding("bad" if found["state"] == "foreign" else "pass", text, "absent, empty, or this server's own", remedy)

    return rule


def writable(role: str) -> Rule:
    """Return the rule about who can write to a directory, or make it."""

    def rule(view: View, settings: Settings) -> Finding:
        found = view.fact(role)
        if found["write_unknown"]:
            return Finding("unknown", found["write_unknown"], f"{found['writer']} can write to {found['ancestor']}", "Run the check as root.")
        where = f"{found['writer']} in {found['ancestor']}"
        if found["write_error"]:
            above = found["path"].rpartition("/")[0]
            remedy = f"Let {found['writer']} write to {found['path']}."
            if found["state"] == "absent":
                remedy = f"Make {above} for {view.planned['user']}; the role oceanbase.cluster.host_prepare does it."
            return Finding("bad", f"{where}: {found['write_error']}", "a file can be made there", remedy)
        return Finding("pass", where, "a file can be made there")

    return rule


def space(role: str) -> Rule:
    """Return the rule about the room on the data or the log disk."""

    def rule(view: View, settings: Settings) -> Finding:
        found = budget.disk_budget(view, role)
        measured = f"{gib(found.left)} free on {view.fact(role)['mount'] or view.fact(role)['ancestor']}"
        threshold = f"{gib(found.wanted)} = {found.how}"
        parameters = "datafile_size and log_disk_size" if view.world.generation.catalog == "4" else "datafile_size"
        remedy = f"Free the disk, take another, or set {parameters} in oceanbase_startup_parameters."
        need = 0 if found.asked else int(settings.get("need", 0)) * GIB
        if found.left < need:
            return Finding("bad", measured, f"{threshold}, and at least {gib(need)}", remedy)
        if found.left < found.wanted:
            grave = found.left < found.own if not settings.get("per_machine", True) else True
            return Finding("bad" if grave and (found.asked or settings.get("shares") == "bad") else "low", measured, threshold, remedy)
        least = int(settings.get("want", 0)) * GIB
        if view.fact(role)["size"] < least:
            return Finding("low", f"{measured}, {gib(view.fact(role)['size'])} in all", f"{threshold}, better a disk of {gib(least)}", remedy)
        return Finding("pass", measured, threshold)

    return rule


def home_space(view: View, settings: Settings) -> Finding:
    """Room for the package and the logs."""
    found = view.fact("home")
    need, want = int(settings["need"]) * GIB, int(settings.get("want", 0)) * GIB
    level: Level = "pass"
    if found["size"] < want:
        level = "low"
    if found["free"] < need and found["state"] != "ours":
        level = "bad"
    threshold = f"{gib(need)} free" + (f", better a disk of {gib(want)}" if want else "")
    measured = f"{gib(found['free'])} of {gib(found['size'])} free on {found['mount'] or found['ancestor']}"
    return Finding(level, measured, threshold, "Free the disk of the home.")


def inodes(role: str) -> Rule:
    """Return the rule about inodes."""

    def rule(view: View, settings: Settings) -> Finding:
        found = view.fact(role)
        if not found["inodes"]:
            return Finding("pass", "as many as fit", f">= {settings['need']}")
        level: Level = "bad" if found["inodes_free"] < int(settings["need"]) else "pass"
        return Finding(level, f"{found['inodes_free']} free", f">= {settings['need']}", "Remove files, or make a file system with more inodes.")

    return rule


def file_system(role: str) -> Rule:
    """Return the rule about type and mount options."""

    def rule(view: View, settings: Settings) -> Finding:
        found = view.fact(role)
        options = set(found["options"])
        measured = f"{found['type'] or 'unknown type'} ({', '.join(found['options'])})"
        types = "xfs" if found["size"] > XFS_ONLY else "ext4, xfs"
        if "ro" in options:
            return Finding("bad", measured, "mounted rw", f"Mount {found['mount']} read-write.")
        if role == "home" and "noexec" in options:
            return Finding("bad", measured, "mounted exec", f"Mount {found['mount']} without noexec: the server's program lies there.")
        if role != "home" and found["type"] not in types.split(", "):
            return Finding("low", measured, types, f"Put the directory on {types.replace(', ', ' or ')}.")
        if options & {"sync", "data=journal"}:
            return Finding("low", measured, "neither sync nor data=journal", f"Mount {found['mount']} without them: every write waits.")
        return Finding("pass", measured, types if role != "home" else "rw, exec")

    return rule


def own_disks(view: View, settings: Settings) -> Finding:
    """Data, log and home on disks of their own."""
    devices = {role: view.fact(role)["device"] for role in ("data", "log", "home")}
    measured = ", ".join(f"{role} {view.fact(role)['mount'] or device}" for role, device in devices.items())
    shared = devices["data"] == devices["log"]
    remedy = "Give data and log a disk each (oceanbase_data_disk, oceanbase_log_disk)."
    return Finding("low" if shared else "pass", measured, "data and log on different disks", remedy)


def data_used(view: View, settings: Settings) -> Finding:
    """A nearly empty data disk, for versions that preallocate most of it."""
    found = view.fact("data")
    used = 100 * (found["size"] - found["free"] - found["used"]) / found["size"] if found["size"] else 0
    bad = view.world.generation.catalog == "3" and used >= float(settings["want"])
    threshold = f"< {settings['want']} %" if view.world.generation.catalog == "3" else "no rule for this version"
    return Finding("low" if bad else "pass", f"{used:.0f} % of the disk used", threshold, "Give the data a disk of its own.")


CHECKS = (
    Check("memory_limit", "memory", memory_limit, ("memory",)),
    Check("memory", "memory", memory, ("memory",)),
    Check("system_memory", "memory", system_memory, ("memory",)),
    Check("swap", "memory", swap, ("swap",)),
    *(Check(f"{role}_directory", "disk", directory(role), (role,)) for role in ("home", "data", "log")),
    *(Check(f"{role}_writable", "disk", writable(role), (role,)) for role in ("home", "data", "log")),
    Check("home_space", "disk", home_space, ("home",)),
    *(Check(f"{role}_space", "disk", space(role), (role,)) for role in ("data", "log")),
    *(Check(f"{role}_inodes", "disk", inodes(role), (role,)) for role in ("home", "data", "log")),
    *(Check(f"{role}_file_system", "disk", file_system(role), (role,)) for role in ("home", "data", "log")),
    Check("own_disks", "disk", own_disks, ("data", "log", "home")),
    Check("data_used", "disk", data_used, ("data",)),
)
