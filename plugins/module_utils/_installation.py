# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Whether the server's package is installed, has to be, or must not be: decided from what was seen, no file is touched here."""

import json
import re
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm import SERVERS, Package
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm_name import RpmName

MANIFEST = ".oceanbase_package.json"  # what method extract put into the home directory; written last
PART = ".oceanbase_package.part"  # where it unpacks before
MOVING = PART + "/moving"  # exists while files are moved from there into place
NO_UPGRADE = "This collection does not upgrade or replace a server"


class Manifest(NamedTuple):
    """What was unpacked into a home directory."""

    nevra: str
    packages: Tuple[str, ...]
    sha256: Dict[str, str]  # package -> digest of its file
    files: Tuple[str, ...]  # below the home directory


class Seen(NamedTuple):
    """What was seen of the server on a host."""

    installed: Tuple[Package, ...]  # by rpm: server and libs, of any version
    manifest: Optional[Manifest]
    missing: Tuple[str, ...]  # files of the manifest that are gone
    binary: bool  # bin/observer exists below home
    half: bool  # an unpacking was interrupted
    running: str  # which observer runs from home, in words; "" where none does


def render_manifest(manifest):
    # type: (Manifest) -> str
    """Return the text of the manifest."""
    return json.dumps(manifest._asdict(), indent=1, sort_keys=True) + "\n"


def parse_manifest(text):
    # type: (str) -> Optional[Manifest]
    """Return the manifest in a text; None where it is not one."""
    try:
        data = json.loads(text)
        return Manifest(str(data["nevra"]), tuple(data["packages"]), dict(data["sha256"]), tuple(data["files"]))
    except (ValueError, KeyError, TypeError):
        return None


def arch_fits(arch, machine):
    # type: (str, str) -> bool
    """Whether a package of this architecture runs on this machine (platform.machine())."""
    return arch in ("noarch", machine, {"arm64": "aarch64", "amd64": "x86_64"}.get(machine, machine))


def server_in(packages):
    # type: (Sequence[Package]) -> Optional[Package]
    """Return the server among installed packages."""
    for package in packages:
        if package.name in SERVERS:
            return package
    return None


def shown(packages):
    # type: (Sequence[str]) -> List[str]
    """Return the lines of a diff for these packages."""
    return sorted(packages) or ["nothing installed"]


def decide(what, wanted, method, home, seen):
    # type: (str, RpmName, str, str, Seen) -> str
    """Return "installed", "install" or "repair"; raise ObError where the host holds something else."""
    return _decide_rpm(what, wanted, home, seen) if method == "rpm" else _decide_extract(what, wanted, home, seen)


def _decide_rpm(what, wanted, home, seen):
    # type: (str, RpmName, str, Seen) -> str
    server = server_in(seen.installed)
    if server is not None and server.nevra == wanted.nevra:
        if server.installed_at in ("", home):
            return "installed"
        raise ObError(
            what, "it is installed under {0}, and rpm installs a package only once".format(server.installed_at),
            "Set the home directory to {0}, or use method extract, which needs no rpm database and allows several homes.".format(server.installed_at),
            installed=server.nevra,
        )
    if server is not None:
        raise ObError(
            what, "another version is installed: {0}{1}".format(server.nevra, " under " + server.installed_at if server.installed_at else ""),
            "{0}. Remove that package if nothing uses it, or use method extract with a home directory of its own.".format(NO_UPGRADE),
            installed=server.nevra,
        )
    if seen.manifest is not None or seen.half:
        raise ObError(
            what, "{0} holds a server that was unpacked by method extract{1}".format(home, " ({0})".format(seen.manifest.nevra) if seen.manifest else ""),
            "Keep method extract for this host, or remove that server first.", installed=seen.manifest.nevra if seen.manifest else "",
        )
    return _decide_empty(what, home, seen)


def _decide_extract(what, wanted, home, seen):
    # type: (str, RpmName, str, Seen) -> str
    if seen.manifest is not None and seen.manifest.nevra == wanted.nevra:
        if not seen.missing:
            return "installed"
        if seen.running:
            raise ObError(
                what, "files of it are missing ({0}) and {1}".format(", ".join(seen.missing[:5]), seen.running),
                "Stop the observer, then run again: the files will be put back.",
            )
        return "repair"
    if seen.manifest is not None:
        raise ObError(
            what, "another version was unpacked there: {0}".format(seen.manifest.nevra),
            "{0}. Use another home directory, or remove that server first.".format(NO_UPGRADE), installed=seen.manifest.nevra,
        )
    server = server_in(seen.installed)
    if server is not None and server.installed_at == home:
        raise ObError(
            what, "rpm installed {0} there".format(server.nevra), "Use method rpm for this host, or another home directory.", installed=server.nevra,
        )
    if seen.half and not seen.running:
        return "repair"
    return _decide_empty(what, home, seen)


def _decide_empty(what, home, seen):
    # type: (str, str, Seen) -> str
    if seen.running:
        raise ObError(what, seen.running, "{0}. Stop it if it is not needed, or use another home directory.".format(NO_UPGRADE))
    if seen.binary:
        raise ObError(
            what, "{0}/bin/observer exists, but was installed neither by this package nor by method extract of this collection".format(home),
            "{0}. Remove it if nothing needs it, or use another home directory.".format(NO_UPGRADE),
        )
    return "install"


_VERSION = re.compile(r"^observer \(OceanBase\D*?(\d+(?:\.\d+)+)\)", re.MULTILINE)


def version_said(text):
    # type: (str) -> str
    """Return the version in the output of ``observer -V`` (``observer (OceanBase_CE 4.3.5.3)``); "" where it says none."""
    match = _VERSION.search(text)
    return match.group(1) if match else ""


def why_not_run(rc, text, arch):
    # type: (Optional[int], str, str) -> Tuple[str, str]
    """Return cause and remedy where ``observer -V`` does not work; ``rc`` is None where it could not be started at all."""
    said = "; ".join(line.strip() for line in text.splitlines() if line.strip())[:500]
    glibc = re.search(r"GLIBC(?:XX)?_[\d.]+", text)
    library = re.search(r"error while loading shared libraries: (\S+?):", text)
    if glibc:
        return "it needs {0}, which this system has not ({1})".format(glibc.group(0), said), (
            "Use the package that was built for this distribution (el7, el8, ...)."
        )
    if library:
        return "the library {0} is missing".format(library.group(1)), (
            "Install it (libaio.so.1 is in the distribution's package libaio; others are in the -libs package of the server)."
        )
    if rc is None:
        return "it cannot be executed: " + said, "Use the package of this machine's architecture ({0}) and distribution.".format(arch)
    if rc < 0:
        return "signal {0} ended it{1}".format(-rc, " (illegal instruction: the CPU lacks one that this build needs)" if rc == -4 else ""), (
            "Use a build for this CPU, for example one without the need of AVX or LSE."
        )
    return "it ended with status {0}: {1}".format(rc, said), "Run it by hand to see more."


def same_version(said, wanted):
    # type: (str, str) -> bool
    """Whether a binary's own version is the package's, as far as both tell it (4.2.1 and 4.2.1.6 agree)."""
    pairs = zip(said.split("."), wanted.split("."))
    return all(left == right for left, right in pairs)
