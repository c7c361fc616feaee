# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts recorded in tests/unit/fixtures/precheck: a tree of files and the answers of the system calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Account, Calls, Source, Space

FIXTURES = Path(__file__).parents[2] / "fixtures/precheck"
NAMES = sorted(path.stem for path in FIXTURES.glob("*.yml"))


def load(name: str) -> dict[str, Any]:
    """Return a recorded host."""
    data: dict[str, Any] = yaml.safe_load((FIXTURES / f"{name}.yml").read_text(encoding="utf-8"))
    return data


def source_of(recorded: Mapping[str, Any], root: Path) -> Source:
    """Lay the tree out below ``root`` and return what the probes read."""
    for name in recorded.get("directories", ()):
        below(root, name).mkdir(parents=True, exist_ok=True)
    for name, text in recorded.get("files", {}).items():
        path = below(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if text.endswith("\n") else text + "\n", encoding="utf-8")
    for name, target in recorded.get("links", {}).items():
        path = below(root, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)
    return Source(str(root), calls_of(recorded["calls"], root))


def below(root: Path, name: str) -> Path:
    """Return where a path of the host lies."""
    return root / name.lstrip("/")


def calls_of(calls: Mapping[str, Any], root: Path) -> Calls:
    """Return system calls that give the recorded answers."""

    def account(name: str) -> Account | None:
        entry = calls["accounts"].get(name)
        return Account(name, entry["uid"], entry["gid"], entry["home"], tuple(entry["groups"])) if entry else None

    def space(path: str) -> Space:
        inner = "/" + str(Path(path).relative_to(root)).removeprefix(".")
        best = max((top for top in calls["spaces"] if (inner + "/").startswith(top.rstrip("/") + "/")), key=len)
        return Space(*calls["spaces"][best])

    def write_error(path: str, user: str) -> str:
        if user not in (calls["effective_user"], "admin"):
            return f"there is no user {user}"
        return str(calls.get("write_errors", {}).get("/" + str(Path(path).relative_to(root)), ""))

    def addresses() -> list[tuple[str, str]]:
        if "addresses_error" in calls:
            raise OSError(1, calls["addresses_error"])
        return list(map(tuple, calls["addresses"]))

    def synchronised() -> bool:
        if "clock_error" in calls:
            raise OSError(1, calls["clock_error"])
        return bool(calls["synchronised"])

    def resolve(name: str) -> list[str]:
        raise OSError(-2, "Name or service not known")

    known = [entry[1] for entry in calls.get("addresses", ())]
    return Calls(
        uname=lambda: tuple(calls["uname"]),
        effective_user=lambda: calls["effective_user"],
        account=account,
        has_group=lambda name: name in calls["groups"],
        own_limits=dict,
        space=space,
        device=lambda path: 42,
        write_error=write_error,
        as_user=lambda uid, work: "",
        enter_error=lambda path, user: "",
        bind_error=lambda address: "" if address in known else "Cannot assign requested address",
        addresses=addresses,
        resolve=resolve,
        cpus=lambda: calls["cpus"],
        libc=lambda: calls["libc"],
        clock_synchronised=synchronised,
        sudo=lambda: False,
        python=tuple(calls["python"]),
    )
