# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The systemd unit of a server: what it says."""

from typing import NamedTuple, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._unit import Unit, header

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


def name_of(cluster):
    # type: (str) -> str
    """Return the unit's name; the package's own, oceanbase.service, is another one."""
    return "oceanbase-{0}.service".format(cluster)


def unit_of(service):
    # type: (Service) -> Unit
    """Return the unit."""
    name = name_of(service.cluster)
    text = TEMPLATE.format(
        header=header("the server", service.home, name), cluster=service.cluster, home=service.home, mounts=" ".join(service.mounts), user=service.user,
        signal=service.signal, stop_timeout=service.stop_timeout,
        limits="\n".join("Limit{0}={1}".format(item, "infinity" if value < 0 else value) for item, value in service.limits),
    )
    return Unit(name, text, service.home, "set oceanbase_service_manager to none")
