# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""User, tenant and cluster out of the name that a client gives (ob_proxy_auth_parser.cpp)."""

from __future__ import annotations

import re
from typing import NamedTuple


class FullName(NamedTuple):
    """A name taken apart; "" is what was not said."""

    user: str
    tenant: str
    cluster: str


def split_name(text: str) -> FullName:
    """Take user@tenant#cluster, user#cluster@tenant or cluster:tenant:user apart."""
    match = re.fullmatch(r"([^:;.@#]+)[:;.]([^:;.@#]+)[:;.]([^:;.@#]+)", text)
    if match:
        return FullName(match[3], match[2], match[1])
    user = re.split(r"[@#]", text, maxsplit=1)[0]
    tenant = re.search(r"@([^#@]*)", text)
    cluster = re.search(r"#([^#@]*)", text)
    return FullName(user, tenant[1] if tenant else "", cluster[1] if cluster else "")
