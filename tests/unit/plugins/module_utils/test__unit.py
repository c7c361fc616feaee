# SPDX-License-Identifier: GPL-3.0-or-later
"""The systemd unit of a server: what it says, and when it is written, enabled or removed."""

from __future__ import annotations

import configparser

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._unit import ENABLE, REMOVE, WRITE, Seen, Service, decide, lines, name_of, render

SERVICE = Service("terran", "/home/admin/oceanbase", ("/home/admin/oceanbase", "/data/1/terran"), "admin", "SIGUSR1", 120, (("NOFILE", 655350), ("CORE", -1)))
OURS = render(SERVICE)
OLD = OURS.replace("TimeoutStopSec=120", "TimeoutStopSec=60")
THEIRS = "[Unit]\nDescription=somebody's\n"
OTHER_HOME = render(SERVICE._replace(home="/srv/ob"))


def test_render() -> None:
    parser = configparser.ConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(OURS)
    service = parser["Service"]
    assert (service["Type"], service["PIDFile"]) == ("forking", "/home/admin/oceanbase/run/observer.pid")
    assert (service["User"], service["WorkingDirectory"], service["KillSignal"]) == ("admin", "/home/admin/oceanbase", "SIGUSR1")
    # kill -9 is not the ordinary stop, and the engine's and other processes of the home are not systemd's matter.
    assert (service["SendSIGKILL"], service["KillMode"]) == ("no", "process")
    assert (service["LimitNOFILE"], service["LimitCORE"]) == ("655350", "infinity")
    assert parser["Unit"]["ConditionPathExists"] == "/home/admin/oceanbase/etc/observer.config.bin"
    assert parser["Install"]["WantedBy"] == "multi-user.target"


def test_the_name_is_not_that_of_the_package() -> None:
    assert name_of("terran") == "oceanbase-terran.service"


@pytest.mark.parametrize(
    ("manager", "seen", "steps"),
    [
        ("systemd", Seen(None, False), [WRITE, ENABLE]),
        ("systemd", Seen(OURS, False), [ENABLE]),
        ("systemd", Seen(OURS, True), []),
        ("systemd", Seen(OLD, True), [WRITE]),
        ("none", Seen(None, False), []),
        ("none", Seen(OURS, True), [REMOVE]),
        ("none", Seen(OLD, False), [REMOVE]),
        ("none", Seen(THEIRS, True), []),
        ("none", Seen(OTHER_HOME, True), []),
        (None, Seen(OURS, False), []),
        (None, Seen(THEIRS, True), []),
    ],
)
def test_decide(manager: str | None, seen: Seen, steps: list[str]) -> None:
    assert decide("Cannot", manager, seen, SERVICE) == steps


@pytest.mark.parametrize("text", [THEIRS, OTHER_HOME, ""])
def test_the_unit_of_somebody_else_is_left_alone(text: str) -> None:
    with pytest.raises(ObError, match="was not made for /home/admin/oceanbase"):
        decide("Cannot", "systemd", Seen(text, True), SERVICE)


def test_lines() -> None:
    before, after = lines("u", Seen(OLD, False), [WRITE, ENABLE], SERVICE)
    assert "TimeoutStopSec=60" in before and "TimeoutStopSec=120" in after and after[-1] == "[u is enabled]"
    assert lines("u", Seen(OURS, True), [REMOVE], SERVICE) == ([*OURS.splitlines(), "[u is enabled]"], [])
