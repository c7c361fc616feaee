# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Read the cluster's own tables: the one place that knows the catalogs of each generation; the same rows come out for all.

"3" (2.2 and 3.x): __all_*, lower-case status, times in microseconds, 0 = none.
"4": DBA_OB_* and GV$OB_*, upper-case status, times as timestamps, NULL = none.
Columns: oceanbase v3.1.5_CE and v4.2.1_CE_BP6, src/share/inner_table/ob_inner_table_schema_def.py.
"""

import datetime
import re
from typing import Any, Dict, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import generation_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import NO_SUCH_TABLE, Row, Session, SqlError


class Server(NamedTuple):
    """A member of the cluster."""

    server: str  # ip:rpc_port
    zone: str
    sql_port: int
    id: int
    with_rootserver: bool
    status: str  # ACTIVE, INACTIVE, DELETING...
    start_service_time: str  # "" = does not serve
    stop_time: str  # "" = not stopped
    build_version: str

    @property
    def serving(self):
        # type: () -> bool
        """Whether it really serves: ACTIVE alone does not say so."""
        return self.status == "ACTIVE" and bool(self.start_service_time) and not self.stop_time

    @property
    def described(self):
        # type: () -> str
        """Return the state for a person."""
        return "{0} in {1} is {2}{3}{4}".format(
            self.server, self.zone, self.status,
            "" if self.start_service_time else ", does not serve yet",
            ", stopped since {0}".format(self.stop_time) if self.stop_time else "",
        )


class Zone(NamedTuple):
    """A zone of the cluster."""

    name: str
    status: str  # ACTIVE, INACTIVE
    region: str
    idc: str


class Tenant(NamedTuple):
    """A tenant."""

    id: int
    name: str
    type: str  # SYS, META, USER
    primary_zone: str
    locality: str
    mode: str  # MYSQL, ORACLE
    status: str  # NORMAL...

    @property
    def zones(self):
        # type: () -> Tuple[str, ...]
        """The zones in which the tenant has replicas."""
        return tuple(re.findall(r"@\s*([^,\s]+)", self.locality))


class Unit(NamedTuple):
    """A tenant's share of one server."""

    id: int
    pool_id: int
    tenant_id: Optional[int]
    zone: str
    server: str
    status: str
    min_cpu: float
    max_cpu: float
    memory_size: int
    log_disk_size: int  # 0 in 3.x


class Pool(NamedTuple):
    """A resource pool."""

    id: int
    name: str
    tenant_id: Optional[int]
    unit_count: int
    unit_config_id: int
    zones: Tuple[str, ...]


class Parameter(NamedTuple):
    """One parameter on one server."""

    name: str
    value: str
    server: str
    zone: str
    scope: str  # CLUSTER, TENANT
    tenant_id: Optional[int]
    edit_level: str  # READONLY, STATIC_EFFECTIVE, DYNAMIC_EFFECTIVE


class Compaction(NamedTuple):
    """How far the major compaction of a tenant (3.x: of the cluster) is."""

    frozen: int  # SCN, in 3.x version, of the last freeze; 1 = there never was one
    merged: int  # up to where everything is merged
    status: str  # IDLE, COMPACTING, VERIFYING; 3.x: IDLE, MERGING...
    error: bool

    @property
    def never(self):
        # type: () -> bool
        """Whether there never was a major freeze."""
        return self.frozen <= 1


class Role(NamedTuple):
    """What a cluster is to others (2.2 and 3.x)."""

    cluster_id: int
    role: str  # PRIMARY, PHYSICAL STANDBY
    status: str  # VALID, DISABLED...


class Standby(NamedTuple):
    """A standby cluster, as its primary sees it (2.2 and 3.x)."""

    cluster_id: int
    role: str
    status: str  # REGISTERED, VALID, DISABLED...


class Calibration(NamedTuple):
    """How far the measurement of a server's disk is (4.x)."""

    server: str
    status: str  # NOT AVAILABLE, IN PROGRESS, READY, FAILED


_SERVERS = {
    "3": "SELECT svr_ip, svr_port, id, zone, inner_port AS sql_port, with_rootserver, status, start_service_time, stop_time, build_version"
         " FROM oceanbase.__all_server",
    "4": "SELECT SVR_IP, SVR_PORT, ID, ZONE, SQL_PORT, WITH_ROOTSERVER, STATUS, START_SERVICE_TIME, STOP_TIME, BUILD_VERSION"
         " FROM oceanbase.DBA_OB_SERVERS",
}
_ZONES = {
    "3": "SELECT zone, name, info FROM oceanbase.__all_zone WHERE zone <> '' AND name IN ('status', 'region', 'idc')",
    "4": "SELECT ZONE, STATUS, REGION, IDC FROM oceanbase.DBA_OB_ZONES",
}
_TENANTS = {
    "3": "SELECT tenant_id, tenant_name, primary_zone, locality, compatibility_mode FROM oceanbase.__all_tenant",
    "4": "SELECT TENANT_ID, TENANT_NAME, TENANT_TYPE, PRIMARY_ZONE, LOCALITY, COMPATIBILITY_MODE, STATUS FROM oceanbase.DBA_OB_TENANTS",
}
_UNITS = {
    "3": "SELECT u.unit_id, u.resource_pool_id, p.tenant_id, u.zone, u.svr_ip, u.svr_port, u.status, c.min_cpu, c.max_cpu,"
         " c.max_memory AS memory_size FROM oceanbase.__all_unit u"
         " JOIN oceanbase.__all_resource_pool p ON p.resource_pool_id = u.resource_pool_id"
         " JOIN oceanbase.__all_unit_config c ON c.unit_config_id = p.unit_config_id",
    "4": "SELECT UNIT_ID, RESOURCE_POOL_ID, TENANT_ID, ZONE, SVR_IP, SVR_PORT, STATUS, MIN_CPU, MAX_CPU, MEMORY_SIZE, LOG_DISK_SIZE"
         " FROM oceanbase.DBA_OB_UNITS",
}
_POOLS = {
    "3": "SELECT resource_pool_id, name, tenant_id, unit_count, unit_config_id, zone_list FROM oceanbase.__all_resource_pool",
    "4": "SELECT RESOURCE_POOL_ID, NAME, TENANT_ID, UNIT_COUNT, UNIT_CONFIG_ID, ZONE_LIST FROM oceanbase.DBA_OB_RESOURCE_POOLS",
}
_PARAMETERS = {
    "3": "SELECT svr_ip, svr_port, zone, name, value, scope, edit_level FROM oceanbase.__all_virtual_sys_parameter_stat WHERE name IN ({0})",
    "4": "SELECT SVR_IP, SVR_PORT, ZONE, SCOPE, TENANT_ID, NAME, VALUE, EDIT_LEVEL FROM oceanbase.GV$OB_PARAMETERS WHERE NAME IN ({0})",
}
_BASELINE = (
    "SELECT column_value FROM oceanbase.__all_core_table"
    " WHERE table_name = '__all_global_stat' AND column_name = 'baseline_schema_version'"
)


def catalog_for(session, version=()):
    # type: (Session, Tuple[int, ...]) -> str
    """Return which catalogs the server has: from its version where that is known, else by asking it."""
    generation = generation_of(version) if version else None
    if generation:
        return generation.catalog
    told = str(session.query("SELECT VERSION() AS version")[0]["version"])
    match = re.search(r"OceanBase.*-v(\d+)\.", told) or re.match(r"([23])\.", told)
    if match and match.group(1) in "234":
        return "4" if match.group(1) == "4" else "3"
    try:
        session.query("SELECT COUNT(*) AS servers FROM oceanbase.DBA_OB_SERVERS")
    except SqlError as error:
        if error.code != NO_SUCH_TABLE:
            raise
        return "3"
    return "4"


def is_bootstrapped(session):
    # type: (Session) -> bool
    """Whether BOOTSTRAP has ended: the baseline schema version is -1 until then (the test of OBD, plugins/oceanbase/3.1.0/bootstrap.py)."""
    try:
        rows = session.query(_BASELINE)
    except SqlError as error:
        if error.lost:
            raise
        return False  # a server that is not bootstrapped may not know the table at all
    return any(int(row["column_value"] or -1) > 0 for row in rows)


def read_identity(session):
    # type: (Session) -> Tuple[str, int]
    """Return the cluster's name and id."""
    values = {str(row["name"]): str(row["value"]) for row in session.query("SHOW PARAMETERS LIKE 'cluster%%'")}
    return values.get("cluster", ""), int(values.get("cluster_id") or 0)


def read_role(session):
    # type: (Session) -> Role
    """Return what the cluster is: v$ob_cluster, 2.2 and 3.x (en.oceanbase.com, enterprise 3.2, V$OB_CLUSTER)."""
    rows = session.query("SELECT cluster_id, cluster_role, cluster_status FROM oceanbase.v$ob_cluster")
    return Role(int(rows[0]["cluster_id"]), str(rows[0]["cluster_role"]).upper(), str(rows[0]["cluster_status"]).upper())


def read_standbys(session):
    # type: (Session) -> Tuple[Standby, ...]
    """Return the standby clusters of a primary: v$ob_standby_status (columns: oceanbase v3.1.5_CE tools/upgrade/upgrade_pre.py)."""
    rows = session.query("SELECT cluster_id, cluster_role, cluster_status FROM oceanbase.v$ob_standby_status")
    return tuple(sorted(Standby(int(row["cluster_id"]), str(row["cluster_role"]).upper(), str(row["cluster_status"]).upper()) for row in rows))


def read_rootservice_list(session):
    # type: (Session) -> Tuple[str, ...]
    """Return the root servers as ``ip:rpc_port:sql_port``."""
    rows = session.query("SHOW PARAMETERS LIKE 'rootservice_list'")
    return tuple(part for part in str(rows[0]["value"]).split(";") if part) if rows else ()


def read_tenant_role(session, name):
    # type: (Session, str) -> Tuple[str, str]
    """Return role and status of a tenant, both empty where there is none (TENANT_ROLE: 4.2 and later)."""
    rows = session.query("SELECT TENANT_ROLE, STATUS FROM oceanbase.DBA_OB_TENANTS WHERE TENANT_NAME = %s", (name,))
    return (str(rows[0]["tenant_role"]).upper(), str(rows[0]["status"]).upper()) if rows else ("", "")


def read_calibrations(session):
    # type: (Session) -> Tuple[Calibration, ...]
    """Return how far each server's measurement is."""
    rows = session.query("SELECT SVR_IP, SVR_PORT, STATUS FROM oceanbase.GV$OB_IO_CALIBRATION_STATUS")
    return tuple(sorted(Calibration(_server(row), str(row["status"]).upper()) for row in rows))


def read_servers(session, catalog):
    # type: (Session, str) -> Tuple[Server, ...]
    """Return the members."""
    rows = session.query(_SERVERS[catalog])
    servers = [
        Server(
            _server(row), str(row["zone"]), int(row["sql_port"]), int(row["id"]), str(row["with_rootserver"]).upper() in ("1", "YES"),
            str(row["status"]).upper(), _time(row["start_service_time"]), _time(row["stop_time"]), str(row["build_version"] or ""),
        )
        for row in rows
    ]
    return tuple(sorted(servers, key=lambda one: (one.zone, one.id)))


def read_zones(session, catalog):
    # type: (Session, str) -> Tuple[Zone, ...]
    """Return the zones."""
    rows = session.query(_ZONES[catalog])
    if catalog == "3":
        values = {}  # type: Dict[str, Dict[str, str]]
        for row in rows:
            values.setdefault(str(row["zone"]), {})[str(row["name"])] = str(row["info"] or "")
        zones = [Zone(name, one.get("status", "").upper(), one.get("region", ""), one.get("idc", "")) for name, one in values.items()]
    else:
        zones = [Zone(str(row["zone"]), str(row["status"]).upper(), str(row["region"] or ""), str(row["idc"] or "")) for row in rows]
    return tuple(sorted(zones))


def read_tenants(session, catalog):
    # type: (Session, str) -> Tuple[Tenant, ...]
    """Return the tenants."""
    return tuple(sorted(_tenant(row) for row in session.query(_TENANTS[catalog])))


def _tenant(row):
    # type: (Row) -> Tenant
    number = int(row["tenant_id"])
    return Tenant(
        number, str(row["tenant_name"]), str(row.get("tenant_type") or ("SYS" if number == 1 else "USER")).upper(), str(row["primary_zone"] or ""),
        str(row["locality"] or ""), {"0": "MYSQL", "1": "ORACLE"}.get(str(row["compatibility_mode"]), str(row["compatibility_mode"]).upper()),
        str(row.get("status") or "NORMAL").upper(),
    )


def read_units(session, catalog):
    # type: (Session, str) -> Tuple[Unit, ...]
    """Return the units."""
    return tuple(sorted(
        Unit(
            int(row["unit_id"]), int(row["resource_pool_id"]), _owner(row["tenant_id"]), str(row["zone"]), _server(row), str(row["status"]).upper(),
            float(row["min_cpu"] or 0), float(row["max_cpu"] or 0), int(row["memory_size"] or 0), int(row.get("log_disk_size") or 0),
        )
        for row in session.query(_UNITS[catalog])
    ))


def read_pools(session, catalog):
    # type: (Session, str) -> Tuple[Pool, ...]
    """Return the resource pools."""
    return tuple(sorted(
        Pool(
            int(row["resource_pool_id"]), str(row["name"]), _owner(row["tenant_id"]), int(row["unit_count"]), int(row["unit_config_id"]),
            tuple(part for part in str(row["zone_list"] or "").split(";") if part),
        )
        for row in session.query(_POOLS[catalog])
    ))


def read_parameters(session, catalog, names):
    # type: (Session, str, Sequence[str]) -> Tuple[Parameter, ...]
    """Return parameters, also those whose names begin with an underscore, which SHOW PARAMETERS hides."""
    if not names:
        return ()
    rows = session.query(_PARAMETERS[catalog].format(", ".join(["%s"] * len(names))), tuple(names))
    parameters = [
        Parameter(
            str(row["name"]), str(row["value"]), _server(row), str(row["zone"]), str(row["scope"] or "CLUSTER").upper(),
            _owner(row.get("tenant_id")), str(row["edit_level"] or "").upper(),
        )
        for row in rows
    ]
    return tuple(sorted(parameters, key=lambda one: (one.name, one.zone, one.server, one.tenant_id or 0)))


def read_compaction(session, catalog, tenant):
    # type: (Session, str, Tenant) -> Compaction
    """Return how far the major compaction is."""
    if catalog == "3":
        return _compaction_of_zones(session.query(
            "SELECT zone, name, value, info FROM oceanbase.__all_zone"
            " WHERE name IN ('frozen_version', 'last_merged_version', 'merge_status', 'status', 'is_merge_error')"
        ))
    row = session.query(
        "SELECT FROZEN_SCN, LAST_SCN, STATUS, IS_ERROR FROM oceanbase.CDB_OB_MAJOR_COMPACTION WHERE TENANT_ID = {0}".format(tenant.id)
    )[0]
    return Compaction(int(row["frozen_scn"] or 1), int(row["last_scn"] or 1), str(row["status"]).upper(), str(row["is_error"]).upper() == "YES")


def _compaction_of_zones(rows):
    # type: (Sequence[Row]) -> Compaction
    of_zone = {}  # type: Dict[str, Dict[str, Row]]
    for row in rows:
        of_zone.setdefault(str(row["zone"]), {})[str(row["name"])] = row
    cluster = of_zone.pop("", {})
    active = [zone for zone in of_zone.values() if "status" not in zone or str(zone["status"]["info"]).upper() == "ACTIVE"]
    merged = [int(zone["last_merged_version"]["value"]) for zone in active if "last_merged_version" in zone]
    states = [str(zone["merge_status"]["info"]).upper() for zone in active if "merge_status" in zone]
    return Compaction(
        int(cluster["frozen_version"]["value"]) if "frozen_version" in cluster else 1,
        min(merged) if merged else 1,
        next((state for state in states if state != "IDLE"), "IDLE"),
        "is_merge_error" in cluster and int(cluster["is_merge_error"]["value"] or 0) > 0,
    )


def _server(row):
    # type: (Row) -> str
    host = str(row["svr_ip"])
    return "{0}:{1}".format("[{0}]".format(host) if ":" in host else host, row["svr_port"])


def _owner(value):
    # type: (Any) -> Optional[int]
    """A tenant's id; none is NULL in 4.x and -1 in 3.x."""
    return None if value is None or int(value) < 0 else int(value)


def _time(value):
    # type: (Any) -> str
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, int):
        return datetime.datetime(1970, 1, 1).__add__(datetime.timedelta(microseconds=value)).strftime("%Y-%m-%d %H:%M:%S") if value > 0 else ""
    return "" if value in (None, "", "0", "NULL") else str(value)
