# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""One measurement: a value with the evidence for it, or the reason why it is not known."""
from typing import Any, Callable, Dict, Iterable, Tuple

Fact = Dict[str, Any]
Probe = Tuple[str, Callable[[], Fact]]


def fact(value, evidence):
    # type: (Any, str) -> Fact
    """Return what was measured and where it was seen."""
    return {"value": value, "evidence": evidence}


def unknown(why):
    # type: (str) -> Fact
    """Return that something could not be measured."""
    return {"value": None, "evidence": "", "unknown": why}


def measure(probes):
    # type: (Iterable[Probe]) -> Dict[str, Fact]
    """Take every measurement; one that cannot be taken says why and hides no other."""
    measured = {}  # type: Dict[str, Fact]
    for name, probe in probes:
        try:
            measured[name] = probe()
        except OSError as error:
            measured[name] = unknown("{0}: {1}".format(error.filename, error.strerror) if error.filename else str(error))
        except Exception as error:  # what a strange host shows must not hide the other items
            measured[name] = unknown("{0}: {1}".format(type(error).__name__, error))
    return measured
