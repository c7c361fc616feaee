# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""How far a host has come on its way to being a server of a cluster: decided from what was seen, nothing is read here."""

from typing import List, NamedTuple, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import BY_HAND, HIDDEN, OURS, RECYCLED, STALE, Found

ABSENT = "absent"  # nothing of this server is here
INSTALLED = "installed"  # its package is
LAID_OUT = "laid_out"  # its directories are, marked and empty
RUNNING = "running"  # it runs, but has not been in a cluster
MEMBER = "member"  # it has been in the cluster, whether it runs or not
OTHER_CLUSTER = "other_cluster"  # a directory bears the mark of another server
FOREIGN = "foreign"  # a directory holds data of unknown origin, or an observer runs here that is not the one of the pid file
STATES = (ABSENT, INSTALLED, LAID_OUT, RUNNING, MEMBER, OTHER_CLUSTER, FOREIGN)


class Evidence(NamedTuple):
    """What was seen."""

    packages: Sequence[str]  # installed or unpacked
    binary: bool  # bin/observer is there
    marked: Sequence[str]  # directories that bear this server's mark
    unmade: Sequence[str]  # directories that should bear it, but do not exist or are empty
    others: Sequence[str]  # in words: directories that bear another mark
    unmarked: Sequence[str]  # in words: directories that hold something and bear no mark
    found: Found  # what runs from the home directory
    kept: bool  # etc/observer.config.bin is there
    data: Sequence[str]  # directories with data of a server that has been in a cluster


class Verdict(NamedTuple):
    """What is made of it."""

    state: str
    running: bool
    reasons: Tuple[str, ...]  # why, in words


def classify(seen):
    # type: (Evidence) -> Verdict
    """Return the state of a host; what must not be touched goes before what may be."""
    reasons = []  # type: List[str]
    running = seen.found.kind in (OURS, BY_HAND, HIDDEN)
    if running or seen.found.kind in (STALE, RECYCLED):
        reasons.append(seen.found.detail)
    if seen.others:
        return Verdict(OTHER_CLUSTER, running, tuple(seen.others) + tuple(reasons))
    if seen.unmarked or seen.found.kind in (BY_HAND, HIDDEN) or (running and not seen.marked):
        return Verdict(FOREIGN, running, tuple(seen.unmarked) + tuple(reasons))
    if seen.marked and (seen.kept or seen.data):
        kept = ["it keeps a configuration, which a server has only once it has been in a cluster"] if seen.kept else []
        return Verdict(MEMBER, running, tuple(reasons + kept + ["{0} holds data".format(path) for path in seen.data]))
    if running:
        return Verdict(RUNNING, True, tuple(reasons + ["it keeps no configuration and has no data: it has not been in a cluster"]))
    if seen.marked and not seen.unmade:
        return Verdict(LAID_OUT, False, tuple(reasons + ["{0} bears its mark".format(path) for path in seen.marked]))
    reasons += ["{0} bears its mark, but {1} is not made".format(", ".join(seen.marked), ", ".join(seen.unmade))] if seen.marked else []
    if seen.packages or seen.binary:
        reasons.append("{0} is installed".format(", ".join(seen.packages) or "bin/observer"))
        return Verdict(INSTALLED, False, tuple(reasons))
    return Verdict(ABSENT, False, tuple(reasons + ["neither package nor directories are there"]))
