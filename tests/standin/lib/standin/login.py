# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who a client says it is: user, tenant and cluster out of one name."""

import re
from typing import NamedTuple, Optional, Sequence

from .errors import ServerError, error


class Identity(NamedTuple):
    """A user name taken apart."""

    user: str
    tenant: str
    cluster: str


def split_user(name: str) -> Identity:
    """Take user, user@tenant, user@tenant#cluster or cluster:tenant:user apart."""
    match = re.fullmatch(r"([^:@#]+):([^:@#]+):([^:@#]+)", name)
    if match:
        return Identity(match[3], match[2], match[1])
    match = re.fullmatch(r"([^@#]*)(?:@([^#]*))?(?:#(.*))?", name, re.S)
    assert match
    return Identity(match[1], match[2] or "sys", match[3] or "")


def refuse_login(identity: Identity, cluster: str, with_password: bool, serving: bool, tenants: Sequence[str] = ()) -> Optional[ServerError]:
    """Say why this client cannot come in whatever its password is, or None."""
    if identity.tenant.lower() != "sys" and not (serving and identity.tenant in tenants):
        return error("password_wrong", identity.user, "YES" if with_password else "NO") if serving else error("initializing")
    if identity.cluster and identity.cluster != cluster:
        return error("cluster_mismatch", cluster)
    return None
