# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Take the name of an OceanBase package apart: ``rpmName`` decides product, version and generation."""

import re
from typing import NamedTuple, Optional, Tuple

# Both release forms exist: yyyymmddHHMMSS (2.2.x, older 3.x enterprise) and <build number><yyyymmddHH> (3.1.5 CE, 3.2.4+, 4.x);
# "3" alone is 3.1.0 CE. From 4.3 on ARM packages may carry "nonlse" in the release.
# Names seen: oceanbase-2.2.76-20210219154519.el7.x86_64.rpm, oceanbase-ce-3.1.0-3.el7.x86_64.rpm,
# oceanbase-ce-4.2.1.1-101000062023110109.el7.x86_64.rpm, oceanbase-ce-4.3.5.3-103000092025080818.el8.x86_64.rpm
_NAME = re.compile(
    r"^(?P<name>oceanbase(?:-ce)?)-(?P<version>\d+(?:\.\d+){2,3})-(?P<release>\d[0-9A-Za-z]*)"
    r"\.(?P<dist>[a-z]+\d+[0-9a-z_]*)\.(?P<arch>x86_64|aarch64|noarch|[a-z0-9_]+)(?P<suffix>\.rpm)$"
)


class RpmName(NamedTuple):
    """A package's file name in its parts."""

    file: str  # oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm
    name: str  # oceanbase or oceanbase-ce
    version: str  # 4.3.5.3
    release: str  # 103000092025080818
    dist: str  # el7
    arch: str  # x86_64

    @property
    def numbers(self):
        # type: () -> Tuple[int, ...]
        """The version as numbers, for comparing."""
        return tuple(int(part) for part in self.version.split("."))

    @property
    def community(self):
        # type: () -> bool
        """Whether this is the community edition."""
        return self.name.endswith("-ce")

    @property
    def nevra(self):
        # type: () -> str
        """What ``rpm -q --qf '%{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}'`` prints for it."""
        return self.file[: -len(".rpm")]

    def companion(self, part):
        # type: (str) -> str
        """Return the file name of a companion of the same build, e.g. ``libs``.

        The server of the community edition requires ``<name>-libs`` of the same version
        (oceanbase v3.1.5_CE cmake/RPM.cmake, v4.2.1_CE_BP6 cmake/Pack.cmake).
        """
        return self.file.replace(self.name, self.name + "-" + part, 1)


def parse_rpm_name(text):
    # type: (str) -> Optional[RpmName]
    """Parse a package's file name; None where it is not an OceanBase server package's."""
    match = _NAME.match(text)
    if not match:
        return None
    return RpmName(text, match.group("name"), match.group("version"), match.group("release"), match.group("dist"), match.group("arch"))
