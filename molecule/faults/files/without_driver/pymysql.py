# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands before the real driver on the path, as if there were none."""

raise ImportError("No module named 'pymysql'")
