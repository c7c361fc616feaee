# SPDX-License-Identifier: GPL-3.0-or-later
"""What every module promises beyond what ansible-test looks at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

PREFIX = "oceanbase.cluster."
# Keywords of a task that may stand beside its module.
KEYWORDS = {
    *("name", "register", "when", "loop", "loop_control", "run_once", "delegate_to", "vars", "until", "retries", "delay"),
    *("become", "become_user", "no_log", "check_mode", "diff", "changed_when", "failed_when", "environment", "tags", "module_defaults"),
}
ATTRIBUTES = {"check_mode", "diff_mode", "idempotent", "action_group"}


def example_tasks(entries: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the tasks of examples, those inside plays and blocks, too."""
    for entry in entries:
        inner = [entry[key] for key in ("tasks", "pre_tasks", "post_tasks", "block", "rescue", "always") if key in entry]
        for tasks in inner:
            yield from example_tasks(tasks)
        if not inner and "hosts" not in entry:
            yield entry


def unknown_options(given: Any, known: dict[str, Any], where: str) -> Iterator[str]:
    """Yield the options of an example that are not documented, those inside options, too."""
    for one in given if isinstance(given, list) else [given]:
        if not isinstance(one, dict):
            continue
        for key, value in one.items():
            if key not in known:
                yield f"{where}.{key}"
            elif known[key].get("suboptions"):
                yield from unknown_options(value, known[key]["suboptions"], f"{where}.{key}")


def leaves(values: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the return values that contain no others."""
    for name, value in values.items():
        if value.get("contains"):
            yield from leaves(value["contains"], f"{where}.{name}")
        else:
            yield f"{where}.{name}", value


def test_examples_use_full_names_and_known_options(module: Any, options_by_module: dict[str, Any]) -> None:
    tasks = list(example_tasks(module.examples))
    assert tasks, "no example"
    for task in tasks:
        (action,) = set(task) - KEYWORDS
        assert action.count(".") >= 2, f"{action} is no full name"
        if action.startswith(PREFIX) and isinstance(task[action], dict):
            known = options_by_module[action.removeprefix(PREFIX)]
            assert list(unknown_options(task[action], known, action)) == []


def test_an_example_shows_the_module_itself(module: Any) -> None:
    assert any(PREFIX + module.name in task for task in example_tasks(module.examples))


def test_every_leaf_of_return_has_type_returned_and_sample(module: Any) -> None:
    assert module.returns, "RETURN is missing"
    incomplete = [name for name, value in leaves(module.returns, module.name) if not {"type", "returned", "sample"} <= set(value)]
    assert incomplete == []


def test_attributes_are_declared(module: Any) -> None:
    assert set(module.attributes) >= ATTRIBUTES


def test_secrets_are_marked(module: Any, root: Path) -> None:
    source = (root / "plugins" / "modules" / f"{module.name}.py").read_text(encoding="utf-8")
    own = [name for name in module.options if name.endswith("password") and f'"{name}"' in source.split("\nimport ", 1)[-1]]
    assert not own or "no_log" in source, f"{own} without no_log"


def test_action_groups_are_complete(root: Path, module_names: set[str], options_by_module: dict[str, Any]) -> None:
    groups = yaml.safe_load((root / "meta" / "runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    over_sql = {name for name, options in options_by_module.items() if "login_password" in options}
    assert groups == {"all": sorted(module_names), "sql": sorted(over_sql)}


def test_readme_lists_every_module(root: Path, module_names: set[str]) -> None:
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8") if readme.exists() else ""
    assert [name for name in sorted(module_names) if name not in text] == []
