# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control side of the module package: hands over files of the control node, and only where the host asks for them."""

from __future__ import annotations

import difflib
import fcntl
import hashlib
import json
import os
from typing import Any

from ansible import constants
from ansible.plugins.action import ActionBase

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._files import digest, split_checksum
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm_name import parse_rpm_name

MODULE = "oceanbase.cluster.package"


def offered(folder: str, rpm_name: str) -> list[str]:
    """Return which of the package and its companions a folder holds."""
    wanted = parse_rpm_name(rpm_name)
    names = [rpm_name] + ([wanted.companion("libs")] if wanted else [])
    return [name for name in names if os.path.isfile(os.path.join(folder, name))]


def nearest(folder: str, rpm_name: str) -> list[str]:
    """Return the packages in a folder whose names are nearest to the wanted one."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".rpm"))
    except OSError:
        return []
    return difflib.get_close_matches(rpm_name, names, 3, 0.4) or names[:3]


def refuse_missing(folder: str, rpm_name: str) -> None:
    """Explain that the package is not there."""
    what = f"Cannot install {rpm_name}"
    if not os.path.isdir(folder):
        raise ObError(what, f"the folder {folder} does not exist on the control node", "Correct rpm_dir, or make the folder and put the package there.")
    near = nearest(folder, rpm_name)
    raise ObError(
        what,
        f"{folder} on the control node does not hold it",
        f"It holds {', '.join(near)}. Correct the name or put the package there." if near else "It holds no package at all: put it there.",
    )


def cached_digest(path: str, algorithm: str) -> str:
    """Compute a digest once a run, for all hosts: the processes of a run share a temporary folder and wait for each other."""
    found = os.stat(path)
    key = hashlib.sha256(json.dumps([path, found.st_size, found.st_mtime_ns, algorithm]).encode()).hexdigest()
    folder: str = vars(constants)["DEFAULT_LOCAL_TMP"]
    store = os.path.join(folder, f"oceanbase-digest-{key}")
    with open(store, "a+") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        known = stream.read()
        if not known:
            known = digest(path, algorithm)
            stream.write(known)
        return known


def check_here(path: str, checksum: str) -> None:
    """Refuse a wrong file before it travels."""
    what = f"Cannot install {os.path.basename(path)}"
    try:
        algorithm, wanted = split_checksum(checksum)
    except ValueError as error:
        raise ObError(what, f"the checksum {checksum} cannot be used: {error}", "Write it as sha256:<64 digits>.") from error
    found = cached_digest(path, algorithm)
    if found != wanted:
        raise ObError(
            what, f"{path} on the control node has the {algorithm} {found}, wanted is {wanted}", "Fetch the package again, or correct the checksum."
        )


class ActionModule(ActionBase):
    """Run the module; where it names files that it needs, hand them over and run it again."""

    TRANSFERS_FILES = False  # a temporary folder is made only once it is known that files have to travel
    _supports_check_mode = True

    def run(self, tmp: Any = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Do it in one round trip where nothing is needed, or where the host is this machine."""
        super().run(tmp, task_vars)
        args = dict(self._task.args)
        folder, rpm_name = str(args.get("rpm_dir") or ""), str(args.get("rpm_name") or "")
        if not folder or args.get("state", "present") != "present":
            return self._module(args, task_vars)
        folder = os.path.abspath(os.path.expanduser(folder))
        names = offered(folder, rpm_name)
        args.update(rpm_dir=folder, offered=names)
        try:
            if rpm_name in names and self._connection.transport == "local" and self._plain_user():
                return self._module(dict(args, staged=folder), task_vars)
            result = self._module(args, task_vars)
            needs = result.pop("needs", [])
            if not needs or result.get("failed"):
                return result
            if rpm_name not in names:
                refuse_missing(folder, rpm_name)
            if args.get("checksum"):
                check_here(os.path.join(folder, rpm_name), str(args["checksum"]))
            return result if self._task.check_mode else self._hand_over(args, folder, needs, task_vars)
        except ObError as error:
            return {"failed": True, "msg": error.message(), "cause": error.cause, "remedy": error.remedy, **error.details}

    def _plain_user(self) -> bool:
        """Whether the module will be able to read what we can."""
        base: Any = self
        return not base._is_become_unprivileged()

    def _module(self, args: dict[str, Any], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        result: dict[str, Any] = self._execute_module(module_name=MODULE, module_args=args, task_vars=task_vars)
        return result

    def _hand_over(self, args: dict[str, Any], folder: str, needs: list[str], task_vars: dict[str, Any] | None) -> dict[str, Any]:
        """Copy files into the temporary folder of this task on the host, which is removed when the task ends, whatever happens."""
        base: Any = self
        shell = base._connection._shell
        if shell.tmpdir is None:
            base._make_tmp_path()
        staged = shell.tmpdir
        paths = [shell.join_path(staged, name) for name in needs]
        for name, path in zip(needs, paths, strict=True):
            base._transfer_file(os.path.join(folder, name), path)
        base._fixup_perms2([staged, *paths], execute=False)
        return self._module(dict(args, staged=staged), task_vars)
