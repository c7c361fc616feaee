# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Every statement that changes a cluster, as text with placeholders: what is shown in a plan is what is sent.

Grammar: oceanbase v3.1.5_CE and v4.2.1_CE_BP6, src/sql/parser/sql_parser_mysql_mode.y.
"""

from typing import Iterable, List, NamedTuple, Optional, Sequence, Tuple

SECRET = "********"


class Statement(NamedTuple):
    """One statement: ``sql`` has a ``%s`` for each of ``args``, which the driver quotes; ``secret`` marks args not to be shown."""

    sql: str
    args: Tuple[str, ...] = ()
    secret: bool = False

    def shown(self):
        # type: () -> str
        """Return the statement as a person may see it: quoted, secrets replaced."""
        values = tuple(quoted(SECRET if self.secret else arg) for arg in self.args)
        return self.sql % values if values else self.sql.replace("%%", "%")


class ZoneServers(NamedTuple):
    """A zone with the servers (``ip:rpc_port``) that are planned in it."""

    zone: str
    region: str  # "" = the server's default_region
    idc: str
    servers: Tuple[str, ...]


class Primary(NamedTuple):
    """The primary cluster of a standby cluster."""

    cluster_id: int
    rootservice_list: Tuple[str, ...]  # ip:rpc_port


def quoted(text):
    # type: (str) -> str
    """Quote a string literal for display (the driver quotes what is sent)."""
    return "'{0}'".format(text.replace("\\", "\\\\").replace("'", "\\'"))


def literal(text):
    # type: (str) -> str
    """Quote a literal that was validated to hold neither quotes nor backslashes; % is doubled for the driver."""
    if any(char in text for char in "'\\\"\0\n"):
        raise ValueError("not a plain literal: {0!r}".format(text))
    return "'{0}'".format(text.replace("%", "%%"))


def bootstrap(zones, primary=None):
    # type: (Sequence[ZoneServers], Optional[Primary]) -> Statement
    """One server a zone; it must be a single statement (oceanbase-doc V3.1.4, 600.alter-system/300.bootstrap.md).

    With a primary a standby cluster is made of them (2.2 and 3.x enterprise). The list of root servers is separated by commas and has RPC ports
    (oceanbase v3.1.5_CE src/sql/resolver/cmd/ob_bootstrap_resolver.cpp); that 2.2 takes the same words is UNCONFIRMED.
    """
    items = []
    for zone in zones:
        region = "REGION {0} ".format(literal(zone.region)) if zone.region else ""
        items.append("{0}ZONE {1} SERVER {2}".format(region, literal(zone.zone), literal(zone.servers[0])))
    if primary is None:
        return Statement("ALTER SYSTEM BOOTSTRAP " + ", ".join(items))
    return Statement("ALTER SYSTEM BOOTSTRAP CLUSTER STANDBY {0} PRIMARY_CLUSTER_ID {1} PRIMARY_ROOTSERVICE_LIST {2}".format(
        ", ".join(items), primary.cluster_id, literal(",".join(primary.rootservice_list))))


def query_timeout(seconds):
    # type: (float) -> Statement
    """The session's limit for one statement; the server counts in microseconds and starts at 10 s."""
    return Statement("SET SESSION ob_query_timeout = {0}".format(int(seconds * 1000000)))


def add_server(server, zone):
    # type: (str, str) -> Statement
    """Add a started, empty server."""
    return Statement("ALTER SYSTEM ADD SERVER {0} ZONE {1}".format(literal(server), literal(zone)))


def _server_list(servers):
    # type: (Iterable[str]) -> str
    return ", ".join(literal(server) for server in servers)


def start_servers(servers):
    # type: (Iterable[str]) -> Statement
    """Clear the stop of servers; a no-op on servers that are not stopped."""
    return Statement("ALTER SYSTEM START SERVER " + _server_list(servers))


def stop_servers(servers):
    # type: (Iterable[str]) -> Statement
    """Take servers of one zone out of service; only ``stop_time`` tells, ``status`` stays."""
    return Statement("ALTER SYSTEM STOP SERVER " + _server_list(servers))


def delete_servers(servers):
    # type: (Iterable[str]) -> Statement
    """Take servers out of the cluster; their units move away first."""
    return Statement("ALTER SYSTEM DELETE SERVER " + _server_list(servers))


def add_zone(zone, region, idc):
    # type: (str, str, str) -> Statement
    """Add a zone; it is INACTIVE until START ZONE."""
    options = _zone_options(region, idc)
    return Statement("ALTER SYSTEM ADD ZONE {0} {1}".format(literal(zone), options).rstrip())


def modify_zone(zone, region, idc):
    # type: (str, str, str) -> Statement
    """Set the region and/or IDC of a zone; empty ones are left alone."""
    return Statement("ALTER SYSTEM MODIFY ZONE {0} SET {1}".format(literal(zone), _zone_options(region, idc)))


def _zone_options(region, idc):
    # type: (str, str) -> str
    options = []  # type: List[str]
    if region:
        options.append("REGION = " + literal(region))
    if idc:
        options.append("IDC = " + literal(idc))
    return ", ".join(options)


def start_zone(zone):
    # type: (str) -> Statement
    """Make a zone ACTIVE."""
    return Statement("ALTER SYSTEM START ZONE " + literal(zone))


def stop_zone(zone):
    # type: (str) -> Statement
    """Make a zone INACTIVE: its servers are not asked for service."""
    return Statement("ALTER SYSTEM STOP ZONE " + literal(zone))


def delete_zone(zone):
    # type: (str) -> Statement
    """Remove an INACTIVE, empty zone."""
    return Statement("ALTER SYSTEM DELETE ZONE " + literal(zone))


def set_password(user, password):
    # type: (str, str) -> Statement
    """Set a user's password. The user is an identifier that was validated."""
    return Statement("ALTER USER {0} IDENTIFIED BY %s".format(literal(user)), (password,), True)


def create_user(user, password):
    # type: (str, str) -> Statement
    """Create a user who may connect from anywhere."""
    return Statement("CREATE USER IF NOT EXISTS {0} IDENTIFIED BY %s".format(literal(user)), (password,), True)


def drop_user(user):
    # type: (str) -> Statement
    """Drop a user."""
    return Statement("DROP USER {0}".format(literal(user)))


def grant(privileges, scope, user):
    # type: (Sequence[str], str, str) -> Statement
    """Grant privileges (``SELECT``) on a scope (``*.*``, ``oceanbase.*``)."""
    return Statement("GRANT {0} ON {1} TO {2}".format(", ".join(privileges), scope, literal(user)))


def revoke(privileges, scope, user):
    # type: (Sequence[str], str, str) -> Statement
    """Revoke privileges on a scope."""
    return Statement("REVOKE {0} ON {1} FROM {2}".format(", ".join(privileges), scope, literal(user)))


def set_primary_zone(tenant, primary_zone):
    # type: (str, str) -> Statement
    """Set a tenant's primary zone; RANDOM is a word, everything else is quoted."""
    value = "RANDOM" if primary_zone.upper() == "RANDOM" else literal(primary_zone)
    return Statement("ALTER TENANT {0} SET PRIMARY_ZONE = {1}".format(tenant, value))


def set_parameter(name, value, server="", zone="", tenant=""):
    # type: (str, str, str, str, str) -> Statement
    """Set a cluster's or a tenant's parameter, everywhere or on one server or zone."""
    sql = "ALTER SYSTEM SET {0} = %s".format(name)
    sql += " SERVER = " + literal(server) if server else " ZONE = " + literal(zone) if zone else ""
    sql += " TENANT = " + tenant if tenant else ""
    return Statement(sql, (value,))


def verify_add_cluster():
    # type: () -> Statement
    """Ask a primary cluster whether a standby cluster may be added; it changes nothing (enterprise manual, ALTER SYSTEM CLUSTER)."""
    return Statement("ALTER SYSTEM ADD CLUSTER VERIFY")


def add_cluster(name, cluster_id):
    # type: (str, int) -> Statement
    """Make a registered standby cluster one of this primary's; the name is a validated identifier."""
    return Statement("ALTER SYSTEM ADD CLUSTER {0} CLUSTER_ID = {1}".format(name, cluster_id))


def create_standby_tenant(name, source, pools, locality="", primary_zone=""):
    # type: (str, str, Sequence[str], str, str) -> Statement
    """Create a standby tenant (oceanbase-doc V4.3.3, 810.create-standby-tenant.md); the source holds a password."""
    options = ["RESOURCE_POOL_LIST = ({0})".format(", ".join(literal(pool) for pool in pools))]
    options += ["LOCALITY = " + literal(locality)] if locality else []
    options += ["PRIMARY_ZONE = " + ("RANDOM" if primary_zone.upper() == "RANDOM" else literal(primary_zone))] if primary_zone else []
    return Statement("CREATE STANDBY TENANT {0} LOG_RESTORE_SOURCE = %s {1}".format(name, ", ".join(options)), (source,), True)


def io_calibration():
    # type: () -> Statement
    """Have every server measure its disk (oceanbase-doc V4.3.3, 150.disk-performance-calibration-of-mysql-mode.md)."""
    return Statement('ALTER SYSTEM RUN JOB "io_calibration"')


def major_freeze(tenant=""):
    # type: (str) -> Statement
    """Trigger a major compaction; without a tenant (4.x) of the caller's own one."""
    return Statement("ALTER SYSTEM MAJOR FREEZE" + (" TENANT = " + tenant if tenant else ""))
