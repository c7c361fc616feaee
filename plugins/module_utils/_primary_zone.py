# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Primary zones: a text such as ``z1;z2,z3``, and the form in which the server stores it.

Zones before a ``;`` outrank those after it, a ``,`` means equal rank. oceanbase src/share/ob_primary_zone_util.cpp.
"""

from typing import Dict, List, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Zone

RANDOM = "RANDOM"
_UNNAMED = 1 << 62


class PrimaryZoneError(ValueError):
    """A text that is no primary zone."""


def parse_primary_zone(text):
    # type: (str) -> List[List[str]]
    """Return the zones in groups, first rank first; no groups at all stand for RANDOM and for an empty text."""
    word = text.strip()
    if not word or word.upper() == RANDOM:
        return []
    if word.upper() == "DEFAULT":
        raise PrimaryZoneError('"DEFAULT" is refused by the server; leave it empty, or write RANDOM or zones such as "zone1;zone2,zone3"')
    groups = [[zone.strip() for zone in group.split(",")] for group in word.split(";")]
    names = [zone for group in groups for zone in group]
    if not all(names):
        raise PrimaryZoneError('"{0}" has nothing between two separators; write zones such as "zone1;zone2,zone3"'.format(text))
    bad = sorted(set(zone for zone in names if any(char in zone for char in "'\"\\` \t\n\0")))
    if bad:
        raise PrimaryZoneError('"{0}" is not a zone name'.format(bad[0]))
    twice = sorted(set(zone for zone in names if names.count(zone) > 1))
    if twice:
        raise PrimaryZoneError('"{0}" stands twice in "{1}"'.format(twice[0], text))
    if RANDOM in (zone.upper() for zone in names):
        raise PrimaryZoneError('RANDOM stands alone, not beside zones, in "{0}"'.format(text))
    return groups


def normalized(text, zones):
    # type: (str, Sequence[Zone]) -> str
    """Return what the server stores for a text, given the zones in which the tenant has replicas.

    A zone that is not named, but lies in the region of a named one, comes last in that region; zones of other regions are left out.
    """
    groups = parse_primary_zone(text)
    if not groups:
        return RANDOM if text.strip() else ""
    rank = {zone: number for number, group in enumerate(groups) for zone in group}
    region_rank = {}  # type: Dict[str, int]
    for zone in zones:
        if zone.name in rank:
            region_rank[zone.region] = min(region_rank.get(zone.region, _UNNAMED), rank[zone.name])
    known = {zone.name for zone in zones}
    ordered = sorted(
        [(region_rank[zone.region], rank.get(zone.name, _UNNAMED), zone.name) for zone in zones if zone.region in region_rank]
        + [(number, number, zone) for zone, number in rank.items() if zone not in known]
    )
    return _joined(ordered)


def _joined(ordered):
    # type: (Sequence[Tuple[int, int, str]]) -> str
    text = ""
    for position, (region, own, name) in enumerate(ordered):
        if position:
            text += "," if (region, own) == ordered[position - 1][:2] else ";"
        text += name
    return text


def unknown_zones(text, zones):
    # type: (str, Sequence[str]) -> List[str]
    """Return the zones of a text that do not exist."""
    return [zone for group in parse_primary_zone(text) for zone in group if zone not in zones]
