# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registers the root servers with the configuration service that the parameter obconfig_url names."""

import asyncio
import json
import time
import urllib.request
from typing import Any, Dict

from .cluster_state import ClusterState
from .rpc import show_address

INTERVAL = 2.0
ROW = "select value from oceanbase.__all_virtual_tenant_parameter_stat where name = 'obconfig_url' and value <> '' limit 1"


def registration(state: ClusterState, cluster: str, cluster_id: int) -> Dict[str, Any]:
    """Make the object that is registered."""
    servers = [state.servers[address] for address in state.units if address in state.servers]
    return {"ObClusterId": cluster_id, "ObRegionId": cluster_id, "ObCluster": cluster, "ObRegion": cluster, "ReadonlyRsList": [],
            "RsList": [{"address": show_address(one.address), "role": "LEADER" if one.with_rootserver else "FOLLOWER", "sql_port": one.sql_port}
                       for one in servers], "Type": "PRIMARY"}


def post(url: str, data: Dict[str, Any]) -> None:
    """Send the registration."""
    target = "%s%sversion=2&ObClusterId=%d" % (url, "&" if "?" in url else "?", data["ObClusterId"])
    body = json.dumps(dict(data, timestamp=int(time.time() * 1000000))).encode()
    request = urllib.request.Request(target, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=5) as answer:
        answer.read()


async def keep_registered(state: ClusterState, cluster: str, cluster_id: int) -> None:
    """Register whenever the url or the list has changed; try again later where that fails."""
    known: Any = None
    while True:
        await asyncio.sleep(INTERVAL)
        try:
            rows = await state.engine.query(ROW)
            wanted = (rows[0][0], registration(state, cluster, cluster_id)) if rows else None
            if wanted and wanted != known:
                await asyncio.get_event_loop().run_in_executor(None, post, wanted[0] or "", wanted[1])
            known = wanted
        except Exception as exc:  # neither the service nor the engine need be there
            known = exc
