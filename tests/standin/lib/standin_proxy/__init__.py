# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for OBProxy: a relay to the observers, its own configuration and its administration."""
