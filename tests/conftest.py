# SPDX-License-Identifier: GPL-3.0-or-later
"""Let the tests import ansible_collections.oceanbase.cluster wherever the checkout lies."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLACE = Path("ansible_collections", "oceanbase", "cluster")


def collections_path() -> Path:
    """Return a folder in which the checkout is found as a collection, by a link where it does not lie in one."""
    if ROOT.parts[-3:] == PLACE.parts:
        return ROOT.parents[2]
    base = Path(tempfile.gettempdir(), f"oceanbase-cluster-{os.getuid()}-{ROOT.stat().st_ino}")
    link = base / PLACE
    link.parent.mkdir(parents=True, exist_ok=True)
    if not (link.is_symlink() and link.resolve() == ROOT):
        # A private name first: several workers of one test run may come here at once.
        fresh = link.with_name(f"{link.name}-{os.getpid()}")
        fresh.symlink_to(ROOT, target_is_directory=True)
        fresh.replace(link)
    return base


def install_finder() -> None:
    """Install the import hook for collections, unless ansible-test did."""
    if any(type(finder).__name__ == "_AnsibleCollectionFinder" for finder in sys.meta_path):
        return
    from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder

    path = str(collections_path())
    given = os.environ.get("ANSIBLE_COLLECTIONS_PATH")
    os.environ["ANSIBLE_COLLECTIONS_PATH"] = os.pathsep.join([path, given] if given else [path])
    _AnsibleCollectionFinder(paths=[path])._install()


install_finder()
