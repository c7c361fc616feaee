#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: package
short_description: Install the package of an OceanBase server on a host
description:
  - Makes exactly one version of the server present on a host, with C(rpm) as root or unpacked below a directory without root.
  - >-
    Never upgrades, downgrades or replaces: another version that is installed, unpacked in O(home) or running from there is a refusal
    that says what was found.
  - >-
    Files are taken from a folder on the control node (O(rpm_dir)), from a folder that is on the host already (O(remote_dir)) or are
    downloaded on the host (O(rpm_url)). Nothing is transferred or downloaded where the package is installed already.
  - Digests and signature of every file are checked with C(rpm -K) before it is used.
  - The server's binary is asked for its version, as O(user).
author:
  - The oceanbase.cluster contributors (@oceanbase)
extends_documentation_fragment:
  - oceanbase.cluster.package_source
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
notes:
  - With O(state=present), exactly one of O(rpm_dir), O(rpm_url) and O(remote_dir) has to be given; an empty one does not count.
options:
  state:
    description:
      - Whether the package is to be there.
      - V(absent) removes exactly this version (and the C(-libs) package of the same build, unless O(libs=none)) and nothing that was not part of it.
    type: str
    choices: [present, absent]
    default: present
  method:
    description:
      - V(rpm) installs into the rpm database, which needs root and allows one server a host.
      - V(extract) unpacks below O(home), which needs no root and allows several homes.
    type: str
    choices: [rpm, extract]
    default: rpm
  home:
    description:
      - Home directory of the server. With O(method=rpm), another one than the package's own is passed to C(rpm) as its prefix.
    type: path
    default: /home/admin/oceanbase
  libs:
    description:
      - With V(auto), the C(-libs) package of the same build is installed together with the server where it lies beside it.
      - With V(none), it is left alone.
    type: str
    choices: [auto, none]
    default: auto
seealso:
  - module: oceanbase.cluster.directories
  - module: oceanbase.cluster.observer
"""

EXAMPLES = r"""
- name: Install with rpm, from a folder of the control node
  become: true
  oceanbase.cluster.package:
    rpm_name: oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm
    rpm_dir: /srv/packages
    checksum: sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08

- name: Unpack without root, from a mirror
  oceanbase.cluster.package:
    rpm_name: oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm
    rpm_url: https://mirror.example.com/oceanbase/el7/
    method: extract
    home: /home/admin/oceanbase
    signature: required

- name: Remove what was unpacked
  oceanbase.cluster.package:
    rpm_name: oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm
    method: extract
    state: absent
"""

RETURN = r"""
nevra:
  description: The server's package in full.
  returned: success
  type: str
  sample: oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64
packages:
  description: The packages that are installed, or would be in check mode.
  returned: success
  type: list
  elements: str
  sample: [oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64, oceanbase-ce-libs-4.3.5.3-103000092025080818.el7.x86_64]
observer_version:
  description: The version that the server's binary tells. Empty in check mode where nothing is installed yet.
  returned: O(state=present)
  type: str
  sample: 4.3.5.3
method:
  description: How it is installed.
  returned: success
  type: str
  sample: extract
home:
  description: Where it is installed.
  returned: success
  type: str
  sample: /home/admin/oceanbase
commands:
  description: The commands that install or remove it, those of check mode included.
  returned: success
  type: list
  elements: str
  sample: [rpm -i /tmp/stage/oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm]
signature:
  description: What is known of the signatures of the files used (V(good), V(none), V(no key)).
  returned: when files were looked at
  type: str
  sample: good
needs:
  description: The files that have to be staged before anything can be done. Used by the action plugin, which removes it.
  returned: O(rpm_dir) is used, files are needed and none were staged
  type: list
  elements: str
  sample: [oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm]
installed:
  description: What was found installed instead.
  returned: failure because of another package
  type: str
  sample: oceanbase-ce-4.2.1.6-106000012024042515.el7.x86_64
"""

import contextlib
import os
import platform
import shutil
import tempfile
from typing import Any, Dict, List, NamedTuple, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _files, _installation, _process, _rpm, _unpack
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import PACKAGE_SOURCE, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._installation import Manifest, Seen
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_flags import shown
from ansible_collections.oceanbase.cluster.plugins.module_utils._observer_process import HIDDEN, NONE, RECYCLED, STALE, find
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Finished, which
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm_name import RpmName, parse_rpm_name


class Source(NamedTuple):
    """Package files that lie on this host and were checked."""

    paths: Tuple[str, ...]  # the server's first
    packages: Tuple[_rpm.Package, ...]
    signature: str


def wanted_package(text):
    # type: (str) -> RpmName
    """Read the name of the package."""
    wanted = parse_rpm_name(text)
    if wanted is None:
        raise ObError(
            "Cannot use package " + text, "this is not the name of an OceanBase server package",
            "Use the vendor's file name, like oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm.",
        )
    return wanted


def ask(argv, what):
    # type: (List[str], str) -> Finished
    """Run a program of the rpm package."""
    program = which(argv[0])
    if not program:
        raise ObError(
            what, "this host has no program {0}".format(argv[0]), "Install the package {0}.".format("cpio" if argv[0] == "cpio" else "rpm"),
        )
    return _process.run([program] + argv[1:])


def look(wanted, method, home, what):
    # type: (RpmName, str, str, str) -> Seen
    """See what the host has. The rpm database is asked only where the answer matters."""
    manifest = _unpack.read_manifest(home)
    binary = os.path.lexists(os.path.join(home, "bin", "observer"))
    asked = method == "rpm" or (binary and manifest is None and which("rpm"))
    names = list(_rpm.SERVERS) + [name + "-libs" for name in _rpm.SERVERS]
    installed = _rpm.parse_query(ask(_rpm.query_installed(names), what).stdout) if asked else []
    gone = _unpack.missing(home, manifest) if manifest else ()
    complete = manifest.nevra == wanted.nevra and not gone if manifest else any(item.nevra == wanted.nevra for item in installed)
    found = None if complete else find(home)
    running = "" if found is None or found.kind in (NONE, STALE, RECYCLED, HIDDEN) else found.detail
    return Seen(tuple(installed), manifest, gone, binary, os.path.isdir(os.path.join(home, _installation.MOVING)), running)


def preconditions(wanted, method, home, user, group, what):
    # type: (RpmName, str, str, str, str, str) -> None
    """Refuse what cannot work on this host."""
    machine = platform.machine()
    if not _installation.arch_fits(wanted.arch, machine):
        raise ObError(what, "it was built for {0}, this host is {1}".format(wanted.arch, machine), "Use the package for {0}.".format(machine))
    root = os.geteuid() == 0
    if method == "rpm" and not root:
        raise ObError(
            what, "method rpm needs root, and this runs as " + _process.user_name(os.geteuid()),
            "Use become: true, or method extract, which needs no root.",
        )
    programs = ["rpm"] if method == "rpm" else ["rpm", "rpm2cpio", "cpio"]
    lacking = [name for name in programs if not which(name)]
    if lacking:
        packages = sorted(set("cpio" if name == "cpio" else "rpm" for name in lacking))
        raise ObError(
            what, "this host has no program {0}".format(", ".join(lacking)),
            "Install {0} (on Debian, rpm2cpio is a package of its own).".format(" and ".join(packages)),
        )
    try:
        owner = _files.owner_of(user, group)
    except KeyError as error:
        raise ObError(
            what, "this host does not know the user or group of the service: {0}".format(error.args[0]),
            "Create them first, for example: groupadd {0}; useradd -m -g {0} {1}".format(group, user),
        ) from error
    if not root and owner.uid != os.geteuid():
        raise ObError(
            what, "it runs as {0} and cannot make files of {1}".format(_process.user_name(os.geteuid()), user),
            "Run as {0} or as root (become), or set the service user to {1}.".format(user, _process.user_name(os.geteuid())),
        )
    if method == "extract" and not os.access(_files.nearest(home), os.W_OK | os.X_OK):
        raise ObError(
            what, "{0} may not write in {1}".format(_process.user_name(os.geteuid()), _files.nearest(home)),
            "As root: install -d -o {0} -g {1} {2}".format(user, group, home),
        )


def download(module, wanted, url, libs, what):
    # type: (AnsibleModule, RpmName, str, bool, str) -> str
    """Fetch the package, and its companion where there is one, into a temporary folder."""
    from ansible.module_utils import urls

    fetch_url = urls.fetch_url  # type: Any
    base, _slash, last = url.partition("?")[0].rpartition("/")
    if last.endswith(".rpm") and last != wanted.file:
        raise ObError(what, "the address {0} names another package".format(url), "Correct rpm_name or the address.")
    if not last.endswith(".rpm"):
        base = url.rstrip("/")
    folder = tempfile.mkdtemp(prefix="oceanbase-", dir=module.tmpdir)
    for name in [wanted.file] + ([wanted.companion("libs")] if libs else []):
        address = url if name == last else base + "/" + name
        response, info = fetch_url(module, address, timeout=60)
        if response is None or info["status"] not in (200, None):  # None: not HTTP
            if name != wanted.file and info["status"] in (404, 410):
                continue
            raise ObError(
                what, "{0} cannot be downloaded: {1}".format(address, info.get("msg", "status {0}".format(info["status"]))),
                "See that this host reaches the address, or use a folder (rpm_dir or remote_dir).", error_code=info["status"],
            )
        try:
            with open(os.path.join(folder, name), "wb") as stream:
                shutil.copyfileobj(response, stream, 1 << 20)
        except OSError as error:
            cause = "{0} cannot be stored in {1}: {2}".format(address, folder, error.strerror or error)
            raise ObError(what, cause, "Free space there and run again.") from error
    return folder


def in_folder(wanted, folder, libs, what):
    # type: (RpmName, str, bool, str) -> List[str]
    """Return the paths of the package and its companion in a folder of this host."""
    server = os.path.join(folder, wanted.file)
    if not os.path.isfile(server):
        near = [name for name in _files.entries(folder) if name.startswith("oceanbase") and name.endswith(".rpm")][:5]
        raise ObError(
            what, "{0} does not exist on this host".format(server if os.path.isdir(folder) else folder),
            "The folder holds {0}.".format(", ".join(near)) if near else "Put the package there, or correct rpm_name.",
        )
    companion = os.path.join(folder, wanted.companion("libs"))
    return [server] + ([companion] if libs and os.path.isfile(companion) else [])


def verify(paths, wanted, checksum, signature, what):
    # type: (List[str], RpmName, str, str, str) -> Source
    """Check that the files are what they are said to be."""
    if checksum:
        try:
            algorithm, digest = _files.split_checksum(checksum)
        except ValueError as error:
            raise ObError(what, "the checksum {0} cannot be used: {1}".format(checksum, error), "Write it as sha256:<64 digits>.") from error
        found = _files.digest(paths[0], algorithm)
        if found != digest:
            raise ObError(
                what, "{0} has the {1} {2}, wanted is {3}".format(paths[0], algorithm, found, digest), "Fetch the package again, or correct the checksum.",
            )
    checks = [_rpm.parse_check(part) for part in _rpm.per_file(ask(_rpm.check(paths), what).stdout, paths)]
    for path, check in zip(paths, checks):
        name = os.path.basename(path)
        if not check.intact:
            raise ObError(
                what, "{0} is damaged: {1}".format(name, "; ".join(check.lines) or "rpm cannot read it"), "Fetch the package again.",
            )
        if check.signature == "bad" or (signature == "required" and check.signature != "good"):
            raise ObError(
                what,
                {
                    "bad": "the signature of {0} is wrong", "none": "{0} is not signed", "no key": "{0} is signed by a key that this host does not trust",
                }[check.signature].format(name) + "".join(" ({0})".format(line) for line in check.lines[:1]),
                "Import the vendor's key with 'rpm --import', or set signature to optional." if check.signature != "bad" else "Fetch the package again.",
            )
    packages = _rpm.parse_query(ask(_rpm.query_files(paths), what).stdout)
    if len(packages) != len(paths) or packages[0].nevra != wanted.nevra:
        raise ObError(
            what, "{0} holds {1}".format(paths[0], packages[0].nevra if packages else "no package"), "The file bears a wrong name; use the right package.",
        )
    worst = [state for state in ("none", "no key", "good") if state in [check.signature for check in checks]]
    return Source(tuple(paths), tuple(packages), worst[0])


def say_version(wanted, home, user, what):
    # type: (RpmName, str, str, str) -> str
    """Ask the server's binary for its version, as the service user."""
    binary = os.path.join(home, "bin", "observer")
    rc, text = None, ""
    try:
        done = _process.run([binary, "-V"], "/", {"LD_LIBRARY_PATH": os.path.join(home, "lib")}, user if os.geteuid() == 0 else "", 60)
        rc, text = done.rc, done.said
    except PermissionError:
        raise ObError(
            what, "user {0} may not execute {1}".format(user if os.geteuid() == 0 else _process.user_name(os.geteuid()), binary),
            "See the rights of the file and of every folder above it.",
        ) from None
    except (OSError, KeyError) as error:
        text = str(error)
    said = _installation.version_said(text)
    if rc != 0:
        cause, remedy = _installation.why_not_run(rc, text, platform.machine())
        raise ObError(what, "{0} does not run: {1}".format(binary, cause), remedy, rc=rc)
    if said and not _installation.same_version(said, wanted.version):
        raise ObError(
            what, "{0} says it is {1}".format(binary, said), "The file was replaced by that of another version; remove the package and install it again.",
        )
    return said


def install_rpm(source, home, what):
    # type: (Source, str, str) -> None
    """Install with rpm."""
    done = ask(install_command(source, home), what)
    if done.rc != 0:
        cause, remedy = _rpm.why_failed(done.said)
        raise ObError(what, cause, remedy, rc=done.rc)


def install_command(source, home):
    # type: (Source, str) -> List[str]
    """Return the command of method rpm."""
    return _rpm.install(source.paths, "" if source.packages[0].prefix == home else home)


def install_extract(source, wanted, home, owner, replace, what):
    # type: (Source, RpmName, str, _files.Owner, bool, str) -> None
    """Unpack."""

    def manifest(files):
        # type: (Tuple[str, ...]) -> Manifest
        names = [package.nevra for package in source.packages]
        return Manifest(wanted.nevra, tuple(names), dict(zip(names, [_files.digest(path) for path in source.paths])), files)

    sources = [(path, package.prefix) for path, package in zip(source.paths, source.packages)]
    _unpack.unpack(what, sources, home, owner, manifest, replace)


def present(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Make the package present."""
    params = module.params
    wanted, method, home, user = wanted_package(params["rpm_name"]), params["method"], params["home"].rstrip("/"), params["user"]
    what = "Cannot install {0} in {1}".format(wanted.nevra, home)
    libs = params["libs"] == "auto"
    given = [name for name in ("rpm_dir", "rpm_url", "remote_dir") if params[name]]
    if len(given) != 1:
        raise ObError(what, "{0} are given as its source".format(" and ".join(given) or "none of rpm_dir, rpm_url and remote_dir"), "Give exactly one.")
    seen = look(wanted, method, home, what)
    verdict = _installation.decide(what, wanted, method, home, seen)
    result = {"changed": verdict != "installed", "nevra": wanted.nevra, "method": method, "home": home, "commands": []}  # type: Dict[str, Any]
    if verdict == "installed":
        own = [item.nevra for item in seen.installed if item.nevra + ".rpm" in (wanted.file, wanted.companion("libs"))]
        result.update(packages=sorted(seen.manifest.packages if method == "extract" and seen.manifest else own))
        result.update(diff=diff_of(home, result["packages"], result["packages"]), observer_version=say_version(wanted, home, user, what))
        return result
    preconditions(wanted, method, home, user, params["group"], what)
    folder = params["staged"] or params["remote_dir"] or ""
    if not folder and params["rpm_url"] and not module.check_mode:
        folder = download(module, wanted, params["rpm_url"], libs, what)
    if folder:
        source = verify(in_folder(wanted, folder, libs, what), wanted, params["checksum"], params["signature"], what)
        names = [package.nevra for package in source.packages]
        result.update(signature=source.signature)
        commands = [install_command(source, home)] if method == "rpm" else [
            first + ["|"] + second for first, second in [_unpack.commands(path) for path in source.paths]
        ]
        result.update(commands=[shown(command).replace("'|'", "|") for command in commands])
    else:
        # Nothing to look at yet: what the action plugin says the folder offers, or the server alone.
        files = [name for name in [wanted.file] + ([wanted.companion("libs")] if libs else []) if name == wanted.file or name in params["offered"]]
        names = [name[: -len(".rpm")] for name in files]
        if params["rpm_dir"]:
            result.update(needs=files)
    before = [seen.manifest.nevra + " (incomplete)"] if seen.manifest else []
    result.update(packages=sorted(names), observer_version="", diff=diff_of(home, _installation.shown(before), _installation.shown(names)))
    if not module.check_mode and folder:
        if method == "rpm":
            install_rpm(source, home, what)
        else:
            install_extract(source, wanted, home, _files.owner_of(user, params["group"]), verdict == "repair", what)
        result.update(observer_version=say_version(wanted, home, user, what))
    return result


def absent(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Remove exactly this package."""
    params = module.params
    wanted, method, home = wanted_package(params["rpm_name"]), params["method"], params["home"].rstrip("/")
    what = "Cannot remove {0} from {1}".format(wanted.nevra, home)
    names = [wanted.nevra] + ([wanted.companion("libs")[: -len(".rpm")]] if params["libs"] == "auto" else [])
    seen = look(wanted, method, home, what)
    if method == "rpm":
        there = [item.nevra for item in seen.installed if item.nevra in names and item.installed_at in ("", home)]
        there = there if wanted.nevra in there else []
        commands = [_rpm.erase(there)] if there else []
    else:
        there = list(seen.manifest.packages) if seen.manifest and seen.manifest.nevra == wanted.nevra else []
        commands = []
    found = find(home) if there else None
    if found is not None and found.process is not None:
        raise ObError(what, found.detail, "Stop it first (oceanbase.cluster.observer with state stopped).")
    if there and method == "rpm" and os.geteuid() != 0:
        raise ObError(what, "method rpm needs root", "Use become: true.")
    if not module.check_mode and there:
        if method == "rpm":
            done = ask(commands[0], what)
            if done.rc != 0:
                raise ObError(what, "rpm says: " + "; ".join(done.said.splitlines()[:6]), "Remove what needs it first, or set libs to none.", rc=done.rc)
            with contextlib.suppress(OSError):  # the folder above that rpm made, unless something is left in it
                os.rmdir(home)
        elif seen.manifest is not None:
            _unpack.remove(home, seen.manifest)
    return {
        "changed": bool(there), "nevra": wanted.nevra, "method": method, "home": home, "packages": [],
        "commands": [shown(command) for command in commands], "diff": diff_of(home, _installation.shown(there), _installation.shown([])),
    }


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Choose by the wanted state."""
    return present(module) if module.params["state"] == "present" else absent(module)


def main():
    # type: () -> None
    """Run the module."""
    run_module(
        story,
        spec_of(
            PACKAGE_SOURCE,
            state={"type": "str", "choices": ["present", "absent"], "default": "present"},
            method={"type": "str", "choices": ["rpm", "extract"], "default": "rpm"},
            home={"type": "path", "default": "/home/admin/oceanbase"},
            libs={"type": "str", "choices": ["auto", "none"], "default": "auto"},
        ),
    )


if __name__ == "__main__":
    main()
