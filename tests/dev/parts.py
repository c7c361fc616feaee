# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the test: what each runs, and which Debian packages it needs."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import parts_delivery
from place import ROOT, checkout_files, place
from recorder import Recorder, by_junit, by_pattern, by_recap

DEV = ROOT / ".dev"
# Each run has a folder of its own for the copies of the checkout.
WORK = DEV / "work" / str(os.getpid())
CACHE = Path(os.environ["OB_DEV_CACHE"])
COLLECTION = "oceanbase.cluster"
ISOLATED = ["bash", "tests/dev/isolated.sh"]


class Part(NamedTuple):
    """One part of the test."""

    name: str
    summary: str
    run: Callable[[Recorder], None]
    packages: tuple[str, ...] = ()

    def prepare(self) -> None:
        """Install the Debian packages the part needs."""
        if self.packages:
            subprocess.run(["bash", "tests/dev/packages.sh", *self.packages], cwd=ROOT, check=True)


def lint(part: Recorder) -> None:
    """Check style, types, syntax floors and documentation."""
    tree = place(WORK / "lint")
    base = tree.parents[2]
    shell = [str(name) for name in checkout_files() if name.suffix == ".sh"]
    host_side = [name for name in ("plugins/modules", "plugins/module_utils") if (tree / name).is_dir()]
    part.run("ruff", ["ruff", "check", "--no-cache", "."], cwd=tree)
    mypy: list[str | Path] = ["mypy", "--config-file", tree / "pyproject.toml", "--cache-dir", DEV / "mypy"]
    part.run("mypy of the plugins", [*mypy, "ansible_collections/oceanbase/cluster/plugins"], cwd=base)
    part.run("mypy of the tools", [*mypy, "."], cwd=tree / "tests/dev")
    part.run("yamllint", ["yamllint", "--strict", "."], cwd=tree)
    part.run("shellcheck", ["shellcheck", "--external-sources", "dev", ".ci/run", *shell], cwd=tree)
    offline = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(base)}
    part.run("ansible-lint", ["ansible-lint", "--offline", "--strict", "--nocolor"], cwd=tree, env=offline)
    if host_side:
        part.run("vermin", ["vermin", "--target=3.6-", "--violations", "--no-tips", *host_side], cwd=tree)
    part.run("antsibull-changelog", ["antsibull-changelog", "lint"], cwd=tree)
    part.run("antsibull-docs", ["antsibull-docs", "lint-collection-docs", "--plugin-docs", "."], cwd=tree)


def unit(part: Recorder) -> None:
    """Run the unit and contract tests."""
    part.report.unlink(missing_ok=True)
    argv = ["pytest", "-n", str(os.cpu_count() or 2), "--quiet", "-p", "no:cacheprovider", f"--junitxml={part.report}", "tests/unit"]
    part.run("pytest", argv, cwd=ROOT, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, count=by_junit(part.report))


def sanity(part: Recorder) -> None:
    """Run ansible-test sanity, over the Python versions that are there."""
    tree = place(WORK / "sanity")
    home = ansible_test_home()
    path = os.pathsep.join([os.environ["PATH"], *map(str, other_pythons())])
    env = {**os.environ, "HOME": str(home), "PATH": path, "PIP_QUIET": "1"}
    env.pop("ANSIBLE_COLLECTIONS_PATH")
    count = by_pattern(r"^Running sanity test ", r"^ERROR: Found \d+ ")
    # The virtual environments it makes are shared by all checkouts.
    with locked(CACHE / "ansible-test.lock"):
        part.run("ansible-test", ["ansible-test", "sanity", "--color", "no"], cwd=tree, env=env, count=count)


def ansible_test_home() -> Path:
    """Make the home folder that ansible-test gets: with our source of pip in its cache, and the user's settings of pip."""
    home = CACHE / "ansible-test"
    shim = home / ".ansible/test/cache/get_pip_24_2.py"
    shim.parent.mkdir(parents=True, exist_ok=True)
    shim.write_bytes((ROOT / "tests/dev/get_pip.py").read_bytes())
    for name in (".pip", ".config/pip"):
        link = home / name
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(Path.home() / name)
    return home


def other_pythons() -> list[Path]:
    """Return where pyenv keeps the Python versions that ansible-test also knows."""
    versions = Path.home() / ".pyenv/versions"
    return [found for name in ("3.8", "3.13") for found in sorted(versions.glob(f"{name}.*/bin"))[:1]]


def build(part: Recorder) -> None:
    """Build the collection, install it into an empty folder, and read everything from there."""
    tree = place(WORK / "build")
    base = tree.parents[2]
    installed = base / "installed"
    config = base / "ansible.cfg"
    config.write_text("[defaults]\n", encoding="utf-8")
    env = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(installed), "ANSIBLE_CONFIG": str(config)}
    galaxy = ["ansible-galaxy", "collection"]
    if not part.run("build", [*galaxy, "build", "--output-path", str(base)], cwd=tree, env=env):
        return
    (archive,) = base.glob("oceanbase-cluster-*.tar.gz")
    argv = [*galaxy, "install", str(archive), "--collections-path", str(installed), "--offline"]
    if not part.run("install", argv, cwd=base, env=env):
        return
    packed = installed / "ansible_collections/oceanbase/cluster"
    stray = [name.name for name in packed.iterdir() if name.name in ("tests", "molecule", "dev", "requirements")]
    part.note("only what belongs is packed", [f"packed, but does not belong: {name}" for name in stray])
    for kind, names in documented(packed).items():
        if names:
            part.run(f"ansible-doc of each {kind}", ["ansible-doc", "--type", kind, *names], cwd=base, env=env)
    for playbook in sorted(packed.glob("playbooks/*.yml")):
        name = f"{COLLECTION}.{playbook.stem}"
        argv = ["ansible-playbook", "--syntax-check", "--inventory", "localhost,", name]
        part.run(f"syntax of {name}", argv, cwd=base, env=env)


def documented(packed: Path) -> dict[str, list[str]]:
    """Return the full names of what has documentation, by kind."""
    kinds = {"module": "modules", "callback": "callback", "filter": "filter", "lookup": "lookup"}
    found = {
        kind: [f"{COLLECTION}.{name.stem}" for name in sorted((packed / "plugins" / folder).glob("[!_]*.py"))]
        for kind, folder in kinds.items()
    }
    found["role"] = [f"{COLLECTION}.{spec.parents[1].name}" for spec in sorted(packed.glob("roles/*/meta/argument_specs.yml"))]
    return found


def demo(part: Recorder) -> None:
    """Run the demo as a user would, in a copy of the checkout."""
    tree = place(WORK / "demo")
    (tree / ".dev").mkdir()
    (tree / ".dev/venv").symlink_to(DEV / "venv")
    part.run("demo", [*ISOLATED, "./dev", "demo"], cwd=tree)
    part.run("clean", ["./dev", "clean"], cwd=tree)


def oldest(part: Recorder) -> None:
    """Run the demo with the oldest ansible-core that is supported."""
    tree = place(WORK / "oldest")
    venv = DEV / "venv-oldest"
    if not part.run("install", ["bash", "tests/dev/venv.sh", venv, "requirements/oldest.txt"], cwd=ROOT):
        return
    (tree / ".dev").mkdir()
    (tree / ".dev/venv").symlink_to(DEV / "venv")
    script = f'PATH="{venv}/bin:$PATH" exec bash tests/dev/demo.sh'
    part.run("demo", [*ISOLATED, "./dev", "run", "bash", "-c", script], cwd=tree)
    part.run("clean", ["./dev", "clean"], cwd=tree)


def molecule(part: Recorder) -> None:
    """Run every scenario on containers."""
    part.run("molecule", ["bash", "tests/dev/molecule.sh"], cwd=ROOT, count=by_recap)


def generations(part: Recorder) -> None:
    """Create clusters of every generation of the server on this machine."""
    work = WORK / "generations"
    if not part.run("packages", ["bash", "tests/dev/standin.sh", os.environ["OB_ENGINE"], str(work / "packages")], cwd=ROOT):
        return
    argv = [*ISOLATED, "python", "tests/dev/generations.py", str(work)]
    part.run("generations", argv, cwd=ROOT, count=by_pattern(r"^case ", r"^failed "))


def delivery(part: Recorder) -> None:
    """Create clusters from the installed package, by full names and as AWX does."""
    parts_delivery.delivery(part, WORK)


def execution_environment(part: Recorder) -> None:
    """Create a cluster from inside the execution environment."""
    parts_delivery.execution_environment(part, WORK)


def docs(part: Recorder) -> None:
    """Build the site of the documentation."""
    parts_delivery.documentation(part, WORK)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a lock file while the block runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


# The longest first, so that two at a time end together.
PARTS = (
    Part("molecule", "the playbooks on containers over SSH", molecule),
    Part("generations", "clusters of 2.2, 3.1 and 4.x, standby ones too", generations, ("rpm", "cpio")),
    Part("delivery", "the installed package, jobs as AWX runs them", delivery, parts_delivery.PACKAGES),
    Part("ee", "the execution environment, on containers over SSH", execution_environment, parts_delivery.CONTAINER_PACKAGES),
    Part("sanity", "ansible-test sanity, no ignore file", sanity, ("git", "shellcheck")),
    Part("unit", "unit and contract tests", unit, ("rpm", "cpio", "chromium")),
    Part("lint", "style, types, syntax floors, documentation", lint, ("git", "shellcheck")),
    Part("build", "build, install into an empty folder, ansible-doc of everything", build, ("git",)),
    Part("docs", "the site of the documentation", docs),
    Part("demo", "the demo's cluster on this machine", demo),
    Part("oldest", "the same with the oldest ansible-core that is supported", oldest),
)
