# SPDX-License-Identifier: GPL-3.0-or-later
"""Let the tests of docs/ import their helpers."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
