# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Profiles of the pre-check: settings of every item, as data, and the user's overrides on top."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ansible.module_utils.common.yaml import yaml_load

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

FOLDER = Path(__file__).parent / "precheck_profiles"
PROFILES = ("obd", "ocp", "strict", "lab")
SEVERITIES = ("fail", "warn", "off")


@dataclass(frozen=True)
class Profile:
    """A profile, ready to judge by."""

    name: str
    summary: str
    items: Mapping[str, Mapping[str, Any]]

    def settings(self, item: str, generation: str) -> dict[str, Any]:
        """Return an item's settings for one generation of the server."""
        settings = dict(self.items[item])
        settings.update(settings.pop("by_generation", {}).get(generation, {}))
        return settings


def load_profile(name: str, overrides: Mapping[str, Any] | None = None) -> Profile:
    """Return a shipped profile with the user's overrides."""
    if name not in PROFILES:
        raise ObError(f"Cannot judge by profile {name}", f"there is none; known are {', '.join(PROFILES)}", "Set oceanbase_precheck_profile to one of them.")
    data = read_profile(name)
    items = {item: dict(settings) for item, settings in data["items"].items()}
    faults = []
    for item, settings in (overrides or {}).items():
        faults += override_faults(item, settings, items)
        if item in items and isinstance(settings, Mapping):
            if {"need", "want"} & set(settings):
                # An override holds for every generation.
                items[item].pop("by_generation", None)
            items[item].update(settings, source="oceanbase_precheck_overrides")
    if faults:
        raise ObError("Cannot use oceanbase_precheck_overrides", "; ".join(faults), "See docs/precheck.md for the items and their settings.")
    return Profile(name, data["summary"], items)


def read_profile(name: str) -> dict[str, Any]:
    """Return a profile's data on top of what it extends; ``every`` holds for all inherited items."""
    data = file_of(name)
    items: dict[str, dict[str, Any]] = {}
    if "extends" in data:
        for item, settings in read_profile(data["extends"])["items"].items():
            items[item] = {**settings, **(data.get("every", {}) if settings.get("severity") != "off" else {})}
    for item, settings in data["items"].items():
        items[item] = {**items.get(item, {}), **settings}
    return {"summary": data["summary"], "items": items}


@cache
def file_of(name: str) -> dict[str, Any]:
    """Return what stands in a profile's file."""
    data: dict[str, Any] = yaml_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return data


def override_faults(item: str, settings: object, items: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return what is wrong with one override."""
    if item not in items:
        near = difflib.get_close_matches(item, items, 1)
        return [f"there is no item {item}" + (f", did you mean {near[0]}" if near else "")]
    if not isinstance(settings, Mapping):
        return [f"{item} needs a mapping such as {{severity: warn}}"]
    faults = []
    known = {*items[item], "severity", "low", "unknown"} - {"source", "by_generation", "write"}
    for key in settings:
        if key not in known:
            faults.append(f"{item} has no setting {key}, but {', '.join(sorted(known))}")
    for key in ("severity", "low", "unknown"):
        # YAML reads a bare off as false.
        word = "off" if settings.get(key) is False else settings.get(key, "fail")
        if word not in SEVERITIES:
            faults.append(f"{key} of {item} is none of {', '.join(SEVERITIES)}")
    return faults
