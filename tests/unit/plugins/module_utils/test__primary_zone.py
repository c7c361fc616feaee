# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Zone
from ansible_collections.oceanbase.cluster.plugins.module_utils._primary_zone import PrimaryZoneError, normalized, parse_primary_zone, unknown_zones

ONE = [Zone(f"z{number}", "ACTIVE", "r1", "") for number in (1, 2, 3)]
TWO = [Zone("z1", "ACTIVE", "r1", ""), Zone("z2", "ACTIVE", "r1", ""), Zone("z3", "ACTIVE", "r2", "")]
FIVE = [Zone(name, "ACTIVE", region, "") for name, region in (("z1", "a"), ("z2", "a"), ("z3", "b"), ("z4", "b"), ("z5", "c"))]


@pytest.mark.parametrize(("text", "groups"), [
    ("", []), ("  ", []), ("RANDOM", []), ("random", []), (" Random ", []), ("z1", [["z1"]]), ("z1,z2", [["z1", "z2"]]), ("z1;z2", [["z1"], ["z2"]]),
    ("z1;z2,z3", [["z1"], ["z2", "z3"]]), (" z1 ; z2 , z3 ", [["z1"], ["z2", "z3"]]), ("z2,z1;z3", [["z2", "z1"], ["z3"]]),
])
def test_parse(text: str, groups: list[list[str]]) -> None:
    assert parse_primary_zone(text) == groups


@pytest.mark.parametrize(("text", "words"), [
    ("DEFAULT", "refused by the server"), ("default", "refused by the server"), (";", "nothing between"), (",", "nothing between"), ("z1;", "nothing between"),
    (";z1", "nothing between"), ("z1;;z2", "nothing between"), ("z1,,z2", "nothing between"), ("z1,;z2", "nothing between"), ("z1;z1", "stands twice"),
    ("z1,z2;z1", "stands twice"), ("z1 z2", "not a zone name"), ("z'1", "not a zone name"), ('z"1', "not a zone name"), ("z\\1", "not a zone name"),
    ("z`1", "not a zone name"), ("RANDOM;z1", "stands alone"), ("z1,random", "stands alone"),
])
def test_parse_refuses(text: str, words: str) -> None:
    with pytest.raises(PrimaryZoneError, match=words):
        parse_primary_zone(text)


@pytest.mark.parametrize(("text", "zones", "stored"), [
    ("", ONE, ""), ("RANDOM", ONE, "RANDOM"), ("random", ONE, "RANDOM"),
    # One region: whoever is not named comes last.
    ("z1", ONE, "z1;z2,z3"), ("z2", ONE, "z2;z1,z3"), ("z2,z1", ONE, "z1,z2;z3"), ("z2;z1", ONE, "z2;z1;z3"), ("z3,z2,z1", ONE, "z1,z2,z3"),
    ("z2,z1;z3", ONE, "z1,z2;z3"), ("z1;z2,z3", ONE, "z1;z2,z3"), ("z1;z3,z2", ONE, "z1;z2,z3"), ("z3;z2;z1", ONE, "z3;z2;z1"), (" z1 ; z2 ", ONE, "z1;z2;z3"),
    # Two regions: the other region stays out unless it is named.
    ("z1", TWO, "z1;z2"), ("z3", TWO, "z3"), ("z1;z3", TWO, "z1;z2;z3"), ("z3;z1", TWO, "z3;z1;z2"), ("z1,z2;z3", TWO, "z1,z2;z3"),
    ("z1;z3;z2", TWO, "z1;z2;z3"),
    # Three regions: a region ranks as its best zone.
    ("z1;z3", FIVE, "z1;z2;z3;z4"), ("z3;z5;z1", FIVE, "z3;z4;z5;z1;z2"), ("z5", FIVE, "z5"), ("z3,z4;z1,z2;z5", FIVE, "z3,z4;z1,z2;z5"),
    # Nothing known of zones, as in check mode without a cluster.
    ("z1", [], "z1"), ("z2,z1;z3", [], "z1,z2;z3"),
])
def test_normalized(text: str, zones: list[Zone], stored: str) -> None:
    assert normalized(text, zones) == stored
    assert normalized(stored, zones) == stored


def test_unknown_zones() -> None:
    assert unknown_zones("z1;zx,z2", ["z1", "z2"]) == ["zx"]
    assert unknown_zones("RANDOM", ["z1"]) == []
