# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""From the variables of hosts to a plan, or to everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._primary_zone import PrimaryZoneError, parse_primary_zone
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.components import check_agent, check_config_service, check_obproxy
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults, nearest, shown
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.options import read_options
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.plan import make_plan, warnings_of
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.primary_cluster import VARIABLE, read_primary
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.request import FIELDS, Request, merge, read_request
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.source import Read, SourceError, find_body
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.topology import Host, Resolve, Zone, read_topology, zones_wanted
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.values import check_secret, given

SECRETS = ("oceanbase_password", "oceanbase_request", "oceanbase_default_users")
# Of each host; everything else is the cluster's, and its hosts have to agree on it.
HOST_VARIABLES = (
    "oceanbase_host_id", "oceanbase_zone", "oceanbase_idc", "oceanbase_region", "oceanbase_address", "oceanbase_devname",
    "oceanbase_user", "oceanbase_group", "oceanbase_home", "oceanbase_data_disk", "oceanbase_log_disk", "oceanbase_sql_port", "oceanbase_rpc_port",
    "oceanbase_agent_home", "oceanbase_agent_address", "oceanbase_agent_listen_address", "oceanbase_agent_server_address",
    "oceanbase_agent_manager_port", "oceanbase_agent_monitor_port", "oceanbase_agent_service",
    "oceanbase_obproxy_address", "oceanbase_obproxy_home", "oceanbase_obproxy_port", "oceanbase_obproxy_prometheus_port", "oceanbase_obproxy_rpc_port",
    "oceanbase_obproxy_listen_address", "oceanbase_obproxy_service",
)  # fmt: skip


@dataclass(frozen=True)
class Inventory:
    """What the inventory says: the play's hosts, the names of all others, the role's defaults and the variables it reads."""

    hosts: tuple[Host, ...]
    others: tuple[str, ...]
    defaults: Mapping[str, Any]
    known: frozenset[str]
    read_elsewhere: frozenset[str] = frozenset()  # by other roles of the collection


@dataclass
class Outcome:
    """A plan, or faults."""

    plan: dict[str, Any] = field(default_factory=dict)
    name: str = ""
    artifacts_dir: str = ""
    faults: list[str] = field(default_factory=list)
    message: str = ""
    warnings: list[str] = field(default_factory=list)


def create_plan(inventory: Inventory, read: Read, resolve: Resolve) -> Outcome:
    """Return the plan of the request that these hosts' variables make, or all of its faults."""
    faults = Faults()
    names = [item.variable for item in FIELDS] + ["oceanbase_request", "oceanbase_request_file", "playbook_dir"]
    flat = _agree(names, inventory.hosts, inventory.defaults, faults)
    try:
        body = find_body(flat, read)
    except SourceError as error:
        faults.add("request", str(error))
        body = {}
    request = read_request(merge(body, flat, faults), faults)
    wanted = zones_wanted(request, inventory.hosts, faults)
    zones = read_topology(wanted, inventory.hosts, inventory.others, resolve, faults)
    members = {server.host for zone in zones for server in zone.servers}
    hosts = [host for host in inventory.hosts if host.name in members] or list(inventory.hosts)
    rest = [name for name in inventory.known if name not in HOST_VARIABLES and name not in names]
    options_of = _agree(rest, hosts, inventory.defaults, faults)
    options = read_options(options_of, request, faults)
    primary = read_primary(options_of.get(VARIABLE), request, read, faults)
    check_config_service(options_of, request.name, faults)
    for name in sorted(options_of):
        if name.endswith("_password"):
            check_secret(name, options_of[name], faults)
    asked = {step["name"] for step in options.steps if step["asked"]}
    if "Start ocp agent service" in asked:
        check_agent(options_of, faults)
    if "Link obproxy" in asked:
        check_obproxy(options_of, {host.name for host in inventory.hosts} | set(inventory.others), faults)
    _check_primary_zone(request, zones, faults)
    _check_regions(request, zones, faults)
    artifacts = str(options_of.get("oceanbase_artifacts_dir") or f"artifacts/{request.name or 'unnamed'}")
    outcome = Outcome(name=request.name, artifacts_dir=artifacts, warnings=warnings_of(request, zones) + _misspelt(hosts, inventory))
    if faults.found:
        outcome.faults, outcome.message = faults.found, faults.message(f'The request for cluster "{request.name}"')
    else:
        outcome.plan = make_plan(request, zones, options, artifacts, primary)
    return outcome


def _agree(names: Sequence[str], hosts: Sequence[Host], defaults: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Return the one value that all hosts have for each variable; hosts that say nothing of their own do not count."""
    agreed: dict[str, Any] = {}
    for name in names:
        default = defaults.get(name)
        values: list[Any] = []
        speakers: list[str] = []
        for host in hosts:
            value = host.variables.get(name)
            if given(value) and value != default and value not in values:
                values.append(value)
                speakers.append(host.name)
        if len(values) > 1:
            hidden = name in SECRETS or name.endswith("password")
            said = [host if hidden else f"{shown(value)} on {host}" for value, host in zip(values, speakers, strict=True)]
            remedy = "one run creates one cluster; choose its hosts with oceanbase_hosts or --limit"
            faults.add(name, f"differs between hosts ({', '.join(said)}), but {remedy}")
        fallback = next((host.variables[name] for host in hosts if name in host.variables), default)
        agreed[name] = values[0] if values else fallback
    return agreed


def _check_primary_zone(request: Request, zones: Sequence[Zone], faults: Faults) -> None:
    if not request.primary_zone:
        return
    try:
        groups = parse_primary_zone(request.primary_zone)
    except PrimaryZoneError as error:
        faults.add("primaryZone", str(error))
        return
    known = [zone.name for zone in zones]
    for name in [zone for group in groups for zone in group]:
        if name not in known:
            faults.add("primaryZone", f'"{name}" is not a zone of the request{nearest(name, known)}')


def _check_regions(request: Request, zones: Sequence[Zone], faults: Faults) -> None:
    """Before 4.0 the sys tenant leads from a region of two zones: without one BOOTSTRAP ends half way, with error 4016."""
    regions = [zone.region for zone in zones]
    if request.generation and request.generation.region_of_two_zones and len(regions) > 1 and len(set(regions)) == len(regions):
        faults.add("oceanbase_region", f"each zone lies in a region of its own, and {request.generation.key} wants one that holds two; give two zones the same")


def _misspelt(hosts: Sequence[Host], inventory: Inventory) -> list[str]:
    """Return a word on each variable that nothing reads but that looks like one that is read."""
    spoken = {name for host in hosts for name in host.variables if name.startswith("oceanbase_")}
    unknown = sorted(spoken - inventory.known - inventory.read_elsewhere - {"oceanbase_hosts"})
    hints = ((name, nearest(name, inventory.known | inventory.read_elsewhere, likeness=0.85)) for name in unknown)
    return [f"Nothing reads the variable {name}{hint}." for name, hint in hints if hint]
