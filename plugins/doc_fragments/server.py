# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a host's modules are told of the server on it."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared documentation of the options that say where a server is, as whom it runs and which one it is."""

    DOCUMENTATION = r"""
options:
  home:
    description: Home directory of the server, which is its working directory.
    type: path
    default: /home/admin/oceanbase
"""

    USER = r"""
options:
  user:
    description: The service user, as whom the server runs.
    type: str
    default: admin
"""

    PORTS = r"""
options:
  sql_port:
    description: SQL port of the server.
    type: int
    default: 2881
  rpc_port:
    description: RPC port of the server.
    type: int
    default: 2882
"""

    DIRECTORIES = r"""
options:
  cluster:
    description: Name of the cluster, by which the server's own directories are recognised.
    type: str
    required: true
  server:
    description: The server as the cluster knows it, C(ip:rpc_port).
    type: str
    required: true
  data_disk_dir:
    description: The server's directory on the data disk, for example C(/data/1/obdemo).
    type: path
    required: true
  log_disk_dir:
    description: The server's directory on the log disk, for example C(/data/log1/obdemo).
    type: path
    required: true
"""

    LAYOUT = r"""
options:
  ob_cluster_id:
    description: Id of the cluster.
    type: int
    default: 1
  generation:
    description: Generation of the server (C(2.2), C(3.x), C(4.x)) or a version (C(4.3.5.3)). It decides which directories there are.
    type: str
    required: true
  data_dir:
    description: Data directory, which holds the links to the disks. The default is C(store/) and the name of the cluster below O(home).
    type: path
"""
