#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: config_service
short_description: Register a cluster with a config service
description:
  - Has a cluster register its root servers with a config service, from which OBProxy hears of its clusters, and waits until it has.
  - The cluster registers itself and goes on doing so whenever its root servers change; it is told the address of the service (C(obconfig_url)).
  - A service that knows another cluster by the same name and id is left alone.
extends_documentation_fragment:
  - oceanbase.cluster.connection
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group_sql
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
  idempotent:
    support: full
options:
  state:
    description:
      - V(registered) sets C(obconfig_url) and waits for the registration.
      - V(absent) has the service forget the cluster, if one of O(servers) is registered; the cluster is not asked and need not exist any more.
    type: str
    choices: [registered, absent]
    default: registered
  url:
    description:
      - Address of the service with the action and the name of the cluster, for example
        C(http://192.0.2.9:8080/services?Action=ObRootServiceInfo&ObCluster=terran).
    type: str
    required: true
  cluster:
    description: Name of the cluster.
    type: str
    required: true
  ob_cluster_id:
    description: Id of the cluster.
    type: int
    required: true
  servers:
    description: The servers of the cluster, as C(ip:rpc_port). By them it is told from another one that has registered under its name and id.
    type: list
    elements: str
    required: true
  wait_timeout:
    description: Seconds to wait for the registration.
    type: int
    default: 60
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Register the cluster
  oceanbase.cluster.config_service:
    login_servers: ["192.0.2.1:2881"]
    login_password: "{{ vault_root_password }}"
    url: http://192.0.2.9:8080/services?Action=ObRootServiceInfo&ObCluster=terran
    cluster: terran
    ob_cluster_id: 1
    servers: ["192.0.2.1:2882"]
"""

RETURN = r"""
statements:
  description: What was sent, or in check mode would be sent, in order.
  returned: success
  type: list
  elements: str
  sample: ["ALTER SYSTEM RELOAD SERVER"]
registered:
  description: What the service knows of the cluster.
  returned: success
  type: dict
  sample: {"cluster": "terran", "servers": ["192.0.2.1:2882"]}
"""

from typing import Any, Dict, List, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _config_service, _connection
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import catalog_for, read_parameters
from ansible_collections.oceanbase.cluster.plugins.module_utils._config_service import Ask, Registered
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._open import open_session
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Statement, set_parameter
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until

PARAMETER = "obconfig_url"


def current(session, version):
    # type: (Session, Tuple[int, ...]) -> List[str]
    """Return the addresses that the servers have."""
    try:
        return [row.value for row in read_parameters(session, catalog_for(session, version), [PARAMETER])]
    except SqlError as error:
        failure = failed("Cannot read parameter {0}".format(PARAMETER), error)
    raise failure


def plan(params, urls, known):
    # type: (Dict[str, Any], List[str], Registered) -> List[Change]
    """Return the steps to a registration.

    RELOAD SERVER makes the cluster register at once (oceanbase/obdeploy plugins/oceanbase/3.1.0/register_configserver.py).
    """
    changes = []
    if not urls or any(url != params["url"] for url in urls):
        changes.append(Change(
            "set parameter {0}".format(PARAMETER), set_parameter(PARAMETER, params["url"]),
            before=tuple("{0} = {1}".format(PARAMETER, url) for url in sorted(set(urls))), after=("{0} = {1}".format(PARAMETER, params["url"]),),
        ))
    if changes or not known.servers:
        changes.append(Change(
            "have the cluster register", Statement("ALTER SYSTEM RELOAD SERVER"), before=() if known.servers else ("not registered",),
            after=() if known.servers else ("registered",),
        ))
    return changes


def wait_registered(what, params, ask, clock):
    # type: (str, Dict[str, Any], Ask, Clock) -> Registered
    """Wait until the service knows the cluster."""
    url = _config_service.url_of(params["url"], params["ob_cluster_id"])

    def read():
        # type: () -> Registered
        return _config_service.registered(what, url, ask("GET", url))

    seen = wait_until(read, lambda known: bool(set(known.servers) & set(params["servers"])), params["wait_timeout"], clock=clock)
    if seen.done and isinstance(seen.value, Registered):
        return seen.value
    raise ObError(
        what, "after {0:g} s the service does not know it yet".format(seen.waited),
        "The servers register themselves: see that they can reach the service, and what the log of the root server says of {0}.".format(PARAMETER),
    )


def forget(params, ask, check):
    # type: (Dict[str, Any], Ask, bool) -> Dict[str, Any]
    """Have the service forget the cluster, if it is this one."""
    what = "Cannot have the config service forget cluster {0}".format(params["cluster"])
    url = _config_service.url_of(params["url"], params["ob_cluster_id"])
    known = _config_service.registered(what, url, ask("GET", url))
    _config_service.refuse_stranger(what, known, params["cluster"], params["servers"])
    if known.servers and not check:
        reply = ask("DELETE", url)
        if reply.code != 200:
            raise ObError(what, "{0}: {1}".format(url, reply.said), "See the log of the config service.")
    return {
        "changed": bool(known.servers), "statements": [], "registered": _config_service.summary(Registered("", ())),
        "diff": diff_of("config service", ["registered"] if known.servers else [], []),
    }


def story(module, connect, ask, clock):
    # type: (AnsibleModule, Connect, Ask, Clock) -> Dict[str, Any]
    """Look, set, wait."""
    params = module.params
    if params["state"] == "absent":
        return forget(params, ask, module.check_mode)
    what = "Cannot register cluster {0} with its config service".format(params["cluster"])
    url = _config_service.url_of(params["url"], params["ob_cluster_id"])
    known = _config_service.registered(what, url, ask("GET", url))
    _config_service.refuse_stranger(what, known, params["cluster"], params["servers"])
    session = open_session(params, connect, module.check_mode)
    changes = plan(params, current(session, version_of(params)) if session else [], known)
    if session:
        if not module.check_mode:
            apply_changes(session, changes)
        session.close()
    if not module.check_mode:
        known = wait_registered(what, params, ask, clock)
    return outcome(changes, diff_of("config service", *diff_lines(changes)), registered=_config_service.summary(known))


def main(connect=_connection.connect, ask=_config_service.ask, clock=SYSTEM_CLOCK):
    # type: (Connect, Ask, Clock) -> None
    """Run the module."""
    run_module(
        lambda module: story(module, connect, ask, clock),
        sql_spec(
            state={"type": "str", "choices": ["registered", "absent"], "default": "registered"},
            url={"type": "str", "required": True},
            cluster={"type": "str", "required": True},
            ob_cluster_id={"type": "int", "required": True},
            servers={"type": "list", "elements": "str", "required": True},
            wait_timeout={"type": "int", "default": 60},
        ),
    )


if __name__ == "__main__":
    main()
