# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""System, kernel settings, user, privileges and programs of a host."""

import os
import re
from typing import Dict

from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import Fact, fact
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Source

# What obd's host_tool sets (obdeploy plugins/host_tool/1.0/precheck.py) and OCP's host standardization checks.
SYSCTLS = (
    "fs.aio-max-nr", "fs.aio-nr", "fs.file-max", "fs.pipe-user-pages-soft", "kernel.core_pattern", "kernel.numa_balancing",
    "net.core.netdev_max_backlog", "net.core.rmem_default", "net.core.rmem_max", "net.core.somaxconn",
    "net.core.wmem_default", "net.core.wmem_max", "net.ipv4.conf.default.accept_source_route", "net.ipv4.conf.default.rp_filter",
    "net.ipv4.ip_forward", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_max_syn_backlog",
    "net.ipv4.tcp_rmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_syncookies", "net.ipv4.tcp_wmem",
    "vm.max_map_count", "vm.min_free_kbytes", "vm.nr_hugepages", "vm.overcommit_memory", "vm.swappiness",
    "vm.zone_reclaim_mode",
)  # fmt: skip

TIME_SERVICES = ("chronyd", "ntpd", "systemd-timesyn", "ntpsec", "openntpd")  # the kernel cuts names at 15 characters


def processes_of(source):
    # type: (Source) -> Dict[int, str]
    """Return the name of every process of this host that may be seen; those of containers on it are not its own."""
    found = {}
    for name in source.names("/proc"):
        if name.isdigit() and is_own(source, name):
            lines = source.lines("/proc/{0}/comm".format(name))
            if lines:
                found[int(name)] = lines[0]
    return found


def is_own(source, pid):
    # type: (Source, str) -> bool
    """Whether a process lives in the probe's own namespace of processes, as far as that may be seen."""
    try:
        return os.readlink(source.path("/proc/{0}/ns/pid".format(pid))) == os.readlink(source.path("/proc/self/ns/pid"))
    except OSError:
        return True


def probe_system(source):
    # type: (Source) -> Fact
    """Operating system, kernel, machine, C library, Python, and what identifies the machine."""
    name, kernel, machine = source.calls.uname()
    release = dict(line.split("=", 1) for line in source.lines("/etc/os-release") if "=" in line)
    title = release.get("PRETTY_NAME", "").strip("\"'") or (source.lines("/etc/redhat-release") or ["unknown"])[0]
    value = {
        "name": name,
        "os": title,
        "kernel": kernel,
        "machine": machine,
        "python": ".".join(str(number) for number in source.calls.python),
        "boot_id": (source.lines("/proc/sys/kernel/random/boot_id") or [""])[0],
        "init": (source.lines("/proc/1/comm") or [""])[0],
        "container": any(source.exists(path) for path in ("/.dockerenv", "/run/.containerenv")),
    }
    return fact(value, "{0}, Linux {1}, {2}, Python {3}".format(title, kernel, machine, value["python"]))


def probe_libc(source):
    # type: (Source) -> Fact
    """Version of the GNU C library."""
    text = source.calls.libc()
    match = re.match(r"glibc (\d+(?:\.\d+)+)$", text)
    if not match:
        raise ValueError("no GNU C library: {0!r}".format(text))
    return fact(match.group(1), "confstr(CS_GNU_LIBC_VERSION): " + text)


def probe_sysctls(source):
    # type: (Source) -> Fact
    """Kernel settings by name; what this kernel or container does not show is left out."""
    found = {}
    for name in SYSCTLS:
        lines = source.lines("/proc/sys/" + name.replace(".", "/"))
        if lines:
            found[name] = " ".join(lines[0].split())
    missing = [name for name in SYSCTLS if name not in found]
    return fact(found, "/proc/sys" + (" without {0}".format(", ".join(missing)) if missing else ""))


def probe_huge_pages(source):
    # type: (Source) -> Fact
    """The chosen mode of transparent huge pages: always, madvise or never."""
    path = "/sys/kernel/mm/transparent_hugepage/enabled"
    if not source.exists(path):
        return fact("never", path + " does not exist: the kernel has none")
    text = source.read(path)
    match = re.search(r"\[(\w+)\]", text)
    return fact(match.group(1) if match else text, "{0}: {1}".format(path, text))


def probe_user(source, user, group):
    # type: (Source, str, str) -> Fact
    """Whether the service user and group exist and belong together."""
    account = source.calls.account(user)
    value = {
        "user": bool(account),
        "group": source.calls.has_group(group),
        "member": account is not None and group in account.groups,
        "uid": account.uid if account else -1,
    }
    if account is None:
        return fact(value, "the name service knows no user {0}".format(user))
    return fact(value, "{0} is uid {1}, groups {2}".format(account.name, account.uid, ", ".join(account.groups)))


def probe_privilege(source, user):
    # type: (Source, str) -> Fact
    """What the probe runs as, and whether it may become root."""
    me = source.calls.effective_user()
    way = "root" if me == "root" else "sudo" if source.calls.sudo() else "none"
    return fact({"user": me, "way": way, "service_user": me == user}, "effective user {0}, {1}".format(me, way))


def probe_selinux(source):
    # type: (Source) -> Fact
    """Mode of SELinux: disabled, permissive or enforcing."""
    for path in ("/sys/fs/selinux/enforce", "/selinux/enforce"):
        if source.exists(path):
            return fact("enforcing" if source.read(path) == "1" else "permissive", path)
    return fact("disabled", "/sys/fs/selinux/enforce does not exist")


def probe_time_service(source, processes):
    # type: (Source, Dict[int, str]) -> Fact
    """Which time service runs, and whether the kernel's clock counts as synchronised."""
    running = sorted({name for name in processes.values() if name in TIME_SERVICES})
    try:
        synchronised = "yes" if source.calls.clock_synchronised() else "no"
    except (OSError, AttributeError) as error:
        synchronised = "unknown: {0}".format(error)
    value = {"running": running, "synchronised": synchronised}
    return fact(value, "processes: {0}; adjtimex: {1}".format(", ".join(running) or "none", synchronised))


def probe_rpm(source):
    # type: (Source) -> Fact
    """Whether the host has rpm and a database of it that may be read."""
    programs = [path for path in ("/usr/bin/rpm", "/bin/rpm") if source.exists(path)]
    state = "absent"
    detail = "no rpm database"
    for folder in ("/usr/lib/sysimage/rpm", "/var/lib/rpm"):
        for name in ("rpmdb.sqlite", "Packages.db", "Packages"):
            path = folder + "/" + name
            if source.exists(path):
                try:
                    with open(source.path(path), "rb") as handle:
                        state, detail = ("readable", path) if handle.read(16) else ("empty", path)
                except OSError as error:
                    state, detail = "unreadable", "{0}: {1}".format(path, error.strerror)
                return fact({"program": bool(programs), "database": state}, detail)
    return fact({"program": bool(programs), "database": state}, detail)


def probe_observers(source, processes, home):
    # type: (Source, Dict[int, str], str) -> Fact
    """Every observer that runs here: this home's own with its memory, and the homes of others."""
    own = {"pid": 0, "memory": 0}
    others = []
    for pid, name in sorted(processes.items()):
        if name != "observer":
            continue
        base = "/proc/{0}/".format(pid)
        try:
            if source.exists(home) and source.leads_to(base + "cwd", home):
                own = {"pid": pid, "memory": _resident(source, base)}
            else:
                others.append(source.link(base + "cwd"))
        except OSError:
            others.append("a home that may not be seen")
    return fact({"own": own, "others": others}, "processes named observer: {0}".format(len(others) + (1 if own["pid"] else 0)))


def _resident(source, base):
    # type: (Source, str) -> int
    for line in source.lines(base + "status"):
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return 0
