# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics in the text of Prometheus: of the host from /proc, of the cluster by SQL as the monitor user."""

from __future__ import annotations

import asyncio
import os
from typing import Dict, Iterator, List, Tuple

from .monitor_sql import Monitor, NotRead

Sample = Tuple[str, Dict[str, str], float]


def render(samples: List[Sample], common: Dict[str, str]) -> str:
    """Write samples."""
    lines = []
    seen = set()
    for name, labels, value in samples:
        if name not in seen:
            seen.add(name)
            lines.append("# TYPE %s %s" % (name, "counter" if name.endswith("_total") else "gauge"))
        every = dict(common, **labels)
        inside = ",".join('%s="%s"' % (key, text.replace("\\", "\\\\").replace('"', '\\"')) for key, text in sorted(every.items()))
        lines.append("%s{%s} %s" % (name, inside, repr(float(value)) if value != int(value) else str(int(value))))
    return "".join(line + "\n" for line in lines)


def host() -> Iterator[Sample]:
    """Measure this host."""
    with open("/proc/loadavg", encoding="ascii") as stream:
        for name, value in zip(("node_load1", "node_load5", "node_load15"), stream.read().split()):
            yield name, {}, float(value)
    wanted = {"MemTotal": "node_memory_MemTotal_bytes", "MemFree": "node_memory_MemFree_bytes", "Buffers": "node_memory_Buffers_bytes",
              "Cached": "node_memory_Cached_bytes"}
    with open("/proc/meminfo", encoding="ascii") as stream:
        for line in stream:
            key, _colon, rest = line.partition(":")
            if key in wanted:
                yield wanted[key], {}, float(rest.split()[0]) * 1024
    with open("/proc/stat", encoding="ascii") as stream:
        fields = stream.readline().split()[1:]
    for mode, value in zip(("user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"), fields):
        yield "node_cpu_seconds_total", {"mode": mode}, float(value) / os.sysconf("SC_CLK_TCK")
    with open("/proc/net/dev", encoding="ascii") as stream:
        for line in stream.readlines()[2:]:
            device, _colon, rest = line.partition(":")
            numbers = rest.split()
            yield "node_network_receive_bytes_total", {"device": device.strip()}, float(numbers[0])
            yield "node_network_transmit_bytes_total", {"device": device.strip()}, float(numbers[8])
    found = os.statvfs("/")
    yield "node_filesystem_size_bytes", {"mountpoint": "/", "mount_point": "/"}, float(found.f_blocks * found.f_frsize)
    yield "node_filesystem_avail_bytes", {"mountpoint": "/", "mount_point": "/"}, float(found.f_bavail * found.f_frsize)


def server(monitor: Monitor) -> List[Sample]:
    """Ask the cluster: what cannot be read is left out, as the real one does."""
    return asyncio.run(_server(monitor))


async def _server(monitor: Monitor) -> List[Sample]:
    samples: List[Sample] = []
    async with monitor as session:
        rows = await session.either(
            "select group_concat(svr_ip SEPARATOR ',') as servers, status, count(1) as cnt from DBA_OB_SERVERS group by status",
            "select group_concat(svr_ip SEPARATOR ',') as servers, status, count(1) as cnt from __all_server group by status")
        samples += [("ob_server_num", {"server_ips": row[0] or "", "status": row[1] or ""}, float(row[2] or 0)) for row in rows]
        rows = await session.either("select tenant_id, tenant_name from DBA_OB_TENANTS", "select tenant_id, tenant_name from __all_tenant")
        samples += [("ob_tenant_num", {"ob_tenant_id": row[0] or "", "tenant_name": row[1] or ""}, 1.0) for row in rows]
    return samples


__all__ = ["NotRead", "host", "render", "server"]
