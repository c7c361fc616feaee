# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The list of measurements of one host."""

from typing import Callable, Dict, List, NamedTuple

from ansible_collections.oceanbase.cluster.plugins.module_utils import _probe_host as host
from ansible_collections.oceanbase.cluster.plugins.module_utils import _probe_memory as memory
from ansible_collections.oceanbase.cluster.plugins.module_utils import _probe_network as network
from ansible_collections.oceanbase.cluster.plugins.module_utils._clock_responder import NAME
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_directories import Wanted, probe_directory
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import Fact, Probe
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_limits import probe_limits
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Source


class HostWanted(NamedTuple):
    """What the plan wants of a host."""

    cluster: str
    server: str
    address: str
    sql_port: int
    rpc_port: int
    devname: str
    user: str
    group: str
    home: str
    data_disk_dir: str
    log_disk_dir: str


def host_probes(source, wanted):
    # type: (Source, HostWanted) -> List[Probe]
    """Return every probe with its name, in the order of the report."""
    try:
        processes = host.processes_of(source)
    except OSError:
        processes = {}
    directories = [
        Wanted(role, path.rstrip("/"), wanted.home.rstrip("/"))
        for role, path in (("home", wanted.home), ("data", wanted.data_disk_dir), ("log", wanted.log_disk_dir))
    ]
    ports = [("sql_port", wanted.sql_port), ("rpc_port", wanted.rpc_port)]
    try:
        holders = network.holders_of(source, [port for _name, port in ports])
    except OSError:
        holders = {}
    probes = [
        ("system", lambda: host.probe_system(source)),
        ("libc", lambda: host.probe_libc(source)),
        ("privilege", lambda: host.probe_privilege(source, wanted.user)),
        ("user", lambda: host.probe_user(source, wanted.user, wanted.group)),
        ("limits", lambda: probe_limits(source, wanted.user)),
        ("sysctls", lambda: host.probe_sysctls(source)),
        ("huge_pages", lambda: host.probe_huge_pages(source)),
        ("swap", lambda: memory.probe_swap(source)),
        ("memory", lambda: memory.probe_memory(source)),
        ("cpu", lambda: memory.probe_cpu(source)),
        ("cpu_flags", lambda: memory.probe_cpu_flags(source)),
    ]  # type: List[Probe]
    for directory in directories:
        probes.append((directory.role, _directory_probe(source, directory, wanted)))
    for name, port in ports:
        probes.append((name, _port_probe(source, port, wanted, holders)))
    probes.append(("address", lambda: network.probe_address(source, wanted.address)))
    if wanted.devname:
        probes.append(("device", lambda: network.probe_device(source, wanted.devname)))
    probes += [
        ("host_name", lambda: network.probe_host_name(source)),
        ("selinux", lambda: host.probe_selinux(source)),
        ("firewall", lambda: network.probe_firewall(source, processes)),
        ("time_service", lambda: host.probe_time_service(source, processes)),
        ("rpm", lambda: host.probe_rpm(source)),
        ("observers", lambda: host.probe_observers(source, processes, wanted.home)),
    ]
    return probes


def _directory_probe(source, directory, wanted):
    # type: (Source, Wanted, HostWanted) -> Callable[[], Fact]
    return lambda: probe_directory(source, directory, wanted.cluster, wanted.server, wanted.user)


def _port_probe(source, port, wanted, holders):
    # type: (Source, int, HostWanted, Dict[str, network.Holder]) -> Callable[[], Fact]
    return lambda: network.probe_port(source, port, wanted.address, wanted.home, NAME, holders)
