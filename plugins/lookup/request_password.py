# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The password of root@sys, wherever the request keeps it."""

from __future__ import annotations

DOCUMENTATION = r"""
name: request_password
short_description: Password of root@sys, from C(oceanbase_password) or the request
description:
  - Returns the password that a cluster's request names, so that a role can hand it to a module without another variable holding it.
  - C(oceanbase_password) wins over the field C(password) of C(oceanbase_request) or of the file C(oceanbase_request_file).
author: the oceanbase.cluster authors (!UNKNOWN)
options: {}
"""

EXAMPLES = r"""
- name: Wait until every server serves
  oceanbase.cluster.cluster_info:
    login_host: 192.0.2.1
    login_password: "{{ lookup('oceanbase.cluster.request_password') }}"
"""

RETURN = r"""
_raw:
  description: The password; an empty text where none is given.
  type: list
  elements: str
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.plugins.lookup import LookupBase

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.source import SourceError, password_of

_READ = ("oceanbase_password", "oceanbase_request", "oceanbase_request_file", "playbook_dir")


class LookupModule(LookupBase):
    """``oceanbase.cluster.request_password``."""

    def run(self, terms: list[str], variables: dict[str, Any] | None = None, **kwargs: Any) -> list[str]:
        """Return the password."""
        raw = variables or {}
        templar: Any = self._templar
        loader: Any = self._loader
        values = {name: templar.template(raw[name]) for name in _READ if name in raw}
        try:
            return [password_of(values, lambda path: bytes(loader._get_file_contents(path)[0]))]
        except SourceError as error:
            raise AnsibleLookupError(str(error)) from None
