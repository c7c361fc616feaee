# SPDX-License-Identifier: GPL-3.0-or-later
"""A strict grammar of the statements that the collection sends, per generation of the server.

Written from the parser's rules (oceanbase src/sql/parser/sql_parser_mysql_mode.y at v3.1.5_CE and v4.2.1_CE_BP6). What it does not know, it refuses:
a new form of a statement has to be looked up there before it may stand here.

Generations: "2.2" and "3.2" are the enterprise edition, whose parser is not public: the community's of 3.1, and what the manual of 3.2 says of clusters
(ALTER SYSTEM BOOTSTRAP and ALTER SYSTEM CLUSTER; for 2.2 the tail with the primary is UNCONFIRMED). "3" is the community edition of 3.1, "4" is 4.x.
"""

from __future__ import annotations

import re
from collections.abc import Callable

TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")|(?P<quoted>`[^`]+`)|(?P<number>\d+)(?![A-Za-z_])|(?P<word>[A-Za-z_][A-Za-z0-9_$]*)"""
    r"""|(?P<mark>[=,.*()-]))""",
    re.DOTALL,
)
# Words that cannot stand for a name without quotes (T_RESERVED in src/sql/parser/non_reserved_keywords_mysql_mode.c and reserved_keywords).
RESERVED = frozenset([
    "ADD", "ALTER", "ALL", "AND", "AS", "BY", "CREATE", "DELETE", "DROP", "FOR", "FROM", "GRANT", "IDENTIFIED",
    "IN", "INDEX", "INSERT", "INTO", "ON", "OPTION", "OR", "REVOKE", "SELECT", "SET", "TABLE", "TO", "UPDATE", "WITH",
])
PRIVILEGES = (
    "ALTER TENANT", "ALTER SYSTEM", "ALTER", "CREATE USER", "CREATE VIEW", "CREATE RESOURCE POOL", "CREATE RESOURCE UNIT", "CREATE DATABASE LINK", "CREATE",
    "DELETE", "DROP DATABASE LINK", "DROP", "GRANT OPTION", "INSERT", "UPDATE", "SELECT", "INDEX", "SHOW VIEW", "SHOW DATABASES", "SUPER", "PROCESS",
    "USAGE", "FILE", "REPLICATION SLAVE", "REPLICATION CLIENT", "ALL PRIVILEGES", "ALL",
)
ENTERPRISE = ("2.2", "3.2")
GENERATIONS = ("2.2", "3", "3.2", "4")
ONLY_4 = frozenset(["CREATE DATABASE LINK", "DROP DATABASE LINK", "REPLICATION SLAVE", "REPLICATION CLIENT"])


class Refused(ValueError):
    """What the server answers with 1064."""


class Parser:
    """One statement, token by token."""

    def __init__(self, text: str, generation: str) -> None:
        self.text = text
        self.generation = generation
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text.rstrip()):
            match = TOKEN.match(text, position)
            if not match or not match.lastgroup:
                raise Refused(f"no token at {text[position:]!r}")
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            position = match.end()
        self.at = 0

    def peek(self, words: str) -> bool:
        """Whether the next tokens are these words."""
        wanted = words.split()
        here = self.tokens[self.at : self.at + len(wanted)]
        return [text.upper() for kind, text in here if kind in ("word", "mark")] == wanted

    def take(self, words: str) -> bool:
        """Take these words if they come next."""
        if self.peek(words):
            self.at += len(words.split())
            return True
        return False

    def need(self, words: str) -> None:
        """Take these words, or refuse."""
        if not self.take(words):
            raise Refused(f"expected {words} at {self.rest()!r}")

    def rest(self) -> str:
        """Return what is left, for messages."""
        return " ".join(text for _kind, text in self.tokens[self.at :])

    def kind(self, *kinds: str) -> str:
        """Take a token of one of these kinds."""
        if self.at >= len(self.tokens) or self.tokens[self.at][0] not in kinds:
            raise Refused(f"expected {' or '.join(kinds)} at {self.rest()!r}")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def name(self) -> None:
        """relation_name."""
        text = self.kind("word", "quoted")
        if text.upper() in RESERVED:
            raise Refused(f"{text} is reserved")

    def name_or_string(self) -> None:
        """relation_name_or_string."""
        if self.at < len(self.tokens) and self.tokens[self.at][0] == "string":
            self.at += 1
        else:
            self.name()

    def user(self) -> None:
        """user: STRING_VALUE | NAME_OB."""
        self.name_or_string()

    def server(self) -> None:
        """A STRING_VALUE that is ip:port."""
        text = self.kind("string")[1:-1]
        if not re.match(r"^(\d+\.\d+\.\d+\.\d+|\[[0-9a-fA-F:]+\]):\d+$", text):
            raise Refused(f"{text!r} is not ip:port")

    def list_of(self, item: Callable[[], object]) -> None:
        """One or more, between commas."""
        item()
        while self.take(","):
            item()

    def statement(self) -> None:
        """The whole text is one statement."""
        if self.take("SET SESSION"):
            self.name()
            self.need("=")
            self.kind("number")
        elif self.take("ALTER SYSTEM"):
            self.alter_system()
        elif self.take("ALTER TENANT"):
            self.alter_tenant()
        elif self.take("ALTER USER"):
            self.user()
            self.need("IDENTIFIED BY")
            self.kind("string")
        elif self.take("CREATE USER"):
            self.take("IF NOT EXISTS")
            self.user()
            self.need("IDENTIFIED BY")
            self.kind("string")
        elif self.take("DROP USER"):
            self.list_of(self.user)
        elif self.generation == "4" and self.take("CREATE STANDBY TENANT"):
            self.standby_tenant()
        elif self.take("GRANT"):
            self.privileges("TO")
            if self.take("WITH"):
                self.need("GRANT OPTION")
        elif self.take("REVOKE"):
            self.privileges("FROM")
        else:
            raise Refused(f"unknown statement {self.text!r}")
        if self.at != len(self.tokens):
            raise Refused(f"unexpected {self.rest()!r}")

    def standby_tenant(self) -> None:
        """[IF NOT EXISTS] name LOG_RESTORE_SOURCE [=] 'source' option[, option] (oceanbase-doc V4.3.3, 810.create-standby-tenant.md)."""
        self.take("IF NOT EXISTS")
        self.name()
        self.need("LOG_RESTORE_SOURCE")
        self.take("=")
        source = self.kind("string")[1:-1]
        if source != "********" and not re.match(r"^SERVICE=\d[\d.:;]+ USER=\w+@\w+ PASSWORD=\S+$", source):
            raise Refused(f"{source!r} is no source of a standby tenant")
        self.list_of(self.tenant_option)

    def tenant_option(self) -> None:
        """RESOURCE_POOL_LIST, LOCALITY or PRIMARY_ZONE."""
        if self.take("RESOURCE_POOL_LIST"):
            self.take("=")
            self.need("(")
            self.list_of(self.name_or_string)
            self.need(")")
        elif self.take("LOCALITY"):
            self.take("=")
            self.kind("string")
        else:
            self.need("PRIMARY_ZONE")
            self.take("=")
            self.name_or_string()

    def alter_system(self) -> None:
        """ALTER SYSTEM."""
        if self.take("BOOTSTRAP"):
            self.bootstrap()
            return
        if self.generation in ENTERPRISE and self.take("ADD CLUSTER"):
            if not self.take("VERIFY"):
                self.name()
                self.need("CLUSTER_ID")
                self.take("=")
                self.kind("number")
            return
        if self.take("RUN JOB"):
            self.kind("string")
            return
        if self.take("MAJOR FREEZE"):
            if self.generation == "4" and self.take("TENANT"):
                self.take("=")
                self.list_of(self.name_or_string)
            return
        for action in ("ADD", "DELETE", "START", "STOP", "FORCE STOP", "ISOLATE", "CANCEL DELETE"):
            if self.take(f"{action} SERVER"):
                self.list_of(self.server)
                if self.take("ZONE"):
                    self.take("=")
                    self.name_or_string()
                return
        for action in ("DELETE", "START", "STOP", "FORCE STOP", "ISOLATE"):
            if self.take(f"{action} ZONE"):
                self.name_or_string()
                return
        if self.take("ADD ZONE"):
            self.name_or_string()
            if self.at < len(self.tokens):
                self.list_of(self.zone_option)
            return
        for action in ("ALTER", "CHANGE", "MODIFY"):
            if self.take(f"{action} ZONE"):
                self.name_or_string()
                self.take("SET")
                self.list_of(self.zone_option)
                return
        self.take("SET")
        self.list_of(self.parameter)

    def bootstrap(self) -> None:
        """[CLUSTER {PRIMARY | STANDBY}] items [PRIMARY_CLUSTER_ID n PRIMARY_ROOTSERVICE_LIST 'ip:port,...']; a standby needs the tail, a primary has none.

        The resolver says so (v3.1.5_CE src/sql/resolver/cmd/ob_bootstrap_resolver.cpp), which also splits the list at its commas.
        """
        standby = False
        if self.generation in ENTERPRISE and self.take("CLUSTER"):
            standby = self.take("STANDBY")
            if not standby:
                self.need("PRIMARY")
        self.list_of(self.bootstrap_item)
        if standby:
            self.need("PRIMARY_CLUSTER_ID")
            self.take("=")
            self.kind("number")
            self.need("PRIMARY_ROOTSERVICE_LIST")
            self.take("=")
            text = self.kind("string")[1:-1]
            if not all(re.match(r"^\d+\.\d+\.\d+\.\d+:\d+$", part) for part in text.split(",")):
                raise Refused(f"{text!r} is no list of ip:port")

    def bootstrap_item(self) -> None:
        """server_info: [REGION r] ZONE z SERVER 'ip:port'."""
        if self.take("REGION"):
            self.take("=")
            self.name_or_string()
        self.need("ZONE")
        self.take("=")
        self.name_or_string()
        self.need("SERVER")
        self.take("=")
        self.server()

    def zone_option(self) -> None:
        """REGION, IDC or ZONE_TYPE."""
        if not (self.take("REGION") or self.take("IDC") or self.take("ZONE_TYPE")):
            raise Refused(f"no option of a zone at {self.rest()!r}")
        self.take("=")
        self.name_or_string()

    def parameter(self) -> None:
        """NAME = value [SCOPE] [SERVER | ZONE] [TENANT]."""
        self.kind("word")
        self.need("=")
        self.kind("string", "number")
        if self.take("SERVER"):
            self.take("=")
            self.server()
        elif self.take("ZONE"):
            self.take("=")
            self.name_or_string()
        if self.take("TENANT"):
            self.take("=")
            self.name_or_string()

    def alter_tenant(self) -> None:
        """ALTER TENANT name [SET] PRIMARY_ZONE [=] {RANDOM | DEFAULT | name or string}; a comma or semicolon needs quotes."""
        self.name()
        self.take("SET")
        self.need("PRIMARY_ZONE")
        self.take("=")
        self.name_or_string()

    def privileges(self, preposition: str) -> None:
        """Privileges ON scope TO users."""
        self.list_of(self.privilege)
        self.need("ON")
        if self.take("*"):
            if self.take("."):
                self.need("*")
        else:
            self.name()
            self.need(".")
            if not self.take("*"):
                self.name()
        self.need(preposition)
        self.list_of(self.user)

    def privilege(self) -> None:
        """priv_type."""
        for privilege in PRIVILEGES:
            if (self.generation == "4" or privilege not in ONLY_4) and self.take(privilege):
                return
        raise Refused(f"no privilege at {self.rest()!r}")


def parse(text: str, generation: str = "4") -> None:
    """Accept one statement, or raise Refused."""
    Parser(text, generation).statement()
