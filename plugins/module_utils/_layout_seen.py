# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""See which of a server's directories are there, whose they are and what is in the way."""

import contextlib
import os
from typing import Any, Dict, List, Sequence

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files, _layout, _marker
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._files import DIRECTORY, LINK
from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import GENERATIONS, KEYS, Generation, generation_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._layout import Item, Place, Seen
from ansible_collections.oceanbase.cluster.plugins.module_utils._marker import Marker


def generation_named(text):
    # type: (str) -> Generation
    """Return a generation by its key or by a version."""
    for generation in GENERATIONS:
        if generation.key == text:
            return generation
    try:
        found = generation_of(tuple(int(part) for part in text.split(".")))
    except ValueError:
        found = None
    if found is None:
        raise ObError(
            "Cannot lay out the directories", "generation {0} is not known".format(text),
            "Known are {0}, and versions like 4.3.5.3.".format(", ".join(KEYS)),
        )
    return found


def in_the_way(place, generation, top):
    # type: (Place, Generation, str) -> List[str]
    """Return what shows that an unmarked directory is not free to be taken."""
    if top == place.home:
        traces = [name for name in _layout.TRACES if os.path.lexists(os.path.join(top, name))]
        for folder, _folders, files in os.walk(os.path.join(top, "store")):
            traces += [os.path.relpath(os.path.join(folder, name), top) for name in files if not os.path.islink(os.path.join(folder, name))]
        return traces
    found = []
    for name in _files.entries(top):
        path = os.path.join(top, name)
        if name in generation.data_dirs + generation.log_dirs and os.path.isdir(path):
            found += [os.path.join(name, inner) for inner in _files.entries(path)]
        elif name not in (_marker.NAME, "lost+found") and not (place.data_dir.startswith(top + "/") and os.path.isdir(path)):
            found.append(name)
    return found


def look(place, generation, items):
    # type: (Place, Generation, Sequence[Item]) -> Seen
    """See what is there."""
    entries = dict((item.path, _files.read_entry(item.path, follow=item.kind == DIRECTORY)) for item in items)
    markers = dict((top, _marker.read(top)) for top in place.tops)
    contents = dict((top, in_the_way(place, generation, top)) for top in place.tops if markers[top] is None)
    contents.update((item.path, _files.entries(item.path)) for item in items if item.kind == LINK and not os.path.islink(item.path))
    return Seen(entries, markers, contents)


def kept_configuration(home):
    # type: (str) -> bool
    """Whether a server could start from this home without flags."""
    return os.path.isfile(os.path.join(home, "etc", "observer.config.bin"))


def bootstrapped_data(place, generation):
    # type: (Place, Generation) -> List[str]
    """Return the directories that hold data of a server that has been in a cluster."""
    return data_below((place.data_dir, place.log_disk_dir), generation)


def data_below(bases, generation):
    # type: (Sequence[str], Generation) -> List[str]
    """Return the same for the folders in which it is looked for."""
    found = []  # type: List[str]
    for name in generation.emptiness:
        for base in bases:
            path = os.path.join(base, name)
            if _files.entries(path) and path not in found:
                found.append(path)
                break
    return found


def age_of(folders, now):
    # type: (Sequence[str], float) -> float
    """Return the seconds since the first thing was put into any of the folders, as far as can be seen; 0 where there is nothing."""
    times = []
    for folder in folders:
        for name in _files.entries(folder):
            with contextlib.suppress(OSError):  # it has just been removed
                times.append(os.lstat(os.path.join(folder, name)).st_mtime)
    return max(now - min(times), 0.0) if times else 0.0


def place_of(params):
    # type: (Dict[str, Any]) -> Place
    """Return where the server lives."""
    home = params["home"].rstrip("/")
    data_dir = (params["data_dir"] or os.path.join(home, "store", params["cluster"])).rstrip("/")
    return Place(
        home, data_dir, params["data_disk_dir"].rstrip("/"), params["log_disk_dir"].rstrip("/"), params.get("user", ""), params.get("group", ""),
        Marker(params["cluster"], params["ob_cluster_id"], params["server"]),
    )
