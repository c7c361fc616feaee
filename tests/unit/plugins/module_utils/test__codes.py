# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of return codes."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _codes as codes


@pytest.mark.parametrize(("status", "code"), [(96, 4000), (205, 4147), (164, 9564), (-4009 & 255, 4009), (-4004 & 255, 4004), (0, None), (1, None)])
def test_code_of_exit(status: int, code: int | None) -> None:
    assert codes.code_of_exit(status) == code


def test_every_row_says_something_once() -> None:
    numbers = [row.code for row in codes.CODES]
    assert numbers == sorted(set(numbers))
    for row in codes.CODES:
        assert row.meaning and row.meaning[-1] != "." and row.remedy.endswith("."), row


def test_sign_and_unknown_codes() -> None:
    assert codes.find_code(-4015) == codes.find_code(4015)
    assert codes.find_code(4999) is None and codes.explain(4999) == ""
    assert codes.explain(4004) == "4004 OB_SERVER_LISTEN_ERROR: a port cannot be listened to"
