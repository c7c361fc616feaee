# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the test for those who never clone the repository: the package, jobs as AWX runs them, the execution environment."""

from __future__ import annotations

import os
from pathlib import Path

from place import ROOT, place
from recorder import Recorder, by_junit

DEV = ROOT / ".dev"
VENV = DEV / "venv-delivery"
TESTS = ROOT / "tests/ee"
PACKAGES = ("rpm", "cpio", "git")
CONTAINER_PACKAGES = (*PACKAGES, "podman", "runc", "mmdebstrap", "iptables", "openssh-client")


def delivery(part: Recorder, work: Path) -> None:
    """Install the package into an empty folder, and create clusters from there, by full names and as AWX does."""
    tree = work / "delivery"
    archive = prepare(part, tree)
    oldest = DEV / "venv-oldest"
    packages = DEV / "packages/delivery"
    ready = (
        archive
        and part.run("install the oldest ansible-core", ["bash", "tests/dev/venv.sh", oldest, "requirements/oldest.txt"], cwd=ROOT)
        and part.run("install awx.awx", ["bash", "tests/ee/awx_collection.sh", VENV, DEV / "awx"], cwd=ROOT)
        and part.run("packages of the stand-in", ["bash", "tests/dev/standin.sh", os.environ["OB_ENGINE"], packages], cwd=ROOT)
    )
    if not ready:
        return
    env = {
        **environment(tree),
        "ANSIBLE_COLLECTIONS_PATH": str(tree / "installed"),
        "OB_DELIVERY_PACKAGES": str(packages),
        "OB_DELIVERY_AWX": str(DEV / "awx"),
        "OB_DELIVERY_ARCHIVE": str(archive),
        "OB_DELIVERY_OLDEST": str(oldest / "bin"),
    }
    files = ("test_awx_job.py", "test_awx_load.py", "test_full_names.py", "test_docs.py")
    pytest(part, "AWX, full names, commands of the documentation", ["bash", "tests/dev/isolated.sh"], env, *files)


def execution_environment(part: Recorder, work: Path) -> None:
    """Build the execution environment, and create a cluster from inside it, on containers over SSH."""
    tree = work / "ee"
    archive = prepare(part, tree)
    packages = DEV / "packages/hosts"
    if not archive or not part.run("packages of the stand-in", ["bash", "tests/dev/standin.sh", "/opt/seekdb", packages], cwd=ROOT):
        return
    _ten, second, third = os.environ["OB_HOSTS_SUBNET"].split(".")
    env = {
        **environment(tree),
        "CONTAINERS_CONF": str(TESTS / "containers.conf"),
        # Not one that begins as that of the other hosts does: those are removed by the beginning of their names.
        "OB_HOSTS_PREFIX": "ee-" + os.environ["OB_HOSTS_PREFIX"],
        "OB_HOSTS_SUBNET": f"10.{int(second) - 64}.{third}",
        "OB_HOSTS_KEY": str(DEV / "hosts/id_ed25519"),
        "OB_DELIVERY_PACKAGES": str(packages),
    }
    name = tree / "image"
    if not part.run("build", ["bash", "-c", f'bash tests/ee/build.sh "{archive}" "{tree}/build" >"{name}"'], cwd=ROOT, env=env):
        return
    env["OB_EE_IMAGE"] = name.read_text(encoding="utf-8").strip()
    # ansible-navigator mounts it into every container, and not every machine has it.
    if os.geteuid() == 0:
        Path("/dev/mqueue").mkdir(exist_ok=True)
    hosts = ["bash", "tests/dev/hosts.sh"]
    try:
        if part.run("hosts", [*hosts, "create", "3"], cwd=ROOT, env=env):
            pytest(part, "from inside the image", [], env, "test_execution_environment.py")
    finally:
        part.run("remove the hosts", [*hosts, "destroy"], cwd=ROOT, env=env)


def documentation(part: Recorder, _work: Path) -> None:
    """Build the site of the documentation, and see that it holds everything."""
    site = DEV / "docs/build/html"
    if not part.run("site", ["bash", "tests/dev/docs.sh"], cwd=ROOT):
        return
    plugins = {"module": "modules", "callback": "callback", "filter": "filter", "lookup": "lookup"}
    wanted = [f"{path.stem}_{kind}" for kind, folder in plugins.items() for path in ROOT.glob(f"plugins/{folder}/[!_]*.py")]
    wanted += [f"{path.parents[1].name}_role" for path in ROOT.glob("roles/*/meta/argument_specs.yml")] + ["playbooks"]
    found = {path.stem for path in site.rglob("*.html")}
    part.note("a page for everything", [f"no page: {name}" for name in sorted(wanted) if name not in found])


def prepare(part: Recorder, tree: Path) -> Path | None:
    """Make the environment of the tools, build the package, install it into an empty folder; return the package."""
    source = place(tree)
    installed = tree / "installed"
    config = tree / "ansible.cfg"
    config.write_text("[defaults]\n", encoding="utf-8")
    env = {**environment(tree), "ANSIBLE_COLLECTIONS_PATH": str(installed)}
    galaxy = ["ansible-galaxy", "collection"]
    archive = tree / "oceanbase-cluster-0.1.0.tar.gz"
    ready = (
        part.run("install the tools", ["bash", "tests/dev/venv.sh", VENV, "requirements/delivery.txt"], cwd=ROOT)
        and part.run("build the package", [*galaxy, "build", "--output-path", str(tree)], cwd=source, env=env)
        and part.run("install it", [*galaxy, "install", str(archive), "--collections-path", str(installed), "--offline"], cwd=tree, env=env)
        and part.run("verify it", [*galaxy, "verify", "--offline", "oceanbase.cluster", "--collections-path", str(installed)], cwd=tree, env=env)
    )
    return archive if ready else None


def environment(tree: Path) -> dict[str, str]:
    """Return an environment in which nothing of this checkout is found but what the tests name."""
    dropped = ("ANSIBLE_COLLECTIONS_PATH", "ANSIBLE_CALLBACKS_ENABLED", "VIRTUAL_ENV")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    path = os.environ["PATH"].replace(str(DEV / "venv/bin"), str(VENV / "bin"))
    return {**kept, "PATH": path, "ANSIBLE_CONFIG": str(tree / "ansible.cfg"), "OB_DELIVERY_DIR": str(tree / "run")}


def pytest(part: Recorder, name: str, before: list[str], env: dict[str, str], *files: str) -> None:
    """Run tests with the tools' own environment."""
    part.report.unlink(missing_ok=True)
    options = ["--quiet", "--noconftest", "-p", "no:cacheprovider", f"--rootdir={TESTS}", f"--junitxml={part.report}"]
    argv = [*before, "python", "-m", "pytest", *options, *(str(TESTS / file) for file in files)]
    part.run(name, argv, cwd=ROOT, env={**env, "PYTHONDONTWRITEBYTECODE": "1"}, count=by_junit(part.report))
