# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a primary zone is stored."""

from __future__ import annotations

import pytest
from standin.errors import ServerError
from standin.primary_zone import normalise

ONE_REGION = {"z1": "r1", "z2": "r1", "z3": "r1"}
TWO_REGIONS = {"z1": "r1", "z2": "r1", "z3": "r2"}


@pytest.mark.parametrize(("text", "regions", "stored"), [
    ("z1", ONE_REGION, "z1;z2,z3"),
    ("z2,z1;z3", ONE_REGION, "z1,z2;z3"),
    ("z3;z2;z1", ONE_REGION, "z3;z2;z1"),
    ("z1,z2,z3", ONE_REGION, "z1,z2,z3"),
    ("z2 ; z1", ONE_REGION, "z2;z1;z3"),
    ("random", ONE_REGION, "RANDOM"),
    ("z1", TWO_REGIONS, "z1;z2"),
    ("z3", TWO_REGIONS, "z3"),
    ("z1;z3,z2", TWO_REGIONS, "z1;z2;z3"),
])
def test_stored(text: str, regions: dict[str, str], stored: str) -> None:
    """Sorted by region, priority and name, unnamed zones of a named region last."""
    assert normalise(text, regions, sorted(regions)) == stored


@pytest.mark.parametrize(("text", "regions", "errno", "message"), [
    ("", ONE_REGION, 4179, "set primary_zone empty not allowed"),
    ("z9", ONE_REGION, 4643, "primary zone 'z9' not in zone list [\"z1\", \"z2\", \"z3\"]"),
    ("z1;;z2", ONE_REGION, 1210, "Incorrect arguments to primary zone"),
    ("z1,z1", ONE_REGION, 1210, "Incorrect arguments to primary zone"),
    ("z1,z3", TWO_REGIONS, 1235, "tenant primary zone span regions not supported"),
])
def test_refused(text: str, regions: dict[str, str], errno: int, message: str) -> None:
    """A bad one is refused with the server's text."""
    with pytest.raises(ServerError) as caught:
        normalise(text, regions, sorted(regions))
    assert (caught.value.errno, caught.value.text) == (errno, message)
