# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift: in what a running cluster differs from what is declared. Made from what the modules say in check mode, so that it is what a run would do."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._capacity import same_value

CLUSTER = "cluster"


@dataclass(frozen=True)
class Drift:
    """One difference."""

    area: str  # what it is about: package, directories, observer...
    where: str  # inventory name of the host, or "cluster"
    declared: str
    actual: str


def drift_of(area: str, where: str, result: Any) -> list[Drift]:
    """Return what one module's result in check mode says."""
    if not isinstance(result, Mapping):
        return [Drift(area, where, "an answer", "it was not looked at")]
    if result.get("unreachable"):
        return [Drift(area, where, "a host that can be reached", str(result.get("msg", "unreachable")))]
    if result.get("failed"):
        return [Drift(area, where, "as requested", str(result.get("cause") or result.get("msg")))]
    if not result.get("changed"):
        return []
    diffs = result.get("diff") or {}
    lines = [line for diff in (diffs if isinstance(diffs, list) else [diffs]) for line in _differing(diff)]
    return [Drift(area, where, declared, actual) for declared, actual in lines] or [Drift(area, where, "as requested", "otherwise")]


def _differing(diff: Mapping[str, Any]) -> list[tuple[str, str]]:
    before, after = (str(diff.get(side) or "").splitlines() for side in ("before", "after"))
    gone = [line.strip() for line in before if line not in after]
    new = [line.strip() for line in after if line not in before]
    return list(itertools.zip_longest(new, gone, fillvalue=""))


def parameter_drift(declared: Mapping[str, str], rows: Iterable[Mapping[str, Any]]) -> list[Drift]:
    """Return the start-up parameters that run with another value, on each server."""
    found = []
    for row in rows:
        wanted = declared.get(row["name"])
        if wanted is not None and row["tenant_id"] in (None, 1) and not same_value(wanted, str(row["value"])):
            found.append(Drift("parameters", row["server"], f"{row['name']}={wanted}", f"{row['name']}={row['value']}"))
    return found


def unit_drift(zones: Iterable[Mapping[str, Any]], info: Mapping[str, Any]) -> list[Drift]:
    """Return the zones in which the sys tenant has no replica or no unit that works: its majority is that of the cluster."""
    system: Mapping[str, Any] = next((tenant for tenant in info.get("tenants") or () if tenant["name"] == "sys"), {})
    if not system:
        return []
    units: dict[str, list[Mapping[str, Any]]] = {}
    for unit in info.get("units") or ():
        if unit["tenant_id"] == system["id"]:
            units.setdefault(unit["zone"], []).append(unit)
    planned = [zone["name"] for zone in zones]
    found = []
    for zone in planned:
        here = units.get(zone, [])
        states = ", ".join(f"{unit['status']} on {unit['server']}" for unit in here)
        if not any(unit["status"] == "ACTIVE" for unit in here):
            found.append(Drift("sys unit", CLUSTER, f"a unit of sys in {zone}", states or "none"))
        if system["locality"] and zone not in [part.rpartition("@")[2].strip() for part in system["locality"].split(",")]:
            found.append(Drift("sys unit", CLUSTER, f"a replica of sys in {zone}", system["locality"]))
    found += [Drift("sys unit", CLUSTER, "", f"a unit of sys in {zone}") for zone in sorted(units) if zone not in planned]
    return found


def table(drifts: Iterable[Drift]) -> str:
    """Return the differences as a table for a terminal."""
    rows = [("area", "where", "declared", "actual"), *((one.area, one.where, one.declared or "-", one.actual or "-") for one in drifts)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    return "\n".join(f"{area:{widths[0]}}  {where:{widths[1]}}  {declared}  <>  {actual}" for area, where, declared, actual in rows)


def document(plan: Mapping[str, Any], drifts: Iterable[Drift]) -> dict[str, Any]:
    """Return the report."""
    found = [asdict(one) for one in drifts]
    return {"cluster": plan["cluster"]["name"], "obClusterId": plan["cluster"]["ob_cluster_id"], "inSync": not found, "differences": found}
