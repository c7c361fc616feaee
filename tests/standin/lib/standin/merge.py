# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Major compactions before 4.0: versions in __all_zone, one more with each freeze."""

import asyncio
import time

from .cluster_state import ClusterState
from .errors import error

MERGE_TIME = 1.0
FURTHEST_BEHIND = 16


class Merge:
    """The compactions of one cluster."""

    def __init__(self, state: ClusterState) -> None:
        self.state = state

    async def version(self, zone: str, name: str) -> int:
        """Read a version."""
        rows = await self.state.engine.query("select value from oceanbase.__all_zone where zone = '%s' and name = '%s'" % (zone, name))
        return int(rows[0][0] or 0)

    async def freeze(self) -> None:
        """Begin another version, and merge it a moment later."""
        frozen = await self.version("", "frozen_version")
        if frozen - await self.version("", "last_merged_version") >= FURTHEST_BEHIND:
            raise error("freeze_not_allowed")
        new, now = frozen + 1, int(time.time() * 1000000)
        await self.state.set_merge("", {
            "try_frozen_version": (new, ""), "frozen_version": (new, ""), "frozen_time": (now, ""), "proposal_frozen_version": (new, ""),
            "global_broadcast_version": (new, ""), "merge_status": (1, "MERGING")})
        for zone in self.state.zones:
            await self.state.set_merge(zone, {
                "is_merging": (1, ""), "broadcast_version": (new, ""), "merge_start_time": (now, ""), "merge_status": (1, "MERGING")})
        asyncio.ensure_future(self.finish())

    async def finish(self) -> None:
        """End what was frozen so far."""
        await asyncio.sleep(MERGE_TIME)
        frozen, now = await self.version("", "frozen_version"), int(time.time() * 1000000)
        for zone in self.state.zones:
            await self.state.set_merge(zone, {
                "is_merging": (0, ""), "last_merged_version": (frozen, ""), "all_merged_version": (frozen, ""), "last_merged_time": (now, ""),
                "merge_status": (0, "IDLE")})
        await self.state.set_merge("", {"last_merged_version": (frozen, ""), "merge_status": (0, "IDLE")})
