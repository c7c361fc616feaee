# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Open the session that a module works with."""

from typing import Any, Dict, Optional

from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import is_bootstrapped
from ansible_collections.oceanbase.cluster.plugins.module_utils._cluster_state import NONE
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import endpoints_of, logins_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._reach import NotReachable, Reopening, open_first
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock


def open_session(params, connect, foresee, clock=SYSTEM_CLOCK):
    # type: (Dict[str, Any], Connect, bool, Clock) -> Optional[Reopening]
    """Log in to a cluster that is bootstrapped.

    ``foresee`` (check mode) also accepts the states before this step: no server yet, or one that is not bootstrapped.
    None then says that there is no cluster: what a step would do to it is everything.
    """
    session = open_any(params, connect, foresee, clock)
    # A password is set after the bootstrap only: who logs in with one need not ask.
    if session is None or session.login.password or is_bootstrapped(session):
        return session
    session.close()
    if foresee:
        return None
    raise ObError(
        "Cannot work on the cluster at {0}".format(session.endpoint), "it is not bootstrapped", "Bootstrap it first.", cluster_state=NONE)


def open_any(params, connect, foresee, clock=SYSTEM_CLOCK):
    # type: (Dict[str, Any], Connect, bool, Clock) -> Optional[Reopening]
    """Log in with a password that the options give, or without one where they allow it; None where no server is there yet and that is foreseen."""
    logins = logins_of(params)
    login = logins[0]
    endpoints = endpoints_of(params)
    if (params["login_unset"] or foresee) and login.password and login.empty().user == "root":
        logins += (login.empty(),)
    try:
        return Reopening(connect, endpoints, open_first(connect, endpoints, logins, 0 if foresee else params["login_timeout"], clock=clock))
    except NotReachable:
        if foresee:
            return None
        raise
