# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Glue between modules and AnsibleModule: the only file that ends the process."""

from typing import Any, Callable, Dict, List

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

# What modules are made of; sql_action puts another class here to run them in its own process.
MODULE_CLASS = AnsibleModule  # type: Any


def run_module(story, argument_spec, **constraints):
    # type: (Callable[[AnsibleModule], Dict[str, Any]], Dict[str, Any], Any) -> None
    """Run ``story`` with a module of this spec and exit with what it returns.

    ``constraints`` are AnsibleModule's own (``required_if``, ``mutually_exclusive``...). Every module supports check mode.
    A story returns the result (``changed``, ``diff``...) or raises ObError.
    """
    module = MODULE_CLASS(argument_spec=argument_spec, supports_check_mode=True, **constraints)
    try:
        result = story(module)
    except ObError as error:
        module.fail_json(msg=error.message(), cause=error.cause, remedy=error.remedy, **error.details)
    module.exit_json(**result)


def diff_of(header, before, after):
    # type: (str, List[str], List[str]) -> Dict[str, str]
    """Return Ansible's diff of two lists of lines about one object."""
    return {
        "before_header": header,
        "after_header": header,
        "before": "".join(line + "\n" for line in before),
        "after": "".join(line + "\n" for line in after),
    }
