# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The server's errors: internal code, number on the wire, SQLSTATE and text."""

from typing import Dict, Tuple

# name: (internal code, errno, SQLSTATE, text)
TABLE: Dict[str, Tuple[int, int, str, str]] = {
    "invalid_argument": (-4002, 1210, "HY000", "Invalid argument"),
    "init_twice": (-4005, 4005, "HY000", "The object is initialized twice"),
    "not_supported": (-4007, 1235, "0A000", "{0} not supported"),
    "timeout": (-4012, 4012, "HY000", "Timeout, query has reached the maximum query timeout: {0}(us), maybe you can adjust the session variable"
                " ob_query_timeout or query_timeout hint, and try again."),
    "system_error": (-4015, 4015, "HY000", "System error"),
    "entry_exist": (-4017, 4017, "HY000", "Entry already exist"),
    "password_wrong": (-4043, 1045, "42000", "Access denied for user '{0}'@'xxx.xxx.xxx.xxx' (using password: {1})"),
    "invalid_config": (-4147, 4147, "HY000", "Invalid config"),
    "not_allowed": (-4179, 4179, "HY000", "{0} not allowed"),
    "freeze_not_allowed": (-4217, 4217, "HY000", "Major freeze not allowed now"),
    "zone_not_exist": (-4530, 4530, "HY000", "Zone info '{0}' not exist"),
    "server_not_deleting": (-4629, 4629, "HY000", "server is not in deleting status"),
    "server_already_deleted": (-4628, 4628, "HY000", "server has already been deleted"),
    "server_unknown": (-4630, 4630, "HY000", "server not in server white list"),
    "zone_mismatch": (-4631, 4631, "HY000", "server zone not match"),
    "zone_status": (-4633, 4633, "HY000", "zone status not match"),
    "zone_duplicated": (-4640, 4640, "HY000", "The chosen partition servers belong to same zone."),
    "primary_zone_unknown": (-4643, 4643, "HY000", "primary zone '{0}' not in zone list {1}"),
    "zone_not_active": (-4655, 4655, "HY000", "zone not active"),
    "multiple_zones": (-4660, 4660, "HY000", "cannot stop server or stop zone in multiple zones"),
    "cluster_mismatch": (-4666, 4666, "HY000", "cluster name does not match to '{0}'"),
    "zone_not_empty": (-4668, 4668, "HY000", "The zone is not empty and can not be deleted. You should delete the servers of the zone."
                       " There are {0} servers alive and {1} not alive."),
    "wrong_arguments": (-4002, 1210, "HY000", "Incorrect arguments to {0}"),
    "syntax": (-5001, 1064, "42000", "You have an error in your SQL syntax; check the manual that corresponds to your OceanBase version for the"
               " right syntax to use near '{0}' at line {1}"),
    "tenant_unknown": (-5157, 5157, "HY000", "Unknown tenant '{0}'"),
    "config_unknown": (-5099, 5099, "42000", "System config unknown"),
    "no_privilege": (-5036, 1227, "42501", "Access denied; you need (at least one of) the ALTER SYSTEM privilege(s) for this operation"),
    "initializing": (-8001, 8001, "08004", "Server is initializing"),
    "stopping": (-8002, 8002, "08004", "Server is stopping"),
}


class ServerError(Exception):
    """A statement, login or request that the server refuses."""

    def __init__(self, code: int, errno: int, state: str, text: str) -> None:
        super().__init__(text)
        self.code, self.errno, self.state, self.text = code, errno, state, text

    def as_reply(self) -> Dict[str, object]:
        """Shape the error for a reply between processes."""
        return {"error": [self.code, self.errno, self.state, self.text]}


def error(name: str, *arguments: object) -> ServerError:
    """Make one of the known errors."""
    code, errno, state, text = TABLE[name]
    return ServerError(code, errno, state, text.format(*arguments))
