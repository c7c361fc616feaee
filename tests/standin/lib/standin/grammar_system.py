# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of ALTER SYSTEM, ALTER TENANT and SHOW PARAMETERS as a whole."""

from typing import List, Optional, Tuple

from . import statements as st
from .grammar import Parser, add_cluster, bootstrap, create, major_freeze, minor_freeze, refresh, run_job, server_action, server_text, zone_action

SERVER_ACTIONS = (("ADD",), ("DELETE",), ("CANCEL", "DELETE"), ("START",), ("STOP",), ("FORCE", "STOP"), ("ISOLATE",))
ZONE_ACTIONS = (("ADD",), ("DELETE",), ("START",), ("STOP",), ("FORCE", "STOP"), ("ISOLATE",))
SCOPES = ("MEMORY", "SPFILE", "BOTH")


def parse(text: str, dialect: str = "v4") -> Optional[st.Statement]:
    """Parse a cluster statement; None is a statement of another kind, which the SQL engine answers."""
    parser = Parser(text)
    if parser.skip("ALTER", "SYSTEM"):
        statement = alter_system(parser, dialect)
    elif parser.skip("ALTER", "TENANT"):
        statement = alter_tenant(parser)
    elif dialect == "v4" and (parser.ahead("CREATE", "STANDBY") or parser.ahead("CREATE", "TENANT") or parser.ahead("CREATE", "RESOURCE")):
        statement = create(parser)
    elif parser.skip("SHOW", "PARAMETERS"):
        return show_parameters(parser)
    else:
        return None
    parser.end()
    return statement


def alter_system(parser: Parser, dialect: str) -> st.Statement:
    """Take what follows ALTER SYSTEM."""
    if parser.skip("BOOTSTRAP"):
        return bootstrap(parser, dialect)
    if dialect == "v3e" and parser.skip("ADD", "CLUSTER"):
        return add_cluster(parser)
    for words in SERVER_ACTIONS:
        if parser.skip(*words, "SERVER"):
            return server_action(parser, " ".join(words))
    for words in ZONE_ACTIONS:
        if parser.skip(*words, "ZONE"):
            return zone_action(parser, " ".join(words))
    for word in ("ALTER", "CHANGE", "MODIFY"):
        if parser.skip(word, "ZONE"):
            return zone_action(parser, "ALTER")
    if parser.skip("MAJOR", "FREEZE"):
        return major_freeze(parser, dialect)
    if parser.skip("MINOR", "FREEZE"):
        return minor_freeze(parser)
    if parser.skip("RELOAD", "SERVER"):
        return st.Housekeeping("reload server")
    if parser.skip("REFRESH"):
        return refresh(parser)
    if parser.skip("RUN", "JOB"):
        return run_job(parser)
    parser.skip("SET")
    return st.SetParameters(tuple(parser.listed(lambda: parameter_change(parser))))


def constant(parser: Parser) -> str:
    """Take a literal: a string, a number, a boolean or NULL; a bare word such as 6G is none."""
    sign = "-" if parser.skip_mark("-") else ""
    token = parser.token
    if token.kind == "string" and not sign:
        return parser.take("string")
    if token.kind == "number":
        return sign + parser.take("number")
    for word in ("TRUE", "FALSE", "NULL"):
        if not sign and parser.skip(word):
            return word.capitalize()
    parser.fail()


def parameter_change(parser: Parser) -> st.ParameterChange:
    """Take p = v and what may follow it."""
    name = parser.take("word", "name").lower()
    parser.need_mark("=")
    value = constant(parser)
    scope = "BOTH"
    server: Optional[str] = None
    zone: Optional[str] = None
    tenant: Optional[str] = None
    if parser.skip("COMMENT"):
        parser.optional_equals()
        parser.take("string")
    if parser.skip("SCOPE"):
        parser.need_mark("=")
        scope = next((word for word in SCOPES if parser.skip(word)), "")
        if not scope:
            parser.fail()
    if parser.skip("SERVER"):
        parser.optional_equals()
        server = server_text(parser)
    elif parser.skip("ZONE"):
        parser.optional_equals()
        zone = parser.name()
    if parser.skip("TENANT"):
        parser.optional_equals()
        tenant = parser.name()
    return st.ParameterChange(name, value, scope, server, zone, tenant)


def alter_tenant(parser: Parser) -> st.Statement:
    """Take what follows ALTER TENANT: its name and its options."""
    tenant = parser.name()
    primary_zone: Optional[str] = None
    default = False
    variables: List[Tuple[str, str]] = []
    parser.skip("SET")
    if parser.skip("VARIABLES"):
        variables = parser.listed(lambda: variable(parser))
        return st.AlterTenant(tenant, None, False, tuple(variables))
    parser.need("PRIMARY_ZONE")
    parser.optional_equals()
    if parser.skip("DEFAULT"):
        default = True
    else:
        primary_zone = parser.name()
    return st.AlterTenant(tenant, primary_zone, default, ())


def variable(parser: Parser) -> Tuple[str, str]:
    """Take name = literal."""
    name = parser.take("word", "name")
    parser.need_mark("=")
    return name, constant(parser)


def show_parameters(parser: Parser) -> st.Statement:
    """Take what follows SHOW PARAMETERS."""
    pattern: Optional[str] = None
    condition: Optional[str] = None
    tenant: Optional[str] = None
    if parser.skip("LIKE"):
        pattern = parser.take("string")
    elif parser.skip("WHERE"):
        condition = parser.text[parser.token.start:].rstrip().rstrip(";")
        return st.ShowParameters(None, condition, None)
    if parser.skip("TENANT"):
        parser.optional_equals()
        tenant = parser.name()
    parser.end()
    return st.ShowParameters(pattern, condition, tenant)
