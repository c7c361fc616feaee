# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What differs between the generations of the server, as data. Adding a generation is adding a row here and a reader in _catalog."""

from typing import NamedTuple, Optional, Tuple

Version = Tuple[int, ...]


class Generation(NamedTuple):
    """One generation of the server."""

    key: str  # "2.2", "3.x", "4.x"
    first: Version  # first version that belongs to it
    before: Version  # first version that no longer does
    data_dirs: Tuple[str, ...]  # below <data disk>/<cluster>, linked into the data directory
    log_dirs: Tuple[str, ...]  # below <log disk>/<cluster>, linked into the data directory
    additional_config_dirs: Tuple[Tuple[str, str], ...]  # (disk, directory) named by config_additional_dir
    emptiness: Tuple[str, ...]  # what must be empty (or absent) below the data directory of a server that may still be bootstrapped
    minimum_memory: int  # bytes; least memory_limit that the server accepts
    config_kept_before_bootstrap: bool  # whether etc/observer.config.bin may exist before BOOTSTRAP
    catalog: str  # which set of catalogs: "3" (__all_server, lower case, zero times) or "4" (DBA_OB_SERVERS, upper case, NULL times)
    standby: str  # "cluster" = BOOTSTRAP CLUSTER STANDBY, "tenant" = CREATE STANDBY TENANT


GIB = 1024 ** 3

GENERATIONS = (
    # 2.2 has no public source: layout of the official enterprise 3.2.4 procedure, same lineage (exact set for 2.2 UNCONFIRMED);
    # memory as oceanbase v3.1.0_CE_BP1 src/share/parameter/ob_parameter_seed.ipp (UNCONFIRMED for 2.2).
    Generation(
        "2.2", (2, 2), (3, 0), ("etc3", "sort_dir", "sstable"), ("clog", "etc2", "ilog", "slog", "oob_clog"),
        (("data", "etc3"), ("log", "etc2")), ("clog", "ilog"), 8 * GIB, False, "3", "cluster",
    ),
    # 3.x: the same procedure; the community edition needs clog, ilog, slog and sstable of it and leaves the rest alone
    # (oceanbase v3.1.5_CE src/storage/ob_file_system_router.cpp; emptiness: src/observer/ob_service.cpp check_server_empty).
    # memory_limit >= 8G in 3.1.0, 4G in 3.1.5 (ob_parameter_seed.ipp at each tag).
    Generation(
        "3.x", (3, 0), (4, 0), ("etc3", "sort_dir", "sstable"), ("clog", "etc2", "ilog", "slog", "oob_clog"),
        (("data", "etc3"), ("log", "etc2")), ("clog", "ilog"), 4 * GIB, False, "3", "cluster",
    ),
    # 4.x: oceanbase-doc V4.2.1 and V4.3.3, 400.deploy/.../400.deploy-three-oceanbase-replica-clusters.md; slog has moved to the data disk.
    # A bootstrapped server has clog/tenant_1 (obdeploy plugins/oceanbase/4.0.0.0/start_pre.py looks at the same place).
    Generation(
        "4.x", (4, 0), (5, 0), ("etc3", "sstable", "slog"), ("clog", "etc2"),
        (("data", "etc3"), ("log", "etc2")), ("clog/tenant_1",), 4 * GIB, False, "4", "tenant",
    ),
)


def generation_of(version):
    # type: (Version) -> Optional[Generation]
    """Return the generation of a version; None where the collection does not know it."""
    for generation in GENERATIONS:
        if generation.first <= version < generation.before:
            return generation
    return None


def has_local_ip(version):
    # type: (Version) -> bool
    """Whether the server takes ``-I ip`` (src/observer/main.cpp: absent in 3.1.5, 4.0.0 and 4.1.0, present from 4.2.0)."""
    return version >= (4, 2)


def graceful_signal(version):
    # type: (Version) -> str
    """The signal that stops a server gracefully (src/observer/ob_signal_handle.cpp at v3.1.5, v4.0.0, v4.2.0, v4.2.1_CE, v4.2.1_CE_BP6, v4.3.1).

    4.2.1_CE, 4.2.1_CE_BP1 and 4.2.2_CE turn SIGTERM into SIGKILL in RPM builds, v4.2.1_CE_BP6 and v4.3.1 always do and take SIGUSR1
    instead; between those tags the first version with SIGUSR1 is not known, and an unhandled SIGUSR1 ends the process just as well.
    """
    return "SIGUSR1" if version >= (4, 2, 1) else "SIGTERM"
