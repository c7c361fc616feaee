#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: component
short_description: Install the package of OBProxy or of the agent on a host
description:
  - Makes exactly one version present, with C(rpm) as root or unpacked below a directory without root.
  - Never upgrades, downgrades or replaces. Another version is a refusal that says what was found.
  - Digests and signature of the file are checked with C(rpm -K) before it is used.
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
options:
  method:
    description:
      - V(rpm) installs into the rpm database, which needs root.
      - V(extract) unpacks below O(home), which does not.
    type: str
    choices: [rpm, extract]
    default: rpm
  home:
    description:
      - Home directory. Needed with O(method=extract); with O(method=rpm) the package says where it is, see RV(home).
    type: path
    default: ''
seealso:
  - module: oceanbase.cluster.obproxy
  - module: oceanbase.cluster.obagent
"""

EXAMPLES = r"""
- name: Install OBProxy with rpm, from a folder of the control node
  become: true
  oceanbase.cluster.component:
    rpm_name: obproxy-ce-4.2.3.0-3.el7.x86_64.rpm
    rpm_dir: /srv/packages

- name: Unpack the agent without root
  oceanbase.cluster.component:
    rpm_name: obagent-4.2.2-100000042024011120.el7.x86_64.rpm
    rpm_url: https://mirror.example.com/oceanbase/el7/
    method: extract
    home: /home/admin/obagent
"""

RETURN = r"""
nevra:
  description: The package in full.
  returned: success
  type: str
  sample: obproxy-ce-4.2.3.0-3.el7.x86_64
home:
  description: Its home directory.
  returned: success
  type: str
  sample: /home/admin/obproxy-4.2.3.0
version:
  description: Its version.
  returned: success
  type: str
  sample: 4.2.3.0
needs:
  description: The file that has to be staged before anything can be done. Used by the action plugin, which removes it.
  returned: O(rpm_dir) is used, the file is needed and was not staged
  type: list
  elements: str
  sample: [obproxy-ce-4.2.3.0-3.el7.x86_64.rpm]
installed:
  description: What was found installed instead.
  returned: failure because of another version
  type: str
  sample: obproxy-ce-4.1.0.0-1.el7.x86_64
"""

import os
import platform
import shutil
import tempfile
from typing import Any, Dict, List, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _component, _files, _installation, _process, _rpm, _unpack
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import PACKAGE_SOURCE, spec_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._component import Name, Seen
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._installation import Manifest
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._process import Finished, which


def ask(argv, what):
    # type: (List[str], str) -> Finished
    """Run a program of the rpm package."""
    program = which(argv[0])
    if not program:
        raise ObError(what, "this host has no program {0}".format(argv[0]), "Install the package {0}.".format("cpio" if argv[0] == "cpio" else "rpm"))
    return _process.run([program] + argv[1:])


def look(wanted, method, home, what):
    # type: (Name, str, str, str) -> Seen
    """See what the host has."""
    if method == "rpm":
        return Seen(tuple(_rpm.parse_query(ask(_rpm.query_installed([wanted.name]), what).stdout)), None, (), False, False)
    manifest = _unpack.read_manifest(home)
    missing = _unpack.missing(home, manifest) if manifest else ()
    return Seen((), manifest, missing, os.path.lexists(os.path.join(home, wanted.program)), os.path.isdir(os.path.join(home, _installation.MOVING)))


def preconditions(wanted, params, home, what):
    # type: (Name, Dict[str, Any], str, str) -> None
    """Refuse what cannot work on this host."""
    machine, me = platform.machine(), os.geteuid()
    if not _installation.arch_fits(wanted.arch, machine):
        raise ObError(what, "it was built for {0}, this host is {1}".format(wanted.arch, machine), "Use the package for {0}.".format(machine))
    if params["method"] == "rpm" and me != 0:
        raise ObError(what, "method rpm needs root, and this runs as " + _process.user_name(me), "Use become: true, or method extract.")
    try:
        owner = _files.owner_of(params["user"], params["group"])
    except KeyError as error:
        raise ObError(
            what, "this host does not know the user or group of the service: {0}".format(error.args[0]),
            "Create them first, for example: groupadd {0}; useradd -m -g {0} {1}".format(params["group"], params["user"]),
        ) from None
    if me not in (0, owner.uid):
        raise ObError(what, "it runs as {0} and cannot make files of {1}".format(_process.user_name(me), owner.user), "Run as that user or as root (become).")
    if params["method"] == "extract" and not os.access(_files.nearest(home), os.W_OK | os.X_OK):
        raise ObError(
            what, "{0} may not write in {1}".format(_process.user_name(me), _files.nearest(home)),
            "As root: install -d -o {0} -g {1} {2}".format(owner.user, owner.group, home),
        )


def download(module, wanted, url, what):
    # type: (AnsibleModule, Name, str, str) -> str
    """Fetch the package into a temporary folder."""
    from ansible.module_utils import urls

    fetch_url = urls.fetch_url  # type: Any
    address = url if url.partition("?")[0].endswith(".rpm") else url.rstrip("/") + "/" + wanted.file
    folder = tempfile.mkdtemp(prefix="oceanbase-", dir=module.tmpdir)
    response, info = fetch_url(module, address, timeout=60)
    if response is None or info["status"] not in (200, None):  # None: not HTTP
        raise ObError(
            what, "{0} cannot be downloaded: {1}".format(address, info.get("msg", "status {0}".format(info["status"]))),
            "See that this host reaches the address, or use a folder (rpm_dir or remote_dir).", error_code=info["status"],
        )
    with open(os.path.join(folder, wanted.file), "wb") as stream:
        shutil.copyfileobj(response, stream, 1 << 20)
    return folder


def verify(wanted, folder, params, what):
    # type: (Name, str, Dict[str, Any], str) -> str
    """Return the path of the package once it is what it is said to be."""
    path = os.path.join(folder, wanted.file)
    if not os.path.isfile(path):
        raise ObError(what, "{0} does not exist on this host".format(path), "Put the package there, or correct rpm_name.")
    if params["checksum"]:
        try:
            algorithm, digest = _files.split_checksum(params["checksum"])
        except ValueError as error:
            raise ObError(what, "the checksum cannot be used: {0}".format(error), "Write it as sha256:<64 digits>.") from error
        found = _files.digest(path, algorithm)
        if found != digest:
            raise ObError(what, "{0} has the {1} {2}, wanted is {3}".format(path, algorithm, found, digest), "Fetch it again, or correct the checksum.")
    check = _rpm.parse_check(ask(_rpm.check([path]), what).stdout)
    if not check.intact:
        raise ObError(what, "{0} is damaged: {1}".format(wanted.file, "; ".join(check.lines) or "rpm cannot read it"), "Fetch the package again.")
    if check.signature == "bad" or (params["signature"] == "required" and check.signature != "good"):
        raise ObError(what, "its signature is {0}".format(check.signature), "Import the vendor's key with 'rpm --import', or set signature to optional.")
    packages = _rpm.parse_query(ask(_rpm.query_files([path]), what).stdout)
    if len(packages) != 1 or packages[0].nevra != wanted.nevra:
        raise ObError(what, "the file holds {0}".format(packages[0].nevra if packages else "no package"), "The file bears a wrong name.")
    return path


def home_of(wanted, path, what):
    # type: (Name, str, str) -> str
    """Return the folder of a package's files that is its home directory; ``path`` is a file, or the package that is installed."""
    argv = ["rpm", "-qlp", "--nosignature", path] if path else ["rpm", "-ql", wanted.nevra]
    home = _component.home_in(ask(argv, what).stdout.splitlines(), wanted.program)
    if not home:
        raise ObError(what, "it does not hold {0}".format(wanted.program), "See with 'rpm -ql' what it holds.")
    return home


def install(wanted, path, params, home, replace, what):
    # type: (Name, str, Dict[str, Any], str, bool, str) -> None
    """Install a package that was checked."""
    if params["method"] == "rpm":
        done = ask(_rpm.install([path], ""), what)
        if done.rc != 0:
            cause, remedy = _rpm.why_failed(done.said)
            raise ObError(what, cause, remedy, rc=done.rc)
        return
    digest = _files.digest(path)

    def manifest(files):
        # type: (Tuple[str, ...]) -> Manifest
        return Manifest(wanted.nevra, (wanted.nevra,), {wanted.nevra: digest}, files)

    owner = _files.owner_of(params["user"], params["group"])
    _unpack.unpack(what, [(path, home_of(wanted, path, what))], home, owner, manifest, replace)


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Look, decide, install."""
    params = module.params
    wanted = _component.parse_name(params["rpm_name"])
    home = params["home"].rstrip("/") if params["method"] == "extract" else wanted.usual_home
    what = "Cannot install {0}{1}".format(wanted.nevra, " in " + home if params["method"] == "extract" else "")
    seen = look(wanted, params["method"], home, what)
    verdict = _component.decide(what, wanted, params["method"], home, seen)
    installed = verdict == _component.INSTALLED
    result = {"changed": not installed, "nevra": wanted.nevra, "version": wanted.version}  # type: Dict[str, Any]
    after = [wanted.nevra]
    before = after if installed else [wanted.nevra + " (incomplete)"] if verdict == _component.REPAIR else ["nothing installed"]
    if not installed:
        preconditions(wanted, params, home, what)
        folder = params["staged"] or params["remote_dir"] or ""
        if not folder and params["rpm_url"] and not module.check_mode:
            folder = download(module, wanted, params["rpm_url"], what)
        if folder and not module.check_mode:
            path = verify(wanted, folder, params, what)
            install(wanted, path, params, home, verdict == _component.REPAIR, what)
            installed = True
        elif params["rpm_dir"] and not folder:
            result.update(needs=[wanted.file])
    if installed and params["method"] == "rpm":
        home = home_of(wanted, "", what)
    return dict(result, home=home, diff=diff_of(home, before, after))


def main():
    # type: () -> None
    """Run the module."""
    run_module(
        story,
        spec_of(
            PACKAGE_SOURCE,
            method={"type": "str", "choices": ["rpm", "extract"], "default": "rpm"},
            home={"type": "path", "default": ""},
        ),
        mutually_exclusive=[["rpm_dir", "rpm_url", "remote_dir"]],
        required_one_of=[["rpm_dir", "rpm_url", "remote_dir"]],
        required_if=[["method", "extract", ["home"]]],
    )


if __name__ == "__main__":
    main()
