# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""A note in a server's home that its creation has not got beyond the bootstrap; the restart that follows the bootstrap removes it.

Servers that hold data and do not come up may be half a bootstrap or a cluster in trouble. Only with this note are they the former.
"""

import os

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files

TEXT = "This server was started for the first time. The restart that ends its creation removes this file.\n"


def path_of(home):
    # type: (str) -> str
    """Return the path of the note; it goes with everything else that a server leaves in its home."""
    return os.path.join(home, "run", "first_start")


def noted(home):
    # type: (str) -> bool
    """Whether the note is there."""
    return os.path.isfile(path_of(home))


def note(home):
    # type: (str) -> None
    """Write the note, once."""
    if not noted(home):
        _files.write_whole(path_of(home), TEXT)


def forget(home):
    # type: (str) -> None
    """Remove it."""
    if noted(home):
        _files.remove(path_of(home))
