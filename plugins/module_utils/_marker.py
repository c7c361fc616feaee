# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The file that says which cluster a directory belongs to."""

import json
import os
from typing import NamedTuple, Optional, Union

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

NAME = ".oceanbase_cluster.json"


class Marker(NamedTuple):
    """Whom a directory belongs to."""

    cluster: str
    ob_cluster_id: int
    server: str  # "ip:rpc_port"

    def shown(self):
        # type: () -> str
        """Return it in words."""
        return "server {0} of cluster {1} (id {2})".format(self.server, self.cluster, self.ob_cluster_id)


def render(marker):
    # type: (Marker) -> str
    """Return the file's text."""
    return json.dumps({"cluster": marker.cluster, "ob_cluster_id": marker.ob_cluster_id, "server": marker.server}, sort_keys=True) + "\n"


def parse(text):
    # type: (str) -> Optional[Marker]
    """Return the marker in a file's text; None where it is not one."""
    try:
        data = json.loads(text)
        return Marker(str(data["cluster"]), int(data["ob_cluster_id"]), str(data["server"]))
    except (ValueError, KeyError, TypeError):
        return None


def read(directory):
    # type: (str) -> Union[Marker, str, None]
    """Return a directory's marker; None where it bears none, the file's text where that is damaged."""
    try:
        with open(os.path.join(directory, NAME)) as stream:
            text = stream.read(4096)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        return str(error)
    return parse(text) or text


def require(directory, cluster, what):
    # type: (str, str, str) -> Marker
    """Return the marker of a directory that has to belong to ``cluster``; raise ObError otherwise."""
    found = read(directory)
    if isinstance(found, Marker) and found.cluster == cluster:
        return found
    if isinstance(found, Marker):
        cause = "{0} belongs to {1}".format(directory, found.shown())
    elif found is None:
        cause = "{0} does not bear the mark of a cluster ({1})".format(directory, NAME)
    else:
        cause = "{0} holds no readable mark of a cluster".format(os.path.join(directory, NAME))
    remedy = "Nothing was touched. Use another directory, or, if this one is meant for cluster {0}, make it with oceanbase.cluster.directories."
    raise ObError(what, cause, remedy.format(cluster))
