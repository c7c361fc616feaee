# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs for the tests of task information, told as events."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta, timezone
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._steps import STEPS
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_document import Document, Origin, render
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import (
    Begun,
    Ended,
    Event,
    Facts,
    HostBegun,
    HostEnded,
    Outcome,
    PlanKnown,
    Run,
    StepsClosed,
    TaskBegun,
    begin,
    reduce,
)  # fmt: skip

T0 = 1614656374.508  # 2021-03-02T11:39:34.508+08:00
ZONE = timezone(timedelta(hours=8))
ORIGIN = Origin(108088, "ec3bd39a90c748d4", "a83ad33525", 100, "admin", 4711, "/srv/artifacts/terran", {"collection": "0.1.0"}, zone=ZONE)
NOT_ASKED = (8, 16, 17, 18, 22, 23)


def make_plan(hosts: Iterable[str] = ("ob1", "ob2", "ob3"), **cluster: Any) -> dict[str, Any]:
    """Return a plan with a zone for each host."""
    names = list(hosts)
    return {
        "cluster": {
            "name": "terran", "type": "PRIMARY", "ob_cluster_id": 1, "version": "4.3.5.3", "generation": "4.x", "primary_zone": "",
            "startup_parameters": {"system_memory": "5G"}, **cluster,
        },
        "package": {"rpm_name": "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm", "nevra": "x", "libs": ""},
        "zones": [{"name": f"zone{n}", "idc": "hz2", "region": "", "hosts": [host]} for n, host in enumerate(names, 1)],
        "hosts": {
            host: {
                "host_id": n, "zone": f"zone{n}", "idc": "hz2", "region": "", "address": f"192.0.2.{n}", "sql_port": 2881, "rpc_port": 2882,
                "server": f"192.0.2.{n}:2882", "endpoint": f"192.0.2.{n}:2881", "root_server": True, "user": "admin",
                "home": "/home/admin/oceanbase", "data_dir": "/d", "data_disk_dir": "/data/1/terran", "log_disk_dir": "/data/log1/terran",
                "command": "cd /home/admin/oceanbase && bin/observer",
            }
            for n, host in enumerate(names, 1)
        },
        "statements": ["ALTER SYSTEM BOOTSTRAP ZONE 'zone1' SERVER '192.0.2.1:2882'"],
        "steps": [
            {"number": step.number, "name": step.name, "asked": step.number not in NOT_ASKED, "reason": "off" if step.number in NOT_ASKED else ""}
            for step in STEPS
        ],
    }  # fmt: skip


def play(*events: Event, check_mode: bool = False) -> Run:
    """Return the run after these events."""
    run = begin(Begun(T0, check_mode))
    for event in events:
        run = reduce(run, event)
    return run


def planned(at: float = T0) -> list[Event]:
    """Return step 1 with its plan."""
    return [
        TaskBegun(at, 1, "plan"), HostBegun(at, 1, "localhost", "plan"), HostEnded(at + 0.1, 1, "localhost", "plan", "ok"),
        PlanKnown(at + 0.1, make_plan()),
    ]  # fmt: skip


def did(step: int, at: float, took: float = 1.0, **outcomes: Outcome) -> list[Event]:
    """Return a task of a step on hosts that begin together and end together."""
    events: list[Event] = [TaskBegun(at, step, "work")]
    events += [HostBegun(at, step, host, "work") for host in outcomes]
    return events + [HostEnded(at + took, step, host, "work", outcome, told(outcome, host)) for host, outcome in outcomes.items()]


def told(outcome: Outcome, host: str) -> Facts:
    """Return what a task that ends so says."""
    if outcome in ("failed", "unreachable"):
        return Facts(message="Cannot start", cause="memory", remedy="Add memory.", evidence=("line 1", "line 2"))
    return Facts(changed=outcome == "ok", message=f"{host} done" if outcome == "ok" else "", waited=0.5 if outcome == "ok" else None)


def whole_run() -> list[Event]:
    """Return a run that succeeds, each step a second long."""
    events = planned()
    for step in STEPS[1:]:
        if step.number not in NOT_ASKED:
            events += did(step.number, T0 + step.number, ob1="ok", ob2="ok", ob3="ok")
    return [*events, StepsClosed(T0 + 30), Ended(T0 + 30)]


def failed_run() -> list[Event]:
    """Return a run whose bootstrap fails on one host."""
    return [*planned(), *did(2, T0 + 2, ob1="ok", ob2="ok", ob3="ok"), *did(9, T0 + 9, ob1="ok", ob2="failed", ob3="ok"), Ended(T0 + 11, ("ob2",))]


def document(events: Iterable[Event], now: float = T0 + 31, origin: Origin = ORIGIN, check_mode: bool = False) -> Document:
    """Return the document of a run."""
    return render(play(*events, check_mode=check_mode), origin, now)
