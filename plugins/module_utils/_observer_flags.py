# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The flags of an observer: read, compared, shown (oceanbase src/observer/main.cpp, get_opts_setting)."""

import os
import re
from typing import Dict, List, Optional, Sequence, Tuple

_LONG = {
    "help": "h", "home": "H", "mysql_port": "p", "rpc_port": "P", "nodaemon": "N", "appname": "n", "cluster_id": "c", "data_dir": "d",
    "log_level": "l", "zone": "z", "optstr": "o", "devname": "i", "rs_list": "r", "mode": "m", "scn": "f", "version": "V", "ipv6": "6",
    "local_ip": "I",
}  # fmt: skip
_ALONE = "hNV6"
NAMES = dict((short, long) for long, short in _LONG.items())
_INTERPRETER = re.compile(r"^(?:python|bash|sh|dash|perl)[\d.]*$")


def arguments(argv):
    # type: (Sequence[str]) -> Optional[Tuple[str, ...]]
    """Return what follows the program ``observer`` in a command line; None where the program is another.

    A script in the place of the binary shows up behind its interpreter.
    """
    for index, word in enumerate(argv):
        if os.path.basename(word) == "observer":
            return tuple(argv[index + 1 :])
        if index == 0 and not _INTERPRETER.match(os.path.basename(word)):
            return None
        if index > 0 and not word.startswith("-"):
            return None
    return None


def parse(flags):
    # type: (Sequence[str]) -> Dict[str, str]
    """Return flags by their short names; written together, apart, long, shortened or with ``=`` makes no difference, the last one counts."""
    found = {}  # type: Dict[str, str]
    words = list(flags)
    while words:
        word = words.pop(0)
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            matching = [name] if name in _LONG else sorted(long for long in _LONG if long.startswith(name))
            short = _LONG[matching[0]] if len(matching) == 1 else name
            found[short] = "" if short in _ALONE else value if equals else words.pop(0) if words else ""
        elif word.startswith("-") and len(word) > 1:
            short, value = word[1], word[2:]
            while short in _ALONE and value:
                found[short] = ""
                short, value = value[0], value[1:]
            found[short] = "" if short in _ALONE else value or (words.pop(0) if words else "")
        else:
            found[""] = (found.get("", "") + " " + word).strip()
    return found


def _comparable(short, value):
    # type: (str, str) -> object
    if short == "o":
        pairs = [pair.partition("=") for pair in re.split(r"[,\n]", value) if pair]
        return dict((name.lower(), text) for name, _equals, text in pairs)
    if short == "r":
        return sorted(value.split(";"))
    return value


def differences(running, wanted):
    # type: (Sequence[str], Sequence[str]) -> List[str]
    """Return in words what differs between the flags of a running server and the wanted ones."""
    now, want = parse(running), parse(wanted)
    found = []
    for short in sorted(set(now) | set(want)):
        name = "-{0} ({1})".format(short, NAMES.get(short, "?")) if short else "further words"
        if short not in want:
            found.append("{0} is {1}, but is not wanted".format(name, now[short] or "set"))
        elif short not in now:
            found.append("{0} is not given, wanted is {1}".format(name, want[short] or "set"))
        elif _comparable(short, now[short]) != _comparable(short, want[short]):
            found.append("{0} is {1}, wanted is {2}".format(name, now[short], want[short]))
    return found


def from_kept_configuration(running):
    # type: (Sequence[str]) -> bool
    """Whether a server was started from its kept configuration: without flags, or with the SQL port only, as OBD does."""
    return not set(parse(running)) - {"p"}


def shown(argv):
    # type: (Sequence[str]) -> str
    """Return a command line for people, quoted where a shell needs it."""
    return " ".join(word if re.match(r"^[\w@%+=:,./-]+$", word) else "'" + word.replace("'", "'\\''") + "'" for word in argv)
