# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The systemd unit of a server: what it says, and what has to be done about it. No file is touched here."""

from typing import List, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

SYSTEMD, NONE = "systemd", "none"
WRITE, ENABLE, REMOVE = "write unit", "enable unit", "remove unit"

HEADER = "# Made by the Ansible collection oceanbase.cluster for the server in {0}. Changes belong into a drop-in: systemctl edit {1}"
# oceanbase-doc V4.2.1, 400.deploy, parameters of the operating system; as the role host_prepare sets them for logins.
LIMITS = (("NOFILE", 655350), ("NPROC", 655360), ("CORE", -1), ("STACK", -1))

# The first start has flags and is not the unit's: without a kept configuration there is nothing that the unit could start.
TEMPLATE = """{header}
[Unit]
Description=OceanBase server of cluster {cluster} in {home}
Documentation=https://www.oceanbase.com/docs
Wants=network-online.target
After=network-online.target time-sync.target
RequiresMountsFor={mounts}
ConditionPathExists={home}/etc/observer.config.bin

[Service]
Type=forking
User={user}
WorkingDirectory={home}
Environment=LD_LIBRARY_PATH={home}/lib
PIDFile={home}/run/observer.pid
ExecStart={home}/bin/observer
KillMode=process
KillSignal={signal}
SendSIGKILL=no
SuccessExitStatus={signal}
TimeoutStartSec=120
TimeoutStopSec={stop_timeout}
{limits}

[Install]
WantedBy=multi-user.target
"""


class Service(NamedTuple):
    """A server as systemd is to know it."""

    cluster: str
    home: str
    mounts: Tuple[str, ...]  # paths below which it keeps its data
    user: str
    signal: str
    stop_timeout: int
    limits: Tuple[Tuple[str, int], ...]  # -1 = infinity


class Seen(NamedTuple):
    """What is there."""

    text: Optional[str]  # of the unit's file; None where there is none
    enabled: bool


def name_of(cluster):
    # type: (str) -> str
    """Return the unit's name; the package's own, oceanbase.service, is another one."""
    return "oceanbase-{0}.service".format(cluster)


def header(service):
    # type: (Service) -> str
    """Return the line by which the collection knows its own unit."""
    return HEADER.format(service.home, name_of(service.cluster))


def render(service):
    # type: (Service) -> str
    """Return the file's text."""
    return TEMPLATE.format(
        header=header(service), cluster=service.cluster, home=service.home, mounts=" ".join(service.mounts), user=service.user,
        signal=service.signal, stop_timeout=service.stop_timeout,
        limits="\n".join("Limit{0}={1}".format(item, "infinity" if value < 0 else value) for item, value in service.limits),
    )


def is_ours(text, service):
    # type: (Optional[str], Service) -> bool
    """Whether a unit's file was made for this server."""
    return text is not None and text.splitlines()[:1] == [header(service)]


def decide(what, manager, seen, service):
    # type: (str, Optional[str], Seen, Service) -> List[str]
    """Return what is to be done about the unit; ``manager`` None leaves it as it is."""
    if manager == NONE:
        return [REMOVE] if is_ours(seen.text, service) else []
    if manager is None:
        return []
    if seen.text is not None and not is_ours(seen.text, service):
        raise ObError(
            what, "this host has a unit {0} that was not made for {1}".format(name_of(service.cluster), service.home),
            "It was left alone. Remove it if nothing needs it, or set oceanbase_service_manager to none.",
        )
    return ([WRITE] if seen.text != render(service) else []) + ([ENABLE] if not seen.enabled else [])


def lines(name, seen, steps, service):
    # type: (str, Seen, Sequence[str], Service) -> Tuple[List[str], List[str]]
    """Return both sides of the diff."""
    before = (seen.text or "").splitlines() + (["[{0} is enabled]".format(name)] if seen.enabled else [])
    if REMOVE in steps:
        return before, []
    after = (render(service) if WRITE in steps else seen.text or "").splitlines()
    return before, after + ["[{0} is enabled]".format(name)]
