#!/usr/bin/python
# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

DOCUMENTATION = r"""
module: obproxy_config
short_description: Configure OBProxy and link it with a cluster
description:
  - >-
    Logs in to each proxy as C(root@proxysys) and sets parameters, the passwords of C(root@proxysys) and of C(proxyro), and which cluster
    it serves, with C(ALTER PROXYCONFIG).
  - >-
    A proxy that serves another cluster by a list of root servers is refused and left alone, since it can serve one only. A proxy with a config
    service hears of every cluster from there; the passwords that its other clusters need are kept.
  - With O(prove), logs in through every proxy as the accounts of O(logins).
  - A proxy lets C(root@proxysys) in from private addresses only, unless its C(skip_proxy_sys_private_check) is set.
extends_documentation_fragment:
  - oceanbase.cluster.connection
  - oceanbase.cluster.attributes
  - oceanbase.cluster.attributes.action_group_sql
attributes:
  check_mode:
    support: full
  diff_mode:
    support: full
    details:
      - The diff tells that a password changes, never what it is.
  idempotent:
    support: full
options:
  login_servers:
    description:
      - The proxies as C(ip:port). Each of them is configured.
      - Takes the place of O(login_host) and O(login_port).
    type: list
    elements: str
  login_port:
    description:
      - Port of the one proxy O(login_host).
    type: int
    default: 2883
  login_tenant:
    description:
      - Tenant of the administrator of a proxy.
    type: str
    default: proxysys
  login_password:
    description:
      - Password that C(root@proxysys) may have now, beside O(sys_password) and none at all.
    type: str
  query_timeout:
    description:
      - Not used. A proxy has no limit of statements.
    type: int
    default: 0
  parameters:
    description:
      - Parameters and their values.
    type: dict
    default: {}
  sys_password:
    description:
      - Password that C(root@proxysys) is to have. It is tried first, then O(login_password), then none, as after a first start.
    type: str
  observer_password:
    description:
      - Password of C(proxyro), the account by which a proxy reads a cluster.
    type: str
  observer_password_mode:
    description:
      - V(replace) makes it the password of C(proxyro), unless the proxy serves other clusters with the one it has.
      - >-
        V(add) lets the proxy accept it beside the one it has, so that the password of the account can be changed without a moment in which the
        proxy cannot log in.
    type: str
    choices: [replace, add]
    default: replace
  cluster:
    description:
      - Name of the cluster to link with.
    type: str
    default: ''
  root_servers:
    description:
      - Its root servers as C(ip:sql_port). They take effect when the proxy is restarted.
    type: list
    elements: str
    default: []
  config_url:
    description:
      - Address of the config service that knows the cluster. It takes effect when the proxy is restarted.
    type: str
    default: ''
  missing:
    description:
      - What to do where a proxy does not answer. V(skip) leaves it out, as there may not be one yet.
    type: str
    choices: [fail, skip]
    default: fail
  logins:
    description:
      - Accounts of the sys tenant of O(cluster), with which to log in through the proxy.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Name of the account.
        type: str
        required: true
      password:
        description: Its password.
        type: str
        required: true
  prove:
    description:
      - Whether a login of O(logins) that fails is a failure. Otherwise it only tells that the proxy has to be restarted.
    type: bool
    default: false
  prove_timeout:
    description:
      - Seconds for the logins to work.
    type: int
    default: 60
author:
  - The oceanbase.cluster contributors (@oceanbase)
"""

EXAMPLES = r"""
- name: Link two proxies with a cluster
  oceanbase.cluster.obproxy_config:
    login_servers: ["192.0.2.5:2883", "192.0.2.6:2883"]
    sys_password: "{{ vault_proxysys_password }}"
    observer_password: "{{ vault_proxyro_password }}"
    cluster: obdemo
    root_servers: ["192.0.2.1:2881", "192.0.2.2:2881", "192.0.2.3:2881"]

- name: Set a parameter
  oceanbase.cluster.obproxy_config:
    login_host: 192.0.2.5
    sys_password: "{{ vault_proxysys_password }}"
    parameters:
      proxy_mem_limited: 4G
"""

RETURN = r"""
statements:
  description: What was sent, or in check mode would be sent, in order, with passwords replaced.
  returned: success
  type: list
  elements: str
  sample: ["ALTER PROXYCONFIG SET observer_sys_password = '********'"]
restart_required:
  description: The proxies that have to be restarted before what was set works.
  returned: success
  type: list
  elements: str
  sample: ["192.0.2.5:2883"]
proxies:
  description: The proxies that answered, and which clusters they serve.
  returned: success
  type: list
  elements: dict
  sample: [{endpoint: "192.0.2.5:2883", serves: cluster obdemo by a list of root servers}]
serves:
  description: Which clusters a proxy serves that was left alone.
  returned: failure because a proxy serves another cluster
  type: str
  sample: cluster other by a list of root servers
"""

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.oceanbase.cluster.plugins.module_utils import _connection, _obproxy_config
from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change, apply_changes, diff_lines, failed, outcome
from ansible_collections.oceanbase.cluster.plugins.module_utils._argspec import sql_spec
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login, checked_password, endpoints_of, login_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._module import diff_of, run_module
from ansible_collections.oceanbase.cluster.plugins.module_utils._obproxy_config import Wanted
from ansible_collections.oceanbase.cluster.plugins.module_utils._reach import NotReachable, open_first
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect, Session, SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock, wait_until


class Proxy(NamedTuple):
    """A proxy that was logged in to, and what has to be done there."""

    endpoint: str
    session: Session
    items: _obproxy_config.Items
    changes: List[Change]


def wanted_of(params):
    # type: (Dict[str, Any]) -> Wanted
    """Return what the options ask for."""
    passwords = dict(
        (name, None if params[name] is None else checked_password(params[name], name)) for name in ("sys_password", "observer_password")
    )
    wanted = Wanted(
        dict((name.lower(), str(value).lower() if isinstance(value, bool) else str(value)) for name, value in params["parameters"].items()),
        passwords["sys_password"], passwords["observer_password"], params["observer_password_mode"], params["cluster"],
        tuple(params["root_servers"]), params["config_url"],
    )
    faults = _obproxy_config.faults_of(wanted)
    if faults:
        raise ObError("Cannot configure OBProxy", "; ".join(faults), "Correct these options.")
    return wanted


def administrators(params, wanted):
    # type: (Dict[str, Any], Wanted) -> Tuple[Login, ...]
    """Return the logins to try, the wanted password first."""
    login = login_of(params)._replace(query_timeout=0)
    given = [wanted.sys_password, params["login_password"], ""]
    return tuple(login._replace(password=password) for password in dict.fromkeys(one for one in given if one is not None))


def open_proxy(connect, endpoint, logins, skip, clock):
    # type: (Connect, str, Sequence[Login], bool, Clock) -> Optional[Session]
    """Log in to a proxy as its administrator; None where it does not answer and may be left out."""
    try:
        return open_first(connect, (endpoint,), logins, 0, clock=clock).session
    except NotReachable as error:
        if skip:
            return None
        raise ObError(
            "Cannot log in to OBProxy {0}".format(endpoint), error.cause, "See that the proxy runs, that this is its port, and that no firewall is between.",
            error_code=error.details.get("error_code"),
        ) from None
    except ObError as error:
        raise ObError(
            "Cannot log in to OBProxy {0} as {1}".format(endpoint, logins[0].name), error.cause,
            "Give the password that is set as login_password to have it changed. A proxy refuses every password of an address that is not "
            "private, unless skip_proxy_sys_private_check is set.", error_code=error.details.get("error_code"),
        ) from None


def read(session, endpoint):
    # type: (Session, str) -> _obproxy_config.Items
    """Read the configuration of a proxy."""
    try:
        return _obproxy_config.read_items(session)
    except SqlError as error:
        failure = failed("Cannot read the configuration of OBProxy {0}".format(endpoint), error)
    raise failure


def apply(proxy):
    # type: (Proxy) -> None
    """Send the changes, and see that passwords were kept as they were sent."""
    apply_changes(proxy.session, proxy.changes)
    if any(change.statement.secret for change in proxy.changes):
        wrong = _obproxy_config.not_taken(proxy.changes, read(proxy.session, proxy.endpoint))
        if wrong:
            raise ObError(
                "Cannot set {0} of OBProxy {1}".format(" and ".join(wrong), proxy.endpoint),
                "it took another password than it was sent", "Its parser reads this password otherwise: choose one without quotes and backslashes.",
            )


def through(connect, endpoint, params, name, password):
    # type: (Connect, str, Dict[str, Any], str, str) -> str
    """Log in to the cluster through a proxy; return why that failed, "" where it did not."""
    login = Login(name, password, "sys", params["cluster"], params["connect_timeout"])
    try:
        session = connect(endpoint, login)
    except SqlError as error:
        return "{0}: {1} (error {2})".format(login.name, error.text, error.code)
    try:
        session.query("SELECT 1")
    except SqlError as error:
        return "{0}: {1} (error {2})".format(login.name, error.text, error.code)
    finally:
        session.close()
    return ""


def prove(connect, endpoint, params, clock):
    # type: (Connect, str, Dict[str, Any], Clock) -> str
    """Log in through a proxy as every account, for a while; return why that failed."""
    def attempt():
        # type: () -> str
        for login in params["logins"]:
            failure = through(connect, endpoint, params, login["name"], login["password"])
            if failure:
                return failure
        return ""

    return str(wait_until(attempt, lambda failure: not failure, params["prove_timeout"] if params["prove"] else 0, clock=clock).value)


def refuse_unproved(endpoint, params, failure, items):
    # type: (str, Dict[str, Any], str, _obproxy_config.Items) -> None
    """Explain a proxy through which the cluster cannot be reached."""
    ours = params["observer_password"] is None or _obproxy_config.sha1(params["observer_password"]) in [
        items[name].value for name in (_obproxy_config.FIRST, _obproxy_config.SECOND) if name in items
    ]
    raise ObError(
        "Cannot reach cluster {0} through OBProxy {1}".format(params["cluster"], endpoint), failure,
        "It serves {0}. {1}See log/obproxy.log of the proxy: it logs in to the cluster as proxyro, which has to exist there with the password that the "
        "proxy was given.".format(_obproxy_config.serves(items), "" if ours else "It does not hold the password of proxyro that was given. "),
    )


def story(module, connect, clock):
    # type: (AnsibleModule, Connect, Clock) -> Dict[str, Any]
    """Read, plan, apply, for every proxy."""
    params = module.params
    wanted = wanted_of(params)
    logins = administrators(params, wanted)
    proxies = []  # type: List[Proxy]
    unseen = []  # type: List[Change]
    try:
        for endpoint in endpoints_of(params):
            session = open_proxy(connect, endpoint, logins, params["missing"] == "skip" or module.check_mode, clock)
            if session is not None:
                items = read(session, endpoint)
                proxies.append(Proxy(endpoint, session, items, _obproxy_config.plan(endpoint, wanted, items)))
            elif params["missing"] == "fail":
                unseen.append(_obproxy_config.configure_later(endpoint))
        restart = [proxy.endpoint for proxy in proxies if _obproxy_config.restart_needed(proxy.changes, proxy.items)]
        for proxy in proxies:
            if not module.check_mode:
                apply(proxy)
            if module.check_mode or not params["logins"] or proxy.endpoint in restart:
                continue
            failure = prove(connect, proxy.endpoint, params, clock)
            if failure and params["prove"]:
                refuse_unproved(proxy.endpoint, params, failure, read(proxy.session, proxy.endpoint))
            elif failure:
                restart.append(proxy.endpoint)
    finally:
        for proxy in proxies:
            proxy.session.close()
    changes = [change for proxy in proxies for change in proxy.changes] + unseen
    return outcome(
        changes, diff_of("OBProxy", *diff_lines(changes)), restart_required=restart,
        proxies=[{"endpoint": proxy.endpoint, "serves": _obproxy_config.serves(proxy.items)} for proxy in proxies],
    )


def main(connect=_connection.connect, clock=SYSTEM_CLOCK):
    # type: (Connect, Clock) -> None
    """Run the module."""
    account = {"name": {"type": "str", "required": True}, "password": {"type": "str", "required": True, "no_log": True}}
    run_module(
        lambda module: story(module, connect, clock),
        sql_spec(
            login_port={"type": "int", "default": 2883},
            login_tenant={"type": "str", "default": "proxysys"},
            query_timeout={"type": "int", "default": 0},
            parameters={"type": "dict", "default": {}},
            sys_password={"type": "str", "no_log": True},
            observer_password={"type": "str", "no_log": True},
            observer_password_mode={"type": "str", "choices": ["replace", "add"], "default": "replace", "no_log": False},
            cluster={"type": "str", "default": ""},
            root_servers={"type": "list", "elements": "str", "default": []},
            config_url={"type": "str", "default": ""},
            missing={"type": "str", "choices": ["fail", "skip"], "default": "fail"},
            logins={"type": "list", "elements": "dict", "default": [], "options": account},
            prove={"type": "bool", "default": False},
            prove_timeout={"type": "int", "default": 60},
        ),
    )


if __name__ == "__main__":
    main()
