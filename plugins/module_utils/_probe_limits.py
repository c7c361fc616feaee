# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Limits of the service user as a login gives them (pam_limits) and as the process manager does (systemd); never the probe's own."""

import contextlib
import re
from typing import Dict, Iterable, List, NamedTuple, Optional, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_fact import Fact, fact, unknown
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_host import is_own
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Account, Source

UNLIMITED = -1

# item of limits.conf -> line of /proc/PID/limits, factor of limits.conf to the unit used here (files, processes, bytes, bytes)
ITEMS = {
    "nofile": ("Max open files", 1),
    "nproc": ("Max processes", 1),
    "core": ("Max core file size", 1024),
    "stack": ("Max stack size", 1024),
}
CAP_SYS_RESOURCE = 24
# systemd since 240 (src/basic/def.h); before it 1024:4096.
SYSTEMD_NOFILE = (1024, 524288)

Limit = Tuple[int, int]  # soft, hard


class Rule(NamedTuple):
    """One line of limits.conf."""

    domain: str
    kind: str  # soft, hard, -
    item: str
    value: int
    place: str  # file:line


def parse_proc_limits(text):
    # type: (str) -> Dict[str, Limit]
    """Return the limits in /proc/PID/limits."""
    found = {}
    for line in text.splitlines():
        for item, (title, _factor) in ITEMS.items():
            if line.startswith(title):
                words = line[len(title) :].split()
                found[item] = (_limit(words[0]), _limit(words[1]))
    return found


def _limit(word):
    # type: (str) -> int
    return UNLIMITED if word in ("unlimited", "infinity", "-1", "-") else int(word)


def parse_limits_conf(text, name):
    # type: (str, str) -> List[Rule]
    """Parse limits.conf(5); a line that pam_limits would skip is left out."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if len(words) != 4 or words[2] not in ITEMS or words[1] not in ("soft", "hard", "-"):
            continue
        try:
            value = _limit(words[3])
        except ValueError:
            continue
        factor = ITEMS[words[2]][1]
        found.append(Rule(words[0], words[1], words[2], value if value == UNLIMITED else value * factor, "{0}:{1}".format(name, number)))
    return found


def _rank(rule, account):
    # type: (Rule, Account) -> int
    """How specific a rule is to a user: 3 the user, 2 a group, 1 everybody, 0 not at all (pam_limits.c, LIMITS_DEF_*)."""
    domain = rule.domain
    if domain == account.name:
        return 3
    if domain.startswith("@"):
        member = _in_range(domain[1:], account.gid) if ":" in domain else domain[1:] in account.groups
        return 2 if member and account.uid != 0 else 0
    if ":" in domain:
        return 3 if _in_range(domain, account.uid) else 0
    # A wildcard does not hold for root.
    return 1 if domain == "*" and account.uid != 0 else 0


def _in_range(text, number):
    # type: (str, int) -> bool
    """Match ``1000:2000``, ``1000:`` (and above) and ``:1000`` (exactly)."""
    match = re.match(r"(\d*):(\d*)$", text)
    if not match or text == ":":
        return False
    low, high = match.groups()
    if not low:
        return number == int(high)
    return int(low) <= number and (not high or number <= int(high))


def login_limit(item, base, rules, account, may_raise):
    # type: (str, Limit, Iterable[Rule], Account, bool) -> Tuple[Limit, List[str]]
    """Return the limit that a login gives and the lines that made it.

    A more specific rule wins, of equals the later one. Without CAP_SYS_RESOURCE nobody raises a hard limit (containers).
    """
    soft, hard = base
    ranks = {"soft": 0, "hard": 0}
    places = {}  # type: Dict[str, str]
    for rule in rules:
        rank = _rank(rule, account)
        for kind in ("soft", "hard"):
            if rule.item != item or rule.kind not in (kind, "-") or not rank or rank < ranks[kind]:
                continue
            ranks[kind] = rank
            places[kind] = rule.place
            if kind == "soft":
                soft = rule.value
            else:
                hard = rule.value
    if not may_raise and _over(hard, base[1]):
        # setrlimit fails as a whole, the login keeps what it had.
        return base, ["not raised: CAP_SYS_RESOURCE is missing"]
    if _over(soft, hard):
        soft = hard
    return (soft, hard), sorted(set(places.values()))


def _over(one, other):
    # type: (int, int) -> bool
    return other != UNLIMITED and (one == UNLIMITED or one > other)


def shown_limit(limit):
    # type: (Limit) -> str
    """Return ``soft/hard`` for people."""
    return "/".join("unlimited" if number == UNLIMITED else str(number) for number in limit)


def limits_rules(source):
    # type: (Source) -> List[Rule]
    """Return every rule in the order in which pam_limits reads them."""
    names = ["/etc/security/limits.conf"]
    with contextlib.suppress(OSError):
        names += ["/etc/security/limits.d/" + name for name in source.names("/etc/security/limits.d") if name.endswith(".conf")]
    rules = []  # type: List[Rule]
    for name in names:
        rules += parse_limits_conf("\n".join(source.lines(name)), name)
    return rules


def _uses_pam_limits(source):
    # type: (Source) -> bool
    try:
        services = source.names("/etc/pam.d")
    except OSError:
        return False
    pattern = re.compile(r"^\s*-?session\s.*pam_limits\.so")
    return any(pattern.match(line) for service in services for line in source.lines("/etc/pam.d/" + service))


def _login_base(source):
    # type: (Source) -> Tuple[Dict[str, Limit], str]
    """Return what a login starts from: the limits of the SSH daemon, else those of process 1."""
    try:
        pids = sorted(int(name) for name in source.names("/proc") if name.isdigit())
    except OSError:
        pids = []
    for pid in pids:
        base = "/proc/{0}/".format(pid)
        if source.lines(base + "comm")[:1] == ["sshd"] and is_own(source, str(pid)) and source.lines(base + "limits"):
            return parse_proc_limits("\n".join(source.lines(base + "limits"))), base + "limits (sshd)"
    return parse_proc_limits(source.read("/proc/1/limits")), "/proc/1/limits"


def _may_raise(source):
    # type: (Source) -> bool
    for line in source.lines("/proc/1/status"):
        if line.startswith("CapBnd:"):
            return bool(int(line.split()[1], 16) >> CAP_SYS_RESOURCE & 1)
    return True


def probe_limits(source, user):
    # type: (Source, str) -> Fact
    """Soft and hard limits of the service user by login and by the process manager, and the lines that set them."""
    account = source.calls.account(user)
    if account is None:
        return unknown("there is no user {0}".format(user))
    base, origin = _login_base(source)
    rules = limits_rules(source) if _uses_pam_limits(source) else []
    may_raise = _may_raise(source)
    value = {}
    evidence = []
    service = _service_limits(source)
    for item in ("nofile", "nproc", "core", "stack"):
        login, places = login_limit(item, base[item], rules, account, may_raise)
        value[item] = {"login": list(login), "service": list(service.get(item, base[item]))}
        evidence.append("{0} {1} ({2})".format(item, shown_limit(login), ", ".join(places) or origin))
    return fact(value, "; ".join(evidence))


def _service_limits(source):
    # type: (Source) -> Dict[str, Limit]
    """Return what a systemd unit without limits of its own gets; nothing where systemd does not run."""
    if source.lines("/proc/1/comm")[:1] != ["systemd"]:
        return {}
    found = dict(parse_proc_limits(source.read("/proc/1/limits")))
    hard = found["nofile"][1]
    found["nofile"] = (SYSTEMD_NOFILE[0], hard if hard != UNLIMITED and hard < SYSTEMD_NOFILE[1] else SYSTEMD_NOFILE[1])
    found["core"] = (0, found["core"][1])
    for item in ITEMS:
        given = _systemd_default(source, item)
        if given:
            found[item] = given
    return found


def _systemd_default(source, item):
    # type: (Source, str) -> Optional[Limit]
    files = ["/etc/systemd/system.conf"]
    for folder in ("/usr/lib/systemd/system.conf.d", "/etc/systemd/system.conf.d"):
        try:
            files += [folder + "/" + name for name in source.names(folder) if name.endswith(".conf")]
        except OSError:
            continue
    given = None  # type: Optional[Limit]
    for name in files:
        for line in source.lines(name):
            match = re.match(r"DefaultLimit{0}\s*=\s*(\S+)$".format(item.upper()), line.strip())
            if match:
                soft, _colon, hard = match.group(1).partition(":")
                given = (_size(soft), _size(hard or soft))
    return given


def _size(text):
    # type: (str) -> int
    match = re.match(r"(\d+)([KMGT]?)$", text)
    return int(match.group(1)) << 10 * " KMGT".index(match.group(2) or " ") if match else UNLIMITED
