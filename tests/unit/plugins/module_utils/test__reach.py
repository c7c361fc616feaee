# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from typing import Any

import pytest
from sql_fakes import World, refused

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._login import Login, checked_password, endpoints_of, split_endpoint, version_of
from ansible_collections.oceanbase.cluster.plugins.module_utils._reach import NotReachable, Refused, Reopening, open_first
from ansible_collections.oceanbase.cluster.plugins.module_utils._session import SqlError
from ansible_collections.oceanbase.cluster.plugins.module_utils._statements import Statement

A, B, C = "192.0.2.1:2881", "192.0.2.2:2881", "192.0.2.3:2881"
LOGIN = Login("root", "secret")
INIT = SqlError(8001, "Server is initializing")


def world(**endpoints: SqlError | None) -> World:
    made = World()
    made.passwords = {"root": "secret"}
    made.endpoints = {{"a": A, "b": B, "c": C}[name]: error for name, error in endpoints.items()}
    return made


def opened(made: World, *logins: Login, wait: float = 10, listener: float = 0) -> str:
    return open_first(made.connect, (A, B, C), logins or (LOGIN,), wait, listener, made.clock.clock).session.endpoint


def test_first_that_answers() -> None:
    assert opened(world()) == A
    assert opened(world(a=refused())) == B
    assert opened(world(a=refused(), b=SqlError(2013, "lost"))) == C
    assert opened(world(a=INIT)) == B


def test_initializing_is_waited_for() -> None:
    made = world(a=INIT, b=refused(), c=INIT)
    made.clock.after(5, lambda: made.endpoints.update({C: None}))
    assert opened(made) == C
    assert 5 <= made.clock.time < 8


def test_initializing_ends() -> None:
    made = world(a=INIT, b=INIT, c=INIT)
    with pytest.raises(NotReachable, match=r"after 10 s the server was still initializing .*192\.0\.2\.1:2881: error 8001"):
        opened(made)
    assert 10 <= made.clock.time < 12


def test_nobody_is_not_waited_for() -> None:
    made = world(a=refused(), b=refused(), c=refused())
    with pytest.raises(NotReachable, match="no server answered .*192.0.2.1:2881: connection refused.*192.0.2.3:2881") as caught:
        opened(made)
    assert made.clock.time == 0
    assert "firewall" in caught.value.remedy


def test_nobody_is_waited_for_where_asked() -> None:
    made = world(a=refused(), b=refused(), c=refused())
    made.clock.after(3, lambda: made.endpoints.update({B: None}))
    assert opened(made, listener=5) == B


def test_denied_names_user_and_host_and_no_secret() -> None:
    made = world()
    made.passwords = {"root": "other"}
    with pytest.raises(Refused, match=r"root@sys: 192\.0\.2\.1:2881: access denied for root@sys \(error 1045, with a password\)") as caught:
        opened(made)
    assert "secret" not in str(caught.value)
    assert caught.value.details["error_code"] == 1045
    assert len(made.tried) == 3


def test_second_login_is_tried_at_each() -> None:
    made = world()
    made.passwords = {"root": ""}
    assert opened(made, LOGIN, LOGIN.empty()) == A
    assert made.tried == ["root@sys 192.0.2.1:2881 with", "root 192.0.2.1:2881 without"]


def test_wrong_cluster() -> None:
    error = SqlError(4666, "cluster name does not match to 'x'")
    with pytest.raises(Refused, match="Another cluster runs at this address"):
        opened(world(a=error, b=error, c=error))


def test_reopening_reads_elsewhere_and_never_repeats_a_change() -> None:
    made = world()
    session = Reopening(made.connect, (A, B, C), open_first(made.connect, (A, B, C), (LOGIN,), 0))
    answers: list[Any] = [SqlError(2013, "lost"), [{"n": 1}]]

    def answer() -> list[dict[str, Any]]:
        value = answers.pop(0)
        if isinstance(value, SqlError):
            made.endpoints[A] = refused()
        return value  # type: ignore[no-any-return]

    made.reply("SELECT", answer)
    assert session.query("SELECT 1") == [{"n": 1}]
    assert session.endpoint == B
    made.effect("DROP", SqlError(2013, "lost"))
    with pytest.raises(SqlError):
        session.execute(Statement("DROP USER 'x'"))
    assert made.sent == ["DROP USER 'x'"]


@pytest.mark.parametrize(("endpoint", "parts"), [("192.0.2.1:2881", ("192.0.2.1", 2881)), ("[2001:db8::1]:2881", ("2001:db8::1", 2881)), ("h:1", ("h", 1))])
def test_split_endpoint(endpoint: str, parts: tuple[str, int]) -> None:
    assert split_endpoint(endpoint) == parts


@pytest.mark.parametrize("endpoint", ["", "192.0.2.1", ":2881", "h:", "h:x", "h:0", "h:70000"])
def test_split_endpoint_refuses(endpoint: str) -> None:
    with pytest.raises(ObError, match="is not ip:sql_port"):
        split_endpoint(endpoint)


def test_endpoints_of() -> None:
    assert endpoints_of({"login_servers": None, "login_host": "::1", "login_port": 2881}) == ("[::1]:2881",)
    assert endpoints_of({"login_servers": [A, B]}) == (A, B)


@pytest.mark.parametrize(("login", "name"), [
    (Login("root", ""), "root@sys"), (Login("root", "", ""), "root"), (Login("root", "", "sys", "c"), "root@sys#c"), (Login("root@t#c", ""), "root@t#c"),
    (Login("root", "x").empty(), "root"), (Login("root@sys#c", "x").empty(), "root"),
])
def test_login_name(login: Login, name: str) -> None:
    assert login.name == name


@pytest.mark.parametrize("password", ["a\0b", "\udcff"])
def test_password_that_cannot_be_sent(password: str) -> None:
    with pytest.raises(ObError, match="Cannot use login_password") as caught:
        checked_password(password, "login_password")
    assert password not in str(caught.value)


def test_version_of() -> None:
    assert version_of({"version": "4.3.5.3"}) == (4, 3, 5, 3)
    assert version_of({"version": ""}) == ()
    with pytest.raises(ObError):
        version_of({"version": "4.x"})
