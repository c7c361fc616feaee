# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Steps of SQL: what is planned is what is sent, returned and shown as the diff."""

from typing import Any, Dict, Iterable, List, NamedTuple, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._codes import find_code
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Statement


class Change(NamedTuple):
    """One statement, and what it does to the lines that describe the object."""

    what: str  # follows "Cannot": "add server 192.0.2.3:2882 to zone2"
    statement: Statement
    before: Tuple[str, ...] = ()
    after: Tuple[str, ...] = ()
    hints: Tuple[Tuple[str, str], ...] = ()  # (words of a refusal, what to do then), where the error number alone does not say it


def apply_changes(session, changes):
    # type: (Session, Iterable[Change]) -> None
    """Send every statement, in order; the first that is refused ends it."""
    for change in changes:
        try:
            session.execute(change.statement)
        except SqlError as error:
            failure = refused(change, error)
        else:
            continue
        raise failure


def refused(change, error, remedy=""):
    # type: (Change, SqlError, str) -> ObError
    """Explain why a statement was not done."""
    hint = next((hint for words, hint in change.hints if words in error.text.lower()), "")
    remedy = remedy or hint
    return failed("Cannot " + change.what, error, remedy, statement=change.statement.shown())


def failed(what, error, remedy="", **details):
    # type: (str, SqlError, str, Any) -> ObError
    """Explain the server's refusal: its number, its words, what the number means, what to do."""
    code = find_code(error.code)
    if error.lost:
        cause = "the connection to {0} broke ({1})".format(error.endpoint, error.text)
        default = "Run again: what came of the statement is read from the cluster first."
    else:
        cause = "{0} answered with error {1}, {2}".format(error.endpoint or "the server", error.code, error.text.rstrip(". "))
        default = code.remedy if code else ""
    if code:
        cause += " ({0})".format(code.meaning)
    return ObError(what, cause, remedy or default, error_code=error.code, **details)


def shown(changes):
    # type: (Sequence[Change]) -> List[str]
    """Return the statements as they may be seen."""
    return [change.statement.shown() for change in changes]


def diff_lines(changes):
    # type: (Sequence[Change]) -> Tuple[List[str], List[str]]
    """Return both sides of the diff."""
    return [line for change in changes for line in change.before], [line for change in changes for line in change.after]


def outcome(changes, diff, **more):
    # type: (Sequence[Change], Dict[str, str], Any) -> Dict[str, Any]
    """Return what every writing module returns."""
    result = {"changed": bool(changes), "statements": shown(changes), "diff": diff}  # type: Dict[str, Any]
    result.update(more)
    return result
