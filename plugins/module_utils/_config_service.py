# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""What a config service knows of a cluster (oceanbase/oceanbase 3e47324, tools/ob-configserver/doc/api_reference.md).

A server adds ``version=2&ObClusterId=N`` to obconfig_url when it registers (src/share/ob_web_service_root_addr.cpp); the same is asked for here.
"""

import json
import urllib.error
import urllib.request
from typing import Any, Callable, Dict, NamedTuple, Sequence, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

UNKNOWN = (404, 2018)  # of the service, and what a server takes for "cluster not exist"
NOBODY = ()  # type: Tuple[str, ...]


class Reply(NamedTuple):
    """An answer of the service."""

    code: int  # 0: none
    data: Any
    said: str


Ask = Callable[[str, str], Reply]  # (method, url)


class Registered(NamedTuple):
    """What is known of a cluster."""

    cluster: str
    servers: Tuple[str, ...]  # ip:rpc_port


def url_of(url, ob_cluster_id):
    # type: (str, int) -> str
    """Return the address that a server would use."""
    return "{0}{1}version=2&ObClusterId={2}".format(url, "&" if "?" in url else "?", ob_cluster_id)


def ask(method, url, timeout=5.0):
    # type: (str, str, float) -> Reply
    """Send a request, past every proxy of the environment: the servers know of none."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, method=method), timeout=timeout) as response:
            status, body = response.status, response.read()
    except urllib.error.HTTPError as error:
        status, body = error.code, error.read()
    except urllib.error.URLError as error:
        return Reply(0, None, str(getattr(error.reason, "strerror", None) or error.reason).lower())
    except OSError as error:
        return Reply(0, None, (error.strerror or str(error)).lower())
    return read(int(status), bytes(body))


def read(status, body):
    # type: (int, bytes) -> Reply
    """Read the envelope of an answer."""
    try:
        found = json.loads(body.decode("utf-8"))
        return Reply(int(found["Code"]), found.get("Data"), "code {0}, {1}".format(found["Code"], found.get("Message") or ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Reply(0, None, "HTTP status {0} without the answer of a config service".format(status))


def registered(what, url, reply):
    # type: (str, str, Reply) -> Registered
    """Return what the service knows; of a cluster that it does not know, nothing."""
    if reply.code in UNKNOWN:
        return Registered("", NOBODY)
    if reply.code != 200:
        raise ObError(
            what, "{0}: {1}".format(url, reply.said), "See that the config service runs, that this is its address, and that it can be reached from here.",
        )
    one = reply.data[0] if isinstance(reply.data, list) and reply.data else reply.data
    try:
        return Registered(str(one["ObCluster"]), tuple(sorted(str(server["address"]) for server in one["RsList"] or [])))
    except (KeyError, TypeError):
        raise ObError(what, "{0}: the answer names no root servers".format(url), "This is not a config service that servers register with.") from None


def refuse_stranger(what, known, cluster, servers):
    # type: (str, Registered, str, Sequence[str]) -> None
    """Refuse where another cluster has registered under the same name and id."""
    if known.servers and servers and not set(known.servers) & set(servers):
        raise ObError(
            what, "the config service knows another cluster by this name and id, with the root servers {0}".format(", ".join(known.servers)),
            "It was left alone. Give this cluster another name or obClusterId; or, if that one is gone, have it forgotten (state: absent, with its servers).",
            servers=list(known.servers),
        )
    if known.cluster and known.cluster != cluster:
        raise ObError(
            what, "the config service answers with cluster {0}".format(known.cluster), "Correct ObCluster in the url, or the name of the cluster.",
        )


def summary(known):
    # type: (Registered) -> Dict[str, Any]
    """Return what is known, for the result."""
    return {"cluster": known.cluster, "servers": list(known.servers)}
