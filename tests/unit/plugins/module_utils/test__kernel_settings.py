# SPDX-License-Identifier: GPL-3.0-or-later
"""Drop-ins that remember what they replaced."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _kernel_settings as kernel
from ansible_collections.oceanbase.cluster.plugins.module_utils._kernel_settings import SYSCTL, TMPFILE, Setting, Write

SWAP = Setting(SYSCTL, "vm.swappiness", "0")
PAGES = Setting(TMPFILE, "/sys/kernel/mm/transparent_hugepage/enabled", "never")


@pytest.mark.parametrize(
    ("text", "value"),
    [("60\n", "60"), ("4096\t87380\t16777216\n", "4096 87380 16777216"), ("always [madvise] never\n", "madvise"), ("", "")],
)
def test_shown_value(text: str, value: str) -> None:
    assert kernel.shown_value(text) == value


def test_paths() -> None:
    assert SWAP.path == "/proc/sys/vm/swappiness"
    assert PAGES.path == PAGES.name


def test_what_a_drop_in_remembers_it_tells_again() -> None:
    text = kernel.render([SWAP, PAGES], {"vm.swappiness": "60", PAGES.name: "always"})
    assert text.splitlines()[1:] == [
        "# was: vm.swappiness = 60",
        "vm.swappiness = 0",
        f"# was: {PAGES.name} = always",
        f"w {PAGES.name} - - - - never",
    ]
    assert kernel.parse_previous(text) == {"vm.swappiness": "60", PAGES.name: "always"}


@pytest.mark.parametrize(
    ("current", "previous", "was"),
    [
        ({"vm.swappiness": "60"}, {}, {"vm.swappiness": "60"}),
        ({"vm.swappiness": "0"}, {}, {}),  # nothing was replaced
        ({"vm.swappiness": "0"}, {"vm.swappiness": "60"}, {"vm.swappiness": "60"}),  # a later run remembers the first
        ({"vm.swappiness": "10"}, {"vm.swappiness": "60"}, {"vm.swappiness": "60"}),
        ({"vm.swappiness": None}, {}, {}),
    ],
)
def test_remembered(current: dict[str, str | None], previous: dict[str, str], was: dict[str, str]) -> None:
    assert kernel.remembered([SWAP], current, previous) == was


def test_what_is_no_longer_wanted_is_given_back() -> None:
    found = kernel.given_back([SWAP], {"vm.swappiness": "60", "fs.file-max": "5", PAGES.name: "always"})
    assert found == [Setting(TMPFILE, PAGES.name, "always"), Setting(SYSCTL, "fs.file-max", "5")]


def test_only_what_differs_is_written() -> None:
    assert kernel.writes([SWAP, PAGES], {"vm.swappiness": "60", PAGES.name: "never"}) == [Write(SWAP, "60")]
    assert kernel.writes([SWAP], {"vm.swappiness": None}) == []
