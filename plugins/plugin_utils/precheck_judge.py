# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge what was measured: every item of every host gets a verdict, and no item hides another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import generation_of
from ansible_collections.oceanbase.cluster.plugins.plugin_utils import precheck_rules_host, precheck_rules_network, precheck_rules_resources
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_item import Check, Finding, Item, NotMeasured, Verdict, View, World
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_profile import Profile

CHECKS: tuple[Check, ...] = (*precheck_rules_host.CHECKS, *precheck_rules_resources.CHECKS, *precheck_rules_network.CHECKS)


def judge(
    measured: Mapping[str, Mapping[str, Any]],
    pairs: Mapping[str, Mapping[str, Any]],
    plan: Mapping[str, Any],
    profile: Profile,
    options: Mapping[str, Any] | None = None,
    failures: Mapping[str, str] | None = None,
) -> list[Item]:
    """Return every item of every host of the plan.

    ``measured`` and ``pairs`` are what M(oceanbase.cluster.host_check) returned in its two stages, by host;
    ``failures`` says of hosts without measurements why there are none.
    """
    world = make_world(measured, pairs, plan, options or {})
    items = []
    for host in world.hosts:
        if not measured.get(host):
            items.append(unanswered(host, (failures or {}).get(host, "no result"), profile))
            continue
        items.append(Item("probe", "system", host, f"{len(measured[host])} measurements", "an answer", "pass", "", "", ""))
        items += [verdict_of(check, View(world, host), profile) for check in CHECKS]
    return items


def make_world(measured: Mapping[str, Mapping[str, Any]], pairs: Mapping[str, Mapping[str, Any]], plan: Mapping[str, Any], options: Mapping[str, Any]) -> World:
    """Return everything the rules see."""
    text = str(plan["cluster"]["version"])
    version = tuple(int(part) for part in re.findall(r"\d+", text))
    generation = generation_of(version)
    if generation is None:
        raise ObError("Cannot judge the hosts", f"version {text} is of no generation that is known", "Take a package of 2.2, 3.x or 4.x.")
    return World(plan, measured, pairs, version, generation, options)


def unanswered(host: str, why: str, profile: Profile) -> Item:
    """Return the item of a host that told nothing."""
    remedy = "Make the host answer to ansible -m ping, with Python 3.6 or newer."
    verdict: Verdict = "fail" if profile.items["probe"].get("severity") == "fail" else "warn"
    return Item("probe", "system", host, why, "an answer", verdict, remedy, "", "")


def verdict_of(check: Check, view: View, profile: Profile) -> Item:
    """Judge one item of one host."""
    settings = profile.settings(check.name, view.world.generation.key)
    try:
        finding = check.rule(view, settings)
    except NotMeasured as error:
        finding = Finding("unknown", f"not known: {error}", remedy="Measure it by hand, or run the check as root.")
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError) as error:
        finding = Finding("unknown", f"not known: cannot be judged, {type(error).__name__}: {error}", remedy="Measure it by hand.")
    verdict = verdict_for(finding, settings)
    return Item(
        check.name,
        check.group,
        view.host,
        finding.measured,
        finding.threshold,
        verdict,
        "" if verdict == "pass" else finding.remedy,
        str(settings.get("source", "")),
        evidence_of(check, view),
    )


def verdict_for(finding: Finding, settings: Mapping[str, Any]) -> Verdict:
    """Turn what was found into a verdict, by the item's settings."""
    if finding.level == "pass":
        return "pass"
    key, default = {"bad": ("severity", "fail"), "low": ("low", "warn"), "unknown": ("unknown", "warn")}[finding.level]
    word = settings.get(key, default)
    severity = settings.get("severity", "fail")
    if word in ("off", False) or severity in ("off", False):
        return "pass"
    return "fail" if word == "fail" else "warn"


def evidence_of(check: Check, view: View) -> str:
    """Return where the measured values were seen."""
    facts = view.world.measured.get(view.host, {})
    found = [str(facts.get(name, {}).get("evidence") or facts.get(name, {}).get("unknown") or "") for name in check.facts]
    return "; ".join(text for text in found if text)
