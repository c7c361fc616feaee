# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Kernel settings that are kept over a boot: what the drop-in files say, and which values they replaced."""

import re
from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple

SYSCTL, TMPFILE = "sysctl", "tmpfile"
HEAD = "# Written by oceanbase.cluster.kernel_settings; its state absent removes this file and restores what it replaced."
_WAS = re.compile(r"# was: (\S+) = (.*)$")


class Setting(NamedTuple):
    """One value that the kernel shows in a file."""

    kind: str  # which drop-in keeps it
    name: str  # vm.swappiness, or the path itself
    value: str

    @property
    def path(self):
        # type: () -> str
        """The file in which the kernel shows it."""
        return self.name if self.kind == TMPFILE else "/proc/sys/" + self.name.replace(".", "/")


class Range(NamedTuple):
    """Values that are as good as the wanted one."""

    least: Optional[int]
    most: Optional[int]

    def holds(self, value):
        # type: (str) -> bool
        """Whether a value lies within."""
        if (self.least is None and self.most is None) or not re.match(r"-?\d+$", value):
            return False
        return (self.least is None or int(value) >= self.least) and (self.most is None or int(value) <= self.most)


class Write(NamedTuple):
    """A value to be given to the kernel."""

    setting: Setting
    before: str


def shown_value(text):
    # type: (str) -> str
    """Return what a kernel file says: words are parted by any white space, and of a choice the one in brackets holds."""
    chosen = re.search(r"\[(\w+)\]", text)
    return chosen.group(1) if chosen else " ".join(text.split())


def parse_previous(text):
    # type: (str) -> Dict[str, str]
    """Return the replaced values that a drop-in remembers."""
    matches = (_WAS.match(line) for line in text.splitlines())
    return {match.group(1): match.group(2) for match in matches if match}


def to_change(settings, ranges, current, previous):
    # type: (List[Setting], Mapping[str, Range], Mapping[str, Optional[str]], Mapping[str, str]) -> List[Setting]
    """Return the settings that this kernel knows and whose value from before our first run is not good enough."""
    found = []
    for setting in settings:
        before = previous.get(setting.name, current.get(setting.name))
        if before is not None and not (setting.name in ranges and ranges[setting.name].holds(before)):
            found.append(setting)
    return found


def given_back(settings, previous):
    # type: (List[Setting], Mapping[str, str]) -> List[Setting]
    """Return what is no longer wanted, with the values from before."""
    wanted = {setting.name for setting in settings}
    names = sorted(name for name in previous if name not in wanted)
    return [Setting(TMPFILE if name.startswith("/") else SYSCTL, name, previous[name]) for name in names]


def remembered(settings, current, previous):
    # type: (List[Setting], Mapping[str, Optional[str]], Mapping[str, str]) -> Dict[str, str]
    """Return the values to remember: those from before our first run, which may be long ago."""
    found = {}
    for setting in settings:
        was = previous.get(setting.name, current.get(setting.name))
        if was is not None and was != setting.value:
            found[setting.name] = was
    return found


def render(settings, was):
    # type: (List[Setting], Mapping[str, str]) -> str
    """Return the text of a drop-in."""
    lines = [HEAD]
    for setting in sorted(settings):
        if setting.name in was:
            lines.append("# was: {0} = {1}".format(setting.name, was[setting.name]))
        if setting.kind == TMPFILE:
            lines.append("w {0} - - - - {1}".format(setting.name, setting.value))
        else:
            lines.append("{0} = {1}".format(setting.name, setting.value))
    return "\n".join(lines) + "\n"


def writes(settings, current):
    # type: (List[Setting], Mapping[str, Optional[str]]) -> List[Write]
    """Return what the running kernel has to be told; a setting that it does not know cannot be."""
    found = []
    for setting in settings:
        before = current.get(setting.name)
        if before is not None and before != setting.value:
            found.append(Write(setting, before))
    return found


def split(settings):
    # type: (List[Setting]) -> Tuple[List[Setting], List[Setting]]
    """Return those of sysctl.d and those of tmpfiles.d."""
    return [one for one in settings if one.kind == SYSCTL], [one for one in settings if one.kind == TMPFILE]
