# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""Open the session that a module works with."""

from typing import Any, Dict, Optional

from ansible_collections.oceanbase.cluster.plugins.module_utils._catalog import is_bootstrapped
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import endpoints_of, login_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._reach import NotReachable, Refused, Reopening, open_first
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import Connect
from ansible_collections.oceanbase.cluster.plugins.module_utils._wait import SYSTEM_CLOCK, Clock


def open_session(params, connect, foresee, wait=None, clock=SYSTEM_CLOCK):
    # type: (Dict[str, Any], Connect, bool, Optional[float], Clock) -> Optional[Reopening]
    """Log in as the options say.

    ``foresee`` (check mode) also accepts the states before this step: no server yet, or a cluster without a password.
    None then says that there is no cluster: what a step would do to it is everything.
    """
    login = login_of(params)
    endpoints = endpoints_of(params)
    limit = params["login_timeout"] if wait is None else wait
    try:
        return Reopening(connect, endpoints, open_first(connect, endpoints, (login,), 0 if foresee else limit, clock=clock))
    except NotReachable:
        if not foresee:
            raise
        return None
    except Refused:
        if not foresee or not login.password or login.empty().user != "root":
            raise
        try:
            session = Reopening(connect, endpoints, open_first(connect, endpoints, (login.empty(),), 0, clock=clock))
        except (NotReachable, Refused):
            session = None
        if session is None:
            raise
    if is_bootstrapped(session):
        return session
    session.close()
    return None
