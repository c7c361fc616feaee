# SPDX-License-Identifier: GPL-3.0-or-later
"""limits.conf as pam_limits reads it."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_limits import login_limit, parse_limits_conf, parse_proc_limits, shown_limit
from ansible_collections.oceanbase.cluster.plugins.module_utils._probe_source import Account

ADMIN = Account("admin", 1000, 1000, "/home/admin", ("admin", "dba"))
ROOT = Account("root", 0, 0, "/root", ("root",))
BASE = (1024, 4096)


@pytest.mark.parametrize(
    ("text", "account", "wanted"),
    [
        ("", ADMIN, (1024, 4096)),
        ("admin - nofile 9000", ADMIN, (9000, 9000)),
        ("admin soft nofile 2000", ADMIN, (2000, 4096)),
        ("admin soft nofile 9000", ADMIN, (4096, 4096)),  # never above the hard one
        ("admin hard nofile 512", ADMIN, (512, 512)),
        ("admin - nofile unlimited", ADMIN, (-1, -1)),
        ("admin - nofile -1", ADMIN, (-1, -1)),
        ("admin - nofile 10\nadmin - nofile 20", ADMIN, (20, 20)),  # of equals the later one
        ("admin - nofile 10\n* - nofile 20", ADMIN, (10, 10)),  # the user before everybody
        ("@dba - nofile 10\n* - nofile 20", ADMIN, (10, 10)),
        ("admin - nofile 30\n@dba - nofile 10", ADMIN, (30, 30)),
        ("@other - nofile 10", ADMIN, (1024, 4096)),
        ("other - nofile 10", ADMIN, (1024, 4096)),
        ("* - nofile 10", ROOT, (1024, 4096)),  # a wildcard does not hold for root
        ("@root - nofile 10", ROOT, (1024, 4096)),
        ("root - nofile 10", ROOT, (10, 10)),
        ("1000: - nofile 10", ADMIN, (10, 10)),
        ("1001: - nofile 10", ADMIN, (1024, 4096)),
        ("500:999 - nofile 10", ADMIN, (1024, 4096)),
        ("500:1000 - nofile 10", ADMIN, (10, 10)),
        (":1000 - nofile 10", ADMIN, (10, 10)),
        (":999 - nofile 10", ADMIN, (1024, 4096)),
        ("@1000: - nofile 10", ADMIN, (10, 10)),
        (": - nofile 10", ADMIN, (1024, 4096)),
        ("# admin - nofile 10", ADMIN, (1024, 4096)),
        ("admin - nofile 10 # because", ADMIN, (10, 10)),
        ("admin - nofile many", ADMIN, (1024, 4096)),
        ("admin nofile 10", ADMIN, (1024, 4096)),
        ("admin - nproc 10", ADMIN, (1024, 4096)),
    ],
)
def test_login_limit(text: str, account: Account, wanted: tuple[int, int]) -> None:
    assert login_limit("nofile", BASE, parse_limits_conf(text, "f"), account, True)[0] == wanted


def test_the_lines_that_count_are_told() -> None:
    rules = parse_limits_conf("* soft nofile 10\nadmin hard nofile 20", "/etc/security/limits.conf")
    assert login_limit("nofile", BASE, rules, ADMIN, True) == ((10, 20), ["/etc/security/limits.conf:1", "/etc/security/limits.conf:2"])


def test_sizes_are_kilobytes() -> None:
    assert login_limit("stack", (1, 1), parse_limits_conf("admin - stack 10240", "f"), ADMIN, True)[0] == (10485760, 10485760)


def test_nothing_is_raised_without_the_capability() -> None:
    rules = parse_limits_conf("admin - nofile 655350", "f")
    assert login_limit("nofile", BASE, rules, ADMIN, False) == (BASE, ["not raised: CAP_SYS_RESOURCE is missing"])
    rules = parse_limits_conf("admin soft nofile 2048", "f")
    assert login_limit("nofile", BASE, rules, ADMIN, False)[0] == (2048, 4096)


def test_proc_limits() -> None:
    text = "Limit            Soft Limit   Hard Limit   Units\nMax open files   1024         unlimited    files\n"
    assert parse_proc_limits(text) == {"nofile": (1024, -1)}


def test_shown_limit() -> None:
    assert shown_limit((1024, -1)) == "1024/unlimited"
