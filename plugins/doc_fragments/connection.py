# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the SQL modules log in."""

from __future__ import annotations


class ModuleDocFragment:
    """Shared documentation of the login options."""

    DOCUMENTATION = r"""
options:
  login_servers:
    description:
      - The servers to log in to as C(ip:sql_port), tried in this order until one lets in.
      - Takes the place of O(login_host) and O(login_port).
    type: list
    elements: str
  login_host:
    description:
      - Address of the one server to log in to.
    type: str
    default: 127.0.0.1
  login_port:
    description:
      - SQL port of that server.
    type: int
    default: 2881
  login_user:
    description:
      - User to log in as.
    type: str
    default: root
  login_password:
    description:
      - Password of the user. Any characters except NUL.
      - It is sent over the protocol only, and never appears in a result, a statement or an error.
    type: str
  login_current_password:
    description:
      - Password that the user may still have where O(login_password) is refused, while it is changed from one to the other.
    type: str
  login_unset:
    description:
      - Whether to log in as V(root) without a password where O(login_password) is refused. That works on a cluster whose password was not set yet.
      - Check mode always does so, to read a cluster on which a step before would have set it.
    type: bool
    default: false
  login_tenant:
    description:
      - Tenant of the user, who then logs in as C(user@tenant). Empty leaves it unsaid.
    type: str
    default: sys
  login_cluster:
    description:
      - Name of the cluster. Where given, the user logs in as C(user@tenant#cluster), and a server of another cluster refuses that.
    type: str
    default: ""
  connect_timeout:
    description:
      - How long to wait for one server's greeting, in seconds.
    type: int
    default: 10
  query_timeout:
    description:
      - Limit of one statement in seconds. It is set as the session's C(ob_query_timeout). 0 leaves the server's own of 10 s.
    type: int
    default: 60
  login_timeout:
    description:
      - How long to go on trying, in seconds, while servers answer that they are still initializing.
      - A server that does not answer, or refuses the user, is not waited for.
    type: int
    default: 60
  version:
    description:
      - Version of the server, for example V(4.3.5.3). It decides which catalogs are read. Without it the server is asked.
    type: str
    default: ""
requirements:
  - PyMySQL, on the host that runs the module. The roles run it on the control node, or on the host that C(oceanbase_sql_delegate_to) names.
"""
