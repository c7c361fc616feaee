# SPDX-License-Identifier: GPL-3.0-or-later
"""Create clusters of every generation on this machine: generations.py FOLDER [CASE...], with the packages in FOLDER/packages; two cases at a time.

Each host is a folder and a pair of ports of 127.0.0.1. A case is created, created again without a change, asked by SQL, and destroyed. What the cases
need of each other (a standby its primary) lies within one case. SSH, rpm and systemd are the matter of molecule; what differs between generations
is not there, and here a cluster costs seconds.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pymysql

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct 'horse' battery staple"
READER_PASSWORD = "reads-views-only"
PACKAGES = {
    "2.2.73": "oceanbase-2.2.73-20201211175814.el7.x86_64.rpm",
    "2.2.76": "oceanbase-2.2.76-20210219154519.el7.x86_64.rpm",
    "3.1.5": "oceanbase-ce-3.1.5-100000252023041721.el7.x86_64.rpm",
    "4.0.0.0": "oceanbase-ce-4.0.0.0-100000272022110114.el7.x86_64.rpm",
    "4.2.1.6": "oceanbase-ce-4.2.1.6-106000012024042515.el7.x86_64.rpm",
    "4.3.5.3": "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm",
}
FIRST_PORT, PORTS = 23000, 100  # of each case; below the ports that the kernel hands out
AT_ONCE = 2
SERVERS = {
    "3": "SELECT svr_ip, svr_port, zone, status, start_service_time > 0, stop_time = 0 FROM oceanbase.__all_server",
    "4": "SELECT SVR_IP, SVR_PORT, ZONE, STATUS, START_SERVICE_TIME IS NOT NULL, STOP_TIME IS NULL FROM oceanbase.DBA_OB_SERVERS",
}


class Broken(Exception):
    """A case went wrong."""


class Cluster(NamedTuple):
    """One cluster to create: a list of zones by their numbers of servers."""

    folder: Path
    version: str
    zones: tuple[int, ...]
    name: str = "terran"
    cluster_id: int = 1
    first: int = 0  # number of its first host
    more: dict[str, Any] = {}

    @property
    def catalog(self) -> str:
        """Which catalogs it has."""
        return "4" if self.version >= "4" else "3"

    @property
    def hosts(self) -> list[tuple[str, str, int, int]]:
        """Name, zone, SQL port and RPC port of each host."""
        zones = [f"zone{number + 1}" for number, count in enumerate(self.zones) for _server in range(count)]
        base = FIRST_PORT + PORTS * list(CASES).index(self.folder.name) + self.first
        return [(f"ob{self.first + at + 1}", zone, base + at, base + PORTS // 2 + at) for at, zone in enumerate(zones)]

    @property
    def endpoints(self) -> list[str]:
        """Where it answers."""
        return [f"127.0.0.1:{sql}" for _name, _zone, sql, _rpc in self.hosts]

    @property
    def base(self) -> Path:
        """Where everything of it lies."""
        return self.folder / f"{self.name}_{self.cluster_id}"

    def write(self) -> Path:
        """Write its inventory."""
        host_vars = {
            name: {"oceanbase_zone": zone, "oceanbase_idc": f"idc_{zone}", "oceanbase_host_id": at + 1, "oceanbase_sql_port": sql, "oceanbase_rpc_port": rpc}
            for at, (name, zone, sql, rpc) in enumerate(self.hosts)
        }
        if "oceanbase_request_file" in self.more:  # says it all itself
            host_vars = {name: {key: value for key, value in one.items() if key not in ("oceanbase_zone", "oceanbase_idc")} for name, one in host_vars.items()}
        own = str(self.base / "{{ inventory_hostname }}")
        variables: dict[str, Any] = {
            "ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}",
            "oceanbase_user": "{{ lookup('ansible.builtin.pipe', 'id -un') }}", "oceanbase_group": "{{ lookup('ansible.builtin.pipe', 'id -gn') }}",
            "oceanbase_home": f"{own}/oceanbase", "oceanbase_data_disk": f"{own}/data", "oceanbase_log_disk": f"{own}/log",
            "oceanbase_address": "127.0.0.1", "oceanbase_install_method": "extract", "oceanbase_rpm_dir": str(self.folder / "packages"),
            "oceanbase_artifacts_dir": str(self.base / "artifacts"), "oceanbase_name": self.name, "oceanbase_rpm_name": PACKAGES[self.version],
            "oceanbase_ob_cluster_id": self.cluster_id, "oceanbase_proxyro_password": "proxyro 1", "oceanbase_wait_compaction": True,
            "oceanbase_startup_parameters": {"memory_limit": "8G", "system_memory": "2G", "datafile_size": "2G"},
        }
        if self.version < "4.2":
            variables["oceanbase_devname"] = "lo"
        variables.update(self.more)
        self.base.mkdir(parents=True, exist_ok=True)
        path = self.base / "hosts.json"
        path.write_text(json.dumps({"all": {"vars": variables, "hosts": host_vars}}), encoding="utf-8")
        return path


def say(text: str) -> None:
    """Write a line at once."""
    print(text, flush=True)


def check(what: str, wanted: object, seen: object) -> None:
    """Say what holds, or end with what does not."""
    if wanted != seen:
        raise Broken(f"{what}: expected {wanted}, seen {seen}")
    say(f"  ok  {what}")


def play(cluster: Cluster, playbook: str, expect: int = 0, check: bool = False, **variables: Any) -> str:
    """Run a playbook with a cluster's inventory; the password goes through a file that nobody else can read."""
    inventory, secret = cluster.write(), cluster.base / "secret.json"
    secret.touch(mode=0o600)
    secret.write_text(json.dumps({"oceanbase_password": PASSWORD, **variables}), encoding="utf-8")
    argv = ["ansible-playbook", "--inventory", str(inventory), "--extra-vars", f"@{secret}", str(ROOT / f"playbooks/{playbook}.yml")]
    argv += ["--check", "--diff"] if check else []
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    if PASSWORD in done.stdout + done.stderr or READER_PASSWORD in done.stdout + done.stderr:
        raise Broken(f"{playbook} printed a password")
    if done.returncode != expect:
        raise Broken(f"{playbook} ended with {done.returncode}:\n{done.stdout[-6000:]}{done.stderr[-2000:]}")
    return done.stdout


def changed(output: str) -> int:
    """Count the changes in the recap."""
    return sum(int(number) for number in re.findall(r"\bchanged=(\d+)", output))


def ask(cluster: Cluster, *statements: str, user: str = "root@sys", password: str = PASSWORD, server: int = 0) -> list[tuple[Any, ...]]:
    """Send statements through one server; return the rows of the last."""
    host, _colon, port = cluster.endpoints[server].rpartition(":")
    opened = pymysql.connect(host=host, port=int(port), user=user, password=password.encode(), autocommit=True, connect_timeout=10)
    with opened as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())


def prove(cluster: Cluster) -> None:
    """Ask a cluster who it is."""
    active = "active" if cluster.catalog == "3" else "ACTIVE"
    wanted = sorted(("127.0.0.1", rpc, zone, active, 1, 1) for _name, zone, _sql, rpc in cluster.hosts)
    for number in range(len(cluster.endpoints)):
        check(f"all servers serve, says {cluster.endpoints[number]}", wanted, sorted(ask(cluster, SERVERS[cluster.catalog], server=number)))
    told = str(ask(cluster, "SELECT VERSION()")[0][0])
    check("the version is the package's", True, told == cluster.version or told.endswith(f"-v{cluster.version}"))
    pids = [(cluster.base / name / "oceanbase/run/observer.pid").read_text() for name, *_rest in cluster.hosts]
    lines = [Path(f"/proc/{pid}/cmdline").read_bytes().strip(b"\0").split(b"\0") for pid in pids]
    check("every observer runs without flags", [True] * len(pids), [words[-1].endswith(b"bin/observer") for words in lines])


def create(cluster: Cluster, **variables: Any) -> dict[str, Any]:
    """Create a cluster, then create it again, which changes nothing; return the task information of the first run."""
    begin = time.monotonic()
    play(cluster, "create_cluster", **variables)
    task: dict[str, Any] = json.loads((cluster.base / "artifacts/task.json").read_text(encoding="utf-8"))
    say(f"  created {cluster.version}, zones of {cluster.zones} in {time.monotonic() - begin:.0f} s")
    check("a second run changes nothing", 0, changed(play(cluster, "create_cluster", **variables)))
    prove(cluster)
    return task


def destroy(cluster: Cluster, **variables: Any) -> None:
    """Destroy a cluster and see that nothing is left of it."""
    try:
        play(cluster, "destroy_cluster", oceanbase_confirm_destroy=cluster.name, **variables)
    except Broken as error:
        # The stand-in's SQL engine outlives its observers for some seconds and may still be writing where a real server would be gone.
        if "Directory not empty" not in str(error):
            raise
        play(cluster, "destroy_cluster", oceanbase_confirm_destroy=cluster.name, **variables)
    left = [str(path) for name, *_rest in cluster.hosts for disk in ("data", "log") for path in (cluster.base / name / disk).glob("*")]
    check("no data is left", [], left)


def skipped(task: dict[str, Any]) -> dict[str, str]:
    """Return the steps that were skipped and why."""
    return {str(step["name"]): str(step["reason"]) for step in task["run"]["steps"] if step["status"] == "SKIPPED"}


def shape(version: str, zones: tuple[int, ...]) -> Callable[[Path], None]:
    """Return a case that is one cluster."""
    def run(folder: Path) -> None:
        cluster = Cluster(folder, version, zones)
        create(cluster)
        destroy(cluster)
    return run


def api_sample(folder: Path) -> None:
    """The sample of the API's documentation, verbatim."""
    cluster = Cluster(folder, "2.2.73", (1,), more={
        "oceanbase_request_file": str(ROOT / "inventories/requests/api_sample.json"), "oceanbase_startup_parameters": {}, "oceanbase_rpm_name": ""})
    create(cluster)
    conf = (cluster.base / "ob1/oceanbase/etc/io_resource.conf").read_text().splitlines()
    check("the disk's measurement is one that the server reads", ["version 1", "io_type io_size_byte io_ps io_rt_us"], conf[:2])
    check("the compaction is merged", ((2, 2),), tuple(ask(
        cluster, "SELECT a.value, b.value FROM oceanbase.__all_zone a, oceanbase.__all_zone b WHERE a.zone = '' AND a.name = 'frozen_version'"
        " AND b.zone = 'zone1' AND b.name = 'last_merged_version'")))
    destroy(cluster)


def standby(folder: Path) -> None:
    """A standby cluster of 2.2.76, of two zones, and its primary of three zones with two servers each."""
    primary = Cluster(folder, "2.2.76", (2, 2, 2))
    create(primary)
    follower = Cluster(folder, "2.2.76", (1, 1), cluster_id=2, first=6, more={
        "oceanbase_type": "STANDBY", "oceanbase_primary_cluster": {"cluster_json": str(primary.base / "artifacts/cluster.json")}})
    reasons = skipped(create(follower))
    check("steps that come from the primary are skipped", True, {"Set sys password", "Create default user", "Trigger compaction"} <= set(reasons))
    check("with their reasons", "users come from the primary cluster", reasons["Create default user"])
    role = ask(follower, "SELECT cluster_id, cluster_role FROM oceanbase.v$ob_cluster")
    check("it is a standby", [(2, "PHYSICAL STANDBY")], role)
    check("its primary finds it valid", [(2, "VALID")], ask(primary, "SELECT cluster_id, cluster_status FROM oceanbase.v$ob_standby_status"))
    ask(follower, "SELECT 1", user="proxyro@sys", password="proxyro 1")
    check("users of the primary log in to the standby", True, True)
    # The same, asked of the living primary.
    living = follower._replace(more={**follower.more, "oceanbase_primary_cluster": {"login_servers": primary.endpoints[:2]}})
    check("asked of the living primary, nothing changes", 0, changed(play(living, "create_cluster")))
    wrong = follower._replace(more={**follower.more, "oceanbase_ob_cluster_id": 1})
    check("the id of the primary is refused", True, "another id" in play(wrong, "create_cluster", expect=2))
    destroy(follower)
    destroy(primary)


def standby_tenant(folder: Path) -> None:
    """A tenant of one 4.2 cluster that follows a tenant of another."""
    primary = Cluster(folder, "4.2.1.6", (1,), name="hangzhou")
    follower = Cluster(folder, "4.2.1.6", (1,), name="shanghai", cluster_id=2, first=1)
    create(primary, oceanbase_io_calibration=True)
    check("the disk is calibrated", [("READY",)], ask(primary, "SELECT STATUS FROM oceanbase.GV$OB_IO_CALIBRATION_STATUS"))
    create(follower)
    pool = ("CREATE RESOURCE UNIT u1 MAX_CPU = 1, MEMORY_SIZE = '1G'", "CREATE RESOURCE POOL p1 UNIT = 'u1', UNIT_NUM = 1, ZONE_LIST = ('zone1')")
    ask(primary, *pool, "CREATE TENANT orders RESOURCE_POOL_LIST = ('p1')")
    ask(follower, *pool)
    wanted: dict[str, Any] = {
        "oceanbase_standby_servers": follower.endpoints, "oceanbase_primary_servers": primary.endpoints, "oceanbase_standby_tenant": "orders",
        "oceanbase_primary_tenant": "orders", "oceanbase_primary_tenant_password": PASSWORD, "oceanbase_standbyro_password": READER_PASSWORD,
        "oceanbase_standby_pools": ["p1"]}
    check("check mode foresees a user and a tenant", 2, changed(play(follower, "create_standby_tenant", check=True, **wanted)))
    check("a user and a tenant are made", 2, changed(play(follower, "create_standby_tenant", **wanted)))
    check("a second run changes nothing", 0, changed(play(follower, "create_standby_tenant", **wanted)))
    rows = ask(follower, "SELECT TENANT_ROLE, STATUS FROM oceanbase.DBA_OB_TENANTS WHERE TENANT_NAME = 'orders'")
    check("the tenant is a standby", [("STANDBY", "NORMAL")], rows)
    grants = {str(row[0]).upper() for row in ask(primary, "SHOW GRANTS FOR standbyro")}
    check("the user may read six views", 6, sum("GRANT SELECT ON" in grant for grant in grants))
    check("and nothing else", [], [grant for grant in grants if "SELECT ON" not in grant and "USAGE" not in grant or "*.*" in grant and "SELECT" in grant])
    destroy(follower)
    destroy(primary)


CASES: dict[str, Callable[[Path], None]] = {
    "api_sample": api_sample,
    "standby": standby,
    "standby_tenant": standby_tenant,
    "3.1.5_one_zone": shape("3.1.5", (1,)),
    "3.1.5_two_servers_a_zone": shape("3.1.5", (2, 2, 2)),
    "4.0.0.0_one_zone": shape("4.0.0.0", (1,)),
    "4.2.1.6_two_servers_a_zone": shape("4.2.1.6", (2, 2, 2)),
    "4.3.5.3_five_zones": shape("4.3.5.3", (1, 1, 1, 1, 1)),
}


def run_case(folder: Path, name: str) -> bool:
    """Run one case; tell whether it passed."""
    say(f"case {name}")
    begin = time.monotonic()
    work = folder / name
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    (work / "packages").symlink_to(folder / "packages")
    try:
        CASES[name](work)
    except (Broken, pymysql.err.MySQLError, OSError) as error:
        say(f"failed {name}: {error}")
        end_observers(work)
        return False
    say(f"passed {name} in {time.monotonic() - begin:.0f} s")
    return True


def run_alone(folder: Path, name: str) -> bool:
    """Run one case in a process of its own, and show what it said when it is over."""
    done = subprocess.run([sys.executable, __file__, str(folder), name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    say(done.stdout.rstrip())
    return done.returncode == 0


def main(argv: Sequence[str]) -> int:
    """Run the cases that are named, or all."""
    folder = Path(argv[0]).resolve()
    names = list(argv[1:]) or list(CASES)
    if len(names) == 1:
        return 0 if run_case(folder, names[0]) else 1
    with ThreadPoolExecutor(AT_ONCE) as pool:
        passed = list(pool.map(lambda name: run_alone(folder, name), names))
    return 0 if all(passed) else 1


def end_observers(work: Path) -> None:
    """End what a failed case has started."""
    for path in work.glob("*/*/oceanbase/run/observer.pid"):
        pid = path.read_text().strip()
        if os.path.exists(f"/proc/{pid}"):
            os.kill(int(pid), 9)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
