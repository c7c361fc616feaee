#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keep kernel settings over a boot, and give them back."""

DOCUMENTATION = r"""
module: kernel_settings
short_description: Keep kernel settings over a boot, and give them back
author:
  - The oceanbase.cluster contributors (@oceanbase)
description:
  - Writes kernel settings to a drop-in file of its own and gives them to the running kernel, through C(/proc/sys) and C(/sys); no program is needed.
  - The drop-in remembers the values that were replaced, so that O(state=absent) restores them. Files of others are not touched.
options:
  sysctls:
    description:
      - Settings below C(/proc/sys) by name. A name that this kernel or container does not show is left out.
      - Each is a value, or a mapping of C(value), C(least) and C(most). A kernel whose value lies within C(least) and C(most) is left as it is.
    type: dict
    default: {}
  huge_pages:
    description: Mode of transparent huge pages, kept by C(systemd-tmpfiles); empty leaves them alone.
    type: str
    choices: ["", never, madvise, always]
    default: ""
  sysctl_file:
    description: Drop-in for O(sysctls).
    type: path
    default: /etc/sysctl.d/90-oceanbase.conf
  tmpfiles_file:
    description: Drop-in for O(huge_pages).
    type: path
    default: /etc/tmpfiles.d/90-oceanbase.conf
  apply:
    description: Whether the running kernel gets the settings; V(false) only writes the files, for images and containers.
    type: bool
    default: true
  state:
    description: V(absent) removes both files and restores the values that they replaced.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
"""

EXAMPLES = r"""
- name: Set what a server needs
  oceanbase.cluster.kernel_settings:
    sysctls:
      fs.aio-max-nr: 1048576
      vm.max_map_count: {value: 655360, least: 327680, most: 1000000}
    huge_pages: never

- name: Give everything back
  oceanbase.cluster.kernel_settings:
    state: absent
"""

RETURN = r"""
applied:
  description: Settings that the running kernel was given.
  returned: success
  type: dict
  sample: {vm.max_map_count: "655360"}
unknown:
  description: Settings that this kernel or container does not show.
  returned: success
  type: list
  elements: str
  sample: [kernel.numa_balancing]
"""

import os
from typing import Any, Dict, List, Optional

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _kernel_settings as kernel
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._kernel_settings import Range, Setting
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import run_module

HUGE_PAGES = "/sys/kernel/mm/transparent_hugepage/enabled"

ARGUMENTS = {
    "sysctls": {"type": "dict", "default": {}},
    "huge_pages": {"type": "str", "choices": ["", "never", "madvise", "always"], "default": ""},
    "sysctl_file": {"type": "path", "default": "/etc/sysctl.d/90-oceanbase.conf"},
    "tmpfiles_file": {"type": "path", "default": "/etc/tmpfiles.d/90-oceanbase.conf"},
    "apply": {"type": "bool", "default": True},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}  # type: Dict[str, Dict[str, Any]]


def text_of(path):
    # type: (str) -> Optional[str]
    """Return a file's text; None where there is none."""
    try:
        with open(path) as handle:
            return handle.read()
    except OSError:
        return None


def wanted_settings(params):
    # type: (Dict[str, Any]) -> List[Setting]
    """Return what the files are to keep."""
    if params["state"] == "absent":
        return []
    found = []
    for name, wanted in sorted(params["sysctls"].items()):
        value = wanted["value"] if isinstance(wanted, dict) else wanted
        found.append(Setting(kernel.SYSCTL, name, " ".join(str(value).split())))
    return found + ([Setting(kernel.TMPFILE, HUGE_PAGES, params["huge_pages"])] if params["huge_pages"] else [])


def ranges_of(sysctls):
    # type: (Dict[str, Any]) -> Dict[str, Range]
    """Return the values that may stay."""
    found = {}
    for name, wanted in sysctls.items():
        if isinstance(wanted, dict):
            try:
                found[name] = Range(*[int(wanted[key]) if key in wanted else None for key in ("least", "most")])
                wanted["value"]
            except (KeyError, TypeError, ValueError) as error:
                cause = "its value is neither a value nor {value:, least:, most:} with whole numbers"
                raise ObError("Cannot set {0}".format(name), cause, "Correct sysctls (oceanbase_host_prepare_sysctls).") from error
    return found


def wanted_files(params, settings, current, previous):
    # type: (Dict[str, Any], List[Setting], Dict[str, Optional[str]], Dict[str, str]) -> Dict[str, Optional[str]]
    """Return the texts of both drop-ins; None where there is to be none."""
    paths = (params["sysctl_file"], params["tmpfiles_file"])
    if params["state"] == "absent":
        return dict.fromkeys(paths)
    was = kernel.remembered(settings, current, previous)
    return {path: kernel.render(part, was) if part else None for path, part in zip(paths, kernel.split(settings))}


def put(path, text):
    # type: (str, Optional[str]) -> None
    """Write or remove a drop-in; it is complete at every moment."""
    if text is None:
        if os.path.lexists(path):
            os.unlink(path)
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    fresh = path + ".new"
    with open(fresh, "w") as handle:
        handle.write(text)
    os.chmod(fresh, 0o644)
    os.replace(fresh, path)


def tell(write):
    # type: (kernel.Write) -> None
    """Give one value to the running kernel."""
    try:
        with open(write.setting.path, "w") as handle:
            handle.write(write.setting.value)
    except OSError as error:
        raise ObError(
            "Cannot set {0} to {1}".format(write.setting.name, write.setting.value),
            "{0}: {1}".format(write.setting.path, error.strerror),
            "Run as root of the machine; in a container set apply (oceanbase_host_prepare_apply) to false and set it on the machine below.",
        ) from error


def story(module):
    # type: (AnsibleModule) -> Dict[str, Any]
    """Compare, then write the files and tell the kernel."""
    params = module.params
    files = {path: text_of(path) for path in (params["sysctl_file"], params["tmpfiles_file"])}
    previous = {}  # type: Dict[str, str]
    for text in files.values():
        previous.update(kernel.parse_previous(text or ""))
    ranges = ranges_of(params["sysctls"])
    asked = wanted_settings(params)
    back = kernel.given_back(asked, previous)
    shown = {setting.name: text_of(setting.path) for setting in asked + back}
    current = {name: None if text is None else kernel.shown_value(text) for name, text in shown.items()}
    settings = kernel.to_change(asked, ranges, current, previous)
    wanted = wanted_files(params, settings, current, previous)
    changed = [path for path in sorted(files) if files[path] != wanted[path]]
    steps = kernel.writes(settings + back, current) if params["apply"] else []
    if not module.check_mode:
        # What was replaced is on disk before the kernel is told, and until it has been told back.
        for path in changed if params["state"] == "present" else ():
            put(path, wanted[path])
        for step in steps:
            tell(step)
        for path in changed if params["state"] == "absent" else ():
            put(path, wanted[path])
    diffs = [{"before_header": path, "after_header": path, "before": files[path] or "", "after": wanted[path] or ""} for path in changed]
    if steps:
        lines = [["{0} = {1}\n".format(step.setting.name, value) for step, value in zip(steps, values)] for values in (
            [step.before for step in steps], [step.setting.value for step in steps])]
        diffs.append({"before_header": "running kernel", "after_header": "running kernel", "before": "".join(lines[0]), "after": "".join(lines[1])})
    return {
        "changed": bool(changed or steps),
        "diff": diffs,
        "applied": {step.setting.name: step.setting.value for step in steps},
        "unknown": sorted(name for name, value in current.items() if value is None),
    }


def main():
    # type: () -> None
    """Run the module."""
    run_module(story, ARGUMENTS)


if __name__ == "__main__":
    main()
