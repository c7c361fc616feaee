# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Zones as a person types them into one field of a form: a line for each zone."""

from __future__ import annotations

from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults, shown

FORM = '"name IDC servers", such as "zone1 hz1 1,2"; "-" stands for no IDC'


def read_zone_lines(text: str, faults: Faults) -> list[dict[str, Any]] | None:
    """Return the zones of lines such as ``zone1 hz1 1,2`` in the shape of the API's field ``zones``; None where no line says anything.

    Servers are separated by commas, with or without white space. Blank lines and what follows a ``#`` do not count.
    """
    zones = []
    lines = [(number, line.partition("#")[0].split(maxsplit=2)) for number, line in enumerate(text.splitlines(), start=1)]
    lines = [(number, words) for number, words in lines if words]
    for number, words in lines:
        if len(words) < 3:
            faults.add(f"zones, line {number}", f"{shown(' '.join(words))} is not of the form {FORM}")
            continue
        name, idc, servers = words
        zones.append({"name": name, "idcName": "" if idc == "-" else idc, "servers": servers.replace(",", " ").split()})
    return zones if lines else None
