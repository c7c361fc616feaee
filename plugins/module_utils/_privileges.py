# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Users and what they may do: read from SHOW GRANTS, compared with what is asked, never more than that."""

import re
from typing import Dict, FrozenSet, List, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils import _statements as sql
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

ALL = "ALL PRIVILEGES"
OPTION = "GRANT OPTION"

# oceanbase v4.2.1_CE_BP6 src/sql/parser/sql_parser_mysql_mode.y, priv_type; 3.1.5 knows all but the last five.
PRIVILEGES = (
    ALL, "ALTER", "CREATE", "CREATE USER", "DELETE", "DROP", OPTION, "INSERT", "UPDATE", "SELECT", "INDEX", "CREATE VIEW", "SHOW VIEW", "SHOW DATABASES",
    "SUPER", "PROCESS", "FILE", "ALTER TENANT", "ALTER SYSTEM", "CREATE RESOURCE POOL", "CREATE RESOURCE UNIT",
    "REPLICATION SLAVE", "REPLICATION CLIENT", "CREATE DATABASE LINK", "DROP DATABASE LINK",
)

_USER = re.compile(r"^[A-Za-z_][A-Za-z0-9_.$-]{0,63}$")
_SCOPE = re.compile(r"^(?:\*\.\*|[A-Za-z_][A-Za-z0-9_$]*\.(?:\*|[A-Za-z_][A-Za-z0-9_$]*))$")
_GRANT = re.compile(r"^GRANT (?P<privileges>.+?) ON (?P<scope>.+?) TO (?P<user>.+?)(?P<option> WITH GRANT OPTION)?$", re.IGNORECASE)

Grants = Dict[str, FrozenSet[str]]  # scope -> privileges


class WantedUser(NamedTuple):
    """A user as asked for."""

    name: str
    password: Optional[str]
    privileges: FrozenSet[str]
    scope: str
    present: bool
    keep_password: bool  # of a user that exists
    more: Tuple[str, ...] = ()  # further scopes of the same privileges

    @property
    def scopes(self):
        # type: () -> Tuple[str, ...]
        """All of them."""
        return (self.scope,) + self.more


class ActualUser(NamedTuple):
    """A user as found."""

    exists: bool = False
    password_works: bool = False
    grants: Grants = {}


def normal_privilege(text):
    # type: (str) -> str
    """Return a privilege as SHOW GRANTS writes it."""
    word = " ".join(text.upper().split())
    return ALL if word in ("ALL", ALL) else word


def normal_scope(text):
    # type: (str) -> str
    """Return a scope without the quotes that SHOW GRANTS puts around names."""
    scope = text.strip().replace("`", "")
    return "*.*" if scope == "*" else scope


def faults_of(user):
    # type: (WantedUser) -> List[str]
    """Return why a user as asked for cannot be made."""
    faults = []
    if not _USER.match(user.name):
        faults.append("{0!r} is not a user name (a letter first, then letters, digits, _ . $ -)".format(user.name))
    if not user.present:
        return faults
    if not user.password:
        faults.append("user {0} has no password".format(user.name))
    unknown = sorted(privilege for privilege in user.privileges if privilege not in PRIVILEGES)
    if unknown:
        faults.append("user {0}: unknown privileges {1}".format(user.name, ", ".join(unknown)))
    for scope in user.scopes:
        if not _SCOPE.match(scope):
            faults.append("user {0}: {1!r} is no scope such as *.* or oceanbase.*".format(user.name, scope))
    return faults


def parse_grants(lines):
    # type: (Sequence[str]) -> Grants
    """Read the lines of SHOW GRANTS; USAGE is no privilege."""
    grants = {}  # type: Dict[str, FrozenSet[str]]
    for line in lines:
        match = _GRANT.match(line.strip())
        if not match:
            # A role, or a form of a later version: to overlook it would be to overlook rights.
            raise ObError("Cannot read the grants of a user", "the server wrote {0!r}".format(line), "Grant and revoke by hand, or report this line.")
        found = set(normal_privilege(word) for word in re.split(r",\s*(?![^(]*\))", match.group("privileges")))
        if match.group("option"):
            found.add(OPTION)
        scope = normal_scope(match.group("scope"))
        grants[scope] = grants.get(scope, frozenset()) | (found - {"USAGE"})
    return {scope: privileges for scope, privileges in grants.items() if privileges}


def plan_user(wanted, actual):
    # type: (WantedUser, ActualUser) -> List[Change]
    """Return the steps to one user as asked for."""
    name = wanted.name
    if not wanted.present:
        if not actual.exists:
            return []
        return [Change("drop user {0}".format(name), sql.drop_user(name), before=("user {0}".format(name),) + grant_lines(name, actual.grants))]
    changes = []
    if not actual.exists:
        changes.append(Change("create user {0}".format(name), sql.create_user(name, wanted.password or ""), after=("user {0}".format(name),)))
    elif not actual.password_works and not wanted.keep_password:
        changes.append(Change(
            "set the password of user {0}".format(name), sql.set_password(name, wanted.password or ""),
            before=("user {0} with another password".format(name),), after=("user {0} with the password given".format(name),)))
    # The server may show the names of tables and views in another case than they were written in.
    scopes = set(scope.lower() for scope in wanted.scopes)
    for scope in sorted(actual.grants):
        extra = _extra(actual.grants[scope], wanted.privileges if scope.lower() in scopes else frozenset())
        # GRANT OPTION cannot be named beside ALL in a REVOKE.
        for group in [[one] for one in extra if one in (ALL, OPTION)] + [[one for one in extra if one not in (ALL, OPTION)]]:
            if group:
                changes.append(Change(
                    "revoke {0} from user {1}".format(", ".join(group), name), sql.revoke(group, scope, name), before=_lines(name, scope, group)))
    seen = {scope.lower(): privileges for scope, privileges in actual.grants.items()}
    for scope in wanted.scopes:
        held = seen.get(scope.lower(), frozenset())
        held = held if ALL not in held or ALL in wanted.privileges else frozenset()
        missing = sorted(wanted.privileges - held)
        if missing:
            changes.append(Change(
                "grant {0} to user {1}".format(", ".join(missing), name), sql.grant(missing, scope, name), after=_lines(name, scope, missing)))
    return changes


def _extra(held, wanted):
    # type: (FrozenSet[str], FrozenSet[str]) -> List[str]
    # ALL holds every other privilege but GRANT OPTION.
    return sorted((held & {OPTION} if ALL in wanted else held) - wanted)


def grant_lines(name, grants):
    # type: (str, Grants) -> Tuple[str, ...]
    """Return a line for each scope."""
    return tuple(line for scope in sorted(grants) for line in _lines(name, scope, sorted(grants[scope])))


def _lines(name, scope, privileges):
    # type: (str, str, Sequence[str]) -> Tuple[str, ...]
    return ("{0} may {1} on {2}".format(name, ", ".join(privileges), scope),)
