#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: node_info
short_description: See how far a host has come on its way to being an OceanBase server
description:
  - Looks at packages, directories and their marks, the kept configuration, processes and ports of one server, and says what it all means.
  - The server's binary is asked for its version, as O(user).
  - Changes nothing.
author:
  - The oceanbase.cluster contributors (@oceanbase)
extends_documentation_fragment:
  - oceanbase.cluster.server
  - oceanbase.cluster.server.user
  - oceanbase.cluster.server.ports
  - oceanbase.cluster.server.directories
  - oceanbase.cluster.server.layout
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
  address:
    description: Address of the server, whose ports are looked at.
    type: str
    default: 127.0.0.1
seealso:
  - module: oceanbase.cluster.cluster_info
"""

EXAMPLES = r"""
- name: See how far this host has come
  become: true
  oceanbase.cluster.node_info:
    cluster: obdemo
    server: 192.0.2.1:2882
    generation: 4.3.5.3
    address: 192.0.2.1
    data_disk_dir: /data/1/obdemo
    log_disk_dir: /data/log1/obdemo
  register: node
"""

RETURN = r"""
state:
  description:
    - V(absent), nothing of this server is here.
    - V(installed), its package is.
    - V(laid_out), its directories are, marked, and without data.
    - V(running), it runs, but has not been in a cluster.
    - V(member), it has been in the cluster, whether it runs or not, see RV(running).
    - V(other_cluster), a directory bears the mark of another server.
    - V(foreign), a directory holds data of unknown origin, or an observer runs here that cannot be told to be this one.
  returned: always
  type: str
  sample: member
running:
  description: Whether an observer runs from the home directory.
  returned: always
  type: bool
  sample: true
reasons:
  description: Why it is that state.
  returned: always
  type: list
  elements: str
  sample: [observer 4711 runs in /home/admin/oceanbase, /data/log1/obdemo/clog/tenant_1 holds data]
packages:
  description: The packages that are installed there, by rpm or unpacked.
  returned: always
  type: list
  elements: str
  sample: [oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64]
observer_version:
  description: The version that the server's binary tells; empty where there is none that runs.
  returned: always
  type: str
  sample: 4.3.5.3
markers:
  description: What the directories say of whom they belong to, by path; empty where they say nothing.
  returned: always
  type: dict
  sample: {/data/1/obdemo: 'server 192.0.2.1:2882 of cluster obdemo (id 1)'}
contents:
  description: What stands in the way in directories without a mark, by path.
  returned: always
  type: dict
  sample: {/data/1/obdemo: [sstable/block_file]}
kept_configuration:
  description: Whether the server could start without flags.
  returned: always
  type: bool
  sample: true
data:
  description: Directories with data of a server that has been in a cluster.
  returned: always
  type: list
  elements: str
  sample: [/home/admin/oceanbase/store/obdemo/clog/tenant_1]
process:
  description: What runs from the home directory.
  returned: always
  type: dict
  contains:
    kind:
      description: V(ours), V(none), V(stale), V(recycled), V(by_hand) or V(hidden).
      type: str
      returned: always
      sample: ours
    detail:
      description: The same in words.
      type: str
      returned: always
      sample: observer 4711 runs in /home/admin/oceanbase
observers:
  description: Every observer of the host.
  returned: always
  type: list
  elements: dict
  contains:
    pid:
      description: Number of the process.
      type: int
      returned: always
      sample: 4711
    user:
      description: Its user.
      type: str
      returned: always
      sample: admin
    cwd:
      description: Its working directory, which is its home; empty where it may not be seen.
      type: str
      returned: always
      sample: /home/admin/oceanbase
    argv:
      description: Its command line.
      type: list
      elements: str
      returned: always
      sample: [/home/admin/oceanbase/bin/observer, -p, '2881']
    since:
      description: When it was started, in UTC.
      type: str
      returned: always
      sample: '2026-01-31T12:00:00Z'
ports:
  description: Who listens on the ports of this server, by port; not there where nobody does.
  returned: always
  type: dict
  sample: {'2881': process 4711 (/home/admin/oceanbase/bin/observer)}
"""

import os
import time
from typing import Any, Dict, List, Optional

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _layout, _process, _rpm, _unpack
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import SERVER, SERVER_DIRECTORIES, SERVER_LAYOUT, SERVER_PORTS, SERVER_USER, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._installation import Manifest, version_said
from ansible_collections.oceanbase.cluster.plugins.module_utils._layout import Place, Seen
from ansible_collections.oceanbase.cluster.plugins.module_utils._layout_seen import bootstrapped_data, generation_named, kept_configuration, look, place_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._marker import Marker
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._node_state import Evidence, classify
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_flags import arguments
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import find
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Process


def installed(home, manifest):
    # type: (str, Optional[Manifest]) -> List[str]
    """Return the packages that are installed in this home."""
    if manifest is not None:
        return list(manifest.packages)
    program = _process.which("rpm")
    if not program:
        return []
    names = list(_rpm.SERVERS) + [name + "-libs" for name in _rpm.SERVERS]
    done = _process.run([program] + _rpm.query_installed(names)[1:])
    return sorted(package.nevra for package in _rpm.parse_query(done.stdout) if package.installed_at in ("", home))


def version(home, user):
    # type: (str, str) -> str
    """Return what the binary says, "" where it says nothing."""
    binary = os.path.join(home, "bin", "observer")
    if not os.path.isfile(binary):
        return ""
    try:
        done = _process.run([binary, "-V"], "/", {"LD_LIBRARY_PATH": os.path.join(home, "lib")}, user if os.geteuid() == 0 else "", 60)
    except (OSError, KeyError):
        return ""
    return version_said(done.said)


def observer(process):
    # type: (Process) -> Dict[str, Any]
    """Return what is told of a process."""
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(_process.started_at(process)))
    return {"pid": process.pid, "user": _process.user_name(process.uid), "cwd": process.cwd, "argv": list(process.argv), "since": since}


def ports(address, numbers):
    # type: (str, List[int]) -> Dict[str, str]
    """Return who listens on the ports."""
    found = {}
    for number in numbers:
        for item in _process.listeners(number, address):
            holder = _process.socket_holder(item)
            found[str(number)] = "process {0} ({1})".format(holder.pid, " ".join(holder.argv[:2])) if holder else "a process that this user may not see"
    return found


def unmade(place, seen):
    # type: (Place, Seen) -> List[str]
    """Return the directories that do not bear a mark yet."""
    return [top for top in place.tops if not isinstance(seen.markers[top], Marker)]


def shown_marker(found):
    # type: (object) -> str
    """Return a marker in words."""
    return found.shown() if isinstance(found, Marker) else "unreadable" if found else ""


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Look, and say what it means."""
    params = module.params
    place, generation = place_of(params), generation_named(params["generation"])
    seen = look(place, generation, [])
    manifest = _unpack.read_manifest(place.home)
    found = find(place.home)
    packages = installed(place.home, manifest)
    evidence = Evidence(
        packages, os.path.isfile(os.path.join(place.home, "bin", "observer")),
        [top for top in place.tops if seen.markers[top] == place.marker], unmade(place, seen), _layout.others(place, seen), _layout.unmarked(place, seen),
        found, kept_configuration(place.home), bootstrapped_data(place, generation),
    )
    verdict = classify(evidence)
    return {
        "changed": False,
        "state": verdict.state,
        "running": verdict.running,
        "reasons": list(verdict.reasons),
        "packages": packages,
        "observer_version": version(place.home, params["user"]),
        "markers": dict((top, shown_marker(seen.markers[top])) for top in place.tops),
        "contents": dict((top, names[:20]) for top, names in seen.contents.items() if names),
        "kept_configuration": evidence.kept,
        "data": list(evidence.data),
        "process": {"kind": found.kind, "detail": found.detail},
        "observers": [observer(process) for process in _process.living() if arguments(process.argv) is not None],
        "ports": ports(params["address"], [params["sql_port"], params["rpc_port"]]),
    }


def main():
    # type: () -> None
    """Run the module."""
    run_module(
        story,
        spec_of(
            SERVER, SERVER_USER, SERVER_PORTS, SERVER_DIRECTORIES, SERVER_LAYOUT,
            address={"type": "str", "default": "127.0.0.1"},
        ),
    )


if __name__ == "__main__":
    main()
