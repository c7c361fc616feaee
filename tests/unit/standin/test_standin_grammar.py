# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of the cluster statements."""

from __future__ import annotations

import pytest
from standin import statements as st
from standin.errors import ServerError
from standin.grammar_system import parse

ACCEPTED = [
    ("ALTER SYSTEM BOOTSTRAP ZONE 'z1' SERVER '10.0.0.1:2882'", st.Bootstrap((st.BootstrapItem("default_region", "z1", "10.0.0.1:2882"),))),
    ("alter system bootstrap region = r zone = `z1` server = '10.0.0.1:2882', zone z2 server \"10.0.0.2:2882\";",
     st.Bootstrap((st.BootstrapItem("r", "z1", "10.0.0.1:2882"), st.BootstrapItem("default_region", "z2", "10.0.0.2:2882")))),
    ("ALTER SYSTEM ADD SERVER '10.0.0.4:2882', '10.0.0.5:2882' ZONE = 'z1'", st.ServerAction("ADD", ("10.0.0.4:2882", "10.0.0.5:2882"), "z1")),
    ("ALTER SYSTEM ADD SERVER '10.0.0.4:2882'", st.ServerAction("ADD", ("10.0.0.4:2882",), None)),
    ("ALTER SYSTEM CANCEL DELETE SERVER '10.0.0.4:2882'", st.ServerAction("CANCEL DELETE", ("10.0.0.4:2882",), None)),
    ("ALTER SYSTEM FORCE STOP SERVER '10.0.0.4:2882'", st.ServerAction("FORCE STOP", ("10.0.0.4:2882",), None)),
    ("ALTER SYSTEM ISOLATE SERVER '10.0.0.4:2882'", st.ServerAction("ISOLATE", ("10.0.0.4:2882",), None)),
    ("ALTER SYSTEM ADD ZONE z4", st.ZoneAction("ADD", "z4", {})),
    ("ALTER SYSTEM ADD ZONE z4 REGION 'r', IDC i, ZONE_TYPE = 'ReadOnly'", st.ZoneAction("ADD", "z4", {"region": "r", "idc": "i", "zone_type": "ReadOnly"})),
    ("ALTER SYSTEM MODIFY ZONE z1 SET IDC = 'a'", st.ZoneAction("ALTER", "z1", {"idc": "a"})),
    ("ALTER SYSTEM CHANGE ZONE z1 REGION r", st.ZoneAction("ALTER", "z1", {"region": "r"})),
    ("ALTER SYSTEM STOP ZONE z1", st.ZoneAction("STOP", "z1", {})),
    ("ALTER TENANT sys PRIMARY_ZONE = 'z1;z2,z3'", st.AlterTenant("sys", "z1;z2,z3", False, ())),
    ("ALTER TENANT sys SET PRIMARY_ZONE RANDOM", st.AlterTenant("sys", "RANDOM", False, ())),
    ("ALTER TENANT sys PRIMARY_ZONE=DEFAULT", st.AlterTenant("sys", None, True, ())),
    ("ALTER TENANT sys SET VARIABLES ob_tcp_invited_nodes = '%'", st.AlterTenant("sys", None, False, (("ob_tcp_invited_nodes", "%"),))),
    ("ALTER SYSTEM MAJOR FREEZE", st.Freeze("MAJOR", (), (), None)),
    ("ALTER SYSTEM MAJOR FREEZE TENANT = sys, ALL_USER", st.Freeze("MAJOR", ("sys", "ALL_USER"), (), None)),
    ("ALTER SYSTEM MINOR FREEZE SERVER = ('10.0.0.1:2882')", st.Freeze("MINOR", (), ("10.0.0.1:2882",), None)),
    ("ALTER SYSTEM SET memory_limit = '6G' SCOPE = SPFILE SERVER '10.0.0.1:2882'",
     st.SetParameters((st.ParameterChange("memory_limit", "6G", "SPFILE", "10.0.0.1:2882", None, None),))),
    ("ALTER SYSTEM enable_ddl = True, cpu_count=-1 TENANT = sys",
     st.SetParameters((st.ParameterChange("enable_ddl", "True", "BOTH", None, None, None), st.ParameterChange("cpu_count", "-1", "BOTH", None, None, "sys")))),
    ("SHOW PARAMETERS", st.ShowParameters(None, None, None)),
    ("SHOW PARAMETERS LIKE '%memory%' TENANT = sys", st.ShowParameters("%memory%", None, "sys")),
    ("SHOW PARAMETERS WHERE name = 'x';", st.ShowParameters(None, "name = 'x'", None)),
    ("ALTER SYSTEM RELOAD SERVER", st.Housekeeping("reload server")),
    ("ALTER SYSTEM REFRESH SCHEMA ZONE = 'z1'", st.Housekeeping("refresh schema")),
    ("ALTER SYSTEM RUN JOB \"io_calibration\" ZONE = 'z1'", st.RunJob("io_calibration", None, "z1")),
    ("/* a comment */ ALTER SYSTEM -- another\n MAJOR FREEZE", st.Freeze("MAJOR", (), (), None)),
]

REFUSED = [
    ("ALTER SYSTEM BOOTSTRAP", ""),
    ("ALTER SYSTEM BOOTSTRAP ZONE z1 SERVER 10.0.0.1:2882", "10.0.0.1:2882"),
    ("ALTER SYSTEM BOOTSTRAP ZONE z1", ""),
    ("ALTER SYSTEM BOOTSTRAP SERVER '10.0.0.1:2882' ZONE z1", "SERVER '10.0.0.1:2882' ZONE z1"),
    ("ALTER SYSTEM BOOTSTRAP ZONE z1 SERVER '10.0.0.1:2882' ZONE z2 SERVER '10.0.0.2:2882'", "ZONE z2 SERVER '10.0.0.2:2882'"),
    ("ALTER SYSTEM BOOTSTRAP CLUSTER PRIMARY ZONE z1 SERVER '10.0.0.1:2882'", "CLUSTER PRIMARY ZONE z1 SERVER '10.0.0.1:2882'"),
    ("ALTER SYSTEM ADD SERVER", ""),
    ("ALTER SYSTEM ADD SERVER '10.0.0.1:2882' ZONE", ""),
    ("ALTER SYSTEM ADD ZONE z4 REGION r IDC i", "IDC i"),
    ("ALTER SYSTEM MODIFY ZONE z1", ""),
    ("ALTER SYSTEM START ZONE z1, z2", ", z2"),
    ("ALTER SYSTEM RELOAD SERVER '10.0.0.1:2882'", "'10.0.0.1:2882'"),
    ("ALTER SYSTEM SET memory_limit = 6G", "6G"),
    ("ALTER SYSTEM SET syslog_level = INFO", "INFO"),
    ("ALTER SYSTEM SET memory_limit '6G'", "'6G'"),
    ("ALTER SYSTEM MAJOR FREEZE IGNORE '10.0.0.1:2882'", "IGNORE '10.0.0.1:2882'"),
    ("ALTER SYSTEM MINOR FREEZE SERVER = '10.0.0.1:2882'", "'10.0.0.1:2882'"),
    ("ALTER SYSTEM SET_TO", ""),
    ("ALTER TENANT sys PRIMARY_ZONE = z1;z2", ";z2"),
    ("ALTER TENANT sys LOCALITY = 'F@z1'", "LOCALITY = 'F@z1'"),
    ("SHOW PARAMETERS LIKE memory", "memory"),
]


@pytest.mark.parametrize(("text", "expected"), ACCEPTED)
def test_accepted(text: str, expected: st.Statement) -> None:
    """What is in the grammar is understood."""
    assert parse(text) == expected


@pytest.mark.parametrize(("text", "near"), REFUSED)
def test_refused(text: str, near: str) -> None:
    """What is not in the grammar is error 1064, with the place."""
    with pytest.raises(ServerError) as caught:
        parse(text)
    assert (caught.value.errno, caught.value.state) == (1064, "42000")
    assert f"near '{near}' at line 1" in caught.value.text


@pytest.mark.parametrize("text", ["select 1", "alter user root identified by 'x'", "show databases", "create table t (a int)", ""])
def test_other_statements(text: str) -> None:
    """Everything else is left to the engine."""
    assert parse(text) is None


def test_line_of_the_error() -> None:
    """The line is counted."""
    with pytest.raises(ServerError, match="near 'x' at line 3"):
        parse("ALTER\nSYSTEM\nADD SERVER x")
