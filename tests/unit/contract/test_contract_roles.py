# SPDX-License-Identifier: GPL-3.0-or-later
"""A role's specification and its defaults say the same; no tool looks at that."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def load(path: Path) -> Any:
    """Read a YAML file; one that is missing or empty holds nothing."""
    return (yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else None) or {}


def entry_points(role: Path) -> dict[str, Any]:
    """Return the entry points of a role's specification."""
    specs: dict[str, Any] = load(role / "meta" / "argument_specs.yml")["argument_specs"]
    return specs


def test_defaults_are_those_of_the_specification(role: Path) -> None:
    options = [spec.get("options", {}) for spec in entry_points(role).values()]
    specified = {name: option.get("default") for each in options for name, option in each.items() if not option.get("required")}
    assert load(role / "defaults" / "main.yml") == specified


def test_every_option_is_described_and_typed(role: Path) -> None:
    bare = [
        f"{point}.{name}"
        for point, spec in entry_points(role).items()
        for name, option in spec.get("options", {}).items()
        if not {"description", "type"} <= set(option)
    ]
    assert bare == []


def test_secrets_are_marked(role: Path) -> None:
    shown = [
        name
        for spec in entry_points(role).values()
        for name, option in spec.get("options", {}).items()
        if name.endswith(("password", "secret")) and not option.get("no_log")
    ]
    assert shown == []


def test_lists_say_what_they_hold(role: Path) -> None:
    bare = [
        name
        for spec in entry_points(role).values()
        for name, option in spec.get("options", {}).items()
        if option.get("type") == "list" and "elements" not in option
    ]
    assert bare == []
