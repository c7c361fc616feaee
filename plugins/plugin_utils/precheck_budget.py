# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The arithmetic of memory and disks: what a server will take of what is there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import GIB
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_item import View, World
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.values import read_capacity

# oceanbase src/share/parameter/ob_parameter_seed.ipp at v3.1.5_CE, v4.0.0_CE, v4.2.1_CE_BP6
MEMORY_PERCENTAGE = 80
# OBD 4.0.0.0 and 4.2.0.0 start_check_pre.py
SLOG_BEFORE_4_2, SLOG = 10 * GIB, 4 * GIB
# oceanbase-doc V4.2.1 600.manage/1000.troubleshooting/200.bootstrap.md
SHARES_ONE_DISK, SHARES_OWN_DISKS = {"data": 60, "log": 30}, {"data": 90, "log": 90}
# v3.1.5_CE: datafile_disk_percentage; the log disk is not preallocated.
SHARE_3 = 90


@dataclass(frozen=True)
class Amount:
    """A number of bytes and how it came about."""

    bytes: int
    how: str
    asked: bool = True  # a size was asked for, rather than a share of what is there


def capacity(parameters: Mapping[str, str], name: str) -> int:
    """Return a parameter in bytes; 0 where it is not set (which is the server's word for "by yourself")."""
    return read_capacity(parameters.get(name, "")) or 0


def percentage(parameters: Mapping[str, str], name: str) -> int:
    """Return a parameter in percent; 0 where it is not set."""
    text = parameters.get(name, "").strip().rstrip("%")
    return int(text) if text.isdigit() else 0


def total_memory(view: View) -> int:
    """Return the memory that the host has, by its control group if that grants less."""
    memory = view.fact("memory")
    return int(memory["cgroup_limit"] or memory["total"])


def available_memory(view: View) -> int:
    """Return what is left of it, our own running server's counted as left."""
    memory = view.fact("memory")
    left = memory["available"]
    if memory["cgroup_limit"]:
        left = min(left, memory["cgroup_limit"] - memory["cgroup_used"])
    observers = view.world.measured[view.host].get("observers", {}).get("value") or {}
    return int(left + observers.get("own", {}).get("memory", 0))


def memory_limit(view: View) -> Amount:
    """Return what the server may take."""
    parameters = view.world.parameters
    asked = capacity(parameters, "memory_limit")
    if asked:
        return Amount(asked, "memory_limit")
    share = percentage(parameters, "memory_limit_percentage") or MEMORY_PERCENTAGE
    total = total_memory(view)
    return Amount(total * share // 100, f"{share} % of {total / GIB:.1f}G", asked=False)


def slog_space(world: World) -> int:
    """Return the room for the slog on the data disk (4.x)."""
    if world.generation.catalog != "4":
        return 0
    return SLOG if world.version >= (4, 2) else SLOG_BEFORE_4_2


def disk_demand(view: View, role: str) -> Amount:
    """Return what the server will take on the data or the log disk."""
    world, parameters = view.world, view.world.parameters
    size = view.fact(role)["size"]
    one_disk = view.fact("data")["device"] == view.fact("log")["device"]
    names = {"data": ("datafile_size", "datafile_disk_percentage"), "log": ("log_disk_size", "log_disk_percentage")}[role]
    slog = slog_space(world) if role == "data" else 0
    more = f" + slog {slog / GIB:.0f}G" if slog else ""
    asked = capacity(parameters, names[0])
    if asked:
        return Amount(asked + slog, f"{names[0]} {asked / GIB:.1f}G{more}")
    share = percentage(parameters, names[1])
    if not share and world.generation.catalog != "4":
        share = SHARE_3 if role == "data" else 0
    elif not share:
        share = (SHARES_ONE_DISK if one_disk else SHARES_OWN_DISKS)[role]
    # The share is of the whole disk, and the slog lies within what is left of it.
    return Amount(size * share // 100, f"{share} % of the disk's {size / GIB:.1f}G", asked=False)


@dataclass(frozen=True)
class Budget:
    """What servers want of one file system, and what it can still give."""

    wanted: int  # by all of them
    own: int  # by this host's server
    left: int  # free, and what these servers occupy already
    how: str
    asked: bool


def disk_budget(view: View, role: str) -> Budget:
    """Return the budget of the file system that a role's directory of this host lies on, over all hosts that share it."""
    device = (view.world.machine(view.host), view.fact(role)["device"])
    amounts: dict[str, list[Amount]] = {}
    parts: dict[str, tuple[str, ...]] = {}
    used = 0
    for host in view.world.mates(view.host):
        mate = View(view.world, host)
        kinds = [kind for kind in ("data", "log") if (view.world.machine(host), mate.fact(kind)["device"]) == device]
        if kinds:
            amounts[host] = [disk_demand(mate, kind) for kind in kinds]
            parts[host] = tuple(f"{kind} {amount.how}" for kind, amount in zip(kinds, amounts[host], strict=True))
            used += sum(mate.fact(kind)["used"] for kind in kinds)
    totals = {host: sum(amount.bytes for amount in found) for host, found in amounts.items()}
    asked = all(amount.asked for found in amounts.values() for amount in found)
    return Budget(sum(totals.values()), totals[view.host], view.fact(role)["free"] + used, explained(parts), asked)


def explained(parts: Mapping[str, tuple[str, ...]]) -> str:
    """Return how a sum came about."""
    if len(set(parts.values())) > 1:
        return f"what {len(parts)} servers of this machine want"
    each = " + ".join(next(iter(parts.values())))
    return each if len(parts) == 1 else f"{len(parts)} servers x ({each})"
