# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Wait until the agent answers and gives metrics, or tell why it does not."""

import time
from functools import partial
from typing import Any, Dict, Optional

from ansible_collections.oceanbase.cluster.plugins.module_utils import _obagent_http, _obagent_process
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._greeting import greeting
from ansible_collections.oceanbase.cluster.plugins.module_utils._obagent_http import Answer
from ansible_collections.oceanbase.cluster.plugins.module_utils._obagent_process import Place
from ansible_collections.oceanbase.cluster.plugins.module_utils._serving import DEAD
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import wait_until


def ask(params, port, path):
    # type: (Dict[str, Any], int, str) -> Answer
    """Ask the agent."""
    return _obagent_http.get(params["address"], port, path, params["http_user"], params["http_password"])


def count(params, path, prefix):
    # type: (Dict[str, Any], str, str) -> int
    """Return how many samples with a prefix the agent gives."""
    return _obagent_http.samples(ask(params, params["monitor_port"], path).body, prefix)


def wait_answers(what, params, place):
    # type: (str, Dict[str, Any], Place) -> None
    """Wait until both services say that they run."""
    for port in (params["manager_port"], params["monitor_port"]):
        seen = wait_until(partial(ask, params, port, "/api/v1/status"), lambda answer: answer.running or answer.status == 401, params["wait_timeout"])
        answer = seen.value
        if isinstance(answer, Answer) and answer.status == 401:
            raise ObError(
                what, "port {0} does not take http_user and http_password ({1})".format(port, answer.said),
                "Another program or another agent may listen there; see {0}.".format(place.of("log")),
                evidence=_obagent_process.evidence(place.agent.home, place.logs),
            )
        if not seen.done:
            raise ObError(
                what, "port {0} of {1} does not say that it runs within {2} s; seen last: {3}".format(
                    port, params["address"], params["wait_timeout"], answer.said if isinstance(answer, Answer) else ""),
                "See {0}.".format(place.of("log")), evidence=_obagent_process.evidence(place.agent.home, place.logs),
            )


class Since(object):
    """Since when nobody has listened at the server's port."""

    def __init__(self):
        # type: () -> None
        self.begin = None  # type: Optional[float]


def look_for(what, params, path, prefix, since):
    # type: (str, Dict[str, Any], str, str, Optional[Since]) -> int
    """Return how many samples there are; a server that is dead, not slow, is not waited for."""
    found = count(params, path, prefix)
    if found or since is None:
        return found
    said = greeting(params["monitor_address"], params["sql_port"]).said
    if "refused" not in said:
        since.begin = None
    elif since.begin is None:
        since.begin = time.monotonic()
    elif time.monotonic() - since.begin >= DEAD:
        raise ObError(
            what, "it runs, but for {0:.0f} s nobody has listened at {1}:{2} ({3}): the server that it watches does not run".format(
                DEAD, params["monitor_address"], params["sql_port"], said),
            "Start the server, which create_cluster does when it is run again, or correct monitor_address and sql_port.",
        )
    return found


def wait_metrics(what, params, place):
    # type: (str, Dict[str, Any], Place) -> Dict[str, int]
    """Wait for metrics of the host and, where asked for, of the server; the agent collects them every 15 s."""
    found = {"host": 0, "server": 0}
    for name, path, prefix in (("host", "/metrics/node/host", "node_"), ("server", "/metrics/ob/basic", "ob_")):
        if name == "server" and not params["monitor"]:
            continue
        seen = wait_until(partial(look_for, what, params, path, prefix, Since() if name == "server" else None), bool, params["wait_timeout"])
        found[name] = int(str(seen.value))
        if not seen.done:
            raise no_metrics(what, params, place, name)
    return found


def no_metrics(what, params, place, name):
    # type: (str, Dict[str, Any], Place, str) -> ObError
    """Explain metrics that do not come."""
    evidence = _obagent_process.evidence(place.agent.home, place.logs)
    cause = "it runs, but gives no metrics of the {0} within {1} s".format(name, params["wait_timeout"])
    remedy = "See monagent.log in {0}.".format(place.of("log"))
    if name == "server" and any("1045" in line or "Access denied" in line for line in evidence):
        cause += ": the server at {0}:{1} refuses {2}".format(params["monitor_address"], params["sql_port"], params["monitor_user"])
        remedy = "The account has to exist in the sys tenant with monitor_password (oceanbase.cluster.user)."
    elif name == "server" and any("connect" in line and "refused" in line for line in evidence):
        cause += ": nobody answers at {0}:{1}".format(params["monitor_address"], params["sql_port"])
        remedy = "Correct monitor_address and sql_port, or start the server."
    return ObError(what, cause, remedy, evidence=evidence)
