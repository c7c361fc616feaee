# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure create_cluster on fresh hosts: the first run, and an unchanged one, with a database as slow as asked for; and the pre-check of many hosts."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / ".dev/bench"
ARTIFACTS = WORK / "artifacts"
LOG = ROOT / ".dev/log/bench.log"
SETTINGS = "/etc/oceanbase-standin.json"


class Measured(NamedTuple):
    """The times of one size of cluster, in seconds."""

    hosts: int
    first: float
    again: float
    precheck: float  # step 2 of the first run
    callback: float  # the share that telling of the first run has in it


def inventory(count: int, rpm: str) -> dict[str, Any]:
    """Return an inventory of COUNT hosts, spread over at most three zones."""
    hosts = {
        f"ob{number}": {
            "ansible_host": f"{os.environ['OB_HOSTS_SUBNET']}.{10 + number}",
            "oceanbase_host_id": number,
            "oceanbase_zone": f"zone{(number - 1) % 3 + 1}",
        }
        for number in range(1, count + 1)
    }
    variables = {
        "ansible_user": "root",
        "ansible_ssh_private_key_file": str(ROOT / ".dev/hosts/id_ed25519"),
        "ansible_python_interpreter": "/usr/bin/python3",
        "oceanbase_name": "bench",
        "oceanbase_password": "Me4sure-it",
        "oceanbase_idc": "idc1",
        "oceanbase_rpm_name": rpm,
        "oceanbase_rpm_dir": str(ROOT / ".dev/packages/hosts"),
        "oceanbase_artifacts_dir": str(ARTIFACTS),
    }
    return {"oceanbase": {"vars": variables, "hosts": hosts}}


def run(argv: list[str], text: str = "") -> float:
    """Run a command with its output in the log; return its time, or end with the log's last lines."""
    environment = {**os.environ, "ANSIBLE_HOST_KEY_CHECKING": "false", "ANSIBLE_NOCOLOR": "1"}
    environment["ANSIBLE_SSH_ARGS"] = "-o ControlMaster=auto -o ControlPersist=60s -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR"
    started = time.monotonic()
    with LOG.open("a", encoding="utf-8") as log:
        code = subprocess.run(argv, cwd=ROOT, env=environment, input=text, text=True, stdout=log, stderr=log, check=False).returncode
    if code:
        sys.exit("\n".join([*LOG.read_text(encoding="utf-8").splitlines()[-30:], f"Failed: {' '.join(argv)}"]))
    return time.monotonic() - started


@contextmanager
def fresh_hosts(count: int, rpm: str, settings: dict[str, float]) -> Iterator[list[str]]:
    """Have COUNT new hosts, without artefacts of earlier ones; give the beginning of a command line that plays something on them."""
    shutil.rmtree(ARTIFACTS, ignore_errors=True)
    run(["bash", "tests/dev/hosts.sh", "create", str(count)])
    for number in range(1, count + 1):
        container = f"{os.environ['OB_HOSTS_PREFIX']}-ob{number}"
        run(["podman", "exec", "--interactive", container, "tee", SETTINGS], json.dumps(settings))
    path = WORK / f"hosts{count}.yml"
    path.write_text(yaml.safe_dump(inventory(count, rpm)), encoding="utf-8")
    yield ["ansible-playbook", "--inventory", str(path)]
    run(["bash", "tests/dev/hosts.sh", "destroy"])


def measure(count: int, rpm: str, settings: dict[str, float]) -> Measured:
    """Create a cluster of COUNT fresh hosts, and run again."""
    with fresh_hosts(count, rpm, settings) as play:
        create = [*play, "playbooks/create_cluster.yml"]
        first = run(create)
        told = json.loads(next(ARTIFACTS.rglob("task.json")).read_text(encoding="utf-8"))["run"]
        return Measured(count, first, run(create), told["steps"][1]["duration"], told["overhead"] / told["duration"])


def measure_precheck(count: int, rpm: str) -> float:
    """Return how long playbooks/precheck.yml takes on COUNT fresh hosts."""
    with fresh_hosts(count, rpm, {}) as play:
        return run([*play, "--extra-vars", "oceanbase_precheck_profile=lab", "playbooks/precheck.yml"])


def database_of(hosts: int, settings: dict[str, float]) -> float:
    """Return the database's own part of a first run: the first start, the bootstrap, and one restart after the other of each zone."""
    return settings["start_delay"] * (1 + min(hosts, 3)) + settings["bootstrap_delay"]


HEADER = "hosts  first run  of it the database  overhead  of it the pre-check  callback  unchanged run"


def line(row: Measured, settings: dict[str, float]) -> str:
    """Lay out what was measured."""
    database = database_of(row.hosts, settings)
    return (
        f"{row.hosts:5}  {row.first:7.1f} s  {database:15.1f} s  {row.first - database:6.1f} s  {row.precheck:17.1f} s"
        f"  {row.callback:7.2%}  {row.again:11.1f} s"
    )


def main() -> None:
    """Measure every size asked for."""
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__)
    parser.add_argument("--hosts", type=int, nargs="*", default=[1, 3, 6], help="sizes of the cluster")
    parser.add_argument("--precheck", type=int, nargs="*", default=[30], help="numbers of hosts to check")
    parser.add_argument("--start-delay", type=float, default=3.0, help="seconds from an observer's start until its SQL port answers")
    parser.add_argument("--bootstrap-delay", type=float, default=10.0, help="seconds that the bootstrap takes")
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    LOG.parent.mkdir(parents=True, exist_ok=True)
    LOG.unlink(missing_ok=True)
    rpm = min(path.name for path in (ROOT / ".dev/packages/hosts").glob("oceanbase-ce-4.3*.rpm") if "-libs-" not in path.name)
    settings = {"start_delay": options.start_delay, "bootstrap_delay": options.bootstrap_delay}
    if options.hosts:
        print(HEADER, flush=True)
    for count in options.hosts:
        print(line(measure(count, rpm, settings), settings), flush=True)
    for count in options.precheck:
        print(f"pre-check of {count} hosts: {measure_precheck(count, rpm):.1f} s", flush=True)


if __name__ == "__main__":
    main()
