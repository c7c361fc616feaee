# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the place of import_time_zone_info.py, which the stand-in release does not have."""

import sys

sys.exit("import_time_zone_info.py: not part of the stand-in release")
