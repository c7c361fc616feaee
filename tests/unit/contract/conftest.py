# SPDX-License-Identifier: GPL-3.0-or-later
"""What the contract tests read: the files of the checkout, and the documentation inside the modules."""

from __future__ import annotations

import ast
import importlib
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted(ROOT.glob("plugins/modules/[!_]*.py"))
ROLES = sorted(spec.parents[1] for spec in ROOT.glob("roles/*/meta/argument_specs.yml"))
PLAYBOOKS = sorted(ROOT.glob("playbooks/*.yml"))
PLUGINS = sorted(ROOT.glob("plugins/**/*.py"))


class Documented(NamedTuple):
    """A module's documentation, with the options of its fragments."""

    name: str
    options: dict[str, Any]
    attributes: dict[str, Any]
    examples: list[dict[str, Any]]
    returns: dict[str, Any]


@cache
def documented(path: Path) -> Documented:
    """Read the documentation of one module."""
    texts = constants(path)
    doc = yaml.safe_load(texts["DOCUMENTATION"])
    parts = [doc] + [fragment(name) for name in doc.get("extends_documentation_fragment", [])]
    return Documented(
        path.stem,
        joined(parts, "options"),
        joined(parts, "attributes"),
        yaml.safe_load(texts["EXAMPLES"]) or [],
        yaml.safe_load(texts.get("RETURN", "")) or {},
    )


def joined(parts: list[dict[str, Any]], section: str) -> dict[str, Any]:
    """Join a section of a module and its fragments as Ansible does: where several say the same of an option, the first one counts."""
    result: dict[str, Any] = {}
    for part in parts:
        for name, said in (part.get(section) or {}).items():
            result[name] = {**said, **result.get(name, {})}
    return result


def constants(path: Path) -> dict[str, str]:
    """Return the texts assigned at the top level of a file."""
    return {
        target.id: node.value.value
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def fragment(full_name: str) -> dict[str, Any]:
    """Return one fragment of documentation: namespace.collection.file or namespace.collection.file.part."""
    _namespace, _collection, name, *part = full_name.split(".")
    module = importlib.import_module(f"ansible_collections.oceanbase.cluster.plugins.doc_fragments.{name}")
    text = getattr(module.ModuleDocFragment, part[0].upper() if part else "DOCUMENTATION")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def checkout_files() -> list[Path]:
    """Return what git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, check=False, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file()]


def stems(paths: list[Path]) -> list[str]:
    """Return the names under which the tests over paths are reported."""
    return [path.stem for path in paths]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test that takes a module, role, playbook or plugin once for each of them."""
    for name, paths in {"module": MODULES, "role": ROLES, "playbook": PLAYBOOKS, "plugin": PLUGINS}.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, [documented(path) for path in paths] if name == "module" else paths, ids=stems(paths))


@pytest.fixture
def root() -> Path:
    """Return the root of the checkout."""
    return ROOT


@pytest.fixture
def module_names() -> set[str]:
    """Return the names of all modules."""
    return set(stems(MODULES))


@pytest.fixture
def options_by_module() -> dict[str, dict[str, Any]]:
    """Return the options of every module."""
    return {path.stem: documented(path).options for path in MODULES}


@pytest.fixture
def text_files() -> list[Path]:
    """Return every file of the checkout."""
    return checkout_files()
