# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Addresses, devices, listening ports and names of a host."""

import contextlib
import os
import re
from typing import Dict, List, NamedTuple, Sequence, Set, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import Fact, fact
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Source
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Socket, parse_listeners


class Holder(NamedTuple):
    """Who holds a socket."""

    pid: int  # 0 = it may not be seen
    name: str
    cwd: str


NOBODY = Holder(0, "", "")


def listening(source, port):
    # type: (Source, int) -> List[Socket]
    """Return the sockets that listen on a port, whatever their address."""
    found = []  # type: List[Socket]
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        found += parse_listeners("\n".join(source.lines(table)))
    return [item for item in found if item.port == port]


def holders_of(source, ports):
    # type: (Source, Sequence[int]) -> Dict[str, Holder]
    """Return who listens on ports, by the inodes of the sockets: one look at every process for all of them."""
    wanted = {item.inode for port in ports for item in listening(source, port)}
    seen = _search(source, wanted) if wanted else ""
    # Root without CAP_SYS_PTRACE may not look into processes of others, but they may.
    for uid in _owners(source) if len(seen.split()) < 2 * len(wanted) else ():
        seen += source.calls.as_user(uid, lambda: _search(source, wanted))
    words = seen.split()
    return {inode: _holder(source, int(pid)) for inode, pid in zip(words[::2], words[1::2])}


def _holder(source, pid):
    # type: (Source, int) -> Holder
    base = "/proc/{0}/".format(pid)
    return Holder(pid, (source.lines(base + "comm") or ["?"])[0], _cwd(source, base))


def _search(source, wanted):
    # type: (Source, Set[str]) -> str
    """Return pairs of inode and pid, among the processes that may be looked into."""
    links = {"socket:[{0}]".format(inode): inode for inode in wanted}
    found = []
    for name in source.names("/proc"):
        held = _open_files(source.path("/proc/{0}/fd".format(name))) if name.isdigit() else set()
        found += ["{0} {1} ".format(links[link], name) for link in sorted(held) if link in links]
    return "".join(found)


def _open_files(folder):
    # type: (str) -> Set[str]
    found = set()
    with contextlib.suppress(OSError):
        for number in os.listdir(folder):
            with contextlib.suppress(OSError):  # it may have been closed by now
                found.add(os.readlink(os.path.join(folder, number)))
    return found


def _owners(source):
    # type: (Source) -> List[int]
    """Return who runs processes, root apart."""
    owners = set()
    for name in source.names("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):
                owners.add(os.stat(source.path("/proc/" + name)).st_uid)
    return sorted(owners - {0})


def _cwd(source, base):
    # type: (Source, str) -> str
    try:
        return source.link(base + "cwd")
    except OSError:
        return ""


def _lives_in(source, pid, home):
    # type: (Source, int, str) -> bool
    try:
        return source.leads_to("/proc/{0}/cwd".format(pid), home)
    except OSError:
        return False


def probe_port(source, port, address, home, own_name, holders):
    # type: (Source, int, str, str, str, Dict[str, Holder]) -> Fact
    """Whether a port of an address is free, held by this server, by our own clock process, or by somebody else."""
    own_pid = (source.lines(home + "/run/observer.pid") or [""])[0]
    value = {"port": port, "state": "free", "holder": "", "pid": 0, "elsewhere": []}  # type: Dict[str, object]
    elsewhere = set()
    for item in listening(source, port):
        holder = holders.get(item.inode, NOBODY)
        who = "{0} (pid {1})".format(holder.name, holder.pid) if holder.pid else "a process that may not be seen"
        if item.address not in ("0.0.0.0", address):
            elsewhere.add("{0} on {1}".format(who, item.address))
            continue
        if holder.pid and (str(holder.pid) == own_pid or holder.name == "observer") and _lives_in(source, holder.pid, home):
            state = "ours"
        elif holder.name == own_name:
            state = "clock"
        else:
            state = "held"
        value.update(state=state, pid=holder.pid, holder=who + (" in " + holder.cwd if holder.cwd else ""))
        if state == "held":
            break
    value["elsewhere"] = sorted(elsewhere)
    what = "free" if value["state"] == "free" else "held by {0}".format(value["holder"])
    return fact(value, "/proc/net/tcp: {0}:{1} is {2}".format(address, port, what))


def probe_address(source, address):
    # type: (Source, str) -> Fact
    """Whether the host has the address, and on which device."""
    error = source.calls.bind_error(address)
    try:
        known = source.calls.addresses()
    except OSError:
        known = []
    known = known + _ipv6(source)
    devices = sorted({name.partition(":")[0] for name, item in known if item == address})
    if not devices and not error and address.startswith("127."):
        devices = ["lo"]
    # With this on, bind() accepts addresses that are not there.
    if not error and not devices and source.lines("/proc/sys/net/ipv4/ip_nonlocal_bind")[:1] == ["1"]:
        error = "no device has it"
    value = {
        "exists": not error,
        "error": error,
        "devices": devices,
        "known": sorted({item for _name, item in known}),
        "loopback": address.startswith("127.") or address == "::1",
    }
    return fact(value, "bind {0}: {1}; devices {2}".format(address, error or "ok", ", ".join(devices) or "none"))


def _ipv6(source):
    # type: (Source) -> List[Tuple[str, str]]
    import socket

    found = []
    for line in source.lines("/proc/net/if_inet6"):
        fields = line.split()
        if len(fields) == 6 and re.match(r"[0-9a-f]{32}$", fields[0]):
            found.append((fields[5], socket.inet_ntop(socket.AF_INET6, bytes(bytearray.fromhex(fields[0])))))
    return found


def probe_device(source, name):
    # type: (Source, str) -> Fact
    """Whether a network device is there and up, and its MTU."""
    base = "/sys/class/net/" + name
    if not source.exists(base):
        there = source.names("/sys/class/net") if source.exists("/sys/class/net") else []
        return fact({"name": name, "exists": False, "mtu": 0, "state": ""}, "/sys/class/net has {0}".format(", ".join(there) or "nothing"))
    mtu = int((source.lines(base + "/mtu") or ["0"])[0])
    state = (source.lines(base + "/operstate") or ["unknown"])[0]
    return fact({"name": name, "exists": True, "mtu": mtu, "state": state}, "{0}: {1}, mtu {2}".format(base, state, mtu))


def probe_host_name(source):
    # type: (Source) -> Fact
    """The host's name and what it resolves to: the hosts file first, then the resolver."""
    name = source.calls.uname()[0]
    for line in source.lines("/etc/hosts"):
        words = line.partition("#")[0].split()
        if name in words[1:]:
            return fact({"name": name, "addresses": [words[0]]}, "/etc/hosts: {0} is {1}".format(name, words[0]))
    try:
        addresses = source.calls.resolve(name)
    except OSError as error:
        return fact({"name": name, "addresses": []}, "{0} is not in /etc/hosts, and the resolver says: {1}".format(name, error))
    return fact({"name": name, "addresses": addresses}, "the resolver: {0} is {1}".format(name, ", ".join(addresses)))


def probe_firewall(source, processes):
    # type: (Source, Dict[int, str]) -> Fact
    """Signs of a packet filter: a daemon, ufw switched on, tables that iptables filled."""
    signs = sorted({name for name in processes.values() if name in ("firewalld", "nftables")})
    if any(re.match(r"ENABLED\s*=\s*yes", line) for line in source.lines("/etc/ufw/ufw.conf")):
        signs.append("ufw")
    tables = [name for path in ("ip_tables_names", "ip6_tables_names") for name in source.lines("/proc/net/" + path)]
    if "filter" in tables:
        signs.append("iptables (table filter is in use)")
    return fact(signs, "processes, /etc/ufw/ufw.conf, /proc/net/ip_tables_names: {0}".format(", ".join(signs) or "no sign of one"))
