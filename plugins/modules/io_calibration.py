#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: io_calibration
short_description: Have the servers measure their disks
description:
  - Runs the job C(io_calibration) of 4.x on every server that was not measured yet, and waits for its end.
  - Resource isolation works with the result. Before 4.0 there is M(oceanbase.cluster.io_bench) instead.
extends_documentation_fragment:
  - oceanbase.cluster.connection
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group_sql
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - Where every server is READY nothing is measured again, unless O(force) says so.
options:
  force:
    description:
      - Whether to measure servers that were measured already. Such a task always changes something.
    type: bool
    default: false
  wait_timeout:
    description:
      - How long to wait, in seconds, for the end of the measurement.
    type: int
    default: 1800
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Measure the disks
  oceanbase.cluster.io_calibration:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
"""

RETURN = r"""
calibrations:
  description: How far each server is, afterwards.
  returned: success
  type: list
  elements: dict
  sample:
    - server: 192.0.2.1:2882
      status: READY
statements:
  description: What was sent, or in check mode would be sent, in order.
  returned: success
  type: list
  elements: str
  sample: ['ALTER SYSTEM RUN JOB "io_calibration"']
"""

from typing import Any, Dict, List, Sequence, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils import _statements as sql
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import Calibration, catalog_for, read_calibrations
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

READY = "READY"
RUNNING = "IN PROGRESS"
FAILED = "FAILED"


def read(session, version):
    # type: (Session, Tuple[int, ...]) -> Tuple[Calibration, ...]
    """Read how far each server is."""
    try:
        if catalog_for(session, version) == "4":
            return read_calibrations(session)
        failure = ObError("Cannot measure the disks", "servers before 4.0 have no job io_calibration", "Use the module io_bench before their first start.")
    except SqlError as error:
        failure = failed("Cannot read how far the measurement is", error)
    raise failure


def lines(calibrations):
    # type: (Sequence[Calibration]) -> Tuple[str, ...]
    """Return a line for each server."""
    return tuple("{0} {1}".format(one.server, one.status) for one in calibrations)


def plan(calibrations, known, force):
    # type: (Sequence[Calibration], bool, bool) -> List[Change]
    """Return the step, if one is needed; none while a measurement is running. Without a cluster (check mode) it is."""
    if known and not force and all(one.status in (READY, RUNNING) for one in calibrations):
        return []
    after = tuple("{0} {1}".format(one.server, READY) for one in calibrations) or ("every server " + READY,)
    return [Change("measure the disks", sql.io_calibration(), before=lines(calibrations), after=after)]


def wait_for(session, version, timeout, clock):
    # type: (Session, Tuple[int, ...], float, Clock) -> Tuple[Calibration, ...]
    """Wait until every server is READY."""
    def attempt():
        # type: () -> Tuple[Calibration, ...]
        now = read(session, version)
        bad = [one.server for one in now if one.status == FAILED]
        if bad:
            raise ObError("Cannot measure the disks of {0}".format(", ".join(bad)), "the measurement failed", "Look into log/observer.log of these servers.")
        return now

    seen = wait_until(attempt, lambda now: bool(now) and all(one.status == READY for one in now), timeout, first=0.5, most=5.0, clock=clock)
    last = seen.value if isinstance(seen.value, tuple) else ()
    if seen.done:
        return last
    raise ObError(
        "Waited {0:.0f} s in vain for the measurement of the disks".format(timeout), "; ".join(lines(last)) or "no server is listed",
        "It goes on by itself; a slow disk needs a longer wait.")


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Read, plan, apply."""
    params = module.params
    version = version_of(params)
    session = open_session(params, connect, module.check_mode, clock)
    calibrations = read(session, version) if session else ()
    changes = plan(calibrations, session is not None, params["force"])
    if session and not module.check_mode:
        apply_changes(session, changes)
        calibrations = wait_for(session, version, params["wait_timeout"], clock)
    if session:
        session.close()
    return outcome(changes, diff_of("measurements", *diff_lines(changes)), calibrations=[dict(one._asdict()) for one in calibrations])


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(force={"type": "bool", "default": False}, wait_timeout={"type": "int", "default": 1800}),
    )


if __name__ == "__main__":
    main()
