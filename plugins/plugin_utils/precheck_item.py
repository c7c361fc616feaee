# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the rules of the pre-check see and say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import Generation, Version

Verdict = Literal["pass", "warn", "fail"]
# What a rule found, before the profile says how grave that is: "low" misses a recommendation, "bad" a need.
Level = Literal["pass", "low", "bad", "unknown"]
Settings = Mapping[str, Any]


class NotMeasured(Exception):
    """A rule needs a measurement that could not be taken; the text says why."""


@dataclass(frozen=True)
class Finding:
    """What one rule found on one host."""

    level: Level
    measured: str
    threshold: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Item:
    """One item of one host, as it is reported."""

    item: str
    group: str
    host: str
    measured: str
    threshold: str
    verdict: Verdict
    remedy: str
    source: str
    evidence: str


@dataclass(frozen=True)
class World:
    """Everything that was planned and measured."""

    plan: Mapping[str, Any]
    measured: Mapping[str, Mapping[str, Any]]  # host -> fact name -> fact
    pairs: Mapping[str, Mapping[str, Any]]  # host -> the fact "pairs" by its name
    version: Version
    generation: Generation
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def hosts(self) -> Mapping[str, Mapping[str, Any]]:
        """The hosts of the plan."""
        hosts: Mapping[str, Mapping[str, Any]] = self.plan["hosts"]
        return hosts

    @property
    def parameters(self) -> Mapping[str, str]:
        """Start-up parameters, names in lower case."""
        return {str(name).lower(): str(value) for name, value in self.plan["cluster"].get("startup_parameters", {}).items()}

    def machine(self, host: str) -> str:
        """Return what identifies the machine that a host runs on; containers of one machine share it."""
        system = self.measured.get(host, {}).get("system", {}).get("value") or {}
        return str(system.get("boot_id") or host)

    def mates(self, host: str) -> list[str]:
        """Return the hosts of the plan that share the machine of ``host``, itself among them."""
        return [name for name in self.hosts if self.machine(name) == self.machine(host)]


@dataclass(frozen=True)
class View:
    """One host in its world."""

    world: World
    host: str

    @property
    def planned(self) -> Mapping[str, Any]:
        """The host's part of the plan."""
        return self.world.hosts[self.host]

    def fact(self, name: str) -> Any:
        """Return a measured value; raise NotMeasured where there is none."""
        return value_of(self.world.measured.get(self.host, {}), name)

    @property
    def others(self) -> Sequence[str]:
        """The other hosts of the plan."""
        return [name for name in self.world.hosts if name != self.host]


def value_of(facts: Mapping[str, Any], name: str) -> Any:
    """Return the value of a fact; raise NotMeasured where there is none."""
    found = facts.get(name)
    if not found:
        raise NotMeasured("not measured")
    if found.get("unknown"):
        raise NotMeasured(str(found["unknown"]))
    return found["value"]


Rule = Callable[[View, Settings], Finding]


@dataclass(frozen=True)
class Check:
    """An item of the pre-check: its rule and the facts that show the evidence."""

    name: str
    group: str
    rule: Rule
    facts: tuple[str, ...]


def gib(number: float) -> str:
    """Return bytes for people."""
    return f"{number / 1024**3:.1f}G"
