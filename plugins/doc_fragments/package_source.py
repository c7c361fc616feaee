# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a package is named, had and checked."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared documentation of the modules that install a package."""

    DOCUMENTATION = r"""
options:
  rpm_name:
    description:
      - File name of the package, as the vendor gave it. Product, version and architecture are read from it.
    type: str
    required: true
  user:
    description:
      - The service user, who has to exist. Owns what root unpacks.
    type: str
    default: admin
  group:
    description:
      - The group of what root unpacks.
    type: str
    default: admin
  rpm_dir:
    description:
      - Folder on the control node that holds the package. It is copied to the host only where it is needed.
    type: path
  rpm_url:
    description:
      - Address of the package (ending in C(.rpm)) or of the folder that holds it. The host downloads from it.
    type: str
  remote_dir:
    description:
      - Folder on the host that holds the package.
    type: path
  checksum:
    description:
      - Digest of the file O(rpm_name), as C(sha256:...); without the name of an algorithm it is a SHA-256.
    type: str
    default: ''
  signature:
    description:
      - With V(optional), a wrong signature is refused, while a missing one and one by an unknown key are not.
      - With V(required), each file that is used has to be signed by a key that the host's rpm trusts.
    type: str
    choices: [optional, required]
    default: optional
  staged:
    description:
      - Folder on the host that holds the files of O(rpm_dir). Set by the action plugin of this module, not by users.
    type: path
    default: ''
  offered:
    description:
      - The files that O(rpm_dir) holds. Set by the action plugin of this module, not by users.
    type: list
    elements: str
    default: []
requirements:
  - rpm on the host
  - rpm2cpio and cpio on the host, with O(method=extract)
"""
