# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The systemd unit of a proxy: what it says."""

import os

from ansible_collections.oceanbase.cluster.plugins.module_utils._obproxy_process import SCRIPT
from ansible_collections.oceanbase.cluster.plugins.module_utils._unit import Unit, header

# The first start has options and is not the unit's: without a kept configuration there is nothing that the unit could start.
# The script that watches over a proxy ends it and waits for that, so it alone is told to stop.
TEMPLATE = """{header}
[Unit]
Description=OBProxy in {home}
Documentation=https://www.oceanbase.com/docs
Wants=network-online.target
After=network-online.target
RequiresMountsFor={home}
ConditionPathExists={home}/etc/obproxy_config.bin

[Service]
Type=simple
User={user}
Group={group}
WorkingDirectory={home}
Environment=LD_LIBRARY_PATH={home}/lib
ExecStart={command}
KillMode=mixed
SendSIGKILL=no
TimeoutStopSec={stop_timeout}

[Install]
WantedBy=multi-user.target
"""


def unit_of(home, user, group, port, watched, stop_timeout):
    # type: (str, str, str, int, bool, int) -> Unit
    """Return the unit of the proxy with this port of the clients."""
    name = "obproxy-{0}.service".format(port)
    command = "/bin/sh {0} {1}".format(os.path.join(home, SCRIPT), home) if watched else "{0} -N".format(os.path.join(home, "bin", "obproxy"))
    text = TEMPLATE.format(
        header=header("the proxy", home, name), home=home, user=user, group=group, command=command, stop_timeout=stop_timeout)
    return Unit(name, text, home, "set oceanbase_obproxy_service to plain")
