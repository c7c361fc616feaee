# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan: everything that a run will do, computed once from the request and the inventory. It holds no secret."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils import _statements
from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import Generation, has_local_ip
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm_name import RpmName
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.options import Options
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.primary_cluster import PrimaryCluster
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.request import Request
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.topology import Server, Zone

# A log stream has at most so many members (OB_MAX_MEMBER_NUMBER, oceanbase v4.2.1_CE_BP6 deps/oblib/src/lib/ob_define.h),
# and the sys tenant gets one in each zone of the BOOTSTRAP list.
MOST_ZONES = 7


def make_plan(request: Request, zones: Sequence[Zone], options: Options, artifacts_dir: str, primary: PrimaryCluster | None = None) -> dict[str, Any]:
    """Return the plan of a valid request (docs/architecture.md describes it)."""
    rpm, generation = request.rpm, request.generation
    if not rpm or not generation:
        raise ValueError("a plan needs a request whose package could be read")
    servers = [server for zone in zones for server in zone.servers]
    first = [zone.servers[0] for zone in zones]
    rest = [server for server in servers if server not in first]
    rootservice_list = ";".join(f"{server.address}:{server.rpc_port}:{server.sql_port}" for server in first)
    return {
        "cluster": {
            "name": request.name,
            "type": request.type,
            "ob_cluster_id": request.ob_cluster_id,
            "version": rpm.version,
            "generation": generation.key,
            "primary_zone": request.primary_zone,
            "startup_parameters": dict(request.startup_parameters),
        },
        "package": {
            "rpm_name": rpm.file,
            "nevra": rpm.nevra,
            "name": rpm.name,
            "version": rpm.version,
            "release": rpm.release,
            "dist": rpm.dist,
            "arch": rpm.arch,
            "libs": rpm.companion("libs") if rpm.community else "",
        },
        "zones": [
            {
                "name": zone.name,
                "idc": zone.idc,
                "region": zone.region,
                "hosts": [server.host for server in zone.servers],
            }
            for zone in zones
        ],
        "bootstrap_zones": [
            {"name": zone.name, "idc": zone.idc, "region": zone.region, "servers": [server.server for server in zone.servers]} for zone in zones
        ],
        "root_servers": [server.server for server in first],
        "rootservice_list": rootservice_list,
        "peers": [{"host": server.host, "address": server.address, "rpc_port": server.rpc_port} for server in servers],
        "endpoints": [server.endpoint for server in first + rest],
        "hosts": {server.host: plan_host(server, server in first, request, generation, rpm, rootservice_list) for server in servers},
        "primary": primary.planned() if primary else {},
        "statements": shown_statements(request, cluster_statements(zones, rest, primary), primary),
        "default_users": list(options.users),
        "steps": list(options.steps),
        "artifacts_dir": artifacts_dir,
    }


def plan_host(server: Server, root: bool, request: Request, generation: Generation, rpm: RpmName, rootservice_list: str) -> dict[str, Any]:
    """Return one host's part of the plan."""
    data_dir = f"{server.home}/store/{request.name}"
    disks = {"data": f"{server.data_disk}/{request.name}", "log": f"{server.log_disk}/{request.name}"}
    flags = observer_flags(server, request, generation, rpm, rootservice_list, data_dir, disks)
    return {
        "host": server.host,
        "machine": server.machine,
        "host_id": server.host_id,
        "zone": server.zone,
        "idc": server.idc,
        "region": server.region,
        "address": server.address,
        "sql_port": server.sql_port,
        "rpc_port": server.rpc_port,
        "devname": server.devname,
        "server": server.server,
        "endpoint": server.endpoint,
        "root_server": root,
        "user": server.user,
        "group": server.group,
        "home": server.home,
        "data_dir": data_dir,
        "data_disk_dir": disks["data"],
        "log_disk_dir": disks["log"],
        "flags": flags,
        "command": shell_line(server.home, flags),
    }


def observer_flags(
    server: Server, request: Request, generation: Generation, rpm: RpmName, rootservice_list: str, data_dir: str, disks: Mapping[str, str]
) -> list[str]:
    """Return the flags of an observer's first start.

    Order and choice follow oceanbase-doc V4.2.1 400.deploy-three-oceanbase-replica-clusters.md; ``-r`` names one server a zone.
    ``-I`` is preferred where the server has it; an older one without a device name takes that of the default route.
    """
    flags = ["-p", str(server.sql_port), "-P", str(server.rpc_port), "-z", server.zone, "-n", request.name, "-c", str(request.ob_cluster_id)]
    flags += ["-d", data_dir]
    if has_local_ip(rpm.numbers):
        flags += ["-I", server.address]
    elif server.devname:
        flags += ["-i", server.devname]
    flags += ["-r", rootservice_list]
    additional = ";".join(f"{disks[disk]}/{name}" for disk, name in generation.additional_config_dirs)
    pairs = [*request.startup_parameters.items(), ("config_additional_dir", additional)]
    return [*flags, "-o", ",".join(f"{name}={value}" for name, value in pairs)]


def shell_line(home: str, flags: Sequence[str]) -> str:
    """Return the command as a person would type it."""
    words = [f"'{word}'" if set(word) & set(";,*?&|<>()$`\"\\ ") else word for word in flags]
    return " ".join([f"cd {home} &&", f"{home}/bin/observer", *words])


def shown_statements(request: Request, statements: Sequence[_statements.Statement], primary: PrimaryCluster | None) -> list[str]:
    """Return what will be sent, as people may see it; what is sent to the primary of a standby cluster says so."""
    found = [statement.shown() for statement in statements]
    if primary is None:
        return found
    if not primary.rootservice_list:
        found[0] = found[0].replace("PRIMARY_CLUSTER_ID 0 PRIMARY_ROOTSERVICE_LIST ''", "PRIMARY_CLUSTER_ID ... PRIMARY_ROOTSERVICE_LIST '...'")
    verify, add = _statements.verify_add_cluster(), _statements.add_cluster(request.name, request.ob_cluster_id)
    return [f"{verify.shown()} (on the primary)", *found, f"{add.shown()} (on the primary)"]


def cluster_statements(zones: Sequence[Zone], rest: Sequence[Server], primary: PrimaryCluster | None = None) -> list[_statements.Statement]:
    """Return what forms the cluster, in the order in which it is sent."""
    listed = [_statements.ZoneServers(zone.name, zone.region, zone.idc, tuple(server.server for server in zone.servers)) for zone in zones]
    of_standby = _statements.Primary(primary.ob_cluster_id, primary.rootservice_list) if primary else None
    result = [_statements.bootstrap(listed, of_standby)]
    result += [_statements.add_server(server.server, server.zone) for server in rest]
    result += [_statements.modify_zone(zone.name, "", zone.idc) for zone in zones if zone.idc]
    return result


def warnings_of(request: Request, zones: Sequence[Zone]) -> list[str]:
    """Return what is allowed, but worth a word."""
    unknown = request.generation.unknown_parameters if request.generation else ()
    version = request.rpm.version if request.rpm else ""
    found = [f"{version} has no parameter {name}: the server ignores it." for name in request.startup_parameters if name.lower() in unknown]
    if len(zones) == 2:
        found.append("Two zones have no majority without each other: the loss of either stops the cluster. Use one, or three and more.")
    elif len(zones) > 2 and len(zones) % 2 == 0:
        found.append(f"{len(zones)} zones survive the loss of no more zones than {len(zones) - 1} do.")
    if len(zones) > MOST_ZONES:
        found.append(f"{len(zones)} zones are more than the {MOST_ZONES} members that a log stream may have: the server may refuse the bootstrap.")
    return found
