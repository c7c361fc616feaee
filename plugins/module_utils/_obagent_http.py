# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Ask the agent over HTTP, on the host itself. The only file that speaks HTTP to it."""

import base64
import http.client
import json
import re
import socket
from typing import NamedTuple


class Answer(NamedTuple):
    """What a port answered."""

    status: int  # 0: nothing
    body: str
    said: str  # for people

    @property
    def running(self):
        # type: () -> bool
        """Whether this is the status of a running service."""
        if self.status != 200:
            return False
        try:
            return bool(json.loads(self.body)["data"]["state"] == "running")
        except (ValueError, KeyError, TypeError):
            return False


def get(address, port, path, user, password, timeout=5.0):
    # type: (str, int, str, str, str, float) -> Answer
    """Get a path."""
    token = base64.b64encode("{0}:{1}".format(user, password).encode("utf-8")).decode("ascii")
    connection = http.client.HTTPConnection(address, port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Authorization": "Basic " + token})
        response = connection.getresponse()
        body = response.read().decode("utf-8", "replace")
    except socket.timeout:
        return Answer(0, "", "no answer within {0:g} s".format(timeout))
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, "", (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower())
    finally:
        connection.close()
    return Answer(response.status, body, "HTTP status {0}{1}".format(response.status, _message(body)))


def _message(body):
    # type: (str) -> str
    try:
        return ", " + str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return ""


def samples(text, prefix):
    # type: (str, str) -> int
    """Return how many samples of Prometheus' text format begin with a prefix."""
    return len(re.findall(r"(?m)^{0}\w*(?:\{{[^\n]*\}})? \S+".format(re.escape(prefix)), text))
