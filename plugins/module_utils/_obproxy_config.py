# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What a proxy has to be told, decided from SHOW PROXYCONFIG and what is wanted. Nothing is sent here.

A proxy is told of its clusters in one of two ways (oceanbase/obproxy 85766f9, src/obproxy/ob_proxy.cpp, init_conn_pool): by a list of
root servers, and then it serves that one cluster, or by a config service, and then it serves all that the service knows. Both need
a restart. Passwords are kept as the sha1 of the plain text; ALTER PROXYCONFIG takes the plain text (src/obproxy/cmd/ob_alter_config_handler.cpp).
"""

import hashlib
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._apply import Change
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Session
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Statement

SYS, FIRST, SECOND = "obproxy_sys_password", "observer_sys_password", "observer_sys_password1"
SECRETS = (SYS, FIRST, SECOND, "inspector_password")
CLUSTER, SERVERS, URL = "rootservice_cluster_name", "rootservice_list", "obproxy_config_server_url"
UNDEFINED = ("", "undefined")
# What FIRST and SECOND hold in a proxy that nobody has set them in (src/obproxy/obutils/ob_proxy_config.h).
BUILT_IN = ("", "ee0e5138c912aed80b683c05303684be347ce81d")

REPLACE, ADD = "replace", "add"


class Item(NamedTuple):
    """A configuration item of a proxy."""

    value: str
    need_reboot: bool


Items = Dict[str, Item]


class Wanted(NamedTuple):
    """What a proxy has to have."""

    parameters: Dict[str, str]
    sys_password: Optional[str]
    observer_password: Optional[str]
    observer_password_mode: str  # REPLACE, or ADD: accept it beside the one that is set
    cluster: str
    root_servers: Tuple[str, ...]  # ip:sql_port
    config_url: str


def sha1(plain):
    # type: (str) -> str
    """Return a password as a proxy keeps it; the empty one is kept empty."""
    return hashlib.sha1(plain.encode("utf-8")).hexdigest() if plain else ""  # the product's own format, not a choice of ours


def read_items(session):
    # type: (Session) -> Items
    """Read the configuration of a proxy."""
    return dict(
        (str(row["name"]).lower(), Item(str(row["value"] or ""), str(row["need_reboot"]).lower() == "true")) for row in session.query("SHOW PROXYCONFIG")
    )


def faults_of(wanted):
    # type: (Wanted) -> List[str]
    """Return why what is asked for cannot be."""
    faults = []
    for name in sorted(wanted.parameters):
        if name in SECRETS:
            faults.append("{0} is a password: use sys_password or observer_password".format(name))
        elif name in (CLUSTER, SERVERS, URL):
            faults.append("{0} is set with cluster, root_servers and config_url".format(name))
        elif not name.replace("_", "a").isalnum():
            faults.append("{0!r} is not the name of a parameter".format(name))
    if wanted.root_servers and wanted.config_url:
        faults.append("root_servers and config_url are two ways to the same, take one of them away")
    if wanted.root_servers and not wanted.cluster:
        faults.append("root_servers need the name of their cluster (cluster)")
    return faults


def plan(endpoint, wanted, items):
    # type: (str, Wanted, Items) -> List[Change]
    """Return the steps for one proxy, the password of its administrator last: a run that is interrupted can still log in with what it has."""
    changes = _plan_cluster(endpoint, wanted, items)
    if wanted.observer_password_mode == ADD:
        # An announcement, before the link: a proxy that would be refused is refused, and nothing else is set.
        return _plan_observer_password(endpoint, wanted, items)
    for name, value in sorted(wanted.parameters.items()):
        _require(endpoint, items, name)
        if not same(items[name].value, value):
            changes.append(_change(endpoint, name, items[name].value, value))
    changes += _plan_observer_password(endpoint, wanted, items)
    if wanted.sys_password is not None and items.get(SYS, Item("", False)).value != sha1(wanted.sys_password):
        changes.append(_secret(endpoint, SYS, wanted.sys_password, "password of root@proxysys"))
    return changes


def same(actual, wanted):
    # type: (str, str) -> bool
    """Whether two values mean the same: switches are kept as True and False, times and sizes without regard to case."""
    switches = {"true": "1", "on": "1", "yes": "1", "false": "0", "off": "0", "no": "0"}
    left, right = actual.strip().lower(), wanted.strip().lower()
    return left == right or (left in switches and switches[left] == switches.get(right, right))


def servers_of(text):
    # type: (str) -> List[str]
    """Return the servers of a rootservice_list, in a fixed order."""
    return sorted(part.strip() for part in text.replace(",", ";").split(";") if part.strip())


def serves(items):
    # type: (Items) -> str
    """Return in words which clusters a proxy serves."""
    if _value(items, URL):
        return "the clusters of the config service {0}".format(_value(items, URL))
    if _value(items, CLUSTER) not in UNDEFINED and _value(items, SERVERS):
        return "cluster {0} by a list of root servers".format(_value(items, CLUSTER))
    return "no cluster"


def _value(items, name):
    # type: (Items, str) -> str
    return items[name].value if name in items else ""


def _plan_cluster(endpoint, wanted, items):
    # type: (str, Wanted, Items) -> List[Change]
    what = "Cannot link OBProxy {0} with cluster {1}".format(endpoint, wanted.cluster or "?")
    url = _value(items, URL)
    if wanted.config_url:
        if url == wanted.config_url:
            return []
        if url or (_value(items, SERVERS) and _value(items, CLUSTER) not in UNDEFINED + (wanted.cluster,)):
            raise ObError(what, "it serves {0}".format(serves(items)), "It was left alone. Use its own config service, or another proxy.", serves=serves(items))
        return [_change(endpoint, URL, url, wanted.config_url)]
    if not wanted.root_servers:
        return []
    if url:
        # It will hear of the cluster from its config service; a list of root servers beside it would not be looked at.
        return []
    name = _value(items, CLUSTER)
    if name not in UNDEFINED + (wanted.cluster,) and _value(items, SERVERS):
        raise ObError(
            what, "it serves {0}, and such a proxy serves one cluster only".format(serves(items)),
            "It was left alone. Use another proxy, or one that is started with a config service.", serves=serves(items),
        )
    changes = []
    if name != wanted.cluster:
        changes.append(_change(endpoint, CLUSTER, name, wanted.cluster))
    if servers_of(_value(items, SERVERS)) != sorted(wanted.root_servers):
        changes.append(_change(endpoint, SERVERS, _value(items, SERVERS), ";".join(wanted.root_servers)))
    return changes


def _plan_observer_password(endpoint, wanted, items):
    # type: (str, Wanted, Items) -> List[Change]
    """Two passwords of proxyro are tried in turn: so one can be announced before it is set, and clusters with two of them be served."""
    if wanted.observer_password is None:
        return []
    hashed, first, second = sha1(wanted.observer_password), _value(items, FIRST), _value(items, SECOND)
    if first == hashed or (second == hashed and (wanted.observer_password_mode == ADD or _shared(wanted, items))):
        return []
    replace = _secret(endpoint, FIRST, wanted.observer_password, "password of proxyro")
    if first in BUILT_IN or (wanted.observer_password_mode == REPLACE and not _shared(wanted, items)):
        return [replace]
    if _shared(wanted, items) and second not in BUILT_IN:
        raise ObError(
            "Cannot tell OBProxy {0} the password of proxyro".format(endpoint),
            "it serves {0}, and both of the passwords that it can hold are in use".format(serves(items)),
            "It was left alone. Give proxyro of this cluster one of the passwords that it has in the others, or use another proxy.",
        )
    return [_secret(endpoint, SECOND, wanted.observer_password, "second password of proxyro")]


def _shared(wanted, items):
    # type: (Wanted, Items) -> bool
    """Whether other clusters may be served with the first password."""
    return bool(_value(items, URL)) and bool(wanted.cluster)


def _require(endpoint, items, name):
    # type: (str, Items, str) -> None
    if name not in items:
        raise ObError(
            "Cannot set {0} of OBProxy {1}".format(name, endpoint), "it has no such parameter", "Check the spelling and the version of the proxy.",
            error_code=5099,
        )


def _change(endpoint, name, old, new):
    # type: (str, str, str, str) -> Change
    return Change(
        "set {0} of OBProxy {1}".format(name, endpoint), Statement("ALTER PROXYCONFIG SET {0} = %s".format(name), (new,)),
        before=("{0}: {1} = {2}".format(endpoint, name, old),), after=("{0}: {1} = {2}".format(endpoint, name, new),),
    )


def _secret(endpoint, name, plain, what):
    # type: (str, str, str, str) -> Change
    return Change(
        "set the {0} of OBProxy {1}".format(what, endpoint), Statement("ALTER PROXYCONFIG SET {0} = %s".format(name), (plain,), True),
        before=("{0}: another {1}".format(endpoint, what),), after=("{0}: the {1} that was given".format(endpoint, what),),
    )


def configure_later(endpoint):
    # type: (str) -> Change
    """Return what a check tells of a proxy that does not answer: an earlier task would have started it."""
    return Change(
        "configure OBProxy {0}".format(endpoint), Statement("SHOW PROXYCONFIG"), before=("{0}: does not answer".format(endpoint),),
        after=("{0}: configured".format(endpoint),),
    )


def not_taken(changes, items):
    # type: (Sequence[Change], Items) -> List[str]
    """Return the passwords that a proxy kept otherwise than they were sent: its parser may read quotes and backslashes in another way."""
    wrong = []
    for change in changes:
        name = change.statement.sql.split()[3]
        if change.statement.secret and _value(items, name) != sha1(change.statement.args[0]):
            wrong.append(name)
    return wrong


def restart_needed(changes, items):
    # type: (Sequence[Change], Items) -> bool
    """Whether a change works after a restart only."""
    return any(items[name].need_reboot for name in [change.statement.sql.split()[3] for change in changes] if name in items)
