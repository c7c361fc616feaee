# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Judge the hosts: the control side of the pre-check."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_judge import judge
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_page import page
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_profile import load_profile
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_report import counts_of, document, failure_message, summary, table

ARGUMENTS = {
    "plan": {"type": "dict", "required": True},
    "results": {"type": "dict"},
    "pairs": {"type": "dict"},
    "results_from": {"type": "str", "default": "__oceanbase_checked"},
    "pairs_from": {"type": "str", "default": "__oceanbase_checked_pairs"},
    "profile": {"type": "str", "default": "obd", "choices": ["obd", "ocp", "strict", "lab"]},
    "overrides": {"type": "dict", "default": {}},
    "install_method": {"type": "str", "default": "rpm", "choices": ["rpm", "extract"]},
    "artifacts_dir": {"type": "path"},
    "fail": {"type": "bool", "default": True},
    "show": {"type": "str", "default": "summary", "choices": ["nothing", "summary", "table"]},
}


class ActionModule(ActionBase):
    """Compare the measurements of all hosts with a profile; no connection is opened."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the verdict."""
        result: dict[str, Any] = super().run(tmp, task_vars)
        variables = task_vars or {}
        _checked, args = self.validate_argument_spec(ARGUMENTS)
        plan = args["plan"]
        hostvars = variables.get("hostvars", {})
        results = args["results"] if args["results"] is not None else gathered(hostvars, plan["hosts"], args["results_from"])
        pairs = args["pairs"] if args["pairs"] is not None else gathered(hostvars, plan["hosts"], args["pairs_from"])
        try:
            result.update(verdict(plan, results, pairs, args))
            if not result["failed"] and args["show"] != "nothing":
                self._display.display(result[args["show"]])
        except ObError as error:
            result.update(failed=True, msg=error.message(), cause=error.cause, remedy=error.remedy)
        return result


def gathered(hostvars: Mapping[str, Any], hosts: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what every host registered under a name."""
    return {host: hostvars[host][name] for host in hosts if host in hostvars and name in hostvars[host]}


def measured_in(results: Mapping[str, Any]) -> dict[str, Any]:
    """Return the measurements of the hosts that returned some."""
    return {host: result["measured"] for host, result in results.items() if isinstance(result, Mapping) and result.get("measured")}


def failures_in(results: Mapping[str, Any]) -> dict[str, str]:
    """Return what the other hosts said instead."""
    return {host: str(result.get("msg", "no measurements")) for host, result in results.items() if isinstance(result, Mapping) and not result.get("measured")}


def verdict(plan: Mapping[str, Any], results: Mapping[str, Any], pairs: Mapping[str, Any], args: Mapping[str, Any]) -> dict[str, Any]:
    """Judge, keep the report, and say all of it."""
    profile = load_profile(args["profile"], args["overrides"])
    measured, asked = measured_in(results), measured_in(pairs)
    items = judge(measured, asked, plan, profile, {"install_method": args["install_method"]}, failures_in(results))
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")
    report = document(items, plan, profile, measured, asked, now)
    counts = counts_of(items)
    failed = counts["fail"] > 0 and args["fail"]
    reports = keep(args["artifacts_dir"], report, page(report)) if args["artifacts_dir"] else []
    answer: dict[str, Any] = {"changed": False, "counts": counts, "profile": profile.name, "reports": reports, "failed": failed}
    # A result that failed is printed whole: it has what is needed then, and the message says the rest.
    if failed:
        return {**answer, "msg": failure_message(items), "failures": [item for item in report["items"] if item["verdict"] == "fail"]}
    return {**answer, "items": report["items"], "summary": summary(items, profile, reports), "table": table(items, profile)}


def keep(folder: str, report: Mapping[str, Any], html: str) -> list[str]:
    """Write both reports; each is complete or not there."""
    place = Path(folder)
    written = []
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, text in (("precheck.json", json.dumps(report, indent=1, ensure_ascii=False) + "\n"), ("precheck.html", html)):
            fresh = place / f".{name}.new"
            fresh.write_text(text, encoding="utf-8")
            fresh.replace(place / name)
            written.append(str(place / name))
    except OSError as error:
        remedy = "Set oceanbase_artifacts_dir to a directory that you can write to."
        raise ObError(f"Cannot write the report of the pre-check to {folder}", error.strerror or str(error), remedy) from error
    return written
