# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Join what a task said when it failed with what the hosts say of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LINES = 20  # of all logs together


def explained(failure: Mapping[str, Any], logs: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the failed result with what the logs add.

    ``failure`` is the result of the task that failed, ``logs`` the results of ``observer_log`` by host.
    """
    result = {name: value for name, value in failure.items() if name != "invocation" and not name.startswith("_ansible")}
    remedy = str(result.get("remedy") or "")
    told = str(result.get("msg") or "it failed").removesuffix(remedy).rstrip()
    cause = str(result.get("cause") or told)
    seen = [said for host, log in logs.items() if (said := sentence(host, log))]
    if not remedy:
        remedy = next((str(log["remedy"]) for log in logs.values() if log.get("remedy")), "")
    joined = "; ".join(seen)
    added = f" Seen on the hosts: {joined}." if seen else ""
    return {
        **result,
        "failed": True,
        "changed": False,
        "msg": f"{told}{added} {remedy}".rstrip(),
        "cause": f"{cause.rstrip('. ')}.{added}" if seen else cause,
        "remedy": remedy,
        "evidence": [*(result.get("evidence") or ()), *shared_out({host: log.get("lines") or [] for host, log in logs.items()})],
    }


def sentence(host: str, log: Mapping[str, Any]) -> str:
    """Return what is to be said of a host; "" where it has nothing to tell."""
    if log.get("unreachable"):
        return f"{host} could not be asked"
    if log.get("failed"):
        return f"{host} could not be asked: {log.get('msg')}"
    parts = [] if log.get("running") else [f"no observer runs ({log.get('process')})"]
    if log.get("meaning"):
        parts.append(f"its log has -{log['error_code']} {log['meaning']}")
    return f"{host}: {', and '.join(parts)}" if parts else ""


def shared_out(found: Mapping[str, list[str]], limit: int = LINES) -> list[str]:
    """Return at most ``limit`` lines with the names of their hosts, in equal shares, the first of each host."""
    telling = {host: text for host, text in found.items() if text}
    share = max(limit // len(telling), 1) if telling else 0
    return [f"{host}: {line}" for host, text in telling.items() for line in text[:share]][:limit]
