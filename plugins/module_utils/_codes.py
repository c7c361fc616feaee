# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What the server's return codes mean while a cluster is created, and what to do about them.

Names and numbers: oceanbase src/share/ob_errno.def. Internally a code is negative; on the wire it is the number, or MySQL's own one.
"""

from typing import NamedTuple, Optional


class Code(NamedTuple):
    """One return code."""

    code: int
    name: str
    meaning: str
    remedy: str


_REBUILD = (
    "A failed BOOTSTRAP cannot be repeated: the directories of these servers have to be emptied first. "
    "Setting oceanbase_rebuild_failed_bootstrap: true does that, for directories that bear this cluster's marker only."
)

CODES = (
    Code(1045, "ER_ACCESS_DENIED_ERROR", "user or password is wrong", "Check the password; before the bootstrap root has none."),
    Code(1064, "ER_PARSE_ERROR", "the server does not know this statement", "The statement does not fit this version of the server."),
    Code(1133, "ER_PASSWORD_NO_MATCH", "there is no such user", "Create the user first."),
    Code(1146, "ER_NO_SUCH_TABLE", "the table or view does not exist", "Check that the server is of the version that was asked for."),
    Code(1210, "ER_WRONG_ARGUMENTS", "a statement was given a wrong argument", "Compare the servers, ports and zones of the plan with those in use."),
    Code(1227, "ER_SPECIFIC_ACCESS_DENIED_ERROR", "the user lacks the privilege", "Log in as root of the sys tenant."),
    Code(
        1235, "ER_NOT_SUPPORTED_YET", "the server does not support this, or has less memory than a unit needs",
        "Where memory is named, raise memory_limit or lower __min_full_resource_pool_memory in startupParameters.",
    ),
    Code(
        4000, "OB_ERROR", "common error; at start: another process holds run/observer.pid",
        "See which observer runs from the same home directory.",
    ),
    Code(4002, "OB_INVALID_ARGUMENT", "a wrong argument", "Compare the flags and parameters of the server with the plan."),
    Code(
        4004, "OB_SERVER_LISTEN_ERROR", "a port cannot be listened to",
        "Free the SQL and RPC ports (ss -ltnp shows who has them) or choose others.",
    ),
    Code(
        4005, "OB_INIT_TWICE", "a server of the list has been bootstrapped already, or is not empty",
        _REBUILD,
    ),
    Code(
        4009, "OB_IO_ERROR", "a file of the data directory cannot be opened, read or written",
        "See that sstable and clog exist below the data directory, belong to the service user and that their disk is healthy.",
    ),
    Code(
        4012, "OB_TIMEOUT", "the time for the statement ran out, or a server could not be reached over its RPC port",
        "See that every server runs, that the RPC ports are right and that no firewall stands between the hosts.",
    ),
    Code(4013, "OB_ALLOCATE_MEMORY_FAILED", "out of memory", "Free memory on the host, or change memory_limit and system_memory."),
    Code(
        4015, "OB_ERR_SYS", "this server is not empty or has been bootstrapped already",
        _REBUILD,
    ),
    Code(
        4016, "OB_ERR_UNEXPECTED", "internal error; in a bootstrap of 3.x: no region holds two zones",
        "Give at least two zones the same region, or read the lines of the log above the error.",
    ),
    Code(4017, "OB_ENTRY_EXIST", "it exists already", "Nothing to do where it is the wanted one."),
    Code(4018, "OB_ENTRY_NOT_EXIST", "it does not exist", "Compare the names with those in the cluster."),
    Code(4023, "OB_EAGAIN", "the server is busy", "Try again."),
    Code(
        4027, "OB_FILE_NOT_EXIST", "a file does not exist",
        "Harmless for etc/io_resource.conf; otherwise see which file the log names.",
    ),
    Code(4066, "OB_DIR_NOT_EXIST", "a directory does not exist", "Make the directories again and see where their links lead."),
    Code(4121, "OB_RPC_SEND_ERROR", "a server could not be reached", "See that it runs and that its RPC port is open between all hosts."),
    Code(4122, "OB_RPC_POST_ERROR", "a server could not be reached", "See that it runs and that its RPC port is open between all hosts."),
    Code(
        4147, "OB_INVALID_CONFIG", "a start-up parameter has a bad value, or the configuration is missing",
        "Read the parameter's name in the log lines and correct startupParameters (memory_limit is at least 4G).",
    ),
    Code(4179, "OB_OP_NOT_ALLOW", "the operation is not allowed now", "The server's message names the reason."),
    Code(4184, "OB_SERVER_OUTOF_DISK_SPACE", "the disk is full", "Free space on the data disk or lower datafile_size."),
    Code(4217, "OB_MAJOR_FREEZE_NOT_ALLOW", "a major compaction is not allowed now", "Wait for the running one to end."),
    Code(4264, "OB_LOG_OUTOF_DISK_SPACE", "the log disk is full", "Free space on the log disk or raise log_disk_size."),
    Code(4265, "OB_RPC_CONNECT_ERROR", "a server could not be reached", "See that it runs and that its RPC port is open between all hosts."),
    Code(
        4290, "OB_ALLOCATE_DISK_SPACE_FAILED", "the data file cannot be allocated",
        "Free space on the data disk, or set a smaller datafile_size or datafile_disk_percentage in startupParameters.",
    ),
    Code(4337, "OB_STORE_DIR_ERROR", "the data directory has not the expected structure", "Make the directories again and see where their links lead."),
    Code(
        4365, "OB_ERR_NOT_VALID_PASSWORD", "the password does not satisfy validate_password_policy",
        "Choose a password that satisfies the policy, or change the policy.",
    ),
    Code(
        4368, "OB_OBCONFIG_CLUSTER_NOT_EXIST", "the configuration service does not know the cluster",
        "Register the cluster there, or correct obconfig_url.",
    ),
    Code(4375, "OB_DISK_ERROR", "the server met a disk error", "See the kernel's log and replace the disk."),
    Code(4392, "OB_DISK_HUNG", "a disk does not answer", "See the kernel's log and replace the disk."),
    Code(
        4403, "OB_IMPROPER_OS_PARAM", "the operating system's parameters do not fit",
        "Set the limits and kernel parameters that the log names (ulimit, fs.aio-max-nr, vm.max_map_count).",
    ),
    Code(4530, "OB_ZONE_INFO_NOT_EXIST", "the cluster has no such zone", "Add the zone first, or correct its name."),
    Code(
        4622, "OB_WAIT_ALL_RS_ONLINE_TIMEOUT", "not every server of the bootstrap came online in time",
        "See that every server was started with the zone that the plan gives it, and read its log.",
    ),
    Code(
        4624, "OB_MACHINE_RESOURCE_NOT_ENOUGH", "memory or CPU of the host are not enough",
        "Raise memory_limit, lower system_memory, or take a bigger host.",
    ),
    Code(4630, "OB_SERVER_NOT_IN_WHITE_LIST", "the cluster does not know this server", "Add the server, or correct its address and RPC port."),
    Code(
        4631, "OB_SERVER_ZONE_NOT_MATCH", "a server was started with another zone than the one given",
        "Stop the server, empty its directories, and start it with the zone of the plan.",
    ),
    Code(4633, "OB_ZONE_STATUS_NOT_MATCH", "the zone is not in the state that this needs", "See the zone's status in the cluster."),
    Code(4640, "OB_PARTITION_ZONE_DUPLICATED", "two servers of the bootstrap are in one zone", "Name one server of each zone."),
    Code(4643, "OB_PRIMARY_ZONE_NOT_IN_ZONE_LIST", "the primary zone names a zone that the tenant does not have", "Name zones of the cluster only."),
    Code(4655, "OB_ZONE_NOT_ACTIVE", "the zone is not active", "Start the zone first."),
    Code(
        4660, "OB_STOP_SERVER_IN_MULTIPLE_ZONES", "servers of another zone are stopped already",
        "Start those first: only one zone may be stopped at a time.",
    ),
    Code(
        4666, "OB_CLUSTER_NO_MATCH", "the cluster has another name",
        "This server belongs to another cluster; compare name and address with the plan.",
    ),
    Code(4700, "OB_CLUSTER_ID_NO_MATCH", "the cluster has another id", "Compare obClusterId with the cluster's cluster_id."),
    Code(4744, "", "a merge is running, a new one was not started", "Wait for it to end."),
    Code(5099, "OB_ERR_SYS_CONFIG_UNKNOWN", "the server has no such parameter", "Correct the parameter's name for this version."),
    Code(8001, "OB_SERVER_IS_INIT", "the server is still initializing", "Wait; if it lasts, read log/observer.log."),
    Code(
        9564, "OB_UTL_FILE_ACCESS_DENIED", "the server is started by another user than the one that owns its etc directory",
        "Start it as the owner of etc, or give the home directory to the service user.",
    ),
)
_BY_CODE = dict((row.code, row) for row in CODES)


def find_code(code):
    # type: (int) -> Optional[Code]
    """Return what is known of a code, with or without its minus sign."""
    return _BY_CODE.get(abs(code))


def explain(code):
    # type: (int) -> str
    """Return one sentence about a code; "" where nothing is known of it."""
    row = find_code(code)
    return "{0} {1}: {2}".format(row.code, row.name, row.meaning) if row else ""


# What a server that fails to start returns; an exit status is the low byte of the negative code.
_AT_START = (4000, 4147, 9564, 4009, 4004, 4013, 4290, 4184, 4264, 4624, 4337, 4002, 4016, 4015)


def code_of_exit(status):
    # type: (int) -> Optional[int]
    """Return the code behind an observer's exit status (96 is -4000, 205 is -4147); None where none fits."""
    for code in _AT_START:
        if -code & 0xFF == status:
            return code
    return None
