# SPDX-License-Identifier: GPL-3.0-or-later
"""Control side of module package."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from ansible import constants

from ansible_collections.oceanbase.cluster.plugins.action import package
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

NAME = "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm"
LIBS = NAME.replace("-ce-", "-ce-libs-")


def test_offered_and_missing(tmp_path: Path) -> None:
    with pytest.raises(ObError, match="does not exist on the control node"):
        package.refuse_missing(str(tmp_path / "none"), NAME)
    with pytest.raises(ObError, match="holds no package at all"):
        package.refuse_missing(str(tmp_path), NAME)
    near = NAME.replace("el7", "el8")
    for name in (near, "mysql.rpm", "notes.txt"):
        (tmp_path / name).write_text("")
    with pytest.raises(ObError, match=f"It holds {near}"):
        package.refuse_missing(str(tmp_path), NAME)
    (tmp_path / NAME).write_text("")
    assert package.offered(str(tmp_path), NAME) == [NAME]
    (tmp_path / LIBS).write_text("")
    assert package.offered(str(tmp_path), NAME) == [NAME, LIBS]
    assert package.offered(str(tmp_path), "mysql.rpm") == ["mysql.rpm"]


def test_digest_is_computed_once_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path / "tmp"))
    file = tmp_path / NAME
    file.write_text("content")
    digest = hashlib.sha256(b"content").hexdigest()
    package.check_here(str(file), digest)

    def never(path: str, algorithm: str) -> str:
        raise AssertionError("computed twice")

    monkeypatch.setattr(package, "digest", never)
    package.check_here(str(file), "sha256:" + digest)
    with pytest.raises(ObError, match="wanted is 000"):
        package.check_here(str(file), "0" * 64)
    with pytest.raises(ObError, match="cannot be used"):
        package.check_here(str(file), "nonsense")
    file.write_text("changed content")
    with pytest.raises(AssertionError):
        package.check_here(str(file), digest)


class Shell:
    """The remote shell, as far as paths go."""

    tmpdir: str | None = None

    @staticmethod
    def join_path(*parts: str) -> str:
        """Join."""
        return "/".join(parts)


class Control(package.ActionModule):
    """The action with a host that is written down instead of reached."""

    def __init__(self, args: dict[str, Any], answers: list[dict[str, Any]], transport: str = "ssh", check: bool = False, lowly: bool = False) -> None:
        self.answers, self.calls, self.sent, self.lowly = answers, [], [], lowly  # type: ignore[var-annotated]
        self._task: Any = type("Task", (), {"args": args, "check_mode": check, "async_val": 0})()
        self._connection: Any = type("Connection", (), {"transport": transport, "_shell": Shell()})()

    def do(self) -> dict[str, Any]:
        """Run without the base class, which needs a play."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(package.ActionBase, "run", lambda *args, **more: {})
            return self.run()

    def _execute_module(self, module_name: str, module_args: dict[str, Any], task_vars: Any) -> dict[str, Any]:  # type: ignore[override]
        self.calls.append(module_args)
        return dict(self.answers[len(self.calls) - 1])

    def _is_become_unprivileged(self) -> bool:
        return self.lowly

    def _make_tmp_path(self) -> None:  # type: ignore[override]
        self._connection._shell.tmpdir = "/remote/tmp"

    def _transfer_file(self, local_path: str, remote_path: str) -> None:
        self.sent.append((local_path, remote_path))

    def _fixup_perms2(self, paths: list[str], execute: bool) -> None:  # type: ignore[override]
        self.fixed = paths


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Return a folder with both packages."""
    for name in (NAME, LIBS):
        (tmp_path / name).write_text("content")
    return str(tmp_path)


def test_one_round_trip_where_nothing_is_needed(folder: str) -> None:
    action = Control({"rpm_name": NAME, "rpm_dir": folder}, [{"changed": False}])
    assert action.do() == {"changed": False} and len(action.calls) == 1 and action.sent == []
    assert action.calls[0]["offered"] == [NAME, LIBS] and "staged" not in action.calls[0]


def test_files_travel_only_when_asked_for(folder: str) -> None:
    action = Control({"rpm_name": NAME, "rpm_dir": folder}, [{"changed": True, "needs": [NAME, LIBS]}, {"changed": True, "packages": ["x"]}])
    assert action.do() == {"changed": True, "packages": ["x"]}
    assert action.sent == [(f"{folder}/{NAME}", f"/remote/tmp/{NAME}"), (f"{folder}/{LIBS}", f"/remote/tmp/{LIBS}")]
    assert action.calls[1]["staged"] == "/remote/tmp" and action.fixed[0] == "/remote/tmp"


def test_check_mode_sends_nothing_but_looks_for_the_files(folder: str) -> None:
    args = {"rpm_name": NAME, "rpm_dir": folder}
    action = Control(args, [{"changed": True, "needs": [NAME]}], check=True)
    assert action.do() == {"changed": True} and action.sent == []
    missing = Control({**args, "rpm_name": NAME.replace("el7", "el9")}, [{"changed": True, "needs": [NAME]}], check=True).do()
    assert missing["failed"] and "does not hold it" in missing["msg"] and missing["remedy"].startswith("It holds")


def test_this_machine_needs_no_copy(folder: str) -> None:
    action = Control({"rpm_name": NAME, "rpm_dir": folder}, [{"changed": True}], transport="local")
    assert action.do() == {"changed": True} and action.calls[0]["staged"] == folder and action.sent == []
    lowly = Control({"rpm_name": NAME, "rpm_dir": folder}, [{"changed": True, "needs": [NAME]}, {"changed": True}], transport="local", lowly=True)
    assert lowly.do() == {"changed": True} and lowly.calls[1]["staged"] == "/remote/tmp"


def test_failures_are_handed_on(folder: str) -> None:
    failure = {"failed": True, "msg": "no", "needs": [NAME]}
    action = Control({"rpm_name": NAME, "rpm_dir": folder}, [failure])
    assert action.do() == {"failed": True, "msg": "no"} and len(action.calls) == 1


@pytest.mark.parametrize("more", [{"rpm_dir": "", "rpm_url": "http://192.0.2.1/"}, {"state": "absent"}])
def test_other_sources_and_removal_are_the_modules_business(more: dict[str, Any], folder: str) -> None:
    action = Control({"rpm_name": NAME, "rpm_dir": folder, **more}, [{"changed": True}])
    assert action.do() == {"changed": True} and "offered" not in action.calls[0]
