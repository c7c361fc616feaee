# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts of the inventory, as servers of a zone: what each host says of itself, and which host belongs to which zone."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults, nearest, shown
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.request import Request, ZoneRequest, read_idc
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.values import given, read_int, read_name

# The server takes ports greater than 1024 and less than 65536 (oceanbase v3.1.5_CE, v4.2.1_CE_BP6 src/observer/main.cpp).
PORT_BOUNDS = (1025, 65535)
_USER = re.compile(r"[a-z_][a-z0-9_\-]{0,31}\Z")
# No white space, comma or semicolon: directories are named in the -o text and in lists of it.
_PATH = re.compile(r"(/[A-Za-z0-9_.\-+@]+)+\Z")


@dataclass(frozen=True)
class Host:
    """What one host of the inventory says of itself."""

    name: str
    variables: Mapping[str, Any]  # oceanbase_* of this host, templated
    machine: str = ""  # which machine it is: two names of one machine share ports and directories


Resolve = Callable[[str], Sequence[str]]  # addresses that a name stands for; an address stands for itself


@dataclass(frozen=True)
class Server:
    """A host as a server of the cluster."""

    host: str
    machine: str
    host_id: str
    zone: str
    idc: str
    region: str
    address: str
    sql_port: int
    rpc_port: int
    devname: str
    user: str
    group: str
    home: str
    data_disk: str
    log_disk: str

    @property
    def server(self) -> str:
        """The server as the cluster names it."""
        return f"{self.address}:{self.rpc_port}"

    @property
    def endpoint(self) -> str:
        """Where clients log in."""
        return f"{self.address}:{self.sql_port}"


@dataclass(frozen=True)
class Zone:
    """A zone with its servers, the first of which takes part in BOOTSTRAP."""

    name: str
    idc: str
    region: str
    servers: tuple[Server, ...]


def zones_wanted(request: Request, hosts: Sequence[Host], faults: Faults) -> tuple[ZoneRequest, ...]:
    """Return the zones of the request, or those that the hosts name by ``oceanbase_zone``."""
    if request.zones is not None:
        return request.zones
    members: dict[str, list[str]] = {}
    for host in hosts:
        zone = host.variables.get("oceanbase_zone")
        if given(zone):
            members.setdefault(read_name(f"oceanbase_zone of {host.name}", zone, faults), []).append(host.name)
    if not members:
        faults.add("zones", "missing, and no host of the play has oceanbase_zone set: there is nothing to derive zones from")
    return tuple(ZoneRequest(zone, "", tuple(names)) for zone, names in members.items())


def read_topology(
    wanted: Sequence[ZoneRequest], hosts: Sequence[Host], others: Sequence[str], resolve: Resolve, faults: Faults
) -> tuple[Zone, ...]:
    """Find each zone's hosts and read what they say; ``others`` are hosts of the inventory that the play leaves out."""
    by_name = {host.name: host for host in hosts}
    by_id = _by_id(hosts, faults)
    taken: dict[str, str] = {}
    zones = []
    for index, zone in enumerate(wanted):
        found = []
        for position, wish in enumerate(zone.servers):
            place = f"zones[{index}].servers[{position}]"
            host = by_id.get(wish) or by_name.get(wish)
            if not host:
                faults.add(place, _unknown_host(wish, by_id, by_name, others))
            elif host.name in taken:
                where = "twice in one zone" if taken[host.name] == zone.name else f'already in zone "{taken[host.name]}"'
                faults.add(place, f"host {host.name} is {where}; an observer belongs to one zone")
            else:
                taken[host.name] = zone.name
                found.append(host)
        zones.append(_read_zone(zone, found, resolve, faults))
    _check_clashes([server for zone in zones for server in zone.servers], faults)
    return tuple(zones)


def _by_id(hosts: Sequence[Host], faults: Faults) -> dict[str, Host]:
    result: dict[str, Host] = {}
    for host in hosts:
        identity = host.variables.get("oceanbase_host_id")
        if not given(identity):
            continue
        key = str(identity).strip()
        if isinstance(identity, bool) or not key.isdigit():
            faults.add(f"oceanbase_host_id of {host.name}", f"{shown(identity)} is not a whole number")
        elif key in result:
            faults.add(f"oceanbase_host_id of {host.name}", f"{key} is the host id of {result[key].name} too")
        else:
            result[key] = host
    return result


def _unknown_host(wish: str, by_id: Mapping[str, Host], by_name: Mapping[str, Host], others: Sequence[str]) -> str:
    if wish in others:
        return f"host {wish} is in the inventory, but not in this play; widen oceanbase_hosts or --limit"
    if wish.isdigit():
        known = ", ".join(f"{key} = {host.name}" for key, host in by_id.items()) or "none"
        return f"no host of the play has oceanbase_host_id {wish} (known: {known})"
    return f'"{wish}" is not a host of the play{nearest(wish, by_name)}'


def _read_zone(zone: ZoneRequest, hosts: Sequence[Host], resolve: Resolve, faults: Faults) -> Zone:
    """An IDC or region is the zone's: its hosts, and the request, have to agree on it."""
    idc = _agreed("oceanbase_idc", zone.idc, f'the request says of zone "{zone.name}"', hosts, faults)
    region = _agreed("oceanbase_region", "", "", hosts, faults)
    servers = tuple(_read_server(host, zone.name, idc, region, resolve, faults) for host in hosts)
    return Zone(zone.name, idc, region, servers)


def _agreed(variable: str, value: str, source: str, hosts: Sequence[Host], faults: Faults) -> str:
    for host in hosts:
        own = read_idc(f"{variable} of {host.name}", host.variables.get(variable), faults)
        if not own:
            continue
        if value and own != value:
            faults.add(f"{variable} of {host.name}", f'"{own}", but "{value}" is what {source}; a zone lies in one place')
        elif not value:
            value, source = own, f"{host.name} says"
    return value


def _read_server(host: Host, zone: str, idc: str, region: str, resolve: Resolve, faults: Faults) -> Server:
    variables = host.variables

    def where(name: str) -> str:
        return f"{name} of {host.name}"

    sql_port = read_int(where("oceanbase_sql_port"), variables.get("oceanbase_sql_port"), *PORT_BOUNDS, faults)
    rpc_port = read_int(where("oceanbase_rpc_port"), variables.get("oceanbase_rpc_port"), *PORT_BOUNDS, faults)
    if sql_port == rpc_port and sql_port != PORT_BOUNDS[0]:
        faults.add(where("oceanbase_rpc_port"), f"{rpc_port} is its SQL port too")
    devname = variables.get("oceanbase_devname")
    if given(devname) and not re.match(r"[A-Za-z0-9_.:@\-]{1,15}\Z", str(devname)):
        faults.add(where("oceanbase_devname"), f"{shown(devname)} is not the name of a network device")
    return Server(
        host=host.name,
        machine=host.machine or host.name,
        host_id=str(variables.get("oceanbase_host_id") or ""),
        zone=zone,
        idc=idc,
        region=region,
        address=_read_address(where("oceanbase_address"), variables.get("oceanbase_address"), resolve, faults),
        sql_port=sql_port,
        rpc_port=rpc_port,
        devname=str(devname or ""),
        user=_read_account(where("oceanbase_user"), variables.get("oceanbase_user"), faults),
        group=_read_account(where("oceanbase_group"), variables.get("oceanbase_group"), faults),
        home=_read_path(where("oceanbase_home"), variables.get("oceanbase_home"), 2, faults),
        data_disk=_read_path(where("oceanbase_data_disk"), variables.get("oceanbase_data_disk"), 1, faults),
        log_disk=_read_path(where("oceanbase_log_disk"), variables.get("oceanbase_log_disk"), 1, faults),
    )


def _read_address(place: str, value: object, resolve: Resolve, faults: Faults) -> str:
    addresses = resolve(str(value)) if given(value) else ()
    if len(addresses) != 1:
        seen = f"resolves to {', '.join(addresses)}" if addresses else "is no address and does not resolve"
        faults.add(place, f"{shown(value)} {seen}; set oceanbase_address to the one address that the cluster shall use")
        return str(value or "")
    try:
        address = ipaddress.ip_address(addresses[0])
    except ValueError:
        faults.add(place, f"{shown(addresses[0])} is not an IP address")
        return addresses[0]
    if address.version != 4:
        faults.add(place, f"{address} is an IPv6 address; this version of the collection takes IPv4 ones")
    elif address.is_unspecified or address.is_multicast or address == ipaddress.ip_address("255.255.255.255"):
        faults.add(place, f"{address} is not the address of one host")
    return str(address)


def _read_account(place: str, value: object, faults: Faults) -> str:
    if not _USER.match(str(value or "")):
        faults.add(place, f"{shown(value)} is not the name of an account")
    return str(value or "")


def _read_path(place: str, value: object, levels: int, faults: Faults) -> str:
    path = str(value or "")
    path = path.rstrip("/") or path
    if not _PATH.match(path) or {"..", "."} & set(path.split("/")):
        faults.add(place, f"{shown(value)} is not an absolute path of letters, digits and _ . - + @")
    elif path.count("/") < levels:
        faults.add(place, f"{path} is the root of a file system; name a directory of its own, {levels} levels deep")
    return path


def _check_clashes(servers: Sequence[Server], faults: Faults) -> None:
    """Two servers may not share an address and port, and on one machine neither a home nor a disk directory."""
    ports: dict[tuple[str, int], str] = {}
    paths: dict[tuple[str, str], str] = {}
    for server in servers:
        for port in (server.sql_port, server.rpc_port):
            holder = ports.setdefault((server.address, port), server.host)
            if holder != server.host:
                faults.add(f"host {server.host}", f"{server.address}:{port} is used by {holder} too; set oceanbase_address or the ports apart")
        for variable, path in (("oceanbase_home", server.home), ("oceanbase_data_disk", server.data_disk), ("oceanbase_log_disk", server.log_disk)):
            holder = paths.setdefault((server.machine, path), server.host)
            if holder != server.host:
                faults.add(f"{variable} of {server.host}", f"{path} is used by {holder} too, on the same machine; two servers share no directory")
