# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What differs between the generations of the server, as data. Adding a generation is adding a row here and a reader in _catalog."""

from typing import NamedTuple, Optional, Tuple

Version = Tuple[int, ...]


class Generation(NamedTuple):
    """A range of versions that behave alike."""

    key: str  # "2.2", "3.x", "4.x"; several rows may share one
    first: Version  # first version that belongs to it
    before: Version  # first version that no longer does
    data_dirs: Tuple[str, ...]  # below <data disk>/<cluster>, linked into the data directory
    log_dirs: Tuple[str, ...]  # below <log disk>/<cluster>, linked into the data directory
    additional_config_dirs: Tuple[Tuple[str, str], ...]  # (disk, directory) named by config_additional_dir
    emptiness: Tuple[str, ...]  # what must be empty (or absent) below the data directory of a server that may still be bootstrapped
    minimum_memory: int  # bytes; least memory_limit that the server accepts
    config_kept_before_bootstrap: bool  # whether etc/observer.config.bin may exist before BOOTSTRAP
    local_ip: bool  # whether the server takes -I ip
    graceful_signal: str  # the signal that stops a server gracefully
    catalog: str  # which set of catalogs: "3" (__all_server, lower case, zero times) or "4" (DBA_OB_SERVERS, upper case, NULL times)
    standby: str  # "cluster" = BOOTSTRAP CLUSTER STANDBY, "tenant" = CREATE STANDBY TENANT, "" = none is known
    region_of_two_zones: bool  # whether BOOTSTRAP of several zones wants a region that holds two of them (4016 otherwise)
    io_bench_version: str  # line that etc/io_resource.conf begins with, "" = none
    io_bench_size: bool  # whether ob_admin io_bench takes -f size
    io_calibration: bool  # whether there is ALTER SYSTEM RUN JOB "io_calibration"
    unknown_parameters: Tuple[str, ...]  # well-known parameters that these versions do not have; the server ignores them with a warning


GIB = 1024 ** 3

# Ports: 2880 and 2500 are the defaults before 4.0, 2881 and 2882 from there on (ob_parameter_seed.ipp at v3.1.5_CE, v4.0.0_CE); -p and -P are
# always given here, so that no default counts.

# 2.2 has no public source: layout of the official enterprise 3.2.4 procedure, same lineage (exact set for 2.2 UNCONFIRMED).
# Memory as oceanbase v3.1.0_CE_BP1 src/share/parameter/ob_parameter_seed.ipp (UNCONFIRMED for 2.2); signal: the 2.2 manual says kill -15.
# Configuration: kept once __all_sys_parameter can be read, that is after BOOTSTRAP (v3.1.5_CE src/share/config/ob_config_manager.cpp).
# Emptiness: v3.1.5_CE src/observer/ob_service.cpp check_server_empty. Regions: v3.1.5_CE src/rootserver/ob_bootstrap.cpp:470-476.
# io_bench: enterprise 3.2.4 procedure; format: v3.1.5_CE deps/oblib/src/lib/io/ob_io_benchmark.cpp.
# Standby: manual of the enterprise edition, ALTER SYSTEM BOOTSTRAP; the resolver is in v3.1.5_CE src/sql/resolver/cmd/ob_bootstrap_resolver.cpp.
_V22 = Generation(
    "2.2", (2, 2), (3, 0), ("etc3", "sort_dir", "sstable"), ("clog", "etc2", "ilog", "slog", "oob_clog"),
    (("data", "etc3"), ("log", "etc2")), ("clog", "ilog"), 8 * GIB, False, False, "SIGTERM", "3", "cluster", True, "version 1", False, False,
    ("local_ip", "log_disk_size", "log_disk_percentage", "datafile_maxsize", "datafile_next", "ob_startup_mode"),
)
# 3.x: the same procedure; the community edition needs clog, ilog, slog and sstable of it and leaves the rest alone
# (oceanbase v3.1.5_CE src/storage/ob_file_system_router.cpp). memory_limit >= 8G in 3.1.0.
_V30 = _V22._replace(key="3.x", first=(3, 0), before=(3, 1, 1))
# memory_limit >= 4G in 3.1.5 (ob_parameter_seed.ipp); 3.1.1 to 3.1.4 and the enterprise 3.2 UNCONFIRMED.
_V311 = _V30._replace(first=(3, 1, 1), before=(3, 1, 5), minimum_memory=4 * GIB)
# datafile_maxsize, datafile_next and log_disk_size are in 3.1.5 (ob_parameter_seed.ipp); where they came in before is UNCONFIRMED.
_V315 = _V311._replace(first=(3, 1, 5), before=(4, 0), unknown_parameters=("local_ip", "log_disk_percentage", "ob_startup_mode"))
# 4.x: oceanbase-doc V4.2.1 and V4.3.3, 400.deploy/.../400.deploy-three-oceanbase-replica-clusters.md; slog has moved to the data disk.
# A bootstrapped server has clog/tenant_1 (obdeploy plugins/oceanbase/4.0.0.0/start_pre.py looks at the same place).
# -4016 of a bootstrap without a region of two zones is gone; ob_admin io_bench takes -f and writes no version line, and the server does not
# read the result (v4.2.1_CE_BP6 tools/ob_admin); instead there is the job io_calibration. No standby tenants before 4.2 (obdeploy, OCP).
_V40 = Generation(
    "4.x", (4, 0), (4, 2), ("etc3", "sstable", "slog"), ("clog", "etc2"),
    (("data", "etc3"), ("log", "etc2")), ("clog/tenant_1",), 4 * GIB, False, False, "SIGTERM", "4", "", False, "", True, True,
    ("local_ip", "clog_disk_usage_limit_percentage", "enable_merge_by_turn", "enable_auto_leader_switch", "datafile_maxsize", "datafile_next",
     "ob_startup_mode"),
)
# -I: src/observer/main.cpp, absent in 3.1.5, 4.0.0 and 4.1.0, present from 4.2.0.
_V42 = _V40._replace(
    first=(4, 2), before=(4, 2, 1), local_ip=True, standby="tenant",
    unknown_parameters=("clog_disk_usage_limit_percentage", "enable_merge_by_turn", "enable_auto_leader_switch"))
# Signals: src/observer/ob_signal_handle.cpp at v3.1.5, v4.0.0, v4.2.0, v4.2.1_CE, v4.2.1_CE_BP6, v4.3.1. 4.2.1_CE, 4.2.1_CE_BP1 and 4.2.2_CE
# turn SIGTERM into SIGKILL in RPM builds, v4.2.1_CE_BP6 and v4.3.1 always do and take SIGUSR1 instead; between those tags the first version
# with SIGUSR1 is not known, and an unhandled SIGUSR1 ends the process just as well.
_V421 = _V42._replace(first=(4, 2, 1), before=(5, 0), graceful_signal="SIGUSR1")

GENERATIONS = (_V22, _V30, _V311, _V315, _V40, _V42, _V421)
KEYS = tuple(dict.fromkeys(generation.key for generation in GENERATIONS))


def generation_of(version):
    # type: (Version) -> Optional[Generation]
    """Return the generation of a version; None where the collection does not know it."""
    for generation in GENERATIONS:
        if generation.first <= version < generation.before:
            return generation
    return None


def has_local_ip(version):
    # type: (Version) -> bool
    """Whether the server takes ``-I ip``."""
    generation = generation_of(version)
    return generation.local_ip if generation else version >= GENERATIONS[-1].before


def has_io_bench(version, community):
    # type: (Version, bool) -> bool
    """Whether ob_admin measures disks: that of the community edition of 3.x does not (v3.1.5_CE tools/ob_admin)."""
    return not (community and version < (4, 0))


def has_standby_clusters(version, community):
    # type: (Version, bool) -> bool
    """Whether there are standby clusters: the grammar of the community edition of 3.x cannot say so (v3.1.5_CE sql_parser_mysql_mode.y)."""
    generation = generation_of(version)
    return generation is not None and generation.standby == "cluster" and not community


def graceful_signal(version):
    # type: (Version) -> str
    """The signal that stops a server gracefully."""
    generation = generation_of(version)
    return generation.graceful_signal if generation else GENERATIONS[0 if version < GENERATIONS[0].first else -1].graceful_signal
