# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a job the way AWX runs it: a private data directory for ansible-runner, survey answers and credentials in files of extra variables.

What AWX 24 does, as far as a job can see it:
* env/extravars holds the job's own variables, the job template's and the survey's answers, each text tagged !unsafe;
* a credential's extra variables are in a file of their own below env/, mode 0400, which the command line names (-e @file);
* env/cmdline holds that option; nothing secret is in env/envvars; the machine credential's key is in env/ssh_key, for an ssh-agent;
* the project is a checkout with an ansible.cfg, the inventory a file; ansible-runner's callback writes the events.
"""

from __future__ import annotations

import base64
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 600  # seconds that a job may take


class _Unsafe(yaml.SafeDumper):
    """Tags every text, keys included, as AWX does."""

    def represent_data(self, data: Any) -> yaml.Node:
        """Return the node of a value."""
        if isinstance(data, str):
            return self.represent_scalar("!unsafe", data)
        node: yaml.Node = super().represent_data(data)
        return node


def safe_dump(variables: Mapping[str, Any], trusted: Mapping[str, Any] | None = None) -> str:
    """Return variables as AWX writes them; those of the job template are trusted, so that they may hold templates."""
    parts = [yaml.safe_dump(dict(trusted), default_flow_style=False)] if trusted else []
    parts += [yaml.dump({name: value}, Dumper=_Unsafe, default_flow_style=False) for name, value in variables.items()]
    return "".join(parts)


def prepare(
    directory: Path,
    *,
    inventory: Path,
    survey: Mapping[str, Any],
    template: Mapping[str, Any],
    credentials: Mapping[str, str],
    environment: Mapping[str, str],
    seen_as: str | None = None,
    ssh_key: Path | None = None,
) -> None:
    """Make the private data directory; ``seen_as`` is where the job sees it, if in a container."""
    shutil.rmtree(directory, ignore_errors=True)
    env = directory / "env"
    env.mkdir(parents=True, mode=0o700)
    shutil.copytree(ROOT / "awx/project", directory / "project")
    (directory / "inventory").mkdir()
    shutil.copy(inventory, directory / "inventory/hosts.yml")
    meta = {"awx_job_id": 42, "awx_job_launch_type": "manual", "awx_user_name": "dba", "tower_user_name": "dba"}
    (env / "extravars").write_text(safe_dump({**meta, **survey}, template), encoding="utf-8")
    injected = env / "tmp_credential"
    injected.write_text(safe_dump(credentials), encoding="utf-8")
    injected.chmod(0o400)
    (env / "cmdline").write_text(f"-e @{seen_as or directory}/env/tmp_credential", encoding="utf-8")
    (env / "envvars").write_text(json.dumps(dict(environment)), encoding="utf-8")
    if ssh_key:
        (env / "ssh_key").write_bytes(ssh_key.read_bytes())


def launch(directory: Path, playbook: str, *options: str) -> int:
    """Run the job; its output goes to standard output."""
    command = [sys.executable, "-m", "ansible_runner", "run", str(directory), "--playbook", playbook, "--ident", "42", *options]
    # The project's own ansible.cfg holds, as in AWX.
    environment = {name: value for name, value in os.environ.items() if name != "ANSIBLE_CONFIG"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return subprocess.run(command, check=False, env=environment, timeout=LONGEST).returncode


def spellings(secret: str) -> set[str]:
    """Return a secret in every form in which programs write texts."""
    escaped = secret.encode("unicode_escape").decode()
    found = {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(json.dumps(secret))[1:-1],
        repr(secret)[1:-1],
        escaped,
        shlex.quote(secret),
        secret.replace("\\", "\\\\"),
        secret.replace("'", "''"),
        secret.replace("'", "\\'"),
        secret.replace("\\", "\\\\").replace("'", "\\'"),
        secret.replace("\\", "\\\\").replace("'", "''"),
        secret.replace("\\", "\\\\").replace('"', '\\"'),
        urllib.parse.quote(secret),
        urllib.parse.quote_plus(secret),
        secret.encode().hex(),
        base64.b64encode(secret.encode()).decode().rstrip("="),
        yaml.safe_dump(secret).strip().strip("'\""),
        yaml.safe_dump(secret, allow_unicode=True).strip().strip("'\""),
    }
    # A part of it that no other text holds gives it away, too.
    middle = re.search(r"[^\w\s]\w[^\w\s]+\w[^\w\s]", secret)
    return found | ({middle.group()} if middle else set())


def leaks(directory: Path, secrets: list[str]) -> Iterator[str]:
    """Yield the files below a directory that hold a secret in whatever form; env/ is the job's input, and its alone."""
    for path in sorted(directory.rglob("*")):
        if not path.is_file() or path.relative_to(directory).parts[0] == "env":
            continue
        content = path.read_bytes()
        for secret in secrets:
            for spelling in spellings(secret):
                if spelling.encode() in content:
                    yield f"{path.relative_to(directory)} holds {spelling!r}"


def artifacts(directory: Path) -> dict[str, Any]:
    """Return what set_stats left, where AWX takes it from: the last event of the run."""
    for path in sorted((directory / "artifacts/42/job_events").glob("*.json")):
        event = json.loads(path.read_text(encoding="utf-8"))
        if event["event"] == "playbook_on_stats":
            data: dict[str, Any] = event["event_data"].get("artifact_data") or {}
            return data
    return {}


def failures(directory: Path) -> list[str]:
    """Return what failed tasks said, as AWX shows it."""
    said = []
    for path in sorted((directory / "artifacts/42/job_events").glob("*.json")):
        event = json.loads(path.read_text(encoding="utf-8"))
        if event["event"] in ("runner_on_failed", "runner_on_unreachable"):
            said.append(str(event["event_data"].get("res", {}).get("msg")))
    return said
