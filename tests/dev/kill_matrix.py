# SPDX-License-Identifier: GPL-3.0-or-later
"""Kill create_cluster at each of its steps, run it again, and see that nothing is lost, done twice or lied about.

There are two clusters, each with a chain of runs: the first is killed at the first step, the second resumes and is killed at the next one, and so on;
the last one runs through, and one more changes nothing. Standard input holds JSON: {"password": ..., "proxyro_password": ...}.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import prove
import pymysql

ROOT = Path(__file__).resolve().parents[2]
KILL = Path(__file__).resolve().parent / "kill"
STEPS = range(1, 24)
HOST_STEPS = {
    2: "host_check", 4: "package", 6: "directories", 8: "io_bench", 9: "observer", 10: "observer", 16: "obagent", 18: "obagent", 23: ".obproxy",
}  # fmt: skip
LIMIT = 240.0  # seconds for one run: every wait ends sooner
ROWS = "kept.rows_of_the_matrix"


class Case(NamedTuple):
    """One kill."""

    kind: str
    step: int
    module: str
    after: float

    @property
    def name(self) -> str:
        """Name the place in the run."""
        return f"{self.step}" + (" (bootstrap)" if self.module == ".bootstrap" else "")


class Row(NamedTuple):
    """What came of it."""

    case: Case
    result: str
    wrong: bool = False


def control(step: int, module: str = "", after: float = 0.4) -> Case:
    """Return the kill of the control process at a step, with a host's task in flight where the step has one."""
    return Case("control", step, module or HOST_STEPS.get(step, ""), after)


def connection(step: int) -> Case:
    """Return the kill of the connection to the hosts at a step."""
    # At once: where the hosts are not busy a module is over in less than half a second. Where they are, the kill waits for the connection.
    return Case("connection", step, HOST_STEPS[step], 0.1)


# A connection is cut while there are no observers to kill yet, and in the restart, which happens once.
CHAINS = {
    "control": [*map(control, range(1, 10)), control(9, ".bootstrap", 1.2), connection(10), *map(control, range(10, 24))],
    "hosts": [
        *map(connection, (2, 4, 6, 8, 9)), Case("observer", 9, ".bootstrap", 1.2), *(Case("observer", step, "", 0.1) for step in range(10, 24)),
    ],
}  # fmt: skip


class Wrong(Exception):
    """Something that must not be."""


class Matrix:
    """The cluster of one chain."""

    def __init__(self, options: argparse.Namespace, secrets: dict[str, str], work: Path) -> None:
        self.options, self.password, self.work = options, secrets["password"], work
        self.artifacts = options.artifacts or work / "artifacts"
        shutil.rmtree(self.artifacts, ignore_errors=True)
        self.variables = work / "vars.json"
        self.variables.touch(mode=0o600)
        self.variables.write_text(json.dumps({
            "oceanbase_password": self.password, "oceanbase_proxyro_password": secrets["proxyro_password"], "oceanbase_artifacts_dir": str(self.artifacts),
            "oceanbase_rebuild_failed_bootstrap": True, "oceanbase_confirm_destroy": options.name,
        }))  # fmt: skip
        self.rows = 0
        self.pids: dict[str, list[int]] = {}
        self.log = options.log.open("a", encoding="utf-8")

    def play(self, playbook: str, order: dict[str, Any] | None = None) -> int:
        """Run a playbook, in a session of its own."""
        env = {
            **os.environ, "ANSIBLE_CALLBACK_PLUGINS": str(KILL), "ANSIBLE_CALLBACKS_ENABLED": "kill_at,oceanbase.cluster.task_info",
            "ANSIBLE_SSH_CONTROL_PATH_DIR": str(self.work / "cp"), "KILL_AT": json.dumps(order or {}), "OCEANBASE_TASK_INFO_PROGRESS": "lines",
        }  # fmt: skip
        argv = ["ansible-playbook", *(f"--inventory={one}" for one in self.options.inventory), f"--extra-vars=@{self.variables}"]
        argv += [*(f"--extra-vars={one}" for one in self.options.extra_vars), str(ROOT / "playbooks" / playbook)]
        self.log.write(f"\n##### {playbook} {order or ''}\n")
        self.log.flush()
        with subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, start_new_session=True, cwd=self.work) as process:
            try:
                return process.wait(LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                raise Wrong(f"the run did not end within {LIMIT:.0f} s") from None

    @property
    def task(self) -> dict[str, Any]:
        """Return what the last run says of itself; a run that was killed at step 1 does not know yet where to say it."""
        path = self.artifacts / "task.json"
        if not path.exists():
            steps = [{"number": number, "status": "PENDING", "reason": ""} for number in STEPS]
            return {"data": {"status": "RUNNING", "tasks": []}, "run": {"hosts": {}, "steps": steps}}
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return read

    @property
    def hosts(self) -> dict[str, dict[str, Any]]:
        """Return the hosts of the plan by their names."""
        found: dict[str, dict[str, Any]] = self.task["run"]["hosts"]
        return found

    def on(self, host: str, command: str) -> list[str]:
        """Return the command that runs a shell's line on a host."""
        return [word.format(host=host) for word in self.options.reach.split()] + ["sh", "-c", command]

    def strike(self, case: Case) -> dict[str, Any]:
        """Return the order for the callback."""
        trace = self.work / "trace"
        trace.unlink(missing_ok=True)
        command = ""
        hosts = self.hosts
        if case.kind == "observer" and hosts:
            names = sorted(hosts)
            # The middle one of the first three at the bootstrap, whichever comes next afterwards: that of the root service, too.
            name = names[1 % len(names)] if case.step == 9 else names[case.step % len(names)]
            command = " ".join(f"'{word}'" for word in self.on(name, f"kill -KILL $(cat {hosts[name]['home']}/run/observer.pid)"))
        return {"step": case.step, "module": case.module, "after": case.after, "kind": case.kind, "command": command, "trace": str(trace)}

    def step(self, number: int) -> dict[str, Any]:
        """Return what task.json says of a step."""
        found: dict[str, Any] = next(step for step in self.task["run"]["steps"] if step["number"] == number)
        return found

    def run(self, case: Case) -> Row:
        """Kill a run, and look at what it says."""
        foreseen = self.step(case.step)
        if foreseen["status"] == "SKIPPED" and foreseen["reason"].startswith("oceanbase_"):
            return Row(case, f"SKIPPED: {foreseen['reason']}")
        code = self.play("create_cluster.yml", self.strike(case))
        trace = self.work / "trace"
        if not trace.exists():
            said = self.step(case.step)
            if said["status"] == "SKIPPED":
                return Row(case, f"SKIPPED: {said['reason']}")
            return Row(case, f"not struck: the run ended with {code} before, step {case.step} is {said['status']}", True)
        told = json.loads(trace.read_text(encoding="utf-8"))
        status = self.task["data"]["status"]
        if case.kind == "control" and (code != -9 or status != "RUNNING"):
            return Row(case, f"killed {told['moment']}: ended with {code}, task.json says {status}", True)
        if case.kind == "connection" and (code == 0 or not told["killed"]):
            return Row(case, f"killed {told['moment']}: ended with {code}, killed {told['killed']}", True)
        return Row(case, f"killed {told['moment']}" + ("" if case.kind == "control" else f", the run ended {status}"))

    def keep(self) -> None:
        """Read every row that was acknowledged, and write one more, where the cluster is up."""
        for name, host in self.hosts.items():
            done = subprocess.run(self.on(name, f"cat {host['home']}/run/observer.pid"), capture_output=True, text=True, check=False)
            if done.stdout.isdigit() and int(done.stdout) not in self.pids.setdefault(name, []):
                self.pids[name].append(int(done.stdout))
        session = self.session()
        if session is None:
            return
        with session, session.cursor() as cursor:
            if not self.rows:
                cursor.execute("CREATE DATABASE IF NOT EXISTS kept")
                cursor.execute(f"CREATE TABLE IF NOT EXISTS {ROWS} (id INT PRIMARY KEY)")
            cursor.execute(f"SELECT COUNT(*) FROM {ROWS}")
            (count,) = cursor.fetchone() or (0,)
            if count != self.rows:
                raise Wrong(f"{self.rows} rows were acknowledged, {count} are there")
            cursor.execute(f"INSERT INTO {ROWS} VALUES ({self.rows})")
            self.rows += 1

    def session(self) -> pymysql.Connection[Any] | None:
        """Log in where a server lets us in to a cluster that is up."""
        end = time.monotonic() + (20 if self.rows else 0)
        while True:
            for host in self.hosts.values():
                for user, password in (("root@sys", self.password), ("root", "")):
                    try:
                        address, port = host["endpoint"].split(":")
                        session = pymysql.connect(host=address, port=int(port), user=user, password=password.encode(), autocommit=True, connect_timeout=5)
                        with session.cursor() as cursor:
                            cursor.execute("SELECT COUNT(*) FROM oceanbase.DBA_OB_SERVERS")
                        return session
                    except pymysql.err.MySQLError:
                        continue
            if time.monotonic() > end:
                if self.rows:
                    raise Wrong("no server answers any more in a cluster that was up")
                return None
            time.sleep(0.3)

    def verify(self, chain_name: str) -> None:
        """Finish, and prove that the cluster is as planned, whole, and was made once."""
        if self.play("create_cluster.yml") != 0:
            raise Wrong("the last run did not finish the cluster")
        self.keep()
        if self.play("create_cluster.yml") != 0 or [node for step in self.task["data"]["tasks"] for node in step["nodes"] if node["changed"]]:
            raise Wrong("one more run changed something")
        self.keep()
        servers = list(self.hosts.values())
        prove.prove_password([server["endpoint"] for server in servers], self.password)
        prove.prove_topology(servers, self.password)
        prove.prove_use([server["endpoint"] for server in servers], self.password)
        events = prove.ask(
            servers[0]["endpoint"], self.password, "SELECT EVENT, COUNT(*) FROM oceanbase.DBA_OB_ROOTSERVICE_EVENT_HISTORY GROUP BY EVENT")
        counts = {str(name): int(count) for name, count in events}
        for event in ("bootstrap_succeed", "alter_tenant", "major_freeze"):
            prove.check(f"{event} once", 1, counts.get(event, 0))
        if counts.get("add_server", 0):
            raise prove.Broken("a server of the bootstrap was added again")
        # The first start, the restart of step 10, and one more that a kill may cost; each kill of an observer costs one, a rebuilt bootstrap, too.
        killed = sum(case.kind == "observer" for case in CHAINS[chain_name])
        for name, pids in self.pids.items():
            if len(pids) > 3 + killed:
                raise Wrong(f"the observer of {name} was started {len(pids)} times")
        started = ", ".join(f"{len(pids)} times on {name}" for name, pids in self.pids.items())
        print(f"  ok  {self.rows} acknowledged rows are there; observers were started {started}")


def chain(name: str, matrix: Matrix) -> Iterator[Row]:
    """Go through one chain of kills."""
    for case in CHAINS[name]:
        begin = time.monotonic()
        row = matrix.run(case)
        matrix.keep()
        print(f"  {case.kind:<10} {case.name:<14} {row.result} ({time.monotonic() - begin:.0f} s)", flush=True)
        yield row
    matrix.verify(name)


def table(rows: Sequence[Row]) -> str:
    """Return what happened as step x kind."""
    kinds = list(dict.fromkeys(row.case.kind for row in rows))
    places = sorted({row.case.name for row in rows}, key=lambda name: (int(name.split()[0]), name))
    cells = {(row.case.name, row.case.kind): "MISS" if row.wrong else "SKIPPED" if row.result.startswith("SKIPPED") else "resumed" for row in rows}
    lines = ["  ".join([f"{'step':<14}", *(f"{kind:<10}" for kind in kinds)])]
    lines += ["  ".join([f"{place:<14}", *(f"{cells.get((place, kind), '-'):<10}" for kind in kinds)]) for place in places]
    return "\n".join(lines)


def resolve(options: argparse.Namespace) -> None:
    """Make paths absolute, as runs have a folder of their own, and begin a new log."""
    options.inventory = [one if "," in one else str(Path(one).resolve()) for one in options.inventory]
    options.log = options.log.resolve()
    options.log.parent.mkdir(parents=True, exist_ok=True)
    options.log.unlink(missing_ok=True)
    options.artifacts = options.artifacts and options.artifacts.resolve()


def main() -> int:
    """Go through all kinds, and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inventory", action="append", required=True)
    parser.add_argument("--extra-vars", action="append", default=[])
    parser.add_argument("--name", required=True, help="the name of the cluster")
    parser.add_argument("--chains", default=",".join(CHAINS))
    parser.add_argument("--reach", default="", help="command that runs another on {host}; empty where the hosts are this machine")
    parser.add_argument("--log", type=Path, default=Path("kill_matrix.log"))
    parser.add_argument("--artifacts", type=Path, help="folder of the runs' artefacts")
    options = parser.parse_args()
    resolve(options)
    secrets = json.load(sys.stdin)
    rows: list[Row] = []
    faults: list[str] = []
    begin = time.monotonic()
    for name in options.chains.split(","):
        print(f"{name}:", flush=True)
        work = Path(tempfile.mkdtemp(prefix="kill-"))
        matrix = Matrix(options, secrets, work)
        try:
            matrix.play("destroy_cluster.yml")
            rows += chain(name, matrix)
        except (Wrong, prove.Broken, pymysql.err.MySQLError) as error:
            faults.append(f"{name}: {error}")
            print(f"  NOT SO  {error}", flush=True)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    faults += [f"{row.case.kind} at {row.case.name}: {row.result}" for row in rows if row.wrong]
    print(f"\n{table(rows)}\n\n{len(rows)} kills in {time.monotonic() - begin:.0f} s, {len(faults)} misses; what the runs said is in {options.log}")
    for fault in faults:
        print(f"  MISS  {fault}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
