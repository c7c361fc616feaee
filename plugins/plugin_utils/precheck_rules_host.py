# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the pre-check about one host by itself: system, user, limits, kernel settings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_item import Check, Finding, Level, Rule, Settings, View

# Oldest C library of what a package was built on, by its dist.
LIBC_OF_DIST = {"el7": "2.17", "alios7": "2.17", "el8": "2.28", "el9": "2.34"}
# obdeploy plugins/host_tool/1.0/precheck.py: these versions run without AVX.
WITHOUT_AVX = (((4, 2, 5, 6), (4, 3, 0, 0)), ((4, 3, 5, 4), (4, 4, 0, 0)), ((4, 4, 1, 0), (99,)))
SYSCTL_DROP_IN = "/etc/sysctl.d/90-oceanbase.conf"
PREPARE = "the role oceanbase.cluster.host_prepare does it"


def numbers(text: str) -> tuple[int, ...]:
    """Return the leading numbers of a version (``4.18.0-372.el8`` -> 4, 18, 0)."""
    match = re.match(r"\d+(?:\.\d+)*", text)
    return tuple(int(part) for part in match[0].split(".")) if match else ()


def python(view: View, settings: Settings) -> Finding:
    """Python of the host."""
    version = str(view.fact("system")["python"])
    bad = numbers(version) < numbers(str(settings["need"]))
    remedy = "Set ansible_python_interpreter to a newer Python of that host."
    return Finding("bad" if bad else "pass", version, f">= {settings['need']}", remedy)


def arch(view: View, settings: Settings) -> Finding:
    """Machine against the package's architecture."""
    machine, wanted = view.fact("system")["machine"], view.world.plan["package"]["arch"]
    same = wanted in (machine, "noarch")
    return Finding("pass" if same else "bad", machine, wanted, f"Take a package that was built for {machine}.")


def libc(view: View, settings: Settings) -> Finding:
    """C library against what the package was built on."""
    version, dist = view.fact("libc"), view.world.plan["package"]["dist"]
    needed = next((found for name, found in LIBC_OF_DIST.items() if dist.startswith(name)), "")
    if not needed:
        return Finding("pass", f"glibc {version}", f"unknown for {dist}")
    bad = numbers(version) < numbers(needed)
    return Finding("bad" if bad else "pass", f"glibc {version}", f">= {needed} ({dist})", "Take a package that was built for this release of the system.")


def kernel(view: View, settings: Settings) -> Finding:
    """Kernel release."""
    release = view.fact("system")["kernel"]
    bad = numbers(release) < numbers(str(settings["need"]))
    return Finding("bad" if bad else "pass", release, f">= {settings['need']}", "Install a newer kernel.")


def cpu(view: View, settings: Settings) -> Finding:
    """Number of processors."""
    found = view.fact("cpu")
    count = found["quota"] or found["count"]
    text = f"{found['count']}" + (f", granted {found['quota']:.2f}" if found["quota"] else "")
    level: Level = "bad" if count < settings["need"] else "low" if count < settings.get("want", 0) else "pass"
    return Finding(level, text, f">= {settings.get('want', settings['need'])}", "Give the host more processors.")


def cpu_flags(view: View, settings: Settings) -> Finding:
    """AVX on x86, LSE atomics on ARM, with the versions and packages that do without."""
    flags, machine, version = view.fact("cpu_flags"), view.fact("system")["machine"], view.world.version
    wanted = {"x86_64": "avx", "aarch64": "atomics"}.get(machine, "")
    without = any(first <= version < before for first, before in WITHOUT_AVX) if wanted == "avx" else "nonlse" in view.world.plan["package"]["release"]
    shown = " ".join(flags) or "none of avx, atomics"
    if not wanted or without:
        return Finding("pass", shown, "nothing for this package")
    return Finding("pass" if wanted in flags else "bad", shown, wanted, f"Take a package that does without {wanted}, or another machine.")


def user(view: View, settings: Settings) -> Finding:
    """Service user and group."""
    found, name, group = view.fact("user"), view.planned["user"], view.planned["group"]
    missing = [text for text, there in ((f"no user {name}", found["user"]), (f"no group {group}", found["group"])) if not there]
    if not missing and not found["member"]:
        missing = [f"{name} is not in group {group}"]
    remedy = f"Create user {name} with group {group}; {PREPARE}."
    return Finding("bad" if missing else "pass", ", ".join(missing) or f"{name}:{group}", f"{name}:{group}", remedy)


def privilege(view: View, settings: Settings) -> Finding:
    """Root, sudo, or the service user alone."""
    found = view.fact("privilege")
    needs_root = view.world.options.get("install_method", "rpm") == "rpm"
    if found["user"] == "root":
        return Finding("pass", "root", "root" if needs_root else "root or the service user")
    if not needs_root and found["service_user"]:
        return Finding("pass", found["user"], "root or the service user")
    remedy = "Set ansible_become, or oceanbase_install_method: extract and log in as the service user."
    return Finding("bad", f"{found['user']}, may become root: {'yes' if found['way'] == 'sudo' else 'no'}", "root", remedy)


def limit(name: str) -> Rule:
    """Return the rule of one limit of the service user."""
    unit = {"core": 1024, "stack": 1024}.get(name, 1)

    def rule(view: View, settings: Settings) -> Finding:
        soft, hard = view.fact("limits")[name]["login"]
        need, want = (times(settings.get(key, 0), servers_of(view, settings, key)) for key in ("need", "want"))
        level: Level = "bad" if below(soft, need, unit) else "low" if below(soft, want, unit) else "pass"
        threshold = f">= {need}" + (f", better {want}" if want else "")
        value = want if below(unit * int(need) if need != "unlimited" else -1, want, unit) else need
        remedy = f"Write '{view.planned['user']} - {name} {value}' to /etc/security/limits.d/90-oceanbase.conf and log in again; {PREPARE}."
        return Finding(level, f"soft {shown(soft, unit)}, hard {shown(hard, unit)}", threshold, remedy)

    return rule


def servers_of(view: View, settings: Settings, key: str) -> int:
    """Return how often a limit counts: obd wants some of them once for each server of the machine."""
    return len(view.world.mates(view.host)) if settings.get("per_server") == key else 1


def times(wanted: int | str, servers: int) -> int | str:
    """Return a wanted limit for so many servers."""
    return wanted if wanted == "unlimited" else int(wanted) * servers


def below(soft: int, wanted: int | str, unit: int) -> bool:
    """Whether a limit (-1 = unlimited) is less than what is wanted."""
    if soft == -1:
        return False
    return wanted == "unlimited" or soft < int(wanted) * unit


def shown(value: int, unit: int) -> str:
    """Return a limit in the unit of limits.conf."""
    return "unlimited" if value == -1 else str(value // unit)


def service_limits(view: View, settings: Settings) -> Finding:
    """Whether the process manager would give the service less than a login does."""
    limits = view.fact("limits")
    less = []
    for name, ways in limits.items():
        service, login = ways["service"][0], ways["login"][0]
        if service != -1 and (login == -1 or service < login):
            unit = {"core": 1024, "stack": 1024}.get(name, 1)
            less.append(f"{name} {shown(service, unit)} (login {shown(login, unit)})")
    remedy = "Give the unit that starts the server LimitNOFILE=, LimitNPROC=, LimitCORE= and LimitSTACK=; this collection starts it from a login."
    return Finding("low" if less else "pass", ", ".join(less) or "as by login", "not less than by login", remedy)


def sysctl(name: str) -> Rule:
    """Return the rule of one kernel setting."""

    def rule(view: View, settings: Settings) -> Finding:
        value = view.fact("sysctls").get(name)
        remedy = f"Write '{name} = {settings['write']}' to {SYSCTL_DROP_IN} and run sysctl --system; {PREPARE}."
        if value is None:
            return Finding("unknown", "not shown by this kernel or container", threshold_of(settings), remedy)
        if name == "fs.aio-max-nr":
            return aio(view, settings, int(value), remedy)
        return Finding(sysctl_level(value, settings), value, threshold_of(settings), remedy)

    return rule


def aio(view: View, settings: Settings, most: int, remedy: str) -> Finding:
    """Asynchronous I/O requests: what matters is how many are left for the servers of this machine."""
    used = int(view.fact("sysctls").get("fs.aio-nr", "0"))
    observers = view.world.measured[view.host].get("observers", {}).get("value") or {}
    running = bool(observers.get("own", {}).get("pid"))
    servers = len(view.world.mates(view.host))
    need = int(settings.get("need", 0)) * servers
    level: Level = "low" if most < settings.get("want", 0) else "pass"
    if most - used < need and not running:
        level = "bad"
    threshold = f"{need} free for {servers} server{'s' if servers > 1 else ''}"
    return Finding(level, f"{most}, {used} in use", f"{threshold}, better {settings['want']}" if settings.get("want") else threshold, remedy)


def threshold_of(settings: Settings) -> str:
    """Return the allowed values for people."""
    return ", better ".join(allowed(settings[key]) for key in ("need", "want") if key in settings)


def allowed(rule: Any) -> str:
    """Return one rule for people: a number (exactly), ``{least:, most:}``, or a list of them, one for each word."""
    if isinstance(rule, Sequence) and not isinstance(rule, str):
        return " | ".join(allowed(one) for one in rule)
    if not isinstance(rule, dict):
        return str(rule)
    if "most" not in rule:
        return f">= {rule['least']}"
    return f"{rule.get('least', 0)}..{rule['most']}"


def sysctl_level(value: str, settings: Settings) -> Level:
    """Return how a kernel setting stands."""
    if "need" in settings and not fits(value, settings["need"]):
        return "bad"
    if "want" in settings and not fits(value, settings["want"]):
        return "low"
    return "pass"


def fits(value: str, rule: Any) -> bool:
    """Whether a value is allowed."""
    if isinstance(rule, list):
        words = value.split()
        return len(words) == len(rule) and all(fits(word, one) for word, one in zip(words, rule, strict=True))
    if not isinstance(rule, dict):
        return value == str(rule)
    if not re.fullmatch(r"-?\d+", value):
        return False
    return int(rule.get("least", value)) <= int(value) <= int(rule.get("most", value))


def huge_pages(view: View, settings: Settings) -> Finding:
    """Transparent huge pages."""
    mode = view.fact("huge_pages")
    remedy = f"Write never to /sys/kernel/mm/transparent_hugepage/enabled at every boot; {PREPARE}."
    return Finding("pass" if mode == "never" else "bad", mode, "never", remedy)


def selinux(view: View, settings: Settings) -> Finding:
    """SELinux, told only."""
    mode = view.fact("selinux")
    return Finding("low" if mode == "enforcing" else "pass", mode, "disabled or permissive, or a policy that knows the server", "It is yours to decide.")


def firewall(view: View, settings: Settings) -> Finding:
    """Packet filter, told only."""
    found, planned = view.fact("firewall"), view.planned
    remedy = f"Let ports {planned['sql_port']} and {planned['rpc_port']} of {planned['address']} pass; nothing is changed by this collection."
    return Finding("low" if found else "pass", ", ".join(found) or "no sign of one", "none, or both ports open", remedy)


def rpm(view: View, settings: Settings) -> Finding:
    """The rpm program and its database."""
    found = view.fact("rpm")
    if view.world.options.get("install_method", "rpm") != "rpm":
        return Finding("pass", "not needed", "nothing where packages are unpacked")
    if not found["program"]:
        return Finding("bad", "no rpm program", "rpm", "Install rpm, or set oceanbase_install_method: extract.")
    broken = found["database"] in ("unreadable", "empty")
    return Finding("low" if broken else "pass", f"database {found['database']}", "readable", "Run rpm --rebuilddb as root.")


SYSCTL_ITEMS = (
    "fs.aio-max-nr",
    "fs.file-max",
    "fs.pipe-user-pages-soft",
    "kernel.numa_balancing",
    "net.core.netdev_max_backlog",
    "net.core.rmem_default",
    "net.core.rmem_max",
    "net.core.somaxconn",
    "net.core.wmem_default",
    "net.core.wmem_max",
    "net.ipv4.conf.default.accept_source_route",
    "net.ipv4.conf.default.rp_filter",
    "net.ipv4.ip_forward",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_max_syn_backlog",
    "net.ipv4.tcp_rmem",
    "net.ipv4.tcp_slow_start_after_idle",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.tcp_wmem",
    "vm.max_map_count",
    "vm.min_free_kbytes",
    "vm.nr_hugepages",
    "vm.overcommit_memory",
    "vm.swappiness",
    "vm.zone_reclaim_mode",
)

CHECKS = (
    Check("python", "system", python, ("system",)),
    Check("arch", "system", arch, ("system",)),
    Check("libc", "system", libc, ("libc",)),
    Check("kernel", "system", kernel, ("system",)),
    Check("cpu", "system", cpu, ("cpu",)),
    Check("cpu_flags", "system", cpu_flags, ("cpu_flags",)),
    Check("rpm", "system", rpm, ("rpm",)),
    Check("selinux", "system", selinux, ("selinux",)),
    Check("firewall", "system", firewall, ("firewall",)),
    Check("user", "user", user, ("user",)),
    Check("privilege", "user", privilege, ("privilege",)),
    *(Check(name, "user", limit(name), ("limits",)) for name in ("nofile", "nproc", "core", "stack")),
    Check("service_limits", "user", service_limits, ("limits",)),
    *(Check(name, "kernel", sysctl(name), ("sysctls",)) for name in SYSCTL_ITEMS),
    Check("huge_pages", "kernel", huge_pages, ("huge_pages",)),
)
