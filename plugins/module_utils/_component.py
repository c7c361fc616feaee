# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The packages beside the server: OBProxy and the agent. Decided from what was seen, no file is touched here."""

import re
from typing import NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._installation import Manifest
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm import Package

INSTALLED, INSTALL, REPAIR = "installed", "install", "repair"
_NAME = re.compile(
    r"^(?P<name>obproxy-ce|obproxy|obagent)-(?P<version>\d+(?:\.\d+)+)-(?P<release>[0-9A-Za-z]+(?:\.[0-9a-z_]+)*)\.(?P<arch>x86_64|aarch64|noarch)\.rpm$"
)
# The program that tells which folder is the home directory, and where that is unless the package is moved
# (oceanbase/obproxy rpm spec; oceanbase/obdeploy 285390b plugins/obproxy/3.1.0/file_map.yaml; oceanbase/obagent 0c99615 rpm/obagent.spec).
_PROGRAM = {"obproxy-ce": "bin/obproxy", "obproxy": "bin/obproxy", "obagent": "bin/ob_agentctl"}
_HOME = {"obproxy-ce": "/home/admin/obproxy-{0}", "obproxy": "/opt/taobao/install/obproxy-{0}", "obagent": "/home/admin/obagent"}


class Name(NamedTuple):
    """A package's file name in its parts."""

    file: str
    name: str
    version: str
    arch: str

    @property
    def nevra(self):
        # type: () -> str
        """Name, version, release and architecture in one word."""
        return self.file[: -len(".rpm")]

    @property
    def program(self):
        # type: () -> str
        """The program by which the home directory is known."""
        return _PROGRAM[self.name]

    @property
    def usual_home(self):
        # type: () -> str
        """Where the package lies unless it is moved."""
        return _HOME[self.name].format(self.version)


class Seen(NamedTuple):
    """What was seen on a host."""

    installed: Tuple[Package, ...]  # by rpm, of this name
    manifest: Optional[Manifest]
    missing: Tuple[str, ...]  # files of the manifest that are gone
    program: bool  # it exists below home
    half: bool  # an unpacking was interrupted


def parse_name(text):
    # type: (str) -> Name
    """Read a package's file name."""
    match = _NAME.match(text)
    if not match:
        raise ObError(
            "Cannot use package " + text, "this is not the name of a package of OBProxy or of the agent",
            "Use the vendor's file name, like obproxy-ce-4.2.3.0-3.el7.x86_64.rpm or obagent-4.2.2-100000042024011120.el7.x86_64.rpm.",
        )
    return Name(text, match.group("name"), match.group("version"), match.group("arch"))


def home_in(paths, program):
    # type: (Sequence[str], str) -> str
    """Return the folder that holds a program, from a package's list of files; "" where none does."""
    for path in paths:
        if path.endswith("/" + program):
            return path[: -len(program) - 1]
    return ""


def decide(what, wanted, method, home, seen):
    # type: (str, Name, str, str, Seen) -> str
    """Return what is to be done; raise ObError where the host holds something else."""
    never = "This collection does not upgrade or replace it. Remove the other one if nothing uses it, or use another home directory."
    if method == "rpm":
        for package in seen.installed:
            if package.nevra == wanted.nevra:
                return INSTALLED
            raise ObError(what, "another version is installed: {0}".format(package.nevra), never, installed=package.nevra)
        return INSTALL
    if seen.manifest is not None:
        if seen.manifest.nevra != wanted.nevra:
            raise ObError(what, "{0} holds another version: {1}".format(home, seen.manifest.nevra), never, installed=seen.manifest.nevra)
        return REPAIR if seen.missing else INSTALLED
    if seen.half:
        return REPAIR
    if seen.program:
        raise ObError(what, "{0}/{1} exists, but was not unpacked by this collection".format(home, wanted.program), never)
    return INSTALL
