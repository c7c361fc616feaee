# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._privileges import ActualUser, WantedUser, faults_of, normal_privilege, parse_grants, plan_user


def wanted(privileges: str = "SELECT", scope: str = "*.*", present: bool = True, keep: bool = False, password: str | None = "secret") -> WantedUser:
    names = frozenset(normal_privilege(one) for one in privileges.split(",") if one)
    return WantedUser("u", password, names, scope, present, keep)


def found(*lines: str, works: bool = True) -> ActualUser:
    return ActualUser(True, works, parse_grants(lines))


# The lines are those of seekdb 1.4 (the server's own code) and of oceanbase-doc V4.2.1, 300.deploy-obproxy-command-line.md.
@pytest.mark.parametrize(("lines", "grants"), [
    (["GRANT USAGE ON *.* TO 'u'"], {}),
    (["GRANT SELECT ON *.* TO 'u'"], {"*.*": {"SELECT"}}),
    (["GRANT INSERT, SELECT ON `oceanbase`.* TO 'u'"], {"oceanbase.*": {"INSERT", "SELECT"}}),
    (["GRANT SELECT ON *.* TO 'u'", "GRANT INSERT ON `a`.`b` TO 'u'"], {"*.*": {"SELECT"}, "a.b": {"INSERT"}}),
    (["GRANT ALL PRIVILEGES ON *.* TO 'u' WITH GRANT OPTION"], {"*.*": {"ALL PRIVILEGES", "GRANT OPTION"}}),
    (["GRANT USAGE ON *.* TO 'u' WITH GRANT OPTION"], {"*.*": {"GRANT OPTION"}}),
    (["GRANT SELECT ON *.* TO 'u'@'%'"], {"*.*": {"SELECT"}}),
    (["GRANT CREATE USER, SHOW DATABASES ON *.* TO 'u'"], {"*.*": {"CREATE USER", "SHOW DATABASES"}}),
    (["GRANT SELECT(a, b), INSERT ON `d`.`t` TO 'u'"], {"d.t": {"SELECT(A, B)", "INSERT"}}),
    ([], {}),
])
def test_parse_grants(lines: list[str], grants: dict[str, set[str]]) -> None:
    assert parse_grants(lines) == grants


def test_parse_grants_overlooks_nothing() -> None:
    with pytest.raises(ObError, match="Cannot read the grants"):
        parse_grants(["GRANT `dba` TO 'u'"])


@pytest.mark.parametrize(("want", "actual", "statements"), [
    (wanted(), ActualUser(), ["CREATE USER IF NOT EXISTS 'u' IDENTIFIED BY '********'", "GRANT SELECT ON *.* TO 'u'"]),
    (wanted(""), ActualUser(), ["CREATE USER IF NOT EXISTS 'u' IDENTIFIED BY '********'"]),
    (wanted(), found("GRANT SELECT ON *.* TO 'u'"), []),
    (wanted("SELECT", "oceanbase.*"), found("GRANT SELECT ON `oceanbase`.* TO 'u'"), []),
    (wanted(), found("GRANT SELECT ON *.* TO 'u'", works=False), ["ALTER USER 'u' IDENTIFIED BY '********'"]),
    (wanted(keep=True), found("GRANT SELECT ON *.* TO 'u'", works=False), []),
    (wanted("PROCESS,SELECT"), found("GRANT USAGE ON *.* TO 'u'"), ["GRANT PROCESS, SELECT ON *.* TO 'u'"]),
    (wanted("PROCESS,SELECT"), found("GRANT SELECT ON *.* TO 'u'"), ["GRANT PROCESS ON *.* TO 'u'"]),
    (wanted(), found("GRANT INSERT, SELECT, UPDATE ON *.* TO 'u'"), ["REVOKE INSERT, UPDATE ON *.* FROM 'u'"]),
    (wanted(), found("GRANT ALL PRIVILEGES ON *.* TO 'u'"), ["REVOKE ALL PRIVILEGES ON *.* FROM 'u'", "GRANT SELECT ON *.* TO 'u'"]),
    (wanted(), found("GRANT ALL PRIVILEGES ON *.* TO 'u' WITH GRANT OPTION"),
     ["REVOKE ALL PRIVILEGES ON *.* FROM 'u'", "REVOKE GRANT OPTION ON *.* FROM 'u'", "GRANT SELECT ON *.* TO 'u'"]),
    (wanted(), found("GRANT SELECT ON *.* TO 'u'", "GRANT SELECT ON `a`.* TO 'u'"), ["REVOKE SELECT ON a.* FROM 'u'"]),
    (wanted("SELECT", "a.*"), found("GRANT SELECT ON *.* TO 'u'"), ["REVOKE SELECT ON *.* FROM 'u'", "GRANT SELECT ON a.* TO 'u'"]),
    (wanted("ALL"), found("GRANT ALL PRIVILEGES ON *.* TO 'u'"), []),
    (wanted("ALL"), found("GRANT SELECT ON *.* TO 'u'"), ["GRANT ALL PRIVILEGES ON *.* TO 'u'"]),
    (wanted(present=False), found("GRANT SELECT ON *.* TO 'u'"), ["DROP USER 'u'"]),
    (wanted(present=False), ActualUser(), []),
])
def test_plan_user(want: WantedUser, actual: ActualUser, statements: list[str]) -> None:
    assert [change.statement.shown() for change in plan_user(want, actual)] == statements


@pytest.mark.parametrize(("user", "words"), [
    (wanted()._replace(name="a b"), "is not a user name"), (wanted()._replace(name="a'b"), "is not a user name"),
    (wanted()._replace(name=""), "is not a user name"),
    (wanted(password=None), "has no password"), (wanted(password=""), "has no password"), (wanted("READ"), "unknown privileges READ"),
    (wanted(scope="a"), "is no scope"), (wanted(scope="*.*; DROP"), "is no scope"), (wanted(scope="a.b.c"), "is no scope"),
])
def test_faults(user: WantedUser, words: str) -> None:
    assert words in "; ".join(faults_of(user))


def test_no_faults() -> None:
    assert faults_of(wanted("SELECT,all privileges,show  databases")) == []
    assert faults_of(wanted(present=False, password=None)) == []
