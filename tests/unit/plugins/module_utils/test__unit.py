# SPDX-License-Identifier: GPL-3.0-or-later
"""Units of systemd: what they say, and when they are written, enabled or removed."""

from __future__ import annotations

import configparser

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _obproxy_unit
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_unit import Service, unit_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._unit import ENABLE, REMOVE, WRITE, Seen, decide, lines

SERVICE = Service("terran", "/home/admin/oceanbase", ("/home/admin/oceanbase", "/data/1/terran"), "admin", "SIGUSR1", 120, (("NOFILE", 655350), ("CORE", -1)))
UNIT = unit_of(SERVICE)
OURS = UNIT.text
OLD = OURS.replace("TimeoutStopSec=120", "TimeoutStopSec=60")
THEIRS = "[Unit]\nDescription=somebody's\n"
OTHER_HOME = unit_of(SERVICE._replace(home="/srv/ob")).text


def parsed(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(text)
    return parser


def test_server() -> None:
    parser = parsed(OURS)
    service = parser["Service"]
    assert (service["Type"], service["PIDFile"]) == ("forking", "/home/admin/oceanbase/run/observer.pid")
    assert (service["User"], service["WorkingDirectory"], service["KillSignal"]) == ("admin", "/home/admin/oceanbase", "SIGUSR1")
    # kill -9 is not the ordinary stop, and the engine's and other processes of the home are not systemd's matter.
    assert (service["SendSIGKILL"], service["KillMode"]) == ("no", "process")
    assert (service["LimitNOFILE"], service["LimitCORE"]) == ("655350", "infinity")
    assert parser["Unit"]["ConditionPathExists"] == "/home/admin/oceanbase/etc/observer.config.bin"
    assert parser["Install"]["WantedBy"] == "multi-user.target"


@pytest.mark.parametrize(("watched", "command"), [(True, "/bin/sh /srv/proxy/obproxyd.sh /srv/proxy"), (False, "/srv/proxy/bin/obproxy -N")])
def test_proxy(watched: bool, command: str) -> None:
    unit = _obproxy_unit.unit_of("/srv/proxy", "admin", "dba", 3883, watched, 30)
    parser = parsed(unit.text)
    service = parser["Service"]
    assert (unit.name, unit.home) == ("obproxy-3883.service", "/srv/proxy")
    assert (service["ExecStart"], service["User"], service["Group"], service["SendSIGKILL"]) == (command, "admin", "dba", "no")
    assert parser["Unit"]["ConditionPathExists"] == "/srv/proxy/etc/obproxy_config.bin"


def test_the_name_is_not_that_of_the_package() -> None:
    assert UNIT.name == "oceanbase-terran.service"


@pytest.mark.parametrize(
    ("wanted", "seen", "steps"),
    [
        (True, Seen(None, False), [WRITE, ENABLE]),
        (True, Seen(OURS, False), [ENABLE]),
        (True, Seen(OURS, True), []),
        (True, Seen(OLD, True), [WRITE]),
        (False, Seen(None, False), []),
        (False, Seen(OURS, True), [REMOVE]),
        (False, Seen(OLD, False), [REMOVE]),
        (False, Seen(THEIRS, True), []),
        (False, Seen(OTHER_HOME, True), []),
        (None, Seen(OURS, False), []),
        (None, Seen(THEIRS, True), []),
    ],
)
def test_decide(wanted: bool | None, seen: Seen, steps: list[str]) -> None:
    assert decide("Cannot", wanted, seen, UNIT) == steps


@pytest.mark.parametrize("text", [THEIRS, OTHER_HOME, ""])
def test_the_unit_of_somebody_else_is_left_alone(text: str) -> None:
    with pytest.raises(ObError, match="was not made for /home/admin/oceanbase"):
        decide("Cannot", True, Seen(text, True), UNIT)


def test_lines() -> None:
    enabled = "[oceanbase-terran.service is enabled]"
    before, after = lines(Seen(OLD, False), [WRITE, ENABLE], UNIT)
    assert "TimeoutStopSec=60" in before and "TimeoutStopSec=120" in after and after[-1] == enabled
    assert lines(Seen(OURS, True), [REMOVE], UNIT) == ([*OURS.splitlines(), enabled], [])
