# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tenants of 4.x, as far as the stand-in has them: catalogs, logins, and a standby tenant that may read its primary."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from standin.errors import ServerError
from standin.grammar_system import parse
from standin.statements import CreateTenant
from standin.tenant_ops import VIEWS
from standin_host import Host, wait_for

MakeHost = Callable[..., Host]
SOURCE = "SERVICE=127.0.0.1:2881 USER=reader@orders PASSWORD=r1"


def test_grammar() -> None:
    """Options may stand with and without equals signs; before 4.0 none of this is known here."""
    text = f"CREATE STANDBY TENANT IF NOT EXISTS t LOG_RESTORE_SOURCE = '{SOURCE}' RESOURCE_POOL_LIST=('p1', 'p2'), LOCALITY 'F@z1', PRIMARY_ZONE = RANDOM"
    assert parse(text) == CreateTenant("STANDBY TENANT", "t", True, {
        "log_restore_source": (SOURCE,), "resource_pool_list": ("p1", "p2"), "locality": ("F@z1",), "primary_zone": ("RANDOM",)})
    assert parse("create resource unit u max_cpu = 1, memory_size '1G'") == CreateTenant(
        "RESOURCE UNIT", "u", False, {"max_cpu": ("1",), "memory_size": ("1G",)})
    assert parse(text, "v3") is None
    for bad in ("CREATE STANDBY TENANT t RESOURCE_POOL_LIST = ('p')", "CREATE TENANT", "CREATE TENANT t POOL = 'p'", "CREATE RESOURCE PLAN p"):
        with pytest.raises(ServerError, match="syntax"):
            parse(bad)


def test_standby_tenant(make_host: MakeHost) -> None:
    """Its user must be able to read all six views of the primary."""
    host = make_host("4.2.1.6")
    host.start()
    host.wait_sql()
    host.execute(Host.bootstrap_statement([host]))
    host.execute("CREATE RESOURCE UNIT u MAX_CPU = 1", *(f"CREATE RESOURCE POOL p{at} UNIT = 'u', UNIT_NUM = 1" for at in (1, 2)),
                 "CREATE TENANT orders RESOURCE_POOL_LIST = ('p1')")
    assert host.error("CREATE TENANT other RESOURCE_POOL_LIST = ('p1')")[0] == 1210
    assert host.error("CREATE TENANT orders RESOURCE_POOL_LIST = ('p2')")[0] == 4017
    wait_for(lambda: host.execute("select 1", user="root@orders"), "the tenant lets root in")
    assert host.error("select 1", user="root@nobody")[0] == 1045
    create = f"CREATE STANDBY TENANT follower LOG_RESTORE_SOURCE = '{SOURCE.replace('127.0.0.1', host.ip)}' RESOURCE_POOL_LIST = ('p2')"
    host.execute("create user reader identified by 'r1'", *(f"grant select on oceanbase.{view} to reader" for view in VIEWS[:5]), user="root@orders")
    assert host.error(create)[0] == 1210
    host.execute(f"grant select on oceanbase.{VIEWS[5]} to reader", user="root@orders")
    host.execute(create)
    asked = "select TENANT_TYPE, TENANT_ROLE, STATUS from oceanbase.DBA_OB_TENANTS where TENANT_NAME = 'follower'"
    wait_for(lambda: host.execute(asked) == [("USER", "STANDBY", "NORMAL")], "the standby is normal")
