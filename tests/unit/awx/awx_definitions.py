# SPDX-License-Identifier: GPL-3.0-or-later
"""What awx/load.yml hands to the modules of awx.awx, computed by Ansible's own templating."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

ROOT = Path(__file__).resolve().parents[3]
AWX = ROOT / "awx"


class Call(NamedTuple):
    """One call of a module."""

    module: str
    arguments: dict[str, Any]


def load(path: Path) -> Any:
    """Load a YAML file the way Ansible does: its templates are trusted, !unsafe is known."""
    loader = DataLoader()
    try:
        return loader.load_from_file(str(path), trusted_as_template=True)
    except TypeError:  # before ansible-core 2.19
        return loader.load_from_file(str(path))


def variables() -> dict[str, Any]:
    """Return the variables of awx/definitions."""
    (play,) = load(AWX / "load.yml")
    return {key: value for name in play["vars_files"] for key, value in load(AWX / name).items()}


def templated(value: Any, known: dict[str, Any]) -> Any:
    """Return a value with its templates filled in, as plain data."""
    return Templar(loader=DataLoader(), variables=known).template(value)


def calls(**settings: Any) -> list[Call]:
    """Return every call that the playbook makes."""
    known = {**variables(), **settings}
    (play,) = load(AWX / "load.yml")
    found = []
    for task in play["tasks"]:
        (module,) = [name for name in task if name.startswith("awx.awx.")]
        items = templated(task["loop"], known) if "loop" in task else [None]
        for item in items:
            arguments = templated(task[module], {**known, "item": item, "omit": "__omit__"})
            found.append(Call(module.removeprefix("awx.awx."), {key: value for key, value in arguments.items() if value != "__omit__"}))
    return found


def of(module: str, **settings: Any) -> dict[str, dict[str, Any]]:
    """Return the arguments of one module's calls by the name of what it makes."""
    return {call.arguments["name"]: call.arguments for call in calls(**settings) if call.module == module}


def role_options(role: str = "create_cluster") -> dict[str, dict[str, Any]]:
    """Return the options of a role, of all its entry points."""
    spec = yaml.safe_load((ROOT / "roles" / role / "meta/argument_specs.yml").read_text(encoding="utf-8"))
    return {name: option for entry in spec["argument_specs"].values() for name, option in (entry.get("options") or {}).items()}
