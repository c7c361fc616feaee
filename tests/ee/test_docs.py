# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command in the pages of docs/ that is marked to be run. Run by ./dev test delivery, not by plain pytest.

Each page gets a folder of its own, in which its files are written first. Its hosts, 192.0.2.1 and so on, are addresses of this machine; where they are
and how they are reached is laid over what the page says, by one more file of extra variables for ansible-playbook.
From the environment: what test_awx_job.py reads; OB_DELIVERY_ARCHIVE, the archive of the collection.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
BASE = Path(os.environ["OB_DELIVERY_DIR"]) / "docs"
FENCE = re.compile(r"^ *```(\w+) (run|file=[\w.\-]+)\n((?:.*\n)*?) *```$", re.MULTILINE)
PAGES = {path.stem: FENCE.findall(path.read_text(encoding="utf-8")) for path in sorted(ROOT.glob("docs/*.md"))}
RUN = [name for name, blocks in PAGES.items() if any(mark == "run" for _language, mark, _content in blocks)]
SHIM = """#!/bin/sh
exec "{real}" "$@" -e @{overlay}
"""


@pytest.fixture(scope="module", autouse=True)
def hosts() -> None:
    """Give this network the addresses of which the pages speak."""
    for number in range(1, 7):
        subprocess.run(["ip", "address", "replace", f"192.0.2.{number}/32", "dev", "lo"], check=True)


def prepare(name: str) -> tuple[Path, dict[str, str]]:
    folder = BASE / name
    shutil.rmtree(folder, ignore_errors=True)
    programs = folder / ".programs"
    programs.mkdir(parents=True)
    user = pwd.getpwuid(os.getuid()).pw_name
    home = f"{folder}/hosts/{{{{ inventory_hostname }}}}"
    overlay = folder / "overlay.yml"
    overlay.write_text(
        yaml.safe_dump(
            {
                "ansible_connection": "local",
                "ansible_python_interpreter": "{{ ansible_playbook_python }}",
                "oceanbase_user": user,
                "oceanbase_group": user,
                "oceanbase_home": f"{home}/oceanbase",
                "oceanbase_data_disk": f"{home}/data",
                "oceanbase_log_disk": f"{home}/log",
                "oceanbase_install_method": "extract",
                "oceanbase_rpm_dir": os.environ["OB_DELIVERY_PACKAGES"],
                "oceanbase_precheck_overrides": {"memory": {"severity": "off"}},
            }
        ),
        encoding="utf-8",
    )
    shim = programs / "ansible-playbook"
    shim.write_text(SHIM.format(real=Path(sys.executable).parent / "ansible-playbook", overlay=overlay), encoding="utf-8")
    shim.chmod(0o755)
    shutil.copy(os.environ["OB_DELIVERY_ARCHIVE"], folder)
    env = {name: value for name, value in os.environ.items() if name != "ANSIBLE_CONFIG"}
    env.update(PATH=f"{programs}:{Path(sys.executable).parent}:{os.environ['PATH']}", HOME=str(folder))
    if name == "first-cluster":
        env["ANSIBLE_COLLECTIONS_PATH"] = str(folder / ".ansible/collections")
    return folder, env


def stop(folder: Path) -> None:
    """End the servers that a page left."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            where = f"{os.readlink(process / 'cwd')}/"
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            if int(process.name) != os.getpid() and (where.startswith(f"{folder}/hosts/") or f"{folder}/hosts/" in command):
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            continue


@pytest.mark.parametrize("name", RUN)
def test_the_commands_of_a_page(name: str) -> None:
    folder, env = prepare(name)
    try:
        for language, mark, content in PAGES[name]:
            if mark.startswith("file="):
                (folder / mark.removeprefix("file=")).write_text(content, encoding="utf-8")
                continue
            assert language == "bash"
            ran = subprocess.run(
                ["bash", "-euo", "pipefail", "-c", content], cwd=folder, env=env, check=False, capture_output=True, text=True, timeout=300
            )
            assert ran.returncode == 0, f"{content}\n{ran.stdout[-6000:]}\n{ran.stderr[-2000:]}"
    finally:
        stop(folder)
