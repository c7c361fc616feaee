# SPDX-License-Identifier: GPL-3.0-or-later
"""From several states: --check tells the same command lines, statements and changes, in the same order, that the run after it then makes.

Standard input holds JSON: {"password": ..., "proxyro_password": ...}, as for the kill matrix.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from itertools import zip_longest
from pathlib import Path
from typing import Any

import kill_matrix
import prove
import pymysql


class Plans(kill_matrix.Matrix):
    """One cluster, looked at before each run."""

    def told(self, playbook: str, *arguments: str) -> list[dict[str, Any]]:
        """Run a playbook; return what its tasks told, those of one task in the order of the hosts."""
        path = self.work / "told"
        path.unlink(missing_ok=True)
        path.touch()
        callbacks = "told,oceanbase.cluster.task_info"
        env = {**os.environ, "ANSIBLE_CALLBACK_PLUGINS": str(kill_matrix.KILL), "ANSIBLE_CALLBACKS_ENABLED": callbacks, "TOLD": str(path)}
        argv = ["ansible-playbook", *(f"--inventory={one}" for one in self.options.inventory), f"--extra-vars=@{self.variables}"]
        argv += [*(f"--extra-vars={one}" for one in self.options.extra_vars), str(kill_matrix.ROOT / "playbooks" / playbook), "--diff", *arguments]
        self.log.write(f"\n##### {playbook} {' '.join(arguments)}\n")
        self.log.flush()
        code = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=self.work, check=False).returncode
        if code != 0:
            raise kill_matrix.Wrong(f"the run {playbook} {' '.join(arguments)} ended with {code}")
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        first: dict[tuple[int, str, str], int] = {}
        # A task of a loop comes once a round: rounds are told apart by how often the host was there.
        seen: dict[tuple[int, str, str], int] = {}
        for number, line in enumerate(lines):
            key = (line["step"], line["task"], line["host"])
            seen[key] = line["round"] = seen.get(key, -1) + 1
            first.setdefault((line["step"], line["task"], str(line["round"])), number)
        return sorted(lines, key=lambda line: (first[line["step"], line["task"], str(line["round"])], line["host"]))

    def compare(self, state: str, changes: bool, playbook: str = "create_cluster.yml") -> None:
        """Look, run, compare."""
        foreseen, done = self.told(playbook, "--check"), self.told(playbook)
        pairs = [pair for pair in zip_longest(foreseen, done) if pair[0] != pair[1]]
        if pairs:
            raise kill_matrix.Wrong(f"from {state}:" + "".join(f"\n    planned {json.dumps(one)}\n    made    {json.dumps(two)}" for one, two in pairs))
        print(f"  ok  from {state}: the run makes what the plan tells, in {len(done)} tasks")
        prove.check(f"from {state}: {'something' if changes else 'nothing'} changes", changes, any(line["changed"] for line in done))

    def drift(self) -> None:
        """Change things behind the collection's back."""
        hosts = list(self.hosts.items())
        session = self.session()
        assert session is not None
        with session, session.cursor() as cursor:
            cursor.execute("ALTER TENANT sys PRIMARY_ZONE = 'RANDOM'")
            cursor.execute("GRANT CREATE ON *.* TO proxyro")
        name, host = hosts[-1]
        subprocess.run(self.on(name, f"rm {host['data_dir']}/etc2; kill -KILL $(cat {host['home']}/run/observer.pid)"), check=True)


def main() -> int:
    """Go through the states."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inventory", action="append", required=True)
    parser.add_argument("--extra-vars", action="append", default=[])
    parser.add_argument("--name", required=True)
    parser.add_argument("--reach", default="")
    parser.add_argument("--log", type=Path, default=Path("plan_and_run.log"))
    parser.add_argument("--artifacts", type=Path)
    options = parser.parse_args()
    kill_matrix.resolve(options)
    work = Path(tempfile.mkdtemp(prefix="plan-"))
    plans = Plans(options, json.load(sys.stdin), work)
    try:
        plans.play("destroy_cluster.yml")
        plans.compare("nothing", True)
        plans.compare("a finished cluster", False)
        plans.compare("a finished cluster that is restarted", True, "restart_cluster.yml")
        plans.compare("a restarted cluster", False)
        plans.drift()
        plans.compare("a cluster that has drifted", True)
        plans.play("destroy_cluster.yml")
        plans.play("create_cluster.yml", plans.strike(kill_matrix.Case("control", 11, "", 0.1)))
        plans.compare("half way", True)
    except (kill_matrix.Wrong, prove.Broken, pymysql.err.MySQLError) as error:
        print(f"  NOT SO  {error}; what the runs said is in {options.log}")
        return 1
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
