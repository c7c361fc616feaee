# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cuts a statement into tokens."""

import re
from typing import List, NamedTuple

_PATTERN = re.compile(r"""
    (?P<space>\s+|/\*.*?\*/|--(?:\s[^\n]*|\n|$)|\#[^\n]*)
  | (?P<string>'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*")
  | (?P<name>`(?:[^`]|``)*`)
  | (?P<number>\d+(?:\.\d+)?(?![A-Za-z_0-9$]))
  | (?P<variable>@@?[A-Za-z_0-9$.]*)
  | (?P<word>[A-Za-z_0-9$\x80-\U0010ffff]+)
  | (?P<mark>.)
""", re.X | re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "Z": "\x1a"}


class Token(NamedTuple):
    """One token: kind is word, name (quoted), string, number, variable, mark or end; value is what it stands for."""

    kind: str
    value: str
    start: int


def unquote(text: str) -> str:
    """Read a quoted string."""
    quote, inner = text[0], text[1:-1]
    inner = inner.replace(quote * 2, quote)
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), inner, flags=re.S) if quote != "`" else inner


def tokenize(text: str) -> List[Token]:
    """Cut a statement into tokens, ending with one of kind end; the semicolon that ends it is left out."""
    found: List[Token] = []
    for match in _PATTERN.finditer(text):
        kind = match.lastgroup or "mark"
        if kind == "space":
            continue
        value = unquote(match[0]) if kind in ("string", "name") else match[0]
        found.append(Token(kind, value, match.start()))
    while found and found[-1][:2] == ("mark", ";"):
        found.pop()
    return found + [Token("end", "", len(text.rstrip().rstrip(";")))]
