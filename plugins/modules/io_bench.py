#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: io_bench
short_description: Measure the disk of an OceanBase server
description:
  - Runs C(ob_admin io_bench) as the service user, once; its result stays in C(etc/io_resource.conf) below O(home).
  - A host whose packages do not bring an C(ob_admin) that can measure is skipped and says so in RV(skip_reason).
author:
  - The oceanbase.cluster contributors (@oceanbase)
extends_documentation_fragment:
  - oceanbase.cluster.server
  - oceanbase.cluster.server.user
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
    details:
      - A result that is there is not measured again. Remove the file to have that done.
options:
  data_dir:
    description: Directory on the disk to be measured, usually the data directory of the server.
    type: path
    required: true
  ob_admin:
    description: Path of C(ob_admin). By default it is looked for in C(bin) below O(home), then in the search path.
    type: path
  version:
    description:
      - Version of the server. Before 4.0 the server reads the result at its start, so that one without the line C(version 1) counts as none.
    type: str
    default: ''
  file_size:
    description: Size of the file to measure with, like V(10G). By default what C(ob_admin) takes (100G in 4.x). Not before 4.0.
    type: str
    default: ''
  time_limit:
    description: Seconds after which the measurement is ended with everything it started, which is a failure.
    type: int
    default: 1800
"""

EXAMPLES = r"""
- name: Measure the data disk with a small file
  become: true
  oceanbase.cluster.io_bench:
    data_dir: /data/1/obdemo
    file_size: 10G
"""

RETURN = r"""
rows:
  description: What was measured.
  returned: success, not in check mode before the measurement
  type: list
  elements: dict
  contains:
    io_type:
      description: V(read) or V(write).
      type: str
      returned: always
      sample: read
    size:
      description: Bytes of a block.
      type: int
      returned: always
      sample: 4096
    iops:
      description: Operations a second.
      type: float
      returned: always
      sample: 100000.0
    latency_us:
      description: Microseconds of one.
      type: float
      returned: always
      sample: 180.0
path:
  description: Where the result is kept.
  returned: success
  type: str
  sample: /home/admin/oceanbase/etc/io_resource.conf
command:
  description: The command that measures.
  returned: when there is an C(ob_admin)
  type: str
  sample: /usr/bin/ob_admin io_bench -c /home/admin/oceanbase/etc -d /data/1/obdemo
skip_reason:
  description: Why nothing was measured.
  returned: when nothing could be measured
  type: str
  sample: there is no ob_admin on this host; it is in the package oceanbase-ce-utils
"""

import os
from typing import Any, Dict

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files, _io_bench, _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import SERVER, SERVER_USER, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._layout_seen import generation_named
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_flags import shown


def find_tool(given, home):
    # type: (str, str) -> str
    """Return the path of ob_admin, "" where there is none."""
    candidates = [given] if given else [os.path.join(home, "bin", "ob_admin")]
    for path in candidates:
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return "" if given else _process.which("ob_admin")


def read_result(path):
    # type: (str) -> str
    """Return the text of the result, "" where there is none."""
    try:
        with open(path) as stream:
            return stream.read()
    except FileNotFoundError:
        return ""


def skipped(path, reason):
    # type: (str, str) -> Dict[str, Any]
    """Return the result of a host that cannot measure."""
    return {"changed": False, "skipped": True, "skip_reason": reason, "path": path, "rows": [], "diff": diff_of(path, [], [])}


def measure(module, command, path, what, first_line):
    # type: (AnsibleModule, str, str, str, str) -> str
    """Measure; return why it could not be done, "" where it was. What a failed measurement leaves is removed."""
    params = module.params
    before = set(_files.entries(params["data_dir"]))
    environment = {"LD_LIBRARY_PATH": os.path.join(params["home"], "lib")}
    argv = _io_bench.command(command, params["home"], params["data_dir"], params["file_size"])
    try:
        done = _process.run(argv, params["home"], environment, params["user"] if os.geteuid() == 0 else "", params["time_limit"])
    except OSError as error:
        raise ObError(what, "{0}: {1}".format(error.filename or command, error.strerror), "See its rights, and those of the folders above.") from error
    except KeyError:
        raise ObError(what, "this host has no user {0}".format(params["user"]), "Create it first.") from None
    if done.rc == 0 and _io_bench.parse(read_result(path), first_line):
        return ""
    _files.remove(path)
    for name in set(_files.entries(params["data_dir"])) - before:
        _files.remove(os.path.join(params["data_dir"], name))
    if done.timed_out:
        raise ObError(
            what, "it did not end within {0} s and was ended".format(params["time_limit"]), "Measure with a smaller file (file_size), or raise time_limit.",
        )
    if _io_bench.cannot(done.said):
        return "{0} of this version cannot measure (it has no io_bench)".format(command)
    cause = "; ".join(done.said.splitlines()[-5:]) or "it said nothing"
    raise ObError(
        what, "{0} ended with status {1}{2}: {3}".format(command, done.rc, "" if done.rc else ", but left no result", cause),
        "See that the disk has room for the file, and that the service user can write there.", rc=done.rc,
    )


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Measure, unless that was done."""
    params = module.params
    params["home"] = params["home"].rstrip("/")
    path = os.path.join(params["home"], _io_bench.RESULT)
    what = "Cannot measure the disk of {0}".format(params["data_dir"])
    generation = generation_named(params["version"]) if params["version"] else None
    first_line = generation.io_bench_version if generation else ""
    if params["file_size"] and generation and not generation.io_bench_size:
        raise ObError(what, "ob_admin of version {0} takes no size of the file".format(params["version"]), "Take file_size away.")
    rows = _io_bench.parse(read_result(path), first_line)
    if rows:
        lines = _io_bench.lines(rows)
        return {"changed": False, "rows": [row.shown() for row in rows], "path": path, "diff": diff_of(path, lines, lines)}
    tool = find_tool(params["ob_admin"] or "", params["home"])
    if not tool:
        return skipped(path, "there is no {0} on this host; it is in the package oceanbase-ce-utils".format(params["ob_admin"] or "ob_admin"))
    command = shown(_io_bench.command(tool, params["home"], params["data_dir"], params["file_size"]))
    after = ["measured by: " + command]
    if not module.check_mode:
        reason = measure(module, tool, path, what, first_line)
        if reason:
            return skipped(path, reason)
        rows = _io_bench.parse(read_result(path), first_line)
        after = _io_bench.lines(rows)
    return {"changed": True, "rows": [row.shown() for row in rows], "path": path, "command": command, "diff": diff_of(path, [], after)}


def main():
    # type: () -> None
    """Run the module."""
    run_module(
        story,
        spec_of(
            SERVER, SERVER_USER,
            data_dir={"type": "path", "required": True},
            ob_admin={"type": "path"},
            version={"type": "str", "default": ""},
            file_size={"type": "str", "default": ""},
            time_limit={"type": "int", "default": 1800},
        ),
    )


if __name__ == "__main__":
    main()
