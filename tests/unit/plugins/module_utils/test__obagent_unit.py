# SPDX-License-Identifier: GPL-3.0-or-later
"""The unit of the agent's package: who it runs as, and whether it starts with the host."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _obagent_unit, _systemd
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._obagent_unit import State

TEXT = "# Ansible managed: oceanbase.cluster.obagent\n[Service]\nUser=admin\nGroup=dba\n"


@pytest.fixture
def units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Units in a folder of the test's own, on a host of root's with the package's unit and without systemd."""
    packaged = tmp_path / "packaged.service"
    packaged.touch()
    monkeypatch.setattr(_systemd, "FOLDER", str(tmp_path / "units"))
    monkeypatch.setattr(_systemd, "RUNS", str(tmp_path / "none"))
    monkeypatch.setattr(_obagent_unit, "PACKAGED", str(packaged))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    yield packaged


@pytest.mark.parametrize(
    ("seen", "by_unit", "packaged", "wanted"),
    [
        (State("", False), True, True, State(TEXT, True)),
        (State("", True), True, False, State(TEXT, True)),
        (State("old", True), True, True, State(TEXT, True)),
        (State("", True), False, True, State(TEXT, True)),
        (State("", False), False, True, State(TEXT, False)),
        (State("", False), False, False, State("", False)),
    ],
)
def test_wanted(units: Path, seen: State, by_unit: bool, packaged: bool, wanted: State) -> None:
    if not packaged:
        units.unlink()
    assert _obagent_unit.wanted(seen, "admin", "dba", by_unit) == wanted


def test_an_ordinary_user_has_no_units(units: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert _obagent_unit.wanted(State("", True), "admin", "dba", False) == State("", True)


def test_apply(units: Path) -> None:
    _obagent_unit.apply("Cannot", _obagent_unit.look(), State(TEXT, False))
    assert _obagent_unit.look() == State(TEXT, False)
    assert (Path(_systemd.FOLDER) / "obagent.service.d/oceanbase_cluster.conf").read_text() == TEXT
    with pytest.raises(ObError, match="does not run systemd.*Set oceanbase_agent_service to plain"):
        _obagent_unit.apply("Cannot", _obagent_unit.look(), State(TEXT, True))
