# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Task information of a run: progress lines, task.json, report.html. Thin: events in, state from task_state, texts from task_*."""

from __future__ import annotations

DOCUMENTATION = r"""
name: task_info
type: notification
short_description: Shows and records how the creation of an OceanBase cluster goes
author:
  - The oceanbase.cluster contributors (@oceanbase)
description:
  - Follows the 23 steps of the role P(oceanbase.cluster.create_cluster#role) and prints a line for each of them, a live line during long ones
    where the output is a terminal, and a summary at the end.
  - Keeps C(task.json) in the folder of the run's artefacts true at every moment, in the form of the answer of C(POST /api/v2/ob/clusters) of OCP,
    and C(report.html), a page to look at while the run goes on and to keep afterwards.
  - A run in check mode writes C(task-check.json) and C(report-check.html) and leaves the files of real runs alone.
  - Says nothing and costs nothing in plays that do not create a cluster. Nothing that goes wrong in it can fail a run.
requirements:
  - To be enabled by C(callbacks_enabled = oceanbase.cluster.task_info) in C(ansible.cfg) or by the environment variable E(ANSIBLE_CALLBACKS_ENABLED).
options:
  progress:
    description:
      - How the terminal shows progress.
      - V(auto) is V(live) on a terminal and V(lines) elsewhere, as in AWX or in the log of a CI job.
      - V(live) prints a line for each step and keeps one more that ticks.
      - V(lines) prints lines with a time, and every 30 seconds what a long step is waiting for.
      - V(none) prints nothing; the files are written all the same.
    type: str
    choices: [auto, live, lines, none]
    default: auto
    env:
      - name: OCEANBASE_TASK_INFO_PROGRESS
    ini:
      - section: oceanbase_task_info
        key: progress
"""

import atexit
import functools
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ansible import constants as C
from ansible import context
from ansible.plugins.callback import CallbackBase

from ansible_collections.oceanbase.cluster.plugins.plugin_utils import task_document, task_files, task_lines, task_page, task_state
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_events import (
    action,
    extra_variables,
    facts_of,
    is_neutral,
    is_rescuable,
    last_tasks,
    node_name,
    parts,
    step_of,
    task_name,
)
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_origin import ZONE, alive, fresh_origin
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_pace import Cost, Pace
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_screen import Screen, choose_progress, is_unicode
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_text import clean, iso

PULSE = 0.5  # seconds between two looks of the thread
REMIND = 30.0  # seconds between two lines about a long step where nothing ticks
SHARES = (0.003, 0.002)  # what writing the document and the page may take of the run's time

Method = TypeVar("Method", bound=Callable[..., None])


def guarded(method: Method) -> Method:
    """Let no exception out: a run is worth more than what is told about it."""

    @functools.wraps(method)
    def wrapper(self: CallbackModule, *args: Any, **kwargs: Any) -> None:
        with self.cost.counted():
            try:
                method(self, *args, **kwargs)
            except Exception as error:
                self.complain(error)

    return wrapper  # type: ignore[return-value]


class CallbackModule(CallbackBase):
    """Glue between Ansible's events and the state of a run."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "oceanbase.cluster.task_info"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clock: Callable[[], float] = time.time
        self.run: task_state.Run | None = None
        self.origin: task_document.Origin | None = None
        self.directory: Path | None = None
        self.lock = threading.RLock()
        self.screen = Screen(self._display, self.lock)
        self.progress = "auto"
        self.complained = False
        self._steps: dict[str, int] = {}
        self._closed: set[int] = set()
        self._begun: dict[tuple[str, str], str] = {}
        self._play: Any = None
        self._last: dict[int, str] = {}
        self._at_last: set[tuple[str, str]] = set()
        self._lost: dict[str, None] = {}
        self._made: task_document.Made = {}
        self._document, self._page = (Pace(share) for share in SHARES)
        self.cost = Cost()
        self._beat = 0
        self._reminded = 0.0
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._owner = os.getpid()

    # Ansible's events

    def set_options(self, *args: Any, **kwargs: Any) -> None:
        super().set_options(*args, **kwargs)  # type: ignore[no-untyped-call]
        self.progress = choose_progress(str(self.get_option("progress")), os.environ, sys.stdout.isatty(), str(getattr(C, "DEFAULT_STDOUT_CALLBACK", "")))

    @guarded
    def v2_playbook_on_play_start(self, play: Any) -> None:
        with self.lock:
            self._play, self._last = play, {}
            self._at_last.clear()
            if self.run is not None:
                self._close_steps(self.clock())

    @guarded
    def v2_playbook_on_task_start(self, task: Any, is_conditional: bool) -> None:
        step = self._step_of(task)
        if not step or is_neutral(task):
            return
        with self.lock:
            self._begin_if_first(task, step)
            self._reduce(task_state.TaskBegun(self.clock(), step, task_name(task)))

    @guarded
    def v2_playbook_on_handler_task_start(self, task: Any) -> None:
        self.v2_playbook_on_task_start(task, False)

    @guarded
    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        step = self._step_of(task)
        if not step or is_neutral(task):
            return
        with self.lock:
            if self.run is not None:
                node = self._begun[str(task._uuid), host.get_name()] = node_name(host, task)
                self._reduce(task_state.HostBegun(self.clock(), step, node, task_name(task)))

    @guarded
    def v2_runner_on_ok(self, result: Any) -> None:
        self._ended(result, "ok")

    @guarded
    def v2_runner_on_skipped(self, result: Any) -> None:
        self._ended(result, "skipped")

    @guarded
    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._ended(result, "ignored" if ignore_errors else "failed")

    @guarded
    def v2_runner_on_unreachable(self, result: Any) -> None:
        ignored = bool(getattr(parts(result)[1], "ignore_unreachable", False))
        self._ended(result, "silent" if ignored else "unreachable")

    @guarded
    def v2_playbook_on_stats(self, stats: Any) -> None:
        hosts = list(stats.processed)
        lost = tuple(host for host in hosts if stats.dark.get(host) or stats.failures.get(host))
        self._finish(lost)

    # From events to the state

    def _step_of(self, task: Any) -> int:
        key = str(getattr(task, "_uuid", id(task)))
        if key not in self._steps:
            self._steps[key] = step_of(task)
        return self._steps[key]

    def _begin_if_first(self, task: Any, step: int) -> None:
        if self.run is not None:
            if step != 1 or self.run.current <= 1:
                return
            self._finish(())
        check = task.check_mode if isinstance(task.check_mode, bool) else bool(context.CLIARGS.get("check"))
        self.run = task_state.begin(task_state.Begun(self.clock(), check))
        self.origin, self.directory = None, None
        self._closed = set()
        self._made = {}
        self._document, self._page = (Pace(share) for share in SHARES)
        self.cost.seconds = 0.0
        self._stop.clear()
        self._start_thread()

    def _ended(self, result: Any, outcome: task_state.Outcome) -> None:
        host, task, facts = parts(result)
        step = self._step_of(task)
        # An include says nothing of its own; one that was skipped says why its step was.
        if is_neutral(task) and (outcome == "ok" or (outcome == "skipped" and (not step or action(task) == "meta"))):
            return
        with self.lock:
            if outcome in ("failed", "unreachable") and not is_rescuable(task):
                self._lost[host.get_name()] = None
            if step and is_neutral(task):
                self._begin_if_first(task, step)
            if self.run is None or (not step and outcome not in ("failed", "unreachable")):
                return
            now = self.clock()
            begun_as = self._begun.pop((str(task._uuid), host.get_name()), "")
            event = task_state.HostEnded(
                now, step, node_name(host, task), task_name(task), outcome, facts_of(facts, outcome), is_rescuable(task), begun_as, host.get_name()
            )
            self._reduce(event)
            if step == 1 and (isinstance(facts.get("plan"), Mapping) or facts.get("faults")):
                self._plan(facts, now)
            if step and self._is_last(host, task, step):
                self._close_steps(now)

    def _close_steps(self, now: float) -> None:
        """The steps so far are over; with the last one the run is, whatever else the playbook does."""
        if self.run is None:
            return
        self._reduce(task_state.StepsClosed(now))
        if self.run.complete and self.run.finish is None:
            self._reduce(task_state.Ended(now, tuple(self._lost)))

    def _is_last(self, host: Any, task: Any, step: int) -> bool:
        """Whether this was the step's last task on the last of its hosts, as far as can be known before the next task begins.

        The lines stand in better places then. Where it cannot be known (included tasks), the next task of another step tells.
        """
        if self.run is None:
            return False
        if not self._last:
            self._last = last_tasks(task, self._play, self._step_of)
        if self._last.get(step) != str(task._uuid):
            return False
        self._at_last.add((str(task._uuid), host.get_name()))
        if getattr(task, "run_once", False) is True:
            return True
        lost = {node.host for state in self.run.steps for node in state.nodes.values() if node.lost}
        hosts = set((self.run.plan or {}).get("hosts") or {}) - lost
        return bool(hosts) and all((str(task._uuid), name) in self._at_last for name in hosts)

    def _plan(self, facts: Mapping[str, Any], now: float) -> None:
        if self.run is None:
            return
        plan = facts["plan"] if isinstance(facts.get("plan"), Mapping) else {"cluster": {"name": str(facts.get("cluster") or "")}}
        faults = facts.get("faults") or ()
        self._reduce(task_state.PlanKnown(now, plan, tuple(str(fault) for fault in faults)))
        if self.origin is not None:  # the same plan once more, for another host
            return
        directory = str(facts.get("artifacts_dir") or plan.get("artifacts_dir") or "")
        if directory:
            self._open(Path(directory).expanduser().absolute(), plan)
        if not faults:
            self._say(task_lines.begin_lines(self.run, self._paths()[1], self.origin.attempt if self.origin else 1))

    def _paths(self) -> tuple[str, str]:
        """Return the files that could be written, empty where they could not."""
        if self.run is None or self.directory is None:
            return "", ""
        document, page = (self.directory / name for name in task_files.names(self.run.check_mode))
        return str(document) if document.is_file() else "", str(page) if page.is_file() else ""

    def _open(self, directory: Path, plan: Mapping[str, Any]) -> None:
        """Take a folder over: the earlier attempt's id goes on, its summary is kept."""
        if self.run is None:
            return
        fresh = fresh_origin(self.run, str(directory), extra_variables(self._play))
        names = task_files.names(self.run.check_mode)
        before = task_files.read_document(directory / names.document)
        cluster = plan.get("cluster") or {}
        now = self.clock()
        if before and before["data"]["status"] == "RUNNING" and not task_document.is_stale(before, now) and alive(before, fresh):
            self._warn(f"another run (pid {before['run']['pid']}) seems to be at work on this cluster; {directory} is written by both")
        self.origin = task_document.continued(before, str(cluster.get("name") or ""), cluster.get("ob_cluster_id"), fresh)
        self.directory = directory
        self._made = {}
        for name in names:
            task_files.sweep(directory, name)
        self._write(now, at_once=True)

    def _reduce(self, event: task_state.Event) -> None:
        if self.run is None:
            return
        self.run = task_state.reduce(self.run, event)
        closed = self._say_closed_steps()
        at_once = closed or isinstance(event, task_state.Ended) or bool(getattr(event, "outcome", "") in ("failed", "unreachable"))
        self._write(event.at, at_once)

    def _finish(self, lost: tuple[str, ...], interrupted: bool = False) -> None:
        with self.lock:
            if self.run is None:
                return
            try:
                self._reduce(task_state.Ended(self.clock(), lost, interrupted))
                self._say(task_lines.summary_lines(self.run, *self._paths()), "COLOR_OK" if self.run.status == "SUCCESSFUL" else "COLOR_ERROR")
            finally:
                self.screen.close()
                self._stop.set()
                self.run = None

    # From the state to files and lines

    def _write(self, now: float, at_once: bool, news: bool = True) -> None:
        if self.run is None or self.origin is None or self.directory is None:
            return
        names = task_files.names(self.run.check_mode)
        final = self.run.finish is not None
        if self._document.due(now, at_once, news):
            self._put(self._document, names.document, task_files.encode, now, final)
        if self._page.due(now, final or not self._page.last, news):
            self._put(self._page, names.page, task_page.render, now, final)

    @guarded
    def _put(self, pace: Pace, name: str, encode: Callable[[task_document.Document], str], now: float, final: bool) -> None:
        """Write a file; should that fail, the other file and the lines go on."""
        if self.run is None or self.origin is None or self.directory is None:
            return
        with pace.measured(now):
            text = encode(task_document.render(self.run, self.origin, now, self._made, self.cost.seconds))
            task_files.replace_text(self.directory / name, text, durable=final)

    def _say_closed_steps(self) -> bool:
        if self.run is None:
            return False
        said = False
        over = self.run.finish is not None
        for step in self.run.steps:
            if step.number in self._closed or (step.status == "PENDING" and not over and step.number < self.run.current):
                continue
            if step.status in ("PENDING", "RUNNING"):
                break  # lines come in the order of the steps; what was not reached has none
            self._closed.add(step.number)
            self._say([task_lines.step_line(step)], task_lines.step_colour(step))
            said = True
        return said

    def _say(self, lines: list[str], colour: str = "") -> None:
        if self.progress == "none":
            return
        stamp = "" if self.progress == "live" else iso(self.clock(), ZONE)[:19] + " "
        self.screen.say([stamp + line for line in lines], getattr(C, colour) if colour else None)

    def _warn(self, text: str) -> None:
        self._display.warning(f"oceanbase.cluster.task_info: {text}")

    def complain(self, error: Exception) -> None:
        """Tell of an exception, once."""
        if not self.complained:
            self.complained = True
            try:
                self._warn(f"task information is incomplete, the run is not affected: {type(error).__name__}: {clean(error)}")
            except Exception:
                self.complained = True

    # The thread

    def _start_thread(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._pulse, name="oceanbase-task-info", daemon=True)
            self._thread.start()
            atexit.register(self._at_exit)

    def _pulse(self) -> None:
        while not self._stop.wait(PULSE):
            self._look()

    @guarded
    def _look(self) -> None:
        """Write what waits to be written, give a sign of life, let the live line tick.

        Ansible forks while it holds the display's lock, so nothing of what is done here can be half done in a worker.
        """
        with self.lock:
            forking: threading.RLock = self._display._lock
            if not forking.acquire(timeout=PULSE):  # whoever holds it may be waiting for ours
                return
            try:
                self._beat_once(self.clock())
            finally:
                forking.release()

    def _beat_once(self, now: float) -> None:
        run = self.run
        if run is None or run.finish is not None:
            self.screen.tick("")
            return
        self._write(now, at_once=False, news=False)
        self._beat += 1
        if self.progress == "live":
            width = shutil.get_terminal_size().columns
            self.screen.tick(task_lines.live_line(run, now, width, self._beat, is_unicode()))
        elif self.progress == "lines":
            self._remind(run, now)

    def _remind(self, run: task_state.Run, now: float) -> None:
        step = run.step(run.current) if run.current else None
        since = max(step.start or now, self._reminded) if step is not None else now
        text = task_lines.waiting_text(run, now) if now - since >= REMIND else ""
        if text:
            self._reminded = now
            self._say([text])

    @guarded
    def _at_exit(self) -> None:
        """A run that ends without Ansible's count was broken off."""
        if os.getpid() == self._owner:
            self._finish((), interrupted=True)
