# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the releases of the server, as data."""

from typing import FrozenSet, NamedTuple, Tuple

Version = Tuple[int, ...]


class Generation(NamedTuple):
    """The behaviour of a range of releases."""

    since: Version
    catalog: str                          # which set of catalogs: v3 has lower-case status and compactions by version, v4 has SCNs
    local_ip: bool                        # knows -I
    sigterm_graceful: bool                # otherwise SIGTERM turns itself into SIGKILL
    sigusr1_graceful: bool
    zone_required: bool                   # an empty zone is refused
    audit_dir: bool
    trace_log: bool
    check_owner: bool                     # etc must belong to the starting user
    diagnostic_log: bool                  # EDIAG and WDIAG lines with [errcode=]
    required_dirs: Tuple[str, ...]        # below the data directory, at start
    made_dirs: Tuple[str, ...]            # below the data directory, made when missing
    emptiness: Tuple[str, ...]            # below the data directory: whoever has files there cannot be bootstrapped
    member_dir: str                       # below the data directory: where a member remembers its cluster
    sockets: Tuple[str, ...]              # for SQL, and for requests where there is one
    sql_port: int
    rpc_port: int
    minimum_memory: int
    memory_below_minimum: int             # the code
    persists_with_server_id: bool         # otherwise after the bootstrap only
    mode_label: str                       # how -m is echoed
    missing_columns: FrozenSet[str]       # "catalog.column" that this release does not have yet
    extra_columns: FrozenSet[str]         # "catalog.column" that only this release and later ones have
    log_level: str
    late_zone_mismatch: bool              # a server of another zone is noticed when it does not come online (4622), not when it is asked (4631)
    region_of_two_zones: bool             # a bootstrap of several zones wants a region that holds two of them (4016)

    @property
    def old(self) -> bool:
        """Tell whether this is before 4.0."""
        return self.catalog == "v3"


V40 = Generation(
    since=(4, 0), catalog="v4", local_ip=False, sigterm_graceful=True, sigusr1_graceful=False, zone_required=True, audit_dir=True,
    trace_log=True, check_owner=True, diagnostic_log=False, required_dirs=("clog", "sstable"), made_dirs=("slog",),
    emptiness=("clog/tenant_1",), member_dir="clog/tenant_1",
    sockets=("run/mysql.sock", "run/rpc.sock"), sql_port=2881, rpc_port=2882, minimum_memory=4 << 30, memory_below_minimum=-4147,
    persists_with_server_id=True, mode_label="server startup mode",
    missing_columns=frozenset({
        "__all_server.last_offline_time", "DBA_OB_SERVERS.LAST_OFFLINE_TIME", "DBA_OB_TENANTS.TENANT_ROLE", "DBA_OB_TENANTS.SWITCHOVER_STATUS",
        "DBA_OB_TENANTS.SWITCHOVER_EPOCH", "DBA_OB_TENANTS.SYNC_SCN", "DBA_OB_TENANTS.REPLAYABLE_SCN", "DBA_OB_TENANTS.READABLE_SCN",
        "DBA_OB_TENANTS.RECOVERY_UNTIL_SCN", "DBA_OB_TENANTS.LOG_MODE", "DBA_OB_TENANTS.ARBITRATION_SERVICE_STATUS", "DBA_OB_TENANTS.UNIT_NUM",
        "DBA_OB_TENANTS.COMPATIBLE", "DBA_OB_TENANTS.MAX_LS_ID"}),
    extra_columns=frozenset(), log_level="INFO", late_zone_mismatch=False, region_of_two_zones=False)
# 2.2 has no public source: it behaves as 3.1 does, which is the open sibling of its line.
V22 = V40._replace(
    since=(2, 2), catalog="v3", zone_required=False, audit_dir=False, trace_log=False, check_owner=False, required_dirs=("sstable",), made_dirs=(),
    emptiness=("clog", "ilog"), member_dir="clog", sockets=("run/mysql.sock",), sql_port=2880, rpc_port=2500, minimum_memory=8 << 30,
    memory_below_minimum=-4624, persists_with_server_id=False, mode_label="server mode", missing_columns=frozenset(), late_zone_mismatch=True,
    region_of_two_zones=True)
V311 = V22._replace(since=(3, 1, 1), minimum_memory=4 << 30)
V42 = V40._replace(since=(4, 2), local_ip=True, diagnostic_log=True, sockets=("run/sql.sock", "run/rpc.sock"), missing_columns=frozenset(),
                   log_level="WDIAG")
V421 = V42._replace(since=(4, 2, 1), sigterm_graceful=False)
V421_BP6 = V421._replace(since=(4, 2, 1, 6), sigusr1_graceful=True)
V43 = V421_BP6._replace(since=(4, 3), extra_columns=frozenset({"GV$OB_PARAMETERS.DEFAULT_VALUE", "GV$OB_PARAMETERS.ISDEFAULT"}))
GENERATIONS = (V22, V311, V40, V42, V421, V421_BP6, V43)


def dialect_of(generation: Generation, name: str) -> str:
    """Name the grammar of a package: v4, v3, or v3e, that of the enterprise edition with its standby clusters."""
    return "v3e" if generation.old and not name.endswith("-ce") else generation.catalog


def version_key(text: str) -> Version:
    """Make a version comparable."""
    return tuple(int(part) for part in text.split("."))


def generation_of(version: str) -> Generation:
    """Find the behaviour of a release."""
    key = version_key(version)
    found = [one for one in GENERATIONS if one.since <= key]
    if not found:
        raise ValueError("no generation of the stand-in covers release %s" % version)
    return found[-1]
