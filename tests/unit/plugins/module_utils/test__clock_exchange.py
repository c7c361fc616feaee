# SPDX-License-Identifier: GPL-3.0-or-later
"""What question and answer tell of two clocks."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._clock_exchange import Sample, answer, best, parse_question, question, sample


@pytest.mark.parametrize(
    ("asked", "received", "sent", "heard", "offset", "delay"),
    [
        (100.0, 100.5, 100.5, 101.0, 0.0, 1.0),  # equal clocks, half a second each way
        (100.0, 200.5, 200.5, 101.0, 100.0, 1.0),  # the peer is 100 s ahead
        (100.0, 50.5, 50.6, 101.1, -50.0, 1.0),  # behind, and took 0.1 s to answer
        (100.0, 100.9, 100.9, 101.0, 0.4, 1.0),  # an uneven way: wrong by 0.4, within half of the delay
        (100.0, 100.0, 100.2, 100.1, 0.05, 0.0),  # clocks of little resolution: never a negative delay
    ],
)
def test_sample(asked: float, received: float, sent: float, heard: float, offset: float, delay: float) -> None:
    found = sample(asked, answer(received, sent), heard)
    assert found is not None
    assert found.offset == pytest.approx(offset, abs=1e-6)
    assert found.delay == pytest.approx(delay, abs=1e-6)


@pytest.mark.parametrize("data", [b"", b"now\n", b"now x y\n", b"now 1.0 2.0", b"\xff\xfe\n", b"HTTP/1.1 400\r\n", b"now 1.0 2.0\nmore\n"])
def test_anything_else_is_no_answer(data: bytes) -> None:
    assert sample(1.0, data, 2.0) is None


def test_the_quickest_sample_counts() -> None:
    assert best([Sample(9.0, 0.5), Sample(1.0, 0.1), Sample(5.0, 0.2)]) == Sample(1.0, 0.1)
    assert best([]) is None


@pytest.mark.parametrize("word", ["time", "done"])
def test_question(word: str) -> None:
    assert parse_question(question(word, "192.0.2.1:2882")) == (word, "192.0.2.1:2882")


@pytest.mark.parametrize("data", [b"", b"time\n", b"time a b\n", b"stop a\n", b"time a", b"\xff\n", b"time " + b"a" * 200 + b"\n"])
def test_anything_else_is_no_question(data: bytes) -> None:
    assert parse_question(data) is None
