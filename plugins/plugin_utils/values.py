# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small readers for values that come from JSON, YAML, surveys (all strings) or the command line (all strings)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults, shown

# OCP's rule for cluster and zone names (oceanbase-doc V3.1.4, 100.manage-clusters/100.create-a-cluster.md).
_OB_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,47}\Z")
_PARAMETER = re.compile(r"_{0,2}[A-Za-z][A-Za-z0-9_]*\Z")
_TRUE, _FALSE = {"true", "yes", "on", "y", "1"}, {"false", "no", "off", "n", "0", ""}


def given(value: object) -> bool:
    """Whether a value says anything: surveys answer an unanswered question with an empty string."""
    return value is not None and value != "" and value != {} and value != []


def check_secret(place: str, value: object, faults: Faults, subject: str = "") -> None:
    """Check a password that is given: a number would be another one, as YAML reads 0123 as 83."""
    if given(value) and not isinstance(value, str):
        why = "not a text; quote it, so that YAML does not read a number or a boolean (in AWX choose one that is neither)"
        faults.add(place, f"{subject} is {why}" if subject else why)
    elif "\0" in str(value):
        faults.add(place, "holds a NUL character, which no client can send")


def read_int(place: str, value: object, low: int, high: int, faults: Faults) -> int:
    """Return a whole number within [low, high]; ``low`` where it is none."""
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"[+-]?\d+", text):
        faults.add(place, f"{shown(value)} is not a whole number")
        return low
    number = int(text)
    if not low <= number <= high:
        faults.add(place, f"{number} is not within {low}..{high}")
        return low
    return number


def read_bool(place: str, value: object, faults: Faults) -> bool:
    """Return a boolean, also of the words that Ansible takes for one."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if value is not None else ""
    if word not in _TRUE | _FALSE:
        faults.add(place, f"{shown(value)} is neither true nor false")
    return word in _TRUE


def read_name(place: str, value: object, faults: Faults) -> str:
    """Return a cluster's or zone's name."""
    if not isinstance(value, str):
        faults.add(place, f"{shown(value)} is not a name: a text is needed")
        return str(value)
    if not _OB_NAME.match(value):
        faults.add(place, f"{shown(value)} is not a name: a letter first, then letters, digits and underscores, 2 to 48 in all")
    return value


def read_choice(place: str, value: object, choices: tuple[str, ...], faults: Faults) -> str:
    """Return one of ``choices``; the first of them where it is none."""
    if value not in choices:
        faults.add(place, f"{shown(value)} is none of {', '.join(choices)}")
        return choices[0]
    return str(value)


def read_parameters(place: str, value: object, reserved: Mapping[str, str], faults: Faults) -> dict[str, str]:
    """Return start-up parameters, given as a mapping or as the ``-o`` text ``name=value,name=value``.

    ``reserved`` maps parameters that the request itself decides to the field that does.
    Grammar: oceanbase v4.2.1_CE_BP6 src/observer/ob_server.cpp and share/config add_extra_config: pairs separated by ``,`` or newline,
    lists inside a value by ``;``, no white space.
    """
    pairs: dict[str, Any] = {}
    if isinstance(value, str):
        pairs.update(_read_pairs(place, value, faults))
    elif isinstance(value, Mapping):
        pairs.update({str(name): item for name, item in value.items()})
    else:
        faults.add(place, f"{shown(value)} is neither a mapping of parameters nor a text name=value,name=value")
    result = {}
    for name, item in pairs.items():
        if not _PARAMETER.match(name):
            faults.add(place, f"{shown(name)} is not the name of a parameter")
        elif name.lower() in reserved:
            faults.add(place, f'"{name}" is decided by {reserved[name.lower()]}; take it away here')
        elif isinstance(item, (Mapping, list)) or item is None:
            faults.add(place, f'the value of "{name}" is not a single value; lists are written a;b')
        else:
            text = str(item)
            if re.search(r"[,\s]", text) or not text:
                faults.add(place, f'the value {shown(text)} of "{name}" is empty or holds white space or a comma; lists are written a;b')
            result[name] = text
    return result


def _read_pairs(place: str, text: str, faults: Faults) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        name, equals, value = (part.strip() for part in item.partition("="))
        if not equals:
            faults.add(place, f"{shown(item)} is not name=value")
        elif name in pairs:
            faults.add(place, f'"{name}" is given twice')
        else:
            pairs[name] = value
    return pairs


_UNITS = {"": 1, "B": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40, "P": 1 << 50}


def read_capacity(text: str) -> int | None:
    """Return the bytes of ``6G``, ``512MB``...; None where it is no capacity. A bare number is megabytes, as the server reads it."""
    match = re.fullmatch(r"(\d+)\s*([BKMGTP]?)B?", text.strip().upper())
    if not match:
        return None
    return int(match[1]) * (_UNITS[match[2]] if match[2] else _UNITS["M"])
