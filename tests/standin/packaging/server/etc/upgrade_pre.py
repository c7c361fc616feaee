# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the place of upgrade_pre.py, which the stand-in release does not have."""

import sys

sys.exit("upgrade_pre.py: not part of the stand-in release")
