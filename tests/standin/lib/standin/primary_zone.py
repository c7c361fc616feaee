# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The primary zone of a tenant: how the server reads it and how it stores it."""

import json
from typing import Dict, List, Sequence

from .errors import error


def parse_priorities(text: str, zone_list: Sequence[str]) -> Dict[str, int]:
    """Read "z1;z2,z3" into a priority per zone; 0 is the first."""
    priorities: Dict[str, int] = {}
    for priority, group in enumerate(text.split(";")):
        for name in (part.strip() for part in group.split(",")):
            if not name or name in priorities:
                raise error("wrong_arguments", "primary zone")
            if name not in zone_list:
                raise error("primary_zone_unknown", name, json.dumps(list(zone_list)))
            priorities[name] = priority
    return priorities


def normalise(text: str, regions: Dict[str, str], zone_list: Sequence[str]) -> str:
    """Give the stored form: by region, priority and name, and unnamed zones of a named region as the last group."""
    if not text.strip():
        raise error("not_allowed", "set primary_zone empty")
    if text.strip().upper() == "RANDOM":
        return "RANDOM"
    priorities = parse_priorities(text, zone_list)
    if len({regions[zone] for zone, priority in priorities.items() if priority == 0}) > 1:
        raise error("not_supported", "tenant primary zone span regions")
    score: Dict[str, int] = {}
    for zone, priority in priorities.items():
        score[regions[zone]] = min(priority, score.get(regions[zone], priority))
    groups: List[List[str]] = []
    last = None
    for zone in sorted(priorities, key=lambda name: (score[regions[name]], priorities[name], name)):
        key = (score[regions[zone]], priorities[zone])
        if key != last:
            groups.append([])
        groups[-1].append(zone)
        last = key
    rest = sorted(zone for zone in zone_list if zone not in priorities and regions.get(zone) in score)
    return ";".join(",".join(group) for group in groups + ([rest] if rest else []))
