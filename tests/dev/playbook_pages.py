# SPDX-License-Identifier: GPL-3.0-or-later
"""Write a page of the documentation's site for the playbooks, from their headers; antsibull-docs knows none. usage: playbook_pages.py FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

from place import ROOT

NAME = "oceanbase.cluster"


def header(playbook: Path) -> list[str]:
    """Return what a playbook says of itself: the comment before its first play, without the licence."""
    lines = []
    for line in playbook.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            lines.append(line.removeprefix("#").strip())
        elif not line.startswith("---"):
            break
    return [line for line in lines if not line.startswith("SPDX")]


def page() -> str:
    """Return the page."""
    title = f"Playbooks of {NAME}"
    parts = [":orphan:", "", title, "=" * len(title), "", f"Each is called by its full name: ``ansible-playbook {NAME}.<name>``.", ""]
    for playbook in sorted(ROOT.glob("playbooks/*.yml")):
        parts += [playbook.stem, "-" * len(playbook.stem), "", *(f"| {line}" for line in header(playbook)), ""]
    return "\n".join(parts)


if __name__ == "__main__":
    Path(sys.argv[1], "playbooks.rst").write_text(page(), encoding="utf-8")
