# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of the pre-check about ports, addresses, clocks and the other hosts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_item import (
    Check,
    Finding,
    Level,
    NotMeasured,
    Rule,
    Settings,
    View,
    World,
    value_of,
)

MOST_NAMES = 3


def port(name: str) -> Rule:
    """Return the rule of one port."""

    def rule(view: View, settings: Settings) -> Finding:
        found = view.fact(name)
        number, variable = found["port"], f"oceanbase_{name}"
        remedy = f"Stop what listens there, or set another {variable}."
        if found["state"] == "held":
            return Finding("bad", f"{number} is held by {found['holder']}", f"{number} is free, or this server's own", remedy)
        planned = {str(host["address"]) for host in view.world.hosts.values()}
        strangers = [who for who in found["elsewhere"] if who.rpartition(" on ")[2] not in planned]
        if strangers:
            text = f"{number} is free on {view.planned['address']}, but held by {some(strangers)}"
            return Finding("low", text, f"{number} is free on every address", remedy)
        what = {"ours": f"{number} is this server's own", "clock": f"{number} is free"}.get(found["state"], f"{number} is free")
        return Finding("pass", what, "free, or this server's own")

    return rule


def some(names: Sequence[str]) -> str:
    """Return a few names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return ", ".join(names[:MOST_NAMES]) + more


def address(view: View, settings: Settings) -> Finding:
    """The cluster's address on this host."""
    found, planned = view.fact("address"), view.planned
    wanted = planned["address"]
    known = [name for name in found["known"] if name != "::1" and not name.startswith(("127.", "fe80:"))]
    remedy = f"Set oceanbase_address to an address of the host: {', '.join(known) or 'none was seen'}."
    if not found["exists"]:
        return Finding("bad", f"{wanted}: {found['error']}", "an address of this host", remedy)
    machines = {view.world.machine(host) for host in view.world.hosts}
    if found["loopback"] and len(machines) > 1:
        return Finding("bad", f"{wanted} is a loopback address", "an address that the other hosts reach", remedy)
    return Finding("pass", f"{wanted} on {', '.join(found['devices']) or 'a device that is not shown'}", "an address of this host")


def device(view: View, settings: Settings) -> Finding:
    """The network device, if one is named."""
    name = view.planned.get("devname", "")
    if not name:
        return Finding("pass", "not named: the address decides", "nothing")
    found, addresses = view.fact("device"), view.fact("address")
    if not found["exists"]:
        return Finding("bad", f"no device {name}", f"{name} with {view.planned['address']}", "Set oceanbase_devname to the device that has the address.")
    if addresses["devices"] and name not in addresses["devices"]:
        text = f"{view.planned['address']} is on {', '.join(addresses['devices'])}"
        return Finding("bad", text, f"on {name}", "Set oceanbase_devname to the device that has the address.")
    level: Level = "low" if found["state"] == "down" else "pass"
    return Finding(level, f"{name} is {found['state']}, mtu {found['mtu']}", "up", "Bring the device up.")


def host_name(view: View, settings: Settings) -> Finding:
    """The host's name and what it resolves to."""
    found = view.fact("host_name")
    twins = [other for other in view.others if same_name(view, other, found["name"])]
    if twins:
        return Finding("low", f"{found['name']}, as on {', '.join(twins)}", "a name of its own", "Give every host a name of its own.")
    text = f"{found['name']} is {', '.join(found['addresses']) or 'not resolved'}"
    return Finding("pass" if found["addresses"] else "low", text, "resolves", f"Add {found['name']} to /etc/hosts.")


def same_name(view: View, other: str, name: str) -> bool:
    """Whether another machine bears the same name."""
    fact = view.world.measured.get(other, {}).get("host_name", {}).get("value") or {}
    return fact.get("name") == name and view.world.machine(other) != view.world.machine(view.host)


def other_observers(view: View, settings: Settings) -> Finding:
    """Servers of others on this host."""
    planned = {str(view.world.hosts[host]["home"]) for host in view.world.mates(view.host)}
    strangers = [home for home in view.fact("observers")["others"] if home not in planned]
    remedy = "Check that memory, disks and ports suffice for both; nothing of the other server is touched."
    return Finding("low" if strangers else "pass", some(strangers) or "none", "none", remedy)


def answers(world: World, host: str) -> list[Mapping[str, Any]]:
    """Return what a host learned of its peers."""
    found: list[Mapping[str, Any]] = value_of(world.pairs.get(host, {}), "pairs")
    return found


def alone(view: View) -> bool:
    """Whether there is no other host to reach."""
    return len(view.world.hosts) == 1


def reach(view: View, settings: Settings) -> Finding:
    """Whether every peer was reached by the address and port that the servers use."""
    if alone(view):
        return Finding("pass", "one host only", "every peer")
    asked = answers(view.world, view.host)
    lost = [f"{peer['host']} ({peer['server']}): {peer['error']}" for peer in asked if not peer["reachable"]]
    remedy = "Check routes and packet filters between the hosts, and that the peer's address is right."
    return Finding("bad" if lost else "pass", "; ".join(lost) or f"{len(asked)} of {len(asked)}", "every peer", remedy)


def latency(view: View, settings: Settings) -> Finding:
    """Time on the way to the farthest peer and back."""
    if alone(view):
        return Finding("pass", "one host only", f"<= {settings['want']} ms")
    reached = [peer for peer in answers(view.world, view.host) if peer["reachable"]]
    known = [(peer["connect_ms"] if peer["rtt_ms"] is None else peer["rtt_ms"], peer["host"]) for peer in reached]
    if not known:
        raise NotMeasured("no peer was reached")
    worst, host = max(known)
    level: Level = "bad" if worst > settings["need"] else "low" if worst > settings["want"] else "pass"
    return Finding(level, f"{worst:.2f} ms to {host}", f"<= {settings['want']} ms", "Bring the hosts nearer to each other, or look for what slows the network.")


def clock(view: View, settings: Settings) -> Finding:
    """Distance to the clock that is farthest away."""
    if alone(view):
        return Finding("pass", "one host only", f"<= {settings['want']} ms")
    pairs = [(pair, other) for other in view.others if (pair := offset(view.world, view.host, other)) is not None]
    unknown = len(view.others) - len(pairs)
    if not pairs:
        raise NotMeasured(next((peer["clock_unknown"] for peer in answers(view.world, view.host) if peer["clock_unknown"]), "no peer told its time"))
    (worst, error), host = max(pairs, key=lambda found: abs(found[0][0]))
    level: Level = "bad" if abs(worst) > settings["need"] else "low" if abs(worst) > settings["want"] else "unknown" if unknown else "pass"
    measured = f"{worst:+.2f} ms to {host}, within {error:.2f} ms" + (f"; {unknown} not known" if unknown else "")
    return Finding(level, measured, f"<= {settings['need']} ms, better {settings['want']} ms", "Let chrony keep all hosts at the same sources.")


def offset(world: World, one: str, other: str) -> tuple[float, float] | None:
    """Return the other host's clock minus the first one's and how exact that is, from whichever of the two saw it better."""
    found = []
    for here, there, sign in ((one, other, 1), (other, one, -1)):
        for peer in world.pairs.get(here, {}).get("pairs", {}).get("value") or []:
            if peer["host"] == there and peer["offset_ms"] is not None:
                found.append((peer["rtt_ms"] / 2, sign * peer["offset_ms"]))
    if not found:
        return None
    error, value = min(found)
    return value, error


def time_service(view: View, settings: Settings) -> Finding:
    """Something that keeps the clock right."""
    found = view.fact("time_service")
    text = f"{', '.join(found['running']) or 'none seen'}, synchronised: {found['synchronised']}"
    remedy = "Install chrony and let all hosts use the same sources; the role oceanbase.cluster.host_prepare installs it."
    good = found["running"] or found["synchronised"] == "yes"
    return Finding("pass" if good else "low" if alone(view) else "bad", text, "a time service runs", remedy)


def mtu(view: View, settings: Settings) -> Finding:
    """The same MTU on every host whose device is named."""
    sizes = {}
    for host in view.world.hosts:
        fact = view.world.measured.get(host, {}).get("device", {}).get("value") or {}
        if fact.get("mtu"):
            sizes[host] = fact["mtu"]
    mine = sizes.get(view.host)
    if mine is None:
        return Finding("pass", "no device named", "the same on every host")
    others = sorted({f"{size} on {host}" for host, size in sizes.items() if size != mine})
    measured = f"{mine}, but {', '.join(others)}" if others else f"{mine}"
    return Finding("low" if others else "pass", measured, "the same on every host", "Set one MTU everywhere.")


CHECKS = (
    Check("sql_port", "network", port("sql_port"), ("sql_port",)),
    Check("rpc_port", "network", port("rpc_port"), ("rpc_port",)),
    Check("address", "network", address, ("address",)),
    Check("device", "network", device, ("device",)),
    Check("mtu", "network", mtu, ("device",)),
    Check("host_name", "network", host_name, ("host_name",)),
    Check("other_observers", "network", other_observers, ("observers",)),
    Check("reach", "pairs", reach, ("clock_process",)),
    Check("latency", "pairs", latency, ()),
    Check("clock", "pairs", clock, ("clock_process",)),
    Check("time_service", "pairs", time_service, ("time_service",)),
)
