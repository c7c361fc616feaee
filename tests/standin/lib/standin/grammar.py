# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of the cluster statements: what is not in it is a syntax error, as in the real server."""

from typing import Callable, Dict, List, NoReturn, Optional, Sequence, Tuple, TypeVar

from . import statements as st
from .errors import error
from .tokens import Token, tokenize

T = TypeVar("T")


class Parser:
    """Walks over the tokens of one statement."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0

    @property
    def token(self) -> Token:
        """Give the token ahead."""
        return self.tokens[self.at]

    def ahead(self, *words: str) -> bool:
        """Tell whether these words come next."""
        part = self.tokens[self.at:self.at + len(words)]
        return len(part) == len(words) and all(token.kind == "word" and token.value.upper() == word for token, word in zip(part, words))

    def skip(self, *words: str) -> bool:
        """Pass over these words where they come next."""
        if self.ahead(*words):
            self.at += len(words)
            return True
        return False

    def need(self, *words: str) -> None:
        """Pass over these words; anything else is a syntax error."""
        if not self.skip(*words):
            self.fail()

    def skip_mark(self, mark: str) -> bool:
        """Pass over a punctuation mark where it comes next."""
        if self.token.kind == "mark" and self.token.value == mark:
            self.at += 1
            return True
        return False

    def need_mark(self, mark: str) -> None:
        """Pass over a punctuation mark."""
        if not self.skip_mark(mark):
            self.fail()

    def take(self, *kinds: str) -> str:
        """Take a token of one of these kinds."""
        token = self.token
        if token.kind not in kinds:
            self.fail()
        self.at += 1
        return token.value

    def name(self) -> str:
        """Take an identifier or a quoted string."""
        if self.token.kind == "word" and self.token.value[:1].isdigit():
            self.fail()
        return self.take("word", "name", "string")

    def optional_equals(self) -> None:
        """Pass over an equals sign that may be left out."""
        self.skip_mark("=")

    def listed(self, item: Callable[[], T]) -> List[T]:
        """Take items separated by commas."""
        found = [item()]
        while self.skip_mark(","):
            found.append(item())
        return found

    def end(self) -> None:
        """Demand the end of the statement."""
        if self.token.kind != "end":
            self.fail()

    def fail(self) -> NoReturn:
        """Refuse the statement at the token ahead."""
        start = self.token.start
        raise error("syntax", self.text[start:].rstrip().rstrip(";")[:80], self.text.count("\n", 0, start) + 1)


def optional_zone(parser: Parser) -> Optional[str]:
    """Take [ZONE [=] z]."""
    if not parser.skip("ZONE"):
        return None
    parser.optional_equals()
    return parser.name()


def server_text(parser: Parser) -> str:
    """Take 'ip:port'."""
    return parser.take("string")


def bootstrap(parser: Parser, dialect: str) -> st.Statement:
    """Take the rest of BOOTSTRAP; only the enterprise edition of the old line knows CLUSTER, and only STANDBY has and needs a primary."""
    standby = False
    if dialect == "v3e" and parser.skip("CLUSTER"):
        standby = parser.skip("STANDBY")
        if not standby:
            parser.need("PRIMARY")
    items = tuple(parser.listed(lambda: bootstrap_item(parser)))
    if not standby:
        return st.Bootstrap(items)
    parser.need("PRIMARY_CLUSTER_ID")
    parser.optional_equals()
    number = int(parser.take("number"))
    parser.need("PRIMARY_ROOTSERVICE_LIST")
    parser.optional_equals()
    return st.Bootstrap(items, number, tuple(parser.take("string").strip().split(",")))


def add_cluster(parser: Parser) -> st.Statement:
    """Take the rest of ADD CLUSTER."""
    if parser.skip("VERIFY"):
        return st.ClusterAction("VERIFY", "", 0)
    name = parser.name()
    parser.need("CLUSTER_ID")
    parser.optional_equals()
    return st.ClusterAction("ADD", name, int(parser.take("number")))


CREATIONS = {
    ("RESOURCE", "UNIT"): ("MAX_CPU", "MIN_CPU", "MEMORY_SIZE", "LOG_DISK_SIZE", "MAX_IOPS", "MIN_IOPS", "IOPS_WEIGHT"),
    ("RESOURCE", "POOL"): ("UNIT", "UNIT_NUM", "ZONE_LIST"),
    ("TENANT",): ("RESOURCE_POOL_LIST", "PRIMARY_ZONE", "LOCALITY", "ZONE_LIST", "CHARSET", "COMMENT"),
    ("STANDBY", "TENANT"): ("RESOURCE_POOL_LIST", "PRIMARY_ZONE", "LOCALITY", "COMMENT"),
}


def create(parser: Parser) -> st.Statement:
    """Take CREATE RESOURCE UNIT, RESOURCE POOL, TENANT or STANDBY TENANT."""
    parser.need("CREATE")
    words = next((words for words in CREATIONS if parser.skip(*words)), None)
    if words is None:
        parser.fail()
    quiet = parser.skip("IF", "NOT", "EXISTS")
    name = parser.name()
    options: Dict[str, Tuple[str, ...]] = {}
    if words[0] == "STANDBY":
        parser.need("LOG_RESTORE_SOURCE")
        parser.optional_equals()
        options["log_restore_source"] = (parser.take("string"),)
        parser.skip_mark(",")
    if parser.token.kind != "end":
        options.update(parser.listed(lambda: creation_option(parser, CREATIONS[words])))
    return st.CreateTenant(" ".join(words), name, quiet, options)


def creation_option(parser: Parser, known: Sequence[str]) -> Tuple[str, Tuple[str, ...]]:
    """Take option [=] value, or a list of values in parentheses."""
    word = next((word for word in known if parser.skip(word)), "")
    if not word:
        parser.fail()
    parser.optional_equals()
    if parser.skip_mark("("):
        values = tuple(parser.listed(parser.name))
        parser.need_mark(")")
        return word.lower(), values
    return word.lower(), (parser.take("word", "name", "string", "number"),)


def bootstrap_item(parser: Parser) -> st.BootstrapItem:
    """Take [REGION [=] r] ZONE [=] z SERVER [=] 'ip:port'."""
    region = "default_region"
    if parser.skip("REGION"):
        parser.optional_equals()
        region = parser.name()
    parser.need("ZONE")
    parser.optional_equals()
    zone = parser.name()
    parser.need("SERVER")
    parser.optional_equals()
    return st.BootstrapItem(region, zone, server_text(parser))


def server_action(parser: Parser, action: str) -> st.Statement:
    """Take the rest of a statement about servers."""
    servers = parser.listed(lambda: server_text(parser))
    return st.ServerAction(action, tuple(servers), optional_zone(parser))


def zone_option(parser: Parser) -> List[str]:
    """Take one REGION, IDC or ZONE_TYPE."""
    for word in ("REGION", "IDC", "ZONE_TYPE"):
        if parser.skip(word):
            parser.optional_equals()
            return [word.lower(), parser.name()]
    parser.fail()


def zone_action(parser: Parser, action: str) -> st.Statement:
    """Take the rest of a statement about a zone."""
    zone = parser.name()
    options = {}
    if action == "ALTER":
        parser.skip("SET")
    if action == "ALTER" or (action == "ADD" and parser.token.kind != "end"):
        options = dict(parser.listed(lambda: zone_option(parser)))
    return st.ZoneAction(action, zone, options)


def tenant_names(parser: Parser) -> List[str]:
    """Take [TENANT [=] t1, t2]."""
    if not parser.skip("TENANT"):
        return []
    parser.optional_equals()
    return parser.listed(parser.name)


def major_freeze(parser: Parser, dialect: str) -> st.Statement:
    """Take the rest of MAJOR FREEZE: before 4.0 it knows servers to leave out, and no tenants."""
    if dialect != "v4":
        servers = parser.listed(lambda: server_text(parser)) if parser.skip("IGNORE") else []
        return st.Freeze("MAJOR", (), tuple(servers), None)
    return st.Freeze("MAJOR", tuple(tenant_names(parser)), (), None)


def minor_freeze(parser: Parser) -> st.Statement:
    """Take the rest of MINOR FREEZE."""
    tenants = tenant_names(parser)
    for word in ("LS", "TABLET_ID"):
        if parser.skip(word):
            parser.optional_equals()
            parser.take("number")
    servers: List[str] = []
    if parser.skip("SERVER"):
        parser.optional_equals()
        parser.need_mark("(")
        servers = parser.listed(lambda: server_text(parser))
        parser.need_mark(")")
    return st.Freeze("MINOR", tuple(tenants), tuple(servers), optional_zone(parser))


def run_job(parser: Parser) -> st.Statement:
    """Take the rest of RUN JOB."""
    job, server, zone = parser.take("string"), None, optional_zone(parser)
    if zone is None and parser.skip("SERVER"):
        parser.optional_equals()
        server = server_text(parser)
    return st.RunJob(job, server, zone)


def refresh(parser: Parser) -> st.Statement:
    """Take the rest of REFRESH."""
    if parser.skip("SCHEMA"):
        if parser.skip("SERVER"):
            parser.optional_equals()
            server_text(parser)
        else:
            optional_zone(parser)
        return st.Housekeeping("refresh schema")
    parser.need("IO", "CALIBRATION")
    if parser.skip("STORAGE"):
        parser.optional_equals()
        parser.take("string")
    if parser.skip("SERVER"):
        parser.optional_equals()
        server_text(parser)
    else:
        optional_zone(parser)
    return st.Housekeeping("refresh io calibration")
