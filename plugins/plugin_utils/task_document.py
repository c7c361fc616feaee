# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The document task.json: the answer of OCP's POST /api/v2/ob/clusters, and under ``run`` what it does not tell. task_schema.json is its schema."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timezone, tzinfo
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._steps import STEPS
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_state import Failure, Node, Run, StepState
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_text import clean, hide_by_name, iso, read_iso

FORMAT = 1
HEARTBEAT = 5.0  # seconds between two signs of life
MOST_ATTEMPTS = 20  # attempts that the history keeps
UNKNOWN = "(unknown)"

Document = dict[str, Any]


@dataclass(frozen=True)
class Origin:
    """Who runs, where: what does not change during a run."""

    task_id: int
    trace_id: str
    server: str  # the control node
    creator_id: int
    creator_name: str
    pid: int
    directory: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    attempt: int = 1
    history: tuple[Mapping[str, Any], ...] = ()
    zone: tzinfo = timezone.utc


Made = dict[int, tuple[StepState, str, Document]]  # by step: what it was rendered from, and into what


def render(run: Run, origin: Origin, now: float, made: Made | None = None, overhead: float = 0.0) -> Document:
    """Return the document of a run as of now. Steps that have not changed since the last call are taken from ``made``.

    ``overhead`` is the processor time, in seconds, that telling of the run has taken so far.
    """
    made = {} if made is None else made
    plan = run.plan or {}
    refused = bool(run.faults)
    end = now if run.finish is None else run.finish
    return {
        "data": {
            "cluster": _cluster(plan),
            "context": context(plan),
            "creator": {"id": origin.creator_id, "name": origin.creator_name},
            "id": origin.task_id,
            "name": f"Create {_text(plan, 'cluster', 'type', default='PRIMARY').lower()} OB cluster",
            "startTime": iso(run.start, origin.zone),
            "status": run.status,
            "tasks": [_task(step, operation(run, origin), origin, made) for step in run.steps],
        },
        "duration": round((end - run.start) * 1000),
        "server": origin.server,
        "status": 400 if refused else 200,
        "successful": not refused,
        "timestamp": iso(now, origin.zone),
        "traceId": origin.trace_id,
        "run": {**own(run, origin, now), "overhead": round(overhead, 3)},
    }


def _task(step: StepState, word: str, origin: Origin, made: Made) -> Document:
    before = made.get(step.number)
    if before is None or before[0] is not step or before[1] != word:
        before = made[step.number] = (step, word, task(step, word, origin))
    return before[2]


def task(step: StepState, word: str, origin: Origin) -> Document:
    """Return a step as the API shows a subtask, with what each host did in it; ``word`` is the operation."""
    row = STEPS[step.number - 1]
    return {
        "description": row.name,
        "downstreams": [step_id(origin, step.number + 1)] if step.number < len(STEPS) else [],
        "id": step_id(origin, step.number),
        "name": row.name,
        "operation": "SKIP" if step.status == "SKIPPED" else word,
        "status": step.status,
        "upstreams": [step_id(origin, step.number - 1)] if step.number > 1 else [],
        "nodes": [node_entry(node, origin.zone) for node in step.nodes.values()],
    }


def operation(run: Run, origin: Origin) -> str:
    """Return the API's word for a first and for a repeated execution, and our own for one that only looks."""
    if run.check_mode:
        return "CHECK"
    return "EXECUTE" if origin.attempt == 1 else "RETRY"


def step_id(origin: Origin, number: int) -> int:
    """Return the id of a step: the same in each attempt."""
    return origin.task_id * 100 + number


def node_entry(node: Node, zone: tzinfo) -> Document:
    """Return one host's part in a step."""
    finish = None if node.in_flight else node.finish
    return {
        "host": node.host,
        "state": node.state,
        "start": iso(node.start, zone),
        "finish": None if finish is None else iso(finish, zone),
        "duration": None if finish is None else round(finish - node.start, 3),
        "changed": node.changed,
        "message": node.message,
        "waited": node.waited,
        "spans": [*([iso(start, zone), iso(stop, zone)] for start, stop in node.spans), *([[iso(node.begun, zone), None]] if node.in_flight else [])],
    }


def own(run: Run, origin: Origin, now: float) -> Document:
    """Return what the API's answer has no place for."""
    plan = run.plan or {}
    end = now if run.finish is None else run.finish
    return {
        "format": FORMAT,
        "operation": operation(run, origin),
        "check_mode": run.check_mode,
        "attempts": origin.attempt,
        "heartbeat": iso(now, origin.zone),
        "heartbeat_interval": HEARTBEAT,
        "pid": origin.pid,
        "start": iso(run.start, origin.zone),
        "finish": None if run.finish is None else iso(run.finish, origin.zone),
        "duration": round(end - run.start, 3),
        "interrupted": run.interrupted,
        "directory": origin.directory,
        "versions": dict(origin.versions),
        "steps": [step_entry(step, origin.zone) for step in run.steps],
        "failures": [failure_entry(failure, origin.zone) for failure in run.failures],
        "faults": [clean(fault) for fault in run.faults],
        "cluster": {
            **{name: plan.get("cluster", {}).get(name) for name in ("name", "type", "ob_cluster_id", "version", "generation", "primary_zone")},
            "startup_parameters": hide_by_name(plan.get("cluster", {}).get("startup_parameters") or {}),
        },
        "package": {name: plan.get("package", {}).get(name) for name in ("rpm_name", "nevra", "libs")},
        "zones": [
            {name: zone.get(name) for name in ("name", "idc", "region", "hosts")} for zone in plan.get("zones") or ()
        ],
        "hosts": {host: _host(entry) for host, entry in (plan.get("hosts") or {}).items()},
        "statements": [clean(statement) for statement in plan.get("statements") or ()],
        "history": [dict(attempt) for attempt in origin.history],
    }


_HOST_FIELDS = (
    "host_id", "zone", "idc", "region", "address", "sql_port", "rpc_port", "server", "endpoint", "root_server",
    "user", "home", "data_dir", "data_disk_dir", "log_disk_dir", "command",
)  # fmt: skip
_NUMBERS = ("host_id", "sql_port", "rpc_port")


def _host(entry: Mapping[str, Any]) -> Document:
    return {name: _number(entry.get(name)) if name in _NUMBERS else entry.get(name) for name in _HOST_FIELDS}


def _number(value: object) -> object:
    """Return a number that an inventory gave as text as what it is."""
    return int(value) if isinstance(value, str) and value.isdecimal() else value


def step_entry(step: StepState, zone: tzinfo) -> Document:
    """Return when a step ran, and why it did not."""
    status = step.status
    over = status not in ("PENDING", "RUNNING") and step.start is not None and step.finish is not None
    row = STEPS[step.number - 1]
    return {
        "number": step.number,
        "name": row.name,
        "status": status,
        "start": None if step.start is None else iso(step.start, zone),
        "finish": iso(step.finish, zone) if over and step.finish is not None else None,
        "duration": round(step.finish - step.start, 3) if over and step.finish is not None and step.start is not None else None,
        "reason": step.reason if status == "SKIPPED" else "",
        "task": step.task,
        "waits_for": row.waits_for,
    }


def failure_entry(failure: Failure, zone: tzinfo) -> Document:
    """Return a failure."""
    return {
        "at": iso(failure.at, zone),
        "step": failure.step,
        "name": STEPS[failure.step - 1].name if failure.step else "",
        "task": failure.task,
        "hosts": list(failure.hosts),
        "unreachable": failure.unreachable,
        "message": failure.message,
        "cause": failure.cause,
        "remedy": failure.remedy,
        "evidence": list(failure.evidence),
    }


def _cluster(plan: Mapping[str, Any]) -> Document:
    cluster = plan.get("cluster", {})
    number = int(cluster.get("ob_cluster_id") or 0)
    # OCP counts the clusters it manages; with no OCP the cluster's own number is its only one.
    return {"id": number, "name": cluster.get("name") or UNKNOWN, "obClusterId": number}


def context(plan: Mapping[str, Any]) -> str:
    """Return the task's context in the form in which OCP prints it, with its keys."""
    cluster, package = plan.get("cluster") or {}, plan.get("package") or {}
    zones, hosts = plan.get("zones") or (), plan.get("hosts") or {}
    roots = [host for host in hosts.values() if host.get("root_server")]
    parameters = hide_by_name(cluster.get("startup_parameters") or {})
    number, name = _word(cluster.get("ob_cluster_id")), _word(cluster.get("name"))
    asked = {step.get("number"): step.get("asked") for step in plan.get("steps") or ()}
    strings = {
        "cluster_version": _word(cluster.get("version")),
        "cluster_name": name,
        "startup_option_string": ",".join(f"{key}={value}" for key, value in parameters.items()),
        "ob_version": _word(cluster.get("version")),
        "service_name": f"{name}:{number}" if name else "",
        "ob_connect_address": _word(roots[0].get("address")) if roots else "",
        "cluster_type": _word(cluster.get("type")),
        "ob_cluster_id": number,
        "link_obproxy": "true" if asked.get(len(STEPS)) else "false",
        **{f"{zone.get('name')}.idc": _word(zone.get("idc")) for zone in zones},
        "primary_zone": _word(cluster.get("primary_zone")),
        "sql_port": _word(roots[0].get("sql_port")) if roots else "",
        "service_type": "OB_CLUSTER",
        "cluster_id": number,
        "rpm_name": _word(package.get("rpm_name")),
        "target_cluster_status": "RUNNING",
    }
    lists: dict[str, Sequence[str]] = {
        "root_servers": [_word(host.get("host_id")) for host in roots],
        "root_server_ips": [_word(host.get("address")) for host in roots],
        "host_ids": [_word(host.get("host_id")) for host in hosts.values()],
        **{
            f"{zone.get('name')}.host_ids": [_word(hosts.get(host, {}).get("host_id")) for host in zone.get("hosts") or ()]
            for zone in zones
        },
        "zone_names": [_word(zone.get("name")) for zone in zones],
    }
    text = ", ".join(f"{key}={value}" for key, value in strings.items())
    listed = ", ".join(f"{key}=[{', '.join(values)}]" for key, values in lists.items())
    return f"Context(parallelIdx=-1, stringMap={{{text}}}, listMap={{{listed}}})"


def _word(value: object) -> str:
    return "" if value is None else str(value)


def _text(plan: Mapping[str, Any], *path: str, default: str) -> str:
    value: Any = plan
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return str(value or default)


def continued(before: Document | None, name: str, ob_cluster_id: object, fresh: Origin) -> Origin:
    """Return the origin of the next attempt of the same cluster, or ``fresh`` where there was none.

    ``before`` is the document that was found; ``name`` is empty where the request did not even name a cluster.
    """
    if not before or not _same_cluster(before, name, ob_cluster_id):
        return fresh
    past = before["run"]
    history = (*past.get("history", ()), summary(before))
    return Origin(
        task_id=int(before["data"]["id"]),
        trace_id=fresh.trace_id,
        server=fresh.server,
        creator_id=fresh.creator_id,
        creator_name=fresh.creator_name,
        pid=fresh.pid,
        directory=fresh.directory,
        versions=fresh.versions,
        attempt=int(past.get("attempts", 1)) + 1,
        history=history[-MOST_ATTEMPTS:],
        zone=fresh.zone,
    )


def _same_cluster(before: Document, name: str, ob_cluster_id: object) -> bool:
    cluster = before["data"]["cluster"]
    if not name or cluster["name"] == UNKNOWN:
        return True
    return bool(cluster["name"] == name and ob_cluster_id in (None, cluster["obClusterId"]))


def summary(document: Document) -> Document:
    """Return what is remembered of an attempt. One that left a RUNNING document behind was killed."""
    run = document["run"]
    killed = document["data"]["status"] == "RUNNING"
    failures = run.get("failures") or []
    return {
        "attempt": run.get("attempts", 1),
        "start": run["start"],
        "finish": run["heartbeat"] if killed else run["finish"],
        "duration": run["duration"],
        "status": "FAILED" if killed else document["data"]["status"],
        "killed": killed,
        "interrupted": bool(run.get("interrupted")),
        "failure": failures[0]["message"] if failures else "",
        "steps": [
            {name: step.get(name) for name in ("number", "status", "duration")} for step in run["steps"]
        ],
    }


def is_stale(document: Document, now: float) -> bool:
    """Whether a run that says RUNNING gave no sign of life for so long that it must be dead."""
    silent = now - read_iso(document["run"]["heartbeat"])
    return bool(document["data"]["status"] == "RUNNING" and silent > 3 * float(document["run"]["heartbeat_interval"]))


def looks_like_ours(document: object) -> bool:
    """Whether something read from a file is a document of this format, as far as this file relies on it."""
    try:
        run, data = document["run"], document["data"]  # type: ignore[index]
        return bool(
            run["format"] == FORMAT and {"id", "status", "cluster", "tasks"} <= set(data) and {"heartbeat", "steps", "start"} <= set(run)
        )
    except (KeyError, TypeError, IndexError):
        return False
