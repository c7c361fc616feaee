# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad requests: each fault is told, with its place, and none hides another."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.tests.unit.plugins.plugin_utils.plan_cases import RPM, hosts, plan_of, request

ZONES = request()["zones"]


def zone(name: Any = "zone1", servers: Any = (1,), **more: Any) -> dict[str, Any]:
    """Return one zone."""
    return {"name": name, "idcName": "hz1", "servers": list(servers) if isinstance(servers, tuple) else servers, **more}


# (what is changed in the request, what the message has to say)
BAD_FIELDS = [
    ({"name": ...}, "name: missing"),
    ({"name": ""}, "name: missing"),
    ({"name": "1terran"}, 'name: "1terran" is not a name'),
    ({"name": "t"}, 'name: "t" is not a name'),
    ({"name": "ter-ran"}, 'name: "ter-ran" is not a name'),
    ({"name": "ter ran"}, 'name: "ter ran" is not a name'),
    ({"name": "terran'; drop"}, "is not a name"),
    ({"name": "t" * 49}, "is not a name"),
    ({"name": "terran\n"}, "is not a name"),
    ({"name": 7}, "name: 7 is not a name"),
    ({"password": ...}, "password: missing"),
    ({"password": ""}, "password: missing"),
    ({"password": None}, "password: missing"),
    ({"password": 12345678}, "password: not a text"),
    ({"password": "a\0b"}, "password: holds a NUL"),
    ({"type": "primary"}, 'type: "primary" is none of PRIMARY, STANDBY'),
    ({"type": "MASTER"}, "type: "),
    ({"type": "STANDBY"}, "standby is a property of a tenant"),
    ({"rpmName": ...}, "rpmName: missing"),
    ({"rpmName": "oceanbase.rpm"}, "rpmName: "),
    ({"rpmName": 4}, "rpmName: 4 is not a file name"),
    ({"rpmName": RPM.replace(".rpm", "")}, "cannot be read"),
    ({"rpmName": "/tmp/" + RPM}, "give the file name alone"),
    ({"rpmName": RPM.replace("ce-", "ce-libs-")}, "companion"),
    ({"rpmName": "obproxy-3.2.3-20220310201314.el7.x86_64.rpm"}, "another product"),
    ({"rpmName": RPM.replace("x86_64", "ppc64le")}, "architecture ppc64le"),
    ({"rpmName": RPM.replace("x86_64", "src")}, "architecture src"),
    ({"rpmName": RPM.replace("4.3.5.3", "1.4.79")}, "none of the generations"),
    ({"rpmName": RPM.replace("4.3.5.3", "5.0.0.0")}, "none of the generations"),
    ({"primaryZone": "zone4"}, 'primaryZone: "zone4" is not a zone of the request (did you mean'),
    ({"primaryZone": "zone1;zone1"}, "primaryZone: "),
    ({"primaryZone": "zone1;;zone2"}, "primaryZone: "),
    ({"primaryZone": ["zone1"]}, "primaryZone: "),
    ({"obClusterId": 0}, "obClusterId: 0 is not within 1..4294901759"),
    ({"obClusterId": 4294901760}, "obClusterId: 4294901760 is not within"),
    ({"obClusterId": "one"}, 'obClusterId: "one" is not a whole number'),
    ({"obClusterId": True}, "obClusterId: True is not a whole number"),
    ({"obClusterId": 1.5}, "obClusterId: 1.5 is not a whole number"),
    ({"obclusterid": 1}, 'obclusterid: unknown field (did you mean "obClusterId"?)'),
    ({"rpmname": RPM}, 'rpmname: unknown field (did you mean "rpmName"?)'),
    ({"clusterName": "x"}, "clusterName: unknown field"),
    ({"startupParameters": 5}, "startupParameters: 5 is neither"),
    ({"startupParameters": "system_memory"}, "is not name=value"),
    ({"startupParameters": "a=1,a=2"}, '"a" is given twice'),
    ({"startupParameters": {"bad name": 1}}, "is not the name of a parameter"),
    ({"startupParameters": {"cluster_id": 2}}, '"cluster_id" is decided by obClusterId'),
    ({"startupParameters": {"mysql_port": 2881}}, "is decided by oceanbase_sql_port"),
    ({"startupParameters": {"config_additional_dir": "/x"}}, "is decided by"),
    ({"startupParameters": {"system_memory": "5G, cpu_count=4"}}, "white space or a comma"),
    ({"startupParameters": {"system_memory": ""}}, "is empty"),
    ({"startupParameters": {"system_memory": [1]}}, "not a single value"),
    ({"startupParameters": {"memory_limit": "2G"}}, "below the 4G"),
    ({"startupParameters": {"memory_limit": "6G", "system_memory": "8G"}}, "system_memory is not below memory_limit"),
    ({"zones": []}, "zones: missing, and no host of the play has oceanbase_zone"),
    ({"zones": 1}, "zones: 1 is not a list"),
    ({"zones": "zone1"}, 'zones, line 1: "zone1" is not of the form "name IDC servers"'),
    ({"zones": ["zone1"]}, 'zones[0]: "zone1" is not a zone'),
    ({"zones": [zone(name=...)]}, "zones[0].name: "),
    ({"zones": [{"idcName": "hz1", "servers": [1]}]}, "zones[0].name: missing"),
    ({"zones": [zone(name="z")]}, 'zones[0].name: "z" is not a name'),
    ({"zones": [zone(), zone(servers=(2,))]}, 'zones[1].name: zone "zone1" is given twice'),
    ({"zones": [zone(servers=())]}, "zones[0].servers: missing"),
    ({"zones": [{"name": "zone1"}]}, "zones[0].servers: missing"),
    ({"zones": [zone(servers=1)]}, "zones[0].servers: 1 is not a list"),
    ({"zones": [zone(servers=({"id": 1},))]}, "zones[0].servers[0]: "),
    ({"zones": [zone(servers=(True,))]}, "zones[0].servers[0]: True is neither"),
    ({"zones": [zone(servers=(9,))]}, "zones[0].servers[0]: no host of the play has oceanbase_host_id 9 (known: 1 = ob1"),
    ({"zones": [zone(servers=("ob9",))]}, '"ob9" is not a host of the play (did you mean "ob'),
    ({"zones": [zone(servers=("elsewhere",))]}, "host elsewhere is in the inventory, but not in this play"),
    ({"zones": [zone(servers=(1,)), zone("zone2", (1,))]}, 'host ob1 is already in zone "zone1"'),
    ({"zones": [zone(servers=(1, "ob1"))]}, "host ob1 is twice in one zone"),
    ({"zones": [zone(idcname="hz2")]}, 'zones[0].idcname: unknown field (did you mean "idcName"?)'),
    ({"zones": [zone(host="ob1")]}, "zones[0].host: unknown field"),
    ({"zones": [{"name": "zone1", "idcName": "hz 1", "servers": [1]}]}, 'zones[0].idcName: "hz 1" is not a name'),
    ({"zones": [{"name": "zone1", "idcName": "h'z", "servers": [1]}]}, "zones[0].idcName: "),
    ({"zones": [{"name": "zone1", "idcName": 5, "servers": [1]}]}, "zones[0].idcName: 5 is not a name"),
]

# (variables of one host, what the message has to say)
BAD_HOSTS = [
    ({"oceanbase_host_id": 1}, "oceanbase_host_id of ob2: 1 is the host id of ob1 too"),
    ({"oceanbase_host_id": "two"}, 'oceanbase_host_id of ob2: "two" is not a whole number'),
    ({"oceanbase_address": "nowhere.example"}, "is no address and does not resolve"),
    ({"oceanbase_address": "two.example"}, "resolves to 192.0.2.1, 192.0.2.2"),
    ({"oceanbase_address": "0.0.0.0"}, "0.0.0.0 is not the address of one host"),
    ({"oceanbase_address": "224.0.0.1"}, "is not the address of one host"),
    ({"oceanbase_address": "2001:db8::1"}, "is an IPv6 address"),
    ({"oceanbase_address": "192.0.2.999"}, "is not an IP address"),
    ({"oceanbase_address": "192.0.2.1"}, "192.0.2.1:2881 is used by ob1 too"),
    ({"oceanbase_sql_port": 80}, "oceanbase_sql_port of ob2: 80 is not within 1025..65535"),
    ({"oceanbase_sql_port": 65536}, "65536 is not within"),
    ({"oceanbase_rpc_port": "x"}, 'oceanbase_rpc_port of ob2: "x" is not a whole number'),
    ({"oceanbase_rpc_port": 2881}, "oceanbase_rpc_port of ob2: 2881 is its SQL port too"),
    ({"oceanbase_home": "oceanbase"}, "oceanbase_home of ob2: "),
    ({"oceanbase_home": "/home"}, "is the root of a file system"),
    ({"oceanbase_home": "/home/../etc"}, "oceanbase_home of ob2: "),
    ({"oceanbase_data_disk": "/"}, "oceanbase_data_disk of ob2: "),
    ({"oceanbase_data_disk": "/data 1"}, "oceanbase_data_disk of ob2: "),
    ({"oceanbase_log_disk": "/data;1"}, "oceanbase_log_disk of ob2: "),
    ({"oceanbase_user": "bad user"}, "oceanbase_user of ob2: "),
    ({"oceanbase_group": "-g"}, "oceanbase_group of ob2: "),
    ({"oceanbase_devname": "eth0; reboot"}, "oceanbase_devname of ob2: "),
    ({"oceanbase_idc": "hz9"}, 'oceanbase_idc of ob2: "hz9", but "hz1" is what the request says of zone "zone2"'),
    ({"machine": "ob1"}, "oceanbase_home of ob2: /home/admin/oceanbase is used by ob1 too, on the same machine"),
    ({"oceanbase_name": "protoss"}, 'name: "terran" in the request, but "protoss" in oceanbase_name'),
]

# (variables of all hosts, what the message has to say)
BAD_OPTIONS = [
    ({"oceanbase_install_method": "yum"}, "oceanbase_install_method: "),
    ({"oceanbase_rpm_dir": "/a", "oceanbase_rpm_url": "http://h/a"}, "the package has one source"),
    ({"oceanbase_rpm_url": "mirror/a.rpm"}, "is not a URL"),
    ({"oceanbase_rpm_remote_dir": "packages"}, "is not an absolute path"),
    ({"oceanbase_rpm_checksum": "sha256:12"}, "oceanbase_rpm_checksum: "),
    ({"oceanbase_rpm_signature": "maybe"}, "oceanbase_rpm_signature: "),
    ({"oceanbase_start_timeout": "soon"}, "oceanbase_start_timeout: "),
    ({"oceanbase_bootstrap_timeout": 0}, "oceanbase_bootstrap_timeout: "),
    ({"oceanbase_io_bench": "perhaps"}, "oceanbase_io_bench: "),
    ({"oceanbase_agent": True}, "oceanbase_agent_password: is missing"),
    ({"oceanbase_agent": "perhaps"}, "oceanbase_agent: "),
    ({"oceanbase_link_obproxy": "yes"}, "oceanbase_obproxy_hosts: neither this nor oceanbase_obproxy_servers names a proxy"),
    ({"oceanbase_default_users": "proxyro"}, "not a list of users"),
    ({"oceanbase_default_users": [{"name": "root", "password": "x"}]}, "root is an account of the server itself"),
    ({"oceanbase_default_users": [{"name": "a-b", "password": "x"}]}, '"a-b" is not the name of a user'),
    ({"oceanbase_default_users": [{"name": "ab", "password": "x"}, {"name": "ab", "password": "x"}]}, "ab is given twice"),
    ({"oceanbase_default_users": [{"name": "ab", "pasword": "x"}]}, "unknown key"),
    ({"oceanbase_default_users": [{"name": "ab", "password": 83}]}, "oceanbase_default_users[0].password: that of ab is not a text"),
    ({"oceanbase_type": "STANDBY"}, '"PRIMARY" in the request, but "STANDBY" in oceanbase_type'),
    ({"oceanbase_request_file": "/nowhere.json"}, "oceanbase_request and oceanbase_request_file are both given"),
]


@pytest.mark.parametrize(("changes", "said"), BAD_FIELDS)
def test_bad_field(changes: dict[str, Any], said: str) -> None:
    outcome = plan_of(hosts(), others=("elsewhere",), oceanbase_request=request(**changes))
    assert said in outcome.message
    assert not outcome.plan


@pytest.mark.parametrize(("changes", "said"), BAD_HOSTS)
def test_bad_host(changes: dict[str, Any], said: str) -> None:
    outcome = plan_of(hosts(ob2=changes), oceanbase_request=request())
    assert said in outcome.message


@pytest.mark.parametrize(("changes", "said"), BAD_OPTIONS)
def test_bad_option(changes: dict[str, Any], said: str) -> None:
    outcome = plan_of(hosts(), oceanbase_request=request(), **changes)
    assert said in outcome.message


def test_all_faults_in_one_message() -> None:
    body = request(name="1x", password="", rpmName="x.rpm", primaryZone="zone9", obClusterId=-1, zone=[], zones=[zone(servers=(9,)), zone()])
    outcome = plan_of(hosts(ob3={"oceanbase_sql_port": 1}), oceanbase_request=body)
    for said in ("name: ", "password: ", "rpmName: ", "primaryZone: ", "obClusterId: ", "zone: unknown field", "zones[0].servers[0]: ", "zones[1].name: "):
        assert said in outcome.message
    assert f"has {len(outcome.faults)} faults; no host was contacted" in outcome.message


def test_password_is_never_in_a_message() -> None:
    secret = "a'b\"c\\d$e#f@g é"
    body = request(name="1x", password=secret, zones="nothing")
    outcome = plan_of(hosts(), oceanbase_request=body, oceanbase_password=secret + "2", oceanbase_proxyro_password=secret)
    assert secret not in repr(outcome)


def test_passwords_that_differ_between_hosts_are_not_shown() -> None:
    outcome = plan_of(hosts(ob1={"oceanbase_password": "first"}, ob2={"oceanbase_password": "second"}), oceanbase_request=request(password=...))
    assert "oceanbase_password: differs between hosts (ob1, ob2)" in outcome.message
    assert "first" not in repr(outcome) and "second" not in repr(outcome)


def test_two_clusters_in_one_play() -> None:
    of_hosts = hosts(ob1={"oceanbase_name": "terran"}, ob2={"oceanbase_name": "protoss"})
    outcome = plan_of(of_hosts, oceanbase_password="x", oceanbase_rpm_name=RPM)
    assert 'oceanbase_name: differs between hosts ("terran" on ob1, "protoss" on ob2)' in outcome.message
