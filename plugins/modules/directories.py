#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: directories
short_description: Make or remove the directories of an OceanBase server
description:
  - >-
    Makes the directories of one server on its data disk and its log disk, the links to them in its data directory, and gives them to the
    service user, as the official procedure of each generation does.
  - >-
    Each of O(home), O(data_disk_dir) and O(log_disk_dir) gets a file C(.oceanbase_cluster.json) that says which server it belongs to.
    A directory that belongs to another server, or is not empty and bears no mark, is a refusal; empty ones are taken over.
  - Tries out, as the service user, that it can write in each directory, and tells the free space.
author:
  - The oceanbase.cluster contributors (@oceanbase)
extends_documentation_fragment:
  - oceanbase.cluster.server
  - oceanbase.cluster.server.user
  - oceanbase.cluster.server.directories
  - oceanbase.cluster.server.layout
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - Whether the directories are to be there.
      - >-
        V(absent) removes the trees O(data_disk_dir) and O(log_disk_dir), and from O(home) what a server wrote there (not the package), where
        they bear the mark of this server and no observer runs from O(home).
      - V(emptied) is V(absent) and V(present), which makes a server that can be bootstrapped of one that was.
    type: str
    choices: [present, absent, emptied]
    default: present
  group:
    description: The group of the directories.
    type: str
    default: admin
seealso:
  - module: oceanbase.cluster.package
  - module: oceanbase.cluster.observer
"""

EXAMPLES = r"""
- name: Make the directories of a server of 4.x
  become: true
  oceanbase.cluster.directories:
    cluster: obdemo
    server: 192.0.2.1:2882
    generation: 4.3.5.3
    data_disk_dir: /data/1/obdemo
    log_disk_dir: /data/log1/obdemo

- name: Remove them with everything in them
  become: true
  oceanbase.cluster.directories:
    cluster: obdemo
    server: 192.0.2.1:2882
    generation: 4.x
    data_disk_dir: /data/1/obdemo
    log_disk_dir: /data/log1/obdemo
    state: absent
"""

RETURN = r"""
writable:
  description: The directories in which the service user was seen to be able to write. Not there in check mode.
  returned: O(state=present), O(state=emptied), not in check mode
  type: list
  elements: str
  sample: [/home/admin/oceanbase, /data/1/obdemo/sstable, /data/log1/obdemo/clog]
free:
  description: The free space of the disks, for ordinary users.
  returned: O(state=present), O(state=emptied)
  type: list
  elements: dict
  contains:
    path:
      description: One of the directories.
      type: str
      returned: always
      sample: /data/1/obdemo
    mount:
      description: Where its disk is mounted.
      type: str
      returned: always
      sample: /data/1
    free:
      description: Free bytes.
      type: int
      returned: always
      sample: 429496729600
    total:
      description: All bytes.
      type: int
      returned: always
      sample: 536870912000
removed:
  description: What was removed, or would be in check mode.
  returned: O(state=absent), O(state=emptied)
  type: list
  elements: str
  sample: [/data/1/obdemo, /data/log1/obdemo, /home/admin/oceanbase/store]
foreign:
  description: What was found in the way.
  returned: failure because of foreign directories
  type: list
  elements: str
  sample: ["/data/1/obdemo belongs to server 192.0.2.9:2882 of cluster other (id 7)"]
commands:
  description: What an administrator has to do first.
  returned: failure because of lacking rights
  type: list
  elements: str
  sample: [install -d -o admin -g admin /data/1/obdemo]
"""

import contextlib
import os
import tempfile
from typing import Any, Dict, List, Sequence

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files, _layout, _marker, _process
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import SERVER, SERVER_DIRECTORIES, SERVER_LAYOUT, SERVER_USER, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._files import DIRECTORY, Owner
from ansible_collections.oceanbase.cluster.plugins.module_utils._layout import Place, Step
from ansible_collections.oceanbase.cluster.plugins.module_utils._layout_seen import generation_named, look, place_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import OURS, find


def ancestors(place):
    # type: (Place) -> List[str]
    """Return the folders above it all that do not exist, from the top down."""
    found = []  # type: List[str]
    for top in place.tops + [place.data_dir]:
        path, missing = os.path.dirname(top), []  # type: str, List[str]
        while not os.path.lexists(path) and path not in place.tops:
            missing.insert(0, path)
            path = os.path.dirname(path)
        found += [path for path in missing if path not in found and not path.startswith(place.home + "/")]
    return found


def do(step, place, owner, what):
    # type: (Step, Place, Owner, str) -> None
    """Do one step."""
    path = step.item.path
    giving = owner if step.item.owned else None
    try:
        if step.action == "make":
            os.mkdir(path)
            os.chmod(path, _layout.MODE)
            _files.give(path, giving)
        elif step.action == "link":
            if os.path.isdir(path) and not os.path.islink(path):
                os.rmdir(path)
            os.symlink(step.item.target, path)
            _files.give(path, giving)
        elif step.action == "mark":
            _files.write_whole(path, _marker.render(place.marker), owner)
        else:
            _files.give(path, giving)
            if step.item.kind == DIRECTORY:
                os.chmod(path, os.stat(path).st_mode & 0o7777 | 0o700)
    except OSError as error:
        raise ObError(
            what, "{0}: {1}".format(error.filename or path, error.strerror), "Correct that and run again; what was made so far is kept.",
            error_code=error.errno,
        ) from error


def try_to_write(folders):
    # type: (Sequence[str]) -> str
    """Create, sync and remove a file in each folder; raises OSError where it cannot."""
    for folder in folders:
        try:
            with tempfile.NamedTemporaryFile(prefix=".oceanbase_try.", dir=folder) as stream:
                stream.write(b"x" * 4096)
                stream.flush()
                os.fsync(stream.fileno())
        except OSError as error:
            raise OSError(error.errno, error.strerror, folder) from error
    return ""


def free_space(place):
    # type: (Place) -> List[Dict[str, Any]]
    """Return the free space below each directory."""
    return [dict(_files.space(top)._asdict(), path=top) for top in place.tops]


def present(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Make the directories."""
    place, generation = place_of(module.params), generation_named(module.params["generation"])
    what = "Cannot make the directories of " + place.marker.shown()
    try:
        owner = _files.owner_of(place.user, place.group)
    except KeyError as error:
        raise ObError(
            what, "this host does not know the user or group of the service: {0}".format(error.args[0]),
            "Create them first, for example: groupadd {0}; useradd -m -g {0} {1}".format(place.group, place.user),
        ) from error
    made_by_package = [path for path in (os.path.join(place.home, "etc"),) if os.path.isdir(path)]
    items = _layout.wanted(place, generation, ancestors(place), made_by_package)
    seen = look(place, generation, items)
    _layout.refuse_foreign(what, place, seen)
    _layout.refuse_shapes(what, items, seen)
    steps = _layout.plan(items, place, seen)
    me = _process.user_name(os.geteuid())
    writable = dict((step.item.path, os.access(_files.nearest(os.path.dirname(step.item.path)), os.W_OK | os.X_OK)) for step in steps)
    commands = _layout.for_root(steps, place, "root" if os.geteuid() == 0 else me, writable)
    if commands or (steps and not _files.may_give(owner)):
        raise ObError(
            what, "this runs as {0}, which cannot make all of it for {1}:{2}".format(me, place.user, place.group),
            "Run as root (become)" + (", or let an administrator do this first: {0}".format("; ".join(commands)) if commands else " or as that user."),
            commands=commands,
        )
    before, after = _layout.diff(items, steps, place, seen)
    result = {"changed": bool(steps), "diff": diff_of("directories of " + place.marker.shown(), before, after)}  # type: Dict[str, Any]
    if not module.check_mode:
        for step in steps:
            do(step, place, owner, what)
        folders = [item.path for item in items if item.kind == DIRECTORY and item.owned]
        failed = _process.in_child(lambda: try_to_write(folders), place.user)
        if failed:
            raise ObError(
                what, "{0} cannot write there: {1}".format(place.user, failed),
                "See the rights of every folder above it ('namei -l' shows them), that the disk is not full and not mounted read-only.",
            )
        result.update(writable=folders)
    return dict(result, free=free_space(place))


def absent(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Remove the directories."""
    place, generation = place_of(module.params), generation_named(module.params["generation"])
    what = "Cannot remove the directories of " + place.marker.shown()
    seen = look(place, generation, [])
    _layout.refuse_foreign(what, place, seen)
    found = find(place.home)
    # One that is ours would have been stopped by now, had this not been check mode.
    if found.process is not None and not (module.check_mode and found.kind == OURS):
        raise ObError(what, found.detail, "Stop it first (oceanbase.cluster.observer with state stopped).")
    marked = [top for top in place.tops if seen.markers[top] is not None]
    left = [top for top in place.tops if top != place.home and remains(top)]
    if place.home in marked:
        names = _layout.run_time(_files.entries(place.home), _files.entries(os.path.join(place.home, "etc")))
        left += [os.path.join(place.home, name) for name in names]
        left += [place.data_dir] if os.path.lexists(place.data_dir) and not place.data_dir.startswith(tuple(top + "/" for top in place.tops)) else []
    marks = [os.path.join(top, _marker.NAME) for top in marked if top == place.home]
    if not module.check_mode:
        try:
            for path in left:
                remove_tree(path)
            for path in marks:
                _files.remove(path)
                with contextlib.suppress(OSError):  # the package, or files of people, are still there
                    os.rmdir(place.home)
        except OSError as error:
            raise ObError(
                what, "{0}: {1}".format(error.filename, error.strerror), "Correct that (or use become) and run again: it goes on from there.",
                error_code=error.errno,
            ) from error
    removed = left + marks
    return {"changed": bool(removed), "removed": removed, "diff": diff_of("directories of " + place.marker.shown(), sorted(removed), [])}


def emptied(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Remove the directories and make them again."""
    gone = absent(module)
    made = present(module)
    return dict(made, changed=gone["changed"] or made["changed"], removed=gone["removed"], diff=gone["diff"])


def stays(path):
    # type: (str) -> bool
    """Whether a directory is somebody's arrangement that is emptied, but not removed: a mount point or a link."""
    return os.path.ismount(path) or os.path.islink(path)


def remains(path):
    # type: (str) -> bool
    """Whether there is something to remove."""
    return bool(set(_files.entries(path)) - set(["lost+found"])) if stays(path) else os.path.lexists(path)


def remove_tree(path):
    # type: (str) -> None
    """Remove a tree, its mark last, so that what is left of it after an interruption can be told; a mount point is emptied."""
    if not os.path.isdir(path):
        return _files.remove(path)
    for name in _files.entries(path):
        if name not in (_marker.NAME, "lost+found"):
            _files.remove(os.path.join(path, name))
    _files.remove(os.path.join(path, _marker.NAME))
    if not stays(path):
        os.rmdir(path)


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Choose by the wanted state."""
    return {"present": present, "absent": absent, "emptied": emptied}[module.params["state"]](module)


def main():
    # type: () -> None
    """Run the module."""
    run_module(
        story,
        spec_of(
            SERVER, SERVER_USER, SERVER_DIRECTORIES, SERVER_LAYOUT,
            state={"type": "str", "choices": ["present", "absent", "emptied"], "default": "present"},
            group={"type": "str", "default": "admin"},
        ),
    )


if __name__ == "__main__":
    main()
