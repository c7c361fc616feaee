# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The unit of systemd that the agent's package brings: as whom it runs, and whether it starts with the host."""

import os
from typing import List, NamedTuple

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files, _systemd
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

NAME = "obagent.service"
PACKAGED = "/usr/lib/systemd/system/" + NAME  # oceanbase/obagent 0c99615, rpm/obagent.spec
ADDITION = NAME + ".d/oceanbase_cluster.conf"  # below the folder of units
TEXT = "# Ansible managed: oceanbase.cluster.obagent\n[Service]\nUser={0}\nGroup={1}\n"
INSTEAD = "set oceanbase_agent_service to plain"


class State(NamedTuple):
    """What is there, or is to be there."""

    addition: str  # the text that makes it run as the service user
    enabled: bool

    @property
    def lines(self):
        # type: () -> List[str]
        """Return the lines of a diff."""
        return self.addition.splitlines() + (["[{0} is enabled]".format(NAME)] if self.enabled else [])


def look():
    # type: () -> State
    """See what is there."""
    try:
        with open(_systemd.path_of(ADDITION)) as stream:
            addition = stream.read()
    except (FileNotFoundError, NotADirectoryError):
        addition = ""
    return State(addition, os.path.lexists(_systemd.path_of("multi-user.target.wants/" + NAME)))


def wanted(seen, user, group, by_unit):
    # type: (State, str, str, bool) -> State
    """Return what is to be there.

    The package of 4.2 enables its unit. So the next boot starts the agent by it even where nobody asked for that, and as root unless it is told otherwise.
    """
    if by_unit or (os.geteuid() == 0 and os.path.isfile(PACKAGED)):
        return State(TEXT.format(user, group), seen.enabled or by_unit)
    return seen


def apply(what, seen, target):
    # type: (str, State, State) -> None
    """Make it so."""
    if target == seen:
        return
    path = _systemd.path_of(ADDITION)
    try:
        if target.addition != seen.addition:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            _files.write_whole(path, target.addition, None, 0o644)
    except OSError as error:
        raise ObError(what, "{0}: {1}".format(error.filename, error.strerror), "Use service plain where the host has no systemd.") from error
    if os.path.isdir(_systemd.RUNS):
        _systemd.systemctl(what, ["daemon-reload"])
    if target.enabled and not seen.enabled:
        _systemd.refuse_unable(what, INSTEAD)
        _systemd.systemctl(what, ["enable", NAME])
