# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which hosts came through a step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def not_ready(results: Mapping[str, Any], expect: Mapping[str, Any], foresee: bool = False) -> dict[str, str]:
    """Return the hosts that are not ready, each with the reason.

    ``results`` are the registered results of one task by host, ``expect`` the values that each has to have.
    ``foresee`` is check mode, in which a result that foretells a change need not have the values yet.
    """
    faults = {}
    for host, result in results.items():
        if not isinstance(result, Mapping):
            faults[host] = "it did not take part in the step"
        elif result.get("unreachable"):
            faults[host] = "it could not be reached"
        elif result.get("failed"):
            faults[host] = str(result.get("msg") or "it failed")
        elif result.get("skipped") and expect:
            faults[host] = "it was left out of the step"
        else:
            wrong = [
                f"{name} is {result.get(name)!r}, {wanted!r} was expected"
                for name, wanted in expect.items()
                if result.get(name) != wanted and not (foresee and result.get("changed"))
            ]
            if wrong:
                faults[host] = ", ".join(wrong)
    return faults
