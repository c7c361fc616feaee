# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The options that all SQL modules share; documented in the fragment ``connection``."""

from typing import Any, Dict

_LOGIN = {
    "login_servers": {"type": "list", "elements": "str"},
    "login_host": {"type": "str", "default": "127.0.0.1"},
    "login_port": {"type": "int", "default": 2881},
    "login_user": {"type": "str", "default": "root"},
    "login_password": {"type": "str", "no_log": True},
    "login_current_password": {"type": "str", "no_log": True},
    "login_unset": {"type": "bool", "default": False},
    "login_tenant": {"type": "str", "default": "sys"},
    "login_cluster": {"type": "str", "default": ""},
    "connect_timeout": {"type": "int", "default": 10},
    "query_timeout": {"type": "int", "default": 60},
    "login_timeout": {"type": "int", "default": 60},
    "version": {"type": "str", "default": ""},
}  # type: Dict[str, Dict[str, Any]]

# How a cluster's zones and servers are written, in every module that takes them.
ZONES = {
    "name": {"type": "str", "required": True},
    "region": {"type": "str", "default": ""},
    "idc": {"type": "str", "default": ""},
    "servers": {"type": "list", "elements": "str", "required": True},
}  # type: Dict[str, Dict[str, Any]]


# How the primary cluster of a standby cluster is written.
PRIMARY = {
    "ob_cluster_id": {"type": "int", "required": True},
    "rootservice_list": {"type": "list", "elements": "str", "required": True},
}  # type: Dict[str, Dict[str, Any]]


def sql_spec(**own):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """Return a module's own options together with those of the connection."""
    spec = dict(_LOGIN)  # type: Dict[str, Any]
    spec.update(own)
    return spec
