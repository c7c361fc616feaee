# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan and hosts that pass every item of every profile, to be changed one fact at a time."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_item import Item
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_judge import judge
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_profile import load_profile, read_profile

GIB = 1024**3


def fact(value: Any) -> dict[str, Any]:
    """Return a measurement."""
    return {"value": value, "evidence": "seen"}


def plan(hosts: int = 1, version: str = "4.3.5.3", **parameters: str) -> dict[str, Any]:
    """Return a plan."""
    asked = {"memory_limit": "16G", "system_memory": "4G", "datafile_size": "100G", "log_disk_size": "60G"}
    return {
        "cluster": {"name": "terran", "version": version, "startup_parameters": {**asked, **parameters}},
        "package": {"arch": "x86_64", "dist": "el7", "release": "103000092025080818"},
        "hosts": {f"ob{n}": planned(n) for n in range(1, hosts + 1)},
    }


def planned(number: int) -> dict[str, Any]:
    """Return one host's part of the plan."""
    address = f"192.0.2.{number}"
    return {
        "address": address,
        "sql_port": 2881,
        "rpc_port": 2882,
        "server": f"{address}:2882",
        "devname": "eth0",
        "user": "admin",
        "group": "admin",
        "home": "/home/admin/oceanbase",
    }


def directory(role: str, device: str, **changes: Any) -> dict[str, Any]:
    """Return a directory's measurement."""
    found = {
        "path": f"/{role}", "state": "absent", "detail": "", "entries": [], "used": 0, "ancestor": f"/{role}", "device": device, "mount": f"/{role}",
        "type": "xfs", "options": ["rw", "relatime"], "size": 500 * GIB, "free": 490 * GIB, "inodes": 10**8, "inodes_free": 10**8,
        "writer": "root", "write_error": "", "write_unknown": "",
    }  # fmt: skip
    return {**found, **changes}


def healthy(number: int) -> dict[str, Any]:
    """Return the measurements of a host that passes everything."""
    settings = {name: one["write"] for name, one in read_profile("obd")["items"].items() if "write" in one and "." in name}
    limit = {"login": [-1, -1], "service": [-1, -1]}
    facts = {
        "system": {"name": f"db{number}", "os": "EL", "kernel": "5.14.0", "machine": "x86_64", "python": "3.9.1", "boot_id": f"boot-{number}"},
        "libc": "2.34",
        "privilege": {"user": "root", "way": "root", "service_user": False},
        "user": {"user": True, "group": True, "member": True, "uid": 1000},
        "limits": {name: copy.deepcopy(limit) for name in ("nofile", "nproc", "core", "stack")},
        "sysctls": {**settings, "fs.aio-nr": "0"},
        "huge_pages": "never",
        "swap": {"total": 0, "used": 0},
        "memory": {"total": 64 * GIB, "available": 60 * GIB, "cgroup_limit": 0, "cgroup_used": 0},
        "cpu": {"count": 16, "quota": 0.0},
        "cpu_flags": ["avx"],
        "home": directory("home", "8:1"),
        "data": directory("data", "8:16"),
        "log": directory("log", "8:32"),
        "sql_port": {"port": 2881, "state": "free", "holder": "", "elsewhere": []},
        "rpc_port": {"port": 2882, "state": "free", "holder": "", "elsewhere": []},
        "address": {"exists": True, "error": "", "devices": ["eth0"], "known": ["127.0.0.1", f"192.0.2.{number}"], "loopback": False},
        "device": {"name": "eth0", "exists": True, "mtu": 1500, "state": "up"},
        "host_name": {"name": f"db{number}", "addresses": [f"192.0.2.{number}"]},
        "selinux": "disabled",
        "firewall": [],
        "time_service": {"running": ["chronyd"], "synchronised": "yes"},
        "rpm": {"program": True, "database": "readable"},
        "observers": {"own": {"pid": 0, "memory": 0}, "others": []},
        "clock_process": "tcp",
    }
    return {name: fact(value) for name, value in facts.items()}


def answer(number: int, **changes: Any) -> dict[str, Any]:
    """Return what a host learned of one peer."""
    found = {"host": f"ob{number}", "server": f"192.0.2.{number}:2882", "reachable": True, "error": "", "connect_ms": 0.3}
    return {**found, "offset_ms": 0.1, "rtt_ms": 0.2, "clock_unknown": "", **changes}


def world(hosts: int = 1) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the measurements of so many healthy hosts, and of their pairs."""
    numbers = range(1, hosts + 1)
    measured = {f"ob{n}": healthy(n) for n in numbers}
    pairs = {f"ob{n}": {"pairs": fact([answer(m) for m in numbers if m != n])} for n in numbers}
    return measured, pairs


def changed(facts: dict[str, Any], changes: Mapping[str, Any]) -> None:
    """Set parts of measurements by dotted names (``limits.nofile.login``); a fact as a whole by its name."""
    for path, value in changes.items():
        names = path.split("/")
        if len(names) == 1:
            facts[names[0]] = value if isinstance(value, dict) and "unknown" in value else fact(value)
            continue
        place = facts[names[0]]["value"]
        for name in names[1:-1]:
            place = place[name]
        place[names[-1]] = value


def verdicts(items: list[Item]) -> dict[tuple[str, str], Item]:
    """Return items by host and name."""
    return {(item.host, item.item): item for item in items}


def judged(
    changes: Mapping[str, Any], profile: str = "obd", hosts: int = 1, where: str = "ob1", overrides: Mapping[str, Any] | None = None, **options: Any
) -> dict[tuple[str, str], Item]:
    """Judge healthy hosts of which one was changed."""
    measured, pairs = world(hosts)
    changed(measured[where], changes)
    made = options.pop("plan", None) or plan(hosts)
    return verdicts(judge(measured, options.pop("pairs", pairs), made, load_profile(profile, overrides), options))
