# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Who logs in, and where: endpoints are ``ip:sql_port``."""

from typing import Any, Dict, NamedTuple, Tuple

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError

MARGIN = 10  # seconds that a client waits longer than the server does, so that the server's own words arrive


class Login(NamedTuple):
    """An identity and how long to try."""

    user: str
    password: str
    tenant: str = "sys"  # "" = not said, as before BOOTSTRAP
    cluster: str = ""
    connect_timeout: float = 10
    query_timeout: float = 0  # seconds, told to the server; 0 = leave its default of 10 s
    read_timeout: float = 70  # seconds that the client waits for an answer

    @property
    def name(self):
        # type: () -> str
        """Return the user as it is sent: ``root``, ``root@sys`` or ``root@sys#cluster``."""
        if "@" in self.user or not self.tenant:
            return self.user
        return "{0}@{1}{2}".format(self.user, self.tenant, "#" + self.cluster if self.cluster else "")

    def empty(self):
        # type: () -> Login
        """Return the login that works until BOOTSTRAP has ended and a password was set: plain user, no password.

        From 4.2.0 on BOOTSTRAP fails when the tenant is named (oceanbase/ob-operator 1.2.0, pkg/infrastructure/ob).
        """
        return self._replace(user=self.user.split("@")[0], password="", tenant="", cluster="")


def split_endpoint(endpoint):
    # type: (str) -> Tuple[str, int]
    """Split ``ip:port``; an IPv6 address may stand in brackets."""
    host, colon, port = endpoint.rpartition(":")
    if not colon or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ObError("Cannot read login_servers", "{0!r} is not ip:sql_port".format(endpoint), "Write each server as for example 192.0.2.1:2881.")
    return host.strip("[]"), int(port)


def endpoints_of(params):
    # type: (Dict[str, Any]) -> Tuple[str, ...]
    """Return where to log in, in the order in which to try."""
    if params["login_servers"]:
        servers = tuple(params["login_servers"])  # type: Tuple[str, ...]
        for server in servers:
            split_endpoint(server)
        return servers
    host = params["login_host"]
    return ("{0}:{1}".format("[{0}]".format(host) if ":" in host else host, params["login_port"]),)


def login_of(params):
    # type: (Dict[str, Any]) -> Login
    """Return the identity that the options name."""
    return Login(
        user=params["login_user"],
        password=checked_password(params["login_password"] or "", "login_password"),
        tenant=params["login_tenant"],
        cluster=params["login_cluster"],
        connect_timeout=params["connect_timeout"],
        query_timeout=params["query_timeout"],
        read_timeout=(params["query_timeout"] or 60) + MARGIN,
    )


def logins_of(params):
    # type: (Dict[str, Any]) -> Tuple[Login, ...]
    """Return the identity with each password that it may have; the wanted one comes first, so that running again makes no failed logins."""
    login = login_of(params)
    current = checked_password(params["login_current_password"] or "", "login_current_password")
    return (login, login._replace(password=current)) if current and current != login.password else (login,)


def checked_password(password, option):
    # type: (str, str) -> str
    """Refuse what cannot be sent: NUL ends a string for some clients, and undecodable bytes have no UTF-8 form."""
    bad = "a NUL character" if "\0" in password else ""
    if not bad:
        try:
            password.encode("utf-8")
        except UnicodeEncodeError:
            bad = "bytes that are not UTF-8"
    if bad:
        raise ObError("Cannot use {0}".format(option), "it holds {0}".format(bad), "Choose a password without it.")
    return password


def version_of(params):
    # type: (Dict[str, Any]) -> Tuple[int, ...]
    """Return the server's version as numbers; empty where the option does not say it."""
    parts = params["version"].split(".") if params["version"] else []
    if not all(part.isdigit() for part in parts):
        raise ObError("Cannot read the option version", "{0!r} is not a version".format(params["version"]), "Write it as for example 4.3.5.3.")
    return tuple(int(part) for part in parts)
