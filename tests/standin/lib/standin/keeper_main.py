# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the keeper: keeper_main.py ENGINE_DIRECTORY OBSERVER_HOME."""

import os
import sys

sys.dont_write_bytecode = True
sys.path[0] = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))

from standin.keeper import main  # noqa: E402

sys.exit(main(sys.argv[1], sys.argv[2]))
