# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which of the four programs this is."""

from __future__ import annotations

import os
from typing import List

from . import ctl, daemon, service
from .places import DAEMON, SERVICES, Home


def main(argv: List[str]) -> int:
    """Run the program that the name says."""
    name = os.path.basename(argv[0])
    home = Home(os.path.dirname(os.path.dirname(os.path.realpath(argv[0]))))
    if name == DAEMON:
        return daemon.main(home)
    if name in SERVICES:
        return service.main(home, name)
    return ctl.main(home, argv[1:])
