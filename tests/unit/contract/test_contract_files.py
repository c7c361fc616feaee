# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules over all files: licence headers, and the few places where the outer world is touched."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

# Generated, without comments, or prose.
EXEMPT_NAMES = {"LICENSE", "CHANGELOG.rst", "changelog.yaml"}
EXEMPT_SUFFIXES = {".json", ".md", ".txt", ".log"}


def calls(plugin: Path) -> Iterator[str]:
    """Yield the calls in a file that have a dotted name."""
    for node in ast.walk(ast.parse(plugin.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
            yield f"{node.func.value.id}.{node.func.attr}"


def imports(plugin: Path) -> Iterator[str]:
    """Yield the modules a file imports, wherever in it."""
    for node in ast.walk(ast.parse(plugin.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.split(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


def plugins(root: Path) -> list[Path]:
    """Return the Python files of the collection proper."""
    return sorted(root.glob("plugins/**/*.py"))


def test_every_file_names_its_licence(text_files: list[Path], root: Path) -> None:
    asked = [path for path in text_files if path.name not in EXEMPT_NAMES and path.suffix not in EXEMPT_SUFFIXES and path.stat().st_size]
    silent = [str(path.relative_to(root)) for path in asked if b"SPDX-License-Identifier: GPL-3.0-or-later" not in path.read_bytes()[:1000]]
    assert silent == []


def test_one_place_waits(root: Path) -> None:
    assert len([path.name for path in plugins(root) if "time.sleep" in set(calls(path))]) <= 1


def test_one_place_names_the_driver(root: Path) -> None:
    assert len([path.name for path in plugins(root) if "pymysql" in set(imports(path))]) <= 1


def test_one_place_signals_processes(root: Path) -> None:
    assert len([path.name for path in plugins(root) if {"os.kill", "os.killpg"} & set(calls(path))]) <= 1
