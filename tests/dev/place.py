# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy the checkout to where the tools want a collection to lie; they resolve links, so a link will not do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def checkout_files() -> list[Path]:
    """Return the files git knows or would add, relative to the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [Path(name) for name in listed.split("\0") if name and (ROOT / name).exists()]


def place(base: Path) -> Path:
    """Copy the checkout below BASE, and return the copy's root."""
    shutil.rmtree(base, ignore_errors=True)
    target = base / "ansible_collections" / "oceanbase" / "cluster"
    for name in checkout_files():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, target / name, follow_symlinks=False)
    # ansible-test asks git for the files; without it, it walks through everything.
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main", "."], cwd=target, check=True)
    subprocess.run(["git", "add", "--all"], cwd=target, check=True)
    return target


if __name__ == "__main__":
    print(place(Path(sys.argv[1]).resolve()))
