# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the observer answers itself: everything before the bootstrap, and what tells its version."""

import re
from typing import List, Optional, Union

from .errors import ServerError
from .settings import REVISION, Release
from .tokens import Token, tokenize
from .wire import Rows

Answer = Union[Rows, int]


def version_comment(release: Release) -> str:
    """Write @@version_comment, which a person reads: it says what this is."""
    return "%s %s (r%s-%s) (Built %s) stand-in for tests" % (release.edition, release.version, release.release.split(".")[0], REVISION, release.built)


def version_value(text: str, release: Release) -> Optional[str]:
    """Give the value of an expression about the version, or None."""
    bare = re.sub(r"\s+", "", text).lower()
    if bare == "version()":
        return release.sql_version
    if bare in ("@@version", "@@global.version", "@@session.version"):
        return release.variable_version
    if bare in ("@@version_comment", "@@global.version_comment", "@@session.version_comment"):
        return version_comment(release)
    return release.version if bare == "ob_version()" and not release.old else None


def split_items(text: str, tokens: List[Token]) -> List[str]:
    """Cut a select list at its commas."""
    items, depth, start = [], 0, tokens[0].start
    for token in tokens:
        depth += {"(": 1, ")": -1}.get(token.value, 0) if token.kind == "mark" else 0
        if token.kind == "mark" and token.value == "," and not depth or token.kind == "end":
            items.append(text[start:token.start].strip())
            start = token.start + 1
    return items


def version_answer(text: str, release: Release) -> Optional[Rows]:
    """Answer a SELECT about nothing but the version; None is anything else."""
    if "version" not in text.lower():
        return None
    tokens = tokenize(text)
    words = [token.value.upper() for token in tokens if token.kind == "word"]
    if words[:3] == ["SHOW", "VARIABLES", "LIKE"] or words[:1] == ["SHOW"] and words[2:4] == ["VARIABLES", "LIKE"]:
        name = tokens[-2].value
        value = version_value("@@" + name, release)
        return Rows(("Variable_name", "Value"), [(name, value)]) if value is not None else None
    if words[:1] != ["SELECT"]:
        return None
    if tokens[-3].value.upper() == "LIMIT":
        tokens = tokens[:-3] + [Token("end", "", tokens[-3].start)]
    columns, values = [], []
    for item in split_items(text, tokens[1:]):
        match = re.fullmatch(r"(.+?)(?:\s+(?:as\s+)?[`'\"]?(\w+)[`'\"]?)?", item, re.I | re.S)
        value = version_value(match[1], release) if match else None
        if not match or value is None:
            return None
        columns.append(match[2] or match[1])
        values.append(value)
    return Rows(columns, [values])


def before_bootstrap(text: str) -> Answer:
    """Answer a statement while there is no cluster: constants and SET, everything else needs tables that are not there yet."""
    tokens = tokenize(text)
    words = [token.value.upper() for token in tokens if token.kind == "word"]
    if words[:1] == ["SET"] and len(tokens) > 3:
        return 0
    if words[:1] == ["SELECT"] and len(tokens) == 3 and tokens[1].kind in ("number", "string"):
        value = tokens[1].value
        return Rows((value,), [(int(value) if value.isdigit() and tokens[1].kind == "number" else value,)])
    if words[:1] in (["COMMIT"], ["ROLLBACK"]):
        return 0
    if words[:1] == ["USE"]:
        raise unknown_database(tokens[1].value)
    match = re.search(r"\bfrom\s+([\w$.`]+)", text, re.I)
    if match:
        raise ServerError(-5019, 1146, "42S02", "Table '%s' doesn't exist" % match[1].replace("`", "").lower())
    raise ServerError(-4029, 4029, "HY000", "Schema error")


def unknown_database(name: str) -> ServerError:
    """Make the error of USE before the bootstrap."""
    return ServerError(-5154, 1049, "42000", "Unknown database '%s'" % name)


def needs_tables(text: str) -> bool:
    """Tell whether a statement needs the cluster: all do but SET and SELECT without FROM."""
    words = [token.value.upper() for token in tokenize(text) if token.kind == "word"]
    if words[:1] in (["SET"], ["COMMIT"], ["ROLLBACK"]):
        return False
    return not (words[:1] == ["SELECT"] and "FROM" not in words)
