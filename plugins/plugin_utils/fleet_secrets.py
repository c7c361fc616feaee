# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hand variables and passwords to another ansible-playbook: neither on its command line nor in its environment."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

try:
    from ansible.template import is_trusted_as_template
except ImportError:  # ansible-core before 2.19
    from ansible.utils.unsafe_proxy import AnsibleUnsafe

    def is_trusted_as_template(value: object) -> bool:
        """Return whether a text may be a template."""
        return not isinstance(value, AnsibleUnsafe)


_PREFIX = "oceanbase-fleet-"


class Unsafe(str):
    """A text that must not be taken for a template."""


class _Dumper(yaml.SafeDumper):
    """Writes such texts with the tag by which Ansible knows them."""

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out: Ansible's loader gets plain values."""
        return True


def _represent_unsafe(dumper: yaml.SafeDumper, value: Unsafe) -> yaml.ScalarNode:
    return dumper.represent_scalar("!unsafe", str(value), style='"')


_Dumper.add_representer(Unsafe, _represent_unsafe)


def plain(value: Any, literal: bool) -> Any:
    """Return a value without Ansible's own types; with ``literal`` no text in it is a template any more."""
    if isinstance(value, Mapping):
        return {str(key): plain(item, literal) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item, literal) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    text = str(value)
    may_be_template = not literal and isinstance(value, str) and is_trusted_as_template(value)
    # Only where it matters: ansible-core 2.19 takes !unsafe "1" for a number and !unsafe "yes" for a boolean.
    return Unsafe(text) if not may_be_template and re.search(r"\{[{%#]", text) else text


def encode(inherited: Mapping[str, Any], own: Mapping[str, Any]) -> bytes:
    """Return a file of extra variables: ``own``, whose templates are filled in, over ``inherited``, whose are not."""
    variables = {**plain(inherited, literal=False), **plain(own, literal=True)}
    text: str = yaml.dump(variables, Dumper=_Dumper, allow_unicode=True, default_flow_style=False, width=1 << 20)
    return text.encode()


class SecretFiles:
    """Files that only this user can read, in memory where the system has a file system for that, and gone as soon as they were read."""

    def __init__(self, contents: Sequence[bytes]) -> None:
        self._contents = contents
        self._directory = ""

    def __enter__(self) -> SecretFiles:
        memory = "/dev/shm"
        base = memory if os.access(memory, os.W_OK | os.X_OK) else tempfile.gettempdir()
        sweep(base)
        self._directory = tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=base)
        for path, content in zip(self.paths, self._contents, strict=True):
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()

    @property
    def paths(self) -> list[str]:
        """Where they lie."""
        return [os.path.join(self._directory, str(number)) for number in range(len(self._contents))]

    def remove(self) -> None:
        """Remove them, if that has not been done."""
        shutil.rmtree(self._directory, ignore_errors=True)


def sweep(base: str) -> None:
    """Remove what runs of this user have left that were killed before they could."""
    for name in os.listdir(base):
        path = os.path.join(base, name)
        owner = name.removeprefix(_PREFIX).partition("-")[0]
        if name.startswith(_PREFIX) and owner.isdigit() and not os.path.exists(f"/proc/{owner}") and os.lstat(path).st_uid == os.getuid():
            shutil.rmtree(path, ignore_errors=True)
