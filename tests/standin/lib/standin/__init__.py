# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for the OceanBase server: it behaves like the real one from outside and keeps its SQL in a small engine."""
