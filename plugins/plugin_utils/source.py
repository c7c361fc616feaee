# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the request comes from: ``oceanbase_request`` or the file named by ``oceanbase_request_file``."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.values import given

Read = Callable[[str], bytes]


class SourceError(Exception):
    """The request cannot be had; the text says why and never quotes the file, which may hold a password."""


def find_body(variables: Mapping[str, Any], read: Read) -> Any:
    """Return the body of the request; an empty one where there are only flat variables.

    ``variables`` are templated; ``read`` returns a file's bytes, decrypted. Relative paths count from the working directory,
    then from the playbook's.
    """
    body, path = variables.get("oceanbase_request"), variables.get("oceanbase_request_file")
    if not given(path):
        return body or {}
    if given(body):
        raise SourceError("oceanbase_request and oceanbase_request_file are both given; take one of them away")
    path = str(path)
    places = [path] if os.path.isabs(path) else [os.path.abspath(path), os.path.join(str(variables.get("playbook_dir", ".")), path)]
    found = next((place for place in places if os.path.isfile(place)), None)
    if not found:
        raise SourceError(f"oceanbase_request_file: there is no file {' nor '.join(dict.fromkeys(places))} on the control node")
    try:
        return yaml.safe_load(read(found)) or {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise SourceError(f"oceanbase_request_file: {found} is neither JSON nor YAML{where}") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise SourceError(f"oceanbase_request_file: {found} is neither JSON nor YAML") from None
    except OSError as error:
        raise SourceError(f"oceanbase_request_file: {found} cannot be read: {error.strerror}") from None


def password_of(variables: Mapping[str, Any], read: Read) -> str:
    """Return the password of root@sys: the variable's, else the request's (``merge`` in request.py says why)."""
    flat = variables.get("oceanbase_password")
    if given(flat):
        return str(flat)
    body = find_body(variables, read)
    return str(body.get("password") or "") if isinstance(body, Mapping) else ""
