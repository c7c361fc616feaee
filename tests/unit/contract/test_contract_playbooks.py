# SPDX-License-Identifier: GPL-3.0-or-later
"""Every playbook can be read, and be called by its full name."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path


def test_playbook_parses(playbook: Path, tmp_path: Path) -> None:
    config = tmp_path / "ansible.cfg"
    config.write_text("[defaults]\n", encoding="utf-8")
    finished = subprocess.run(
        ["ansible-playbook", "--syntax-check", "--inventory", "localhost,", str(playbook)],
        env={**os.environ, "ANSIBLE_CONFIG": str(config)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr


def test_name_can_follow_that_of_the_collection(playbook: Path) -> None:
    assert re.fullmatch(r"[a-z0-9_]+\.yml", playbook.name)
