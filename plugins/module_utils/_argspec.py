# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The options that several modules share. Each set is documented in the fragment of its name, SERVER_PORTS in ``server.ports``."""

from typing import Any, Dict

# Documented in ``connection``.
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

PACKAGE_SOURCE = {
    "rpm_name": {"type": "str", "required": True},
    "user": {"type": "str", "default": "admin"},
    "group": {"type": "str", "default": "admin"},
    "rpm_dir": {"type": "path"},
    "rpm_url": {"type": "str"},
    "remote_dir": {"type": "path"},
    "checksum": {"type": "str", "default": ""},
    "signature": {"type": "str", "choices": ["optional", "required"], "default": "optional"},
    "staged": {"type": "path", "default": ""},
    "offered": {"type": "list", "elements": "str", "default": []},
}  # type: Dict[str, Dict[str, Any]]

SERVER = {"home": {"type": "path", "default": "/home/admin/oceanbase"}}  # type: Dict[str, Dict[str, Any]]

SERVER_USER = {"user": {"type": "str", "default": "admin"}}  # type: Dict[str, Dict[str, Any]]

SERVER_PORTS = {
    "sql_port": {"type": "int", "default": 2881},
    "rpc_port": {"type": "int", "default": 2882},
}  # type: Dict[str, Dict[str, Any]]

SERVER_DIRECTORIES = {
    "cluster": {"type": "str", "required": True},
    "server": {"type": "str", "required": True},
    "data_disk_dir": {"type": "path", "required": True},
    "log_disk_dir": {"type": "path", "required": True},
}  # type: Dict[str, Dict[str, Any]]

SERVER_LAYOUT = {
    "ob_cluster_id": {"type": "int", "default": 1},
    "generation": {"type": "str", "required": True},
    "data_dir": {"type": "path"},
}  # type: Dict[str, Dict[str, Any]]

PROCESS = {
    "user": {"type": "str", "default": "admin"},
    "address": {"type": "str", "default": "127.0.0.1"},
}  # type: Dict[str, Dict[str, Any]]

PROCESS_STOP = {"force": {"type": "bool", "default": False}}  # type: Dict[str, Dict[str, Any]]

# How a cluster's zones and servers are written, in every module that takes them.
ZONES = {
    "name": {"type": "str", "required": True},
    "region": {"type": "str", "default": ""},
    "idc": {"type": "str", "default": ""},
    "servers": {"type": "list", "elements": "str", "required": True},
}  # type: Dict[str, Dict[str, Any]]


def spec_of(*shared, **own):
    # type: (Dict[str, Any], Dict[str, Any]) -> Dict[str, Any]
    """Return a module's own options together with sets of shared ones; where both have an option, its own counts."""
    spec = {}  # type: Dict[str, Any]
    for part in shared + (own,):
        spec.update(part)
    return spec


def sql_spec(**own):
    # type: (Dict[str, Any]) -> Dict[str, Any]
    """Return a module's own options together with those of the connection."""
    return spec_of(_LOGIN, **own)
