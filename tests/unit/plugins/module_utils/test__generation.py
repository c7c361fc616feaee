# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between generations."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._generation import (
    GENERATIONS,
    KEYS,
    generation_of,
    graceful_signal,
    has_io_bench,
    has_local_ip,
    has_standby_clusters,
)

GIB = 1 << 30


# (version, key, least memory, -I, signal, catalog)
@pytest.mark.parametrize(("version", "key", "memory", "local_ip", "signal", "catalog"), [
    ((2, 2, 73), "2.2", 8, False, "SIGTERM", "3"), ((3, 1, 0), "3.x", 8, False, "SIGTERM", "3"), ((3, 1, 5), "3.x", 4, False, "SIGTERM", "3"),
    ((3, 2, 4, 1), "3.x", 4, False, "SIGTERM", "3"), ((4, 0, 0, 0), "4.x", 4, False, "SIGTERM", "4"), ((4, 1, 0, 0), "4.x", 4, False, "SIGTERM", "4"),
    ((4, 2, 0, 0), "4.x", 4, True, "SIGTERM", "4"), ((4, 2, 1, 6), "4.x", 4, True, "SIGUSR1", "4"), ((4, 3, 5, 3), "4.x", 4, True, "SIGUSR1", "4"),
])
def test_table(version: tuple[int, ...], key: str, memory: int, local_ip: bool, signal: str, catalog: str) -> None:
    generation = generation_of(version)
    assert generation is not None
    assert (generation.key, generation.minimum_memory, generation.catalog) == (key, memory * GIB, catalog)
    assert (has_local_ip(version), graceful_signal(version)) == (local_ip, signal)


def test_rows_follow_each_other() -> None:
    """Every version from 2.2 to 4 belongs to exactly one row."""
    for earlier, later in zip(GENERATIONS[:-1], GENERATIONS[1:], strict=True):
        assert earlier.before == later.first
    assert KEYS == ("2.2", "3.x", "4.x")
    assert generation_of((1, 4, 79)) is generation_of((5, 0)) is None


@pytest.mark.parametrize(("version", "community", "bench", "standby"), [
    ((2, 2, 76), False, True, True), ((3, 1, 5), True, False, False), ((3, 2, 4), False, True, True), ((4, 2, 1, 6), True, True, False),
    ((4, 2, 1, 6), False, True, False),
])
def test_editions(version: tuple[int, ...], community: bool, bench: bool, standby: bool) -> None:
    assert (has_io_bench(version, community), has_standby_clusters(version, community)) == (bench, standby)
