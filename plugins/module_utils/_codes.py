# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What the error numbers of the server mean, and what to do. On the wire they are positive, in its log negative.

Numbers and texts: oceanbase v3.1.5_CE and v4.2.1_CE_BP6, src/share/ob_errno.def; causes as the code that returns them.
"""

from typing import NamedTuple


class Code(NamedTuple):
    """One number of the server."""

    number: int
    meaning: str  # "" = not known here
    remedy: str  # a sentence, or ""


_REBUILD = (
    "A failed BOOTSTRAP cannot be repeated: the directories of these servers have to be emptied first. "
    "Setting oceanbase_rebuild_failed_bootstrap: true does that, for directories that bear this cluster's marker only."
)

_CODES = (
    Code(1064, "the server does not know this syntax", "Check that the server is of the version that was asked for."),
    Code(1133, "there is no such user", ""),
    Code(1146, "the table or view does not exist", "Check that the server is of the version that was asked for."),
    Code(1210, "wrong arguments", ""),
    Code(1227, "the user lacks the privilege", "Log in as root of the sys tenant."),
    Code(1235, "the server does not support this here", ""),
    Code(4000, "internal error of the server", "See log/observer.log of the server at that time."),
    Code(4002, "invalid argument", ""),
    Code(4004, "the server could not listen on its SQL or RPC port", "Another process holds the port: stop it or choose other ports."),
    Code(4005, "one of the listed servers is not empty, or is part of a cluster already", _REBUILD),
    Code(4009, "the server could not read or write its disk", "Check the data directory, its owner and the disk's free space."),
    Code(4012, "the operation timed out inside the cluster: a server is down, its RPC port is another one, or a firewall drops its packets",
         "Check that every server listens on its RPC port and that every host reaches every other one there, with clocks less than 50 ms apart."),
    Code(4015, "system error; after BOOTSTRAP: this server is not empty, or was bootstrapped before", _REBUILD),
    Code(4016, "unexpected state; after BOOTSTRAP: no region holds two of the zones (3.x only)", "Put at least two zones into one region."),
    Code(4017, "the server or zone is known already", ""),
    Code(4018, "there is no such entry", ""),
    Code(4023, "the server is busy, try again", "Try again."),
    Code(4121, "a packet could not be sent", "Check the network between the servers."),
    Code(4122, "a connection could not be made", "Check the network between the servers and their RPC ports."),
    Code(4147, "a parameter is unknown to this version or its value is out of range", "Check the start-up parameters; the server's log names the parameter."),
    Code(4179, "the operation is not allowed now", ""),
    Code(4184, "no space left on the disk", "Free space on the data disk and the log disk."),
    Code(4217, "a major freeze is not allowed now: merging is behind, switched off, or this is a standby", "Wait for the merge to end, or set enable_major_freeze."),
    Code(4265, "the RPC port of a server could not be connected", "Check that every server listens on its RPC port."),
    Code(4290, "the disk is too small", "Give the data and log directories more space, or set datafile_size and log_disk_size lower."),
    Code(4365, "the password does not satisfy validate_password_policy", "Choose a password that satisfies the policy, or change the policy."),
    Code(4368, "the configuration service does not know the cluster", "Register the cluster there, or correct obconfig_url."),
    Code(4530, "there is no such zone", "Add the zone first."),
    Code(4608, "the tenant's resources do not suffice", ""),
    Code(4622, "the listed servers did not come on line in time; most often a server runs with another zone name than the one that was listed",
         "Compare the zone of each server's command line with the zones of the request."),
    Code(4624, "the machine has less memory than the server wants", "Set memory_limit to no more than the machine has, and to no less than the version's minimum."),
    Code(4630, "the server is not a member of this cluster", "Add the server first."),
    Code(4631, "a server runs with another zone name than the one given here", "Compare the zone of the server's command line with the request."),
    Code(4633, "the zone is not in a state that allows this", ""),
    Code(4640, "two of the listed servers belong to one zone", "List one server a zone; the others are added afterwards."),
    Code(4643, "the primary zone names a zone in which the tenant has no replica", "Name zones of the tenant's zone list only."),
    Code(4655, "the zone of the server is not active", "Start the zone first."),
    Code(4660, "servers or zones of more than one zone would be stopped at once", "Start what is stopped in the other zone first, then repeat."),
    Code(4666, "the server belongs to a cluster of another name", "Check the address and the cluster's name."),
    Code(4744, "a merge is running, a new one was not started", "Wait for it to end."),
    Code(5099, "the server has no parameter of that name", "Check the spelling, and the version of the server."),
    Code(8001, "the server is initializing", "Wait until it has been bootstrapped or has joined its cluster."),
)

_BY_NUMBER = {code.number: code for code in _CODES}


def explain(number):
    # type: (int) -> Code
    """Return what a number means; its sign does not matter. An unknown one has an empty meaning."""
    number = abs(number)
    return _BY_NUMBER.get(number, Code(number, "", ""))
