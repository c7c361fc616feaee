# SPDX-License-Identifier: GPL-3.0-or-later
"""Zones typed into one field of a form."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.request import ZoneRequest, read_request
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.zones_text import read_zone_lines

ZONE1 = {"name": "zone1", "idcName": "hz1", "servers": ["1", "2"]}


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("zone1 hz1 1,2", [ZONE1]),
        ("  zone1\thz1   1, 2  ", [ZONE1]),
        ("zone1 hz1 1 2", [ZONE1]),
        ("zone1 hz1 1,2,", [ZONE1]),
        ("\r\nzone1 hz1 1,2\r\n\r\n", [ZONE1]),
        ("# ours\nzone1 hz1 1,2 # both", [ZONE1]),
        ("zone1 - ob1", [{"name": "zone1", "idcName": "", "servers": ["ob1"]}]),
        ("zone1 hz1 1,2\nzone2 hz2 3", [ZONE1, {"name": "zone2", "idcName": "hz2", "servers": ["3"]}]),
        ("", None),
        (" \n\t\n", None),
        ("# nothing yet", None),
    ],
)
def test_lines_become_zones(text: str, zones: object) -> None:
    faults = Faults()
    assert read_zone_lines(text, faults) == zones
    assert faults.found == []


def test_every_line_of_another_form_is_told() -> None:
    faults = Faults()
    assert read_zone_lines("zone1\n\nzone2 hz1 2\nzone3 3", faults) == [{"name": "zone2", "idcName": "hz1", "servers": ["2"]}]
    assert [fault.split(":")[0] for fault in faults.found] == ["zones, line 1", "zones, line 4"]


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("zone1 hz1 1,2\nzone2 - ob3", (ZoneRequest("zone1", "hz1", ("1", "2")), ZoneRequest("zone2", "", ("ob3",)))),
        (" \n ", None),
        ("zone1", ()),
    ],
)
def test_a_request_reads_the_text(text: str, zones: object) -> None:
    assert read_request({"zones": text}, Faults()).zones == zones


def test_what_a_line_says_is_checked_like_any_zone() -> None:
    faults = Faults()
    read_request({"zones": "1zone h*z 1\nzone1 hz1 ,"}, faults)
    places = {fault.split(":")[0] for fault in faults.found}
    assert {"zones[0].name", "zones[0].idcName", "zones[1].servers"} <= places
