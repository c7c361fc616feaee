# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The properties of the agent: keys in groups, conf/config_properties/*.yaml (oceanbase/obagent 6f446e1, config/config_property.go).

The files are read and written here without a YAML library, which a host need not have: the agent writes them in one simple form.
"""

import re
from typing import Dict, List, NamedTuple, Optional, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

DEFAULT_GROUP = "default_config.yaml"  # where the agent itself puts keys that no file names yet
_LINE = re.compile(r"^(\s*)(-\s+)?(key|value|valueType|encrypted):[ \t]*(.*?)\s*$")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v", "/": "/", '"': '"', "\\": "\\", " ": " "}


class Property(NamedTuple):
    """One key, and where it is written."""

    value: str  # as text; "" for nothing
    file: str  # name of the file
    line: int  # of its value, from 0; -1 where it has none
    indent: str


Groups = Dict[str, str]  # name of the file -> its text
Properties = Dict[str, Property]


def scalar(text):
    # type: (str) -> str
    """Return the text that a YAML scalar stands for."""
    if text[:1] == '"':
        return re.sub(
            r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))", lambda found: _unescaped(found.groups()), text[1 : text.rindex('"')])
    if text[:1] == "'":
        return text[1 : text.rindex("'")].replace("''", "'")
    text = re.sub(r"\s+#.*$", "", text)
    return "" if text in ("~", "null") else text


def _unescaped(groups):
    # type: (Tuple[Optional[str], ...]) -> str
    code = groups[0] or groups[1] or groups[2]
    return chr(int(code, 16)) if code else _ESCAPES.get(groups[3] or "", groups[3] or "")


def quoted(text):
    # type: (str) -> str
    """Return a double-quoted YAML scalar, in ASCII."""
    parts = []
    for char in text:
        code = ord(char)
        if char in '"\\':
            parts.append("\\" + char)
        elif 32 <= code < 127:
            parts.append(char)
        else:
            parts.append("\\x{0:02x}".format(code) if code < 256 else "\\u{0:04x}".format(code) if code < 65536 else "\\U{0:08x}".format(code))
    return '"{0}"'.format("".join(parts))


def read(groups):
    # type: (Groups) -> Properties
    """Read the keys of all files."""
    found = {}  # type: Properties
    for file in sorted(groups):
        key = ""
        for number, line in enumerate(groups[file].splitlines()):
            match = _LINE.match(line)
            if not match:
                continue
            name, text = match.group(3), match.group(4)
            if name == "key":
                key = scalar(text)
                found[key] = Property("", file, -1, " " * (len(match.group(1)) + len(match.group(2) or "")))
            elif name == "value" and key:
                if text in ("|", "|-", "|+", ">", ">-", ">+"):
                    raise ObError("Cannot read {0}".format(file), "the value of {0} spans several lines".format(key), "Write it on one line.")
                found[key] = found[key]._replace(value=scalar(text), line=number)
    return found


def write(groups, key, value, encrypted):
    # type: (Groups, str, str, bool) -> Groups
    """Return the files with another value of a text key; one that no file names goes where the agent would put it."""
    known = read(groups).get(key)
    changed = dict(groups)
    if known is None:
        text = groups.get(DEFAULT_GROUP) or 'configVersion: ""\nconfigs:\n'
        changed[DEFAULT_GROUP] = text + "    - key: {0}\n      value: {1}\n      valueType: string\n      encrypted: {2}\n".format(
            key, quoted(value), str(encrypted).lower())
        return changed
    lines = groups[known.file].splitlines()
    line = "{0}value: {1}".format(known.indent, quoted(value))
    if known.line >= 0:
        lines[known.line] = line
    else:
        at = next(number for number, text in enumerate(lines) if _is_key(text, key))
        lines.insert(at + 1, line)
    changed[known.file] = "\n".join(lines) + "\n"
    return changed


def _is_key(line, key):
    # type: (str, str) -> bool
    match = _LINE.match(line)
    return bool(match and match.group(3) == "key" and scalar(match.group(4)) == key)


def same(actual, wanted):
    # type: (str, str) -> bool
    """Whether two values mean the same."""
    return actual == wanted or (actual.lower() == wanted.lower() and wanted.lower() in ("true", "false"))


def differing(properties, wanted):
    # type: (Properties, Dict[str, str]) -> List[str]
    """Return the keys that have another value than the wanted one."""
    return sorted(key for key, value in wanted.items() if key not in properties or not same(properties[key].value, value))
