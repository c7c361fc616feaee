# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the whole run: where the package comes from, which steps are asked for, which users are made, how long to wait."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import has_io_bench
from ansible_collections.oceanbase.cluster.plugins.module_utils._steps import STEPS
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.faults import Faults, shown
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.request import Request
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.values import check_secret, given, read_bool, read_choice

SOURCES = ("oceanbase_rpm_dir", "oceanbase_rpm_url", "oceanbase_rpm_remote_dir")
TIMEOUTS = (
    "oceanbase_start_timeout",
    "oceanbase_bootstrap_timeout",
    "oceanbase_serve_timeout",
    "oceanbase_stop_timeout",
    "oceanbase_compaction_timeout",
    "oceanbase_login_timeout",
    "oceanbase_io_bench_timeout",
)
_DIGESTS = {"md5": 32, "sha1": 40, "sha224": 56, "sha256": 64, "sha384": 96, "sha512": 128}
# Steps that a standby cluster cannot have (2.2 and 3.x): what they would do is done on its primary, from which it comes.
NOT_ON_STANDBY = {
    "set_sys_password": "the password of root@sys comes from the primary cluster",
    "create_default_user": "users come from the primary cluster",
    "trigger_compaction": "a standby cluster follows the compactions of its primary",
}
_USER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
# The only accounts of a fresh sys tenant that an operator must not redefine (oceanbase v4.2.1_CE_BP6 src/share/schema).
_BUILT_IN = ("root", "ORAAUDITOR", "LBACSYS")


@dataclass(frozen=True)
class Options:
    """What was read of the variables that describe the run rather than the cluster. It holds no secret."""

    steps: tuple[dict[str, Any], ...]  # {number, name, asked, reason}
    users: tuple[str, ...]  # default users that will be made


def read_options(variables: Mapping[str, Any], request: Request, faults: Faults) -> Options:
    """Read and check them all."""
    read_choice("oceanbase_install_method", variables.get("oceanbase_install_method"), ("rpm", "extract"), faults)
    read_choice("oceanbase_service_manager", variables.get("oceanbase_service_manager"), ("none", "systemd"), faults)
    read_choice("oceanbase_rpm_signature", variables.get("oceanbase_rpm_signature"), ("optional", "required"), faults)
    _check_source(variables, faults)
    for name in TIMEOUTS:
        if not re.match(r"[1-9]\d*\Z", str(variables.get(name))):
            faults.add(name, f"{shown(variables.get(name))} is not a whole number of seconds")
    calibration = read_bool("oceanbase_io_calibration", variables.get("oceanbase_io_calibration", False), faults)
    if calibration and request.generation and not request.generation.io_calibration:
        faults.add("oceanbase_io_calibration", f"servers of {request.generation.key} have no job io_calibration; oceanbase_io_bench is what they have")
    users = _read_users(variables.get("oceanbase_default_users"), faults)
    steps = _read_steps(variables, users, request, faults)
    return Options(steps, () if request.type == "STANDBY" else users)


def _check_source(variables: Mapping[str, Any], faults: Faults) -> None:
    named = [name for name in SOURCES if given(variables.get(name))]
    if len(named) > 1:
        faults.add(" and ".join(named), "the package has one source; take the others away")
    url = variables.get("oceanbase_rpm_url")
    if given(url) and not re.match(r"(https?|ftp|file)://\S+\Z", str(url)):
        faults.add("oceanbase_rpm_url", f"{shown(url)} is not a URL")
    remote = variables.get("oceanbase_rpm_remote_dir")
    if given(remote) and not str(remote).startswith("/"):
        faults.add("oceanbase_rpm_remote_dir", f"{shown(remote)} is not an absolute path on the hosts")
    checksum = variables.get("oceanbase_rpm_checksum")
    if given(checksum):
        algorithm, colon, digest = str(checksum).rpartition(":")
        size = _DIGESTS.get(algorithm if colon else "sha256")
        if not size or not re.match(rf"[0-9a-fA-F]{{{size}}}\Z", digest):
            faults.add("oceanbase_rpm_checksum", f"{shown(checksum)} is not of the form sha256:<64 hexadecimal digits>")


def _read_users(value: object, faults: Faults) -> tuple[str, ...]:
    place = "oceanbase_default_users"
    if not given(value):
        return ()
    if not isinstance(value, (list, tuple)):
        faults.add(place, "not a list of users")
        return ()
    names: list[str] = []
    for index, user in enumerate(value):
        where = f"{place}[{index}]"
        if not isinstance(user, Mapping):
            faults.add(where, "not a user: name, password, privileges and scope are its keys")
            continue
        for key in user:
            if key not in ("name", "password", "privileges", "scope"):
                faults.add(f"{where}.{key}", "unknown key: name, password, privileges and scope are a user's keys")
        name = str(user.get("name") or "")
        if not _USER.match(name):
            faults.add(f"{where}.name", f"{shown(name)} is not the name of a user")
        elif name in _BUILT_IN:
            faults.add(f"{where}.name", f"{name} is an account of the server itself")
        elif name in names:
            faults.add(f"{where}.name", f"{name} is given twice")
        if given(user.get("password")):
            names.append(name)
            check_secret(f"{where}.password", user["password"], faults, f"that of {name}")
    return tuple(names)


def _read_steps(variables: Mapping[str, Any], users: tuple[str, ...], request: Request, faults: Faults) -> tuple[dict[str, Any], ...]:
    steps = []
    for step in STEPS:
        asked, reason = True, ""
        if step.switch:
            asked = read_bool(step.switch, variables.get(step.switch), faults)
            reason = "" if asked else f"{step.switch} is false"
        elif step.file == "create_default_user" and not users:
            asked, reason = False, "no default user has a password (oceanbase_proxyro_password, oceanbase_monitor_password)"
        impossible = _impossible(step.file, request)
        if asked and impossible:
            asked, reason = False, impossible
        steps.append({"number": step.number, "name": step.name, "asked": asked, "reason": reason})
    return tuple(steps)


def _impossible(file: str, request: Request) -> str:
    """Return why this cluster cannot have a step; empty where it can."""
    if request.type == "STANDBY" and file in NOT_ON_STANDBY:
        return NOT_ON_STANDBY[file]
    if file == "io_bench" and request.rpm and not has_io_bench(request.rpm.numbers, request.rpm.community):
        return "ob_admin of the community edition of 3.x cannot measure disks"
    return ""
