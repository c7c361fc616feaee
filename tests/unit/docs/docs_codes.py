# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of return codes in docs/troubleshooting.md. Run this file to write it anew: ./dev run python tests/unit/docs/docs_codes.py."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs/troubleshooting.md"
BEGIN, END = "<!-- codes: ", "<!-- end of codes -->"


def table() -> str:
    """Return the table, as the collection knows the codes."""
    spec = importlib.util.spec_from_file_location("codes", ROOT / "plugins/module_utils/_codes.py")
    assert spec and spec.loader
    codes = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(codes)
    rows = [f"| {row.code} | {f'`{row.name}`' if row.name else ''} | {row.meaning} | {row.remedy} |" for row in codes.CODES]
    return "\n".join(["| code | name | means | do |", "| --- | --- | --- | --- |", *rows])


def with_table(text: str) -> str:
    """Return the page with the table in its place."""
    head, _marker, rest = text.partition(BEGIN)
    line, _newline, rest = rest.partition("\n")
    _old, _end, tail = rest.partition(END)
    return f"{head}{BEGIN}{line}\n{table()}\n{END}{tail}"


if __name__ == "__main__":
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
