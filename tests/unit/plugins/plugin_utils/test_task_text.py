# SPDX-License-Identifier: GPL-3.0-or-later
"""Times and texts."""

from __future__ import annotations

from datetime import timedelta, timezone

import pytest

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.task_text import HIDDEN, clean, clean_lines, hide_by_name, iso, read_iso, span


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"), (-1, "0 ms"), (0.02, "20 ms"), (0.0999, "0.1 s"), (1, "1.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"),
        (185, "3 min 05 s"), (3720, "1 h 02 min"),
    ],
)  # fmt: skip
def test_durations(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_times() -> None:
    assert iso(1614656374.508, timezone(timedelta(hours=8))) == "2021-03-02T11:39:34.508+08:00"
    assert iso(0, timezone.utc) == "1970-01-01T00:00:00.000+00:00"
    assert read_iso("2021-03-02T11:39:34.508+08:00") == pytest.approx(1614656374.508)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("ALTER USER 'root' IDENTIFIED BY 'a\\'b\"c'", f"ALTER USER 'root' IDENTIFIED BY '{HIDDEN}'"),
        ("create user x identified by \"pw\";", f'create user x identified by "{HIDDEN}";'),
        ("http://admin:pw@host/x.rpm", f"http://admin:{HIDDEN}@host/x.rpm"),
        ("password=hunter2 failed", f"password={HIDDEN} failed"),
        ("login_password = 'a b', user", f"login_password = {HIDDEN}, user"),
        ('{"password": "a\\"b", "x": 1}', f'{{"password": "{HIDDEN}", "x": 1}}'),
        ("{'oceanbase_proxyro_password': 'x'}", f"{{'oceanbase_proxyro_password': '{HIDDEN}'}}"),
        ("Set sys password: access denied for root@sys", "Set sys password: access denied for root@sys"),
        ("\x1b[31mred\x1b[0m\x07", "red"),
        ("two\nlines ", "two\nlines"),
    ],
)  # fmt: skip
def test_secrets_and_controls_are_taken_out(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned


def test_excess_is_cut() -> None:
    assert len(clean("x" * 9999)) == 2000
    assert clean_lines([str(number) for number in range(100)])[0] == "60"
    assert clean_lines("a\nb") == ("a", "b")
    assert clean_lines({"a": 1}) == clean_lines(None) == clean_lines(3) == ()


def test_values_with_a_secrets_name_are_not_looked_at() -> None:
    class Untouchable:
        def __str__(self) -> str:
            raise AssertionError("looked at")

    assert hide_by_name({"memory_limit": "8G", "proxyro_password": Untouchable()}) == {"memory_limit": "8G", "proxyro_password": HIDDEN}
