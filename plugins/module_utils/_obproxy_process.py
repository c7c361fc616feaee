# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Which proxy runs from a home directory, and who watches over it.

OBProxy makes no pid file: it is told by its command and its working directory, which is its home.
"""

import os
from typing import List, NamedTuple, Optional

from ansible_collections.oceanbase.cluster.plugins.module_utils import _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._obproxy_flags import arguments
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Process

SCRIPT = "obproxyd.sh"


class Running(NamedTuple):
    """What runs from a home directory."""

    proxies: List[Process]  # more than one is nobody's intention
    watcher: Optional[Process]

    @property
    def proxy(self):
        # type: () -> Optional[Process]
        """The proxy, where there is one."""
        return self.proxies[0] if self.proxies else None


def is_watcher(process, home):
    # type: (Process, str) -> bool
    """Whether this is a watcher of ours for ``home`` (a real path): it works there and was started with its script."""
    return process.cwd == home and any(os.path.basename(word) == SCRIPT for word in process.argv[:3])


def is_proxy(process, home):
    # type: (Process, str) -> bool
    """Whether this is a proxy whose working directory is ``home`` (a real path)."""
    return process.cwd == home and arguments(process.argv) is not None


def find(home):
    # type: (str) -> Running
    """Return what runs from a home directory."""
    real = os.path.realpath(home)
    proxies, watchers = [], []  # type: List[Process], List[Process]
    for process in _process.living():
        if is_proxy(process, real):
            proxies.append(process)
        elif is_watcher(process, real):
            watchers.append(process)
    return Running(sorted(proxies, key=lambda one: one.start), watchers[0] if watchers else None)
