#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: observer_log
short_description: Read what an observer's log says of a failure
description:
  - Picks the lines that tell of an error out of C(log/observer.log), those of the levels ERROR, EDIAG and WDIAG and those with a return code (C(ret=-4012)),
    and says what the code means. Of a log that is longer than 4 MiB its end is read, of one that was rotated the new file.
  - Tells, too, whether an observer runs from the home directory.
  - Changes nothing.
author:
  - The oceanbase.cluster contributors (@oceanbase)
extends_documentation_fragment:
  - oceanbase.cluster.server
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: none
  idempotent:
    support: full
options:
  seconds:
    description: How far to look back, by the clock of the host.
    type: float
    default: 3600.0
  limit:
    description: The most lines to return. Of more, the first ones, which name the cause, and the last ones, which name what came of it.
    type: int
    default: 20
seealso:
  - module: oceanbase.cluster.explain_failure
"""

EXAMPLES = r"""
- name: Read what the observers said in the last ten minutes
  become: true
  oceanbase.cluster.observer_log:
    seconds: 600
  register: log
"""

RETURN = r"""
path:
  description: The log.
  returned: always
  type: str
  sample: /home/admin/oceanbase/log/observer.log
lines:
  description: The lines that tell of an error, each cut after 500 characters.
  returned: always
  type: list
  elements: str
  sample:
    - '[2026-11-30 12:00:00.123456] WDIAG [RPC] send (ob_poc_rpc_proxy.h:176) [1234][T1_L0][T1] [lt=5][errcode=-4012] execute rpc fail(ret=-4012)'
error_code:
  description: The code that explains the failure best, without its minus sign; V(none) where the lines have none.
  returned: always
  type: int
  sample: 4012
meaning:
  description: Name and meaning of that code; empty where nothing is known of it.
  returned: always
  type: str
  sample: OB_TIMEOUT, the time for the statement ran out, or a server could not be reached over its RPC port
remedy:
  description: What to do about that code; empty where nothing is known of it.
  returned: always
  type: str
  sample: See that every server runs, that the RPC ports are right and that no firewall stands between the hosts.
running:
  description: Whether an observer runs from the home directory.
  returned: always
  type: bool
  sample: true
process:
  description: What runs from the home directory, in words.
  returned: always
  type: str
  sample: observer 4711 runs in /home/admin/oceanbase
"""

import time
from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _observer_log
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import SERVER, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._codes import find_code
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import BY_HAND, OURS, find
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_start import log_path


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Read the log."""
    home = module.params["home"].rstrip("/")
    path = log_path(home)
    written = _observer_log.read_since(path, _observer_log.Position(0, 0))
    lines = _observer_log.relevant(_observer_log.younger(written, time.time() - module.params["seconds"]), module.params["limit"])
    number = _observer_log.cause_code(lines)
    code = find_code(number) if number else None
    found = find(home)
    return {
        "changed": False,
        "path": path,
        "lines": lines,
        "error_code": number,
        "meaning": "{0}, {1}".format(code.name, code.meaning) if code else "",
        "remedy": code.remedy if code else "",
        "running": found.kind in (OURS, BY_HAND),
        "process": found.detail,
    }


def main():
    # type: () -> None
    """Run the module."""
    run_module(
        story,
        spec_of(
            SERVER,
            seconds={"type": "float", "default": 3600.0},
            limit={"type": "int", "default": 20},
        ),
    )


if __name__ == "__main__":
    main()
