# SPDX-License-Identifier: GPL-3.0-or-later
"""The verdict of every item, one changed fact at a time."""

from __future__ import annotations

from typing import Any

import pytest
from precheck_world import GIB, answer, changed, directory, fact, judged, plan, verdicts, world

from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_judge import CHECKS, judge
from ansible_collections.oceanbase.cluster.plugins.plugin_utils.precheck_profile import PROFILES, load_profile


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("hosts", [1, 3])
def test_a_good_world_passes_every_profile(profile: str, hosts: int) -> None:
    found = judged({}, profile, hosts)
    assert {item.item: item.measured for item in found.values() if item.verdict != "pass"} == {}
    assert len(found) == hosts * (len(CHECKS) + 1)


# what is changed on a host: the item, then the verdicts of obd and lab, and a word of what is told
CASES: list[tuple[dict[str, Any], str, str, str, str]] = [
    ({"system/python": "3.5.2"}, "python", "fail", "fail", "3.5.2"),
    ({"system/python": "3.10.1"}, "python", "pass", "pass", "3.10.1"),
    ({"system/machine": "aarch64"}, "arch", "fail", "fail", "aarch64"),
    ({"libc": "2.12"}, "libc", "fail", "fail", "2.12"),
    ({"libc": {"value": None, "unknown": "musl"}}, "libc", "warn", "warn", "musl"),
    ({"system/kernel": "2.6.32-754.el6.x86_64"}, "kernel", "fail", "warn", "2.6.32"),
    ({"cpu": {"count": 1, "quota": 0.0}}, "cpu", "warn", "warn", "1"),
    ({"cpu": {"count": 64, "quota": 0.5}}, "cpu", "warn", "warn", "granted 0.50"),
    ({"cpu_flags": ["sse4_2"]}, "cpu_flags", "fail", "fail", "sse4_2"),
    ({"rpm/program": False}, "rpm", "fail", "fail", "no rpm program"),
    ({"rpm/database": "unreadable"}, "rpm", "warn", "warn", "unreadable"),
    ({"selinux": "enforcing"}, "selinux", "warn", "warn", "enforcing"),
    ({"selinux": "permissive"}, "selinux", "pass", "pass", "permissive"),
    ({"firewall": ["firewalld"]}, "firewall", "warn", "warn", "firewalld"),
    ({"user/user": False}, "user", "fail", "fail", "no user admin"),
    ({"user/group": False}, "user", "fail", "fail", "no group admin"),
    ({"user/member": False}, "user", "fail", "fail", "not in group"),
    ({"privilege/user": "admin", "privilege/way": "none"}, "privilege", "fail", "fail", "admin"),
    ({"privilege/user": "ops", "privilege/way": "sudo"}, "privilege", "fail", "fail", "yes"),
    ({"limits/nofile/login": [4096, 20000]}, "nofile", "fail", "warn", "soft 4096, hard 20000"),
    ({"limits/nofile/login": [65536, 65536]}, "nofile", "warn", "warn", "65536"),
    ({"limits/nofile/login": [655350, 655350]}, "nofile", "pass", "pass", "655350"),
    ({"limits/nproc/login": [1024, 1024]}, "nproc", "fail", "warn", "1024"),
    ({"limits/core/login": [0, -1]}, "core", "warn", "warn", "soft 0, hard unlimited"),
    ({"limits/stack/login": [8388608, -1]}, "stack", "warn", "warn", "soft 8192"),
    ({"limits/stack/login": [524288, -1]}, "stack", "warn", "warn", "soft 512"),
    ({"limits/nofile/service": [1024, 524288]}, "service_limits", "warn", "warn", "nofile 1024"),
    ({"limits": {"value": None, "unknown": "no user"}}, "nofile", "warn", "warn", "no user"),
    ({"sysctls/fs.aio-max-nr": "65536"}, "fs.aio-max-nr", "warn", "warn", "65536"),
    ({"sysctls/fs.aio-max-nr": "65536", "sysctls/fs.aio-nr": "60000"}, "fs.aio-max-nr", "fail", "warn", "60000 in use"),
    ({"sysctls/vm.max_map_count": "65530"}, "vm.max_map_count", "fail", "warn", "65530"),
    ({"sysctls/vm.max_map_count": "1310721"}, "vm.max_map_count", "fail", "warn", "1310721"),
    ({"sysctls/vm.max_map_count": "1310720"}, "vm.max_map_count", "pass", "pass", "1310720"),
    ({"sysctls/vm.min_free_kbytes": "32767"}, "vm.min_free_kbytes", "fail", "warn", "32767"),
    ({"sysctls/vm.overcommit_memory": "1"}, "vm.overcommit_memory", "fail", "warn", "1"),
    ({"sysctls/vm.swappiness": "60"}, "vm.swappiness", "warn", "warn", "60"),
    ({"sysctls/net.ipv4.tcp_rmem": "4096 87380 6291456"}, "net.ipv4.tcp_rmem", "warn", "warn", "6291456"),
    ({"sysctls/net.ipv4.tcp_rmem": "4096 87380"}, "net.ipv4.tcp_rmem", "warn", "warn", "87380"),
    ({"sysctls/net.ipv4.ip_forward": "1"}, "net.ipv4.ip_forward", "pass", "pass", "1"),
    ({"sysctls": {}}, "vm.max_map_count", "warn", "warn", "not shown"),
    ({"huge_pages": "always"}, "huge_pages", "warn", "warn", "always"),
    ({"swap": {"total": 4 * GIB, "used": GIB}}, "swap", "warn", "warn", "4.0G, 1.0G used"),
    ({"memory/total": 15 * GIB}, "memory_limit", "fail", "fail", "memory_limit = 16.0G of 15.0G"),
    ({"memory/cgroup_limit": 8 * GIB}, "memory_limit", "fail", "fail", "of 8.0G"),
    ({"memory/available": 10 * GIB}, "memory", "fail", "warn", "10.0G available"),
    ({"memory/available": 2 * GIB}, "memory", "fail", "fail", "2.0G available"),
    ({"memory/available": 2 * GIB, "observers/own": {"pid": 9, "memory": 15 * GIB}}, "memory", "pass", "pass", "17.0G available"),
    ({"memory/cgroup_limit": 20 * GIB, "memory/cgroup_used": 18 * GIB}, "memory", "fail", "fail", "2.0G available"),
    ({"memory": {"value": None, "unknown": "no meminfo"}}, "memory", "warn", "warn", "no meminfo"),
    ({"home": directory("home", "8:1", state="foreign", detail="belongs to mars")}, "home_directory", "fail", "fail", "belongs to mars"),
    ({"data": directory("data", "8:16", state="ours")}, "data_directory", "pass", "pass", "ours"),
    ({"log": directory("log", "8:32", state="unused")}, "log_directory", "pass", "pass", "unused"),
    ({"data/write_error": "Read-only file system"}, "data_writable", "fail", "fail", "Read-only"),
    ({"log/write_unknown": "only root can try"}, "log_writable", "warn", "warn", "only root"),
    ({"home/free": GIB}, "home_space", "fail", "fail", "1.0G"),
    ({"home/free": GIB, "home/state": "ours"}, "home_space", "pass", "pass", "1.0G"),
    ({"data/free": 100 * GIB}, "data_space", "fail", "fail", "100.0G free"),
    ({"data/free": 10 * GIB, "data/used": 100 * GIB}, "data_space", "pass", "pass", "110.0G free"),
    ({"log/free": 59 * GIB}, "log_space", "fail", "fail", "59.0G free"),
    ({"log/device": "8:16", "log/free": 163 * GIB, "data/free": 163 * GIB}, "log_space", "fail", "fail", "163.0G free"),
    ({"log/device": "8:16", "log/free": 164 * GIB, "data/free": 164 * GIB}, "data_space", "pass", "pass", "164.0G free"),
    ({"data/inodes_free": 10}, "data_inodes", "fail", "warn", "10 free"),
    ({"data/inodes": 0, "data/inodes_free": 0}, "data_inodes", "pass", "pass", "as many as fit"),
    ({"data/type": "overlay"}, "data_file_system", "warn", "warn", "overlay"),
    ({"data/size": 17 * 1024**4, "data/type": "ext4"}, "data_file_system", "warn", "warn", "ext4"),
    ({"data/options": ["ro"]}, "data_file_system", "fail", "fail", "ro"),
    ({"home/options": ["rw", "noexec"]}, "home_file_system", "fail", "fail", "noexec"),
    ({"log/options": ["rw", "sync"]}, "log_file_system", "warn", "warn", "sync"),
    ({"log/device": "8:16"}, "own_disks", "warn", "warn", "data /data, log /log"),
    ({"sql_port/state": "held", "sql_port/holder": "mysqld (pid 7)"}, "sql_port", "fail", "fail", "mysqld (pid 7)"),
    ({"rpc_port/state": "ours", "rpc_port/holder": "observer (pid 7)"}, "rpc_port", "pass", "pass", "own"),
    ({"rpc_port/state": "clock", "rpc_port/holder": "ob_precheck (pid 7)"}, "rpc_port", "pass", "pass", "free"),
    ({"rpc_port/elsewhere": ["observer (pid 8) on 198.51.100.1"]}, "rpc_port", "warn", "warn", "198.51.100.1"),
    ({"address/exists": False, "address/error": "Cannot assign requested address"}, "address", "fail", "fail", "Cannot assign"),
    ({"address/loopback": True}, "address", "pass", "pass", "192.0.2.1"),
    ({"device/exists": False}, "device", "fail", "fail", "no device eth0"),
    ({"address/devices": ["eth1"]}, "device", "fail", "fail", "is on eth1"),
    ({"device/state": "down"}, "device", "warn", "warn", "down"),
    ({"host_name/addresses": []}, "host_name", "warn", "warn", "not resolved"),
    ({"observers/others": ["/opt/other"]}, "other_observers", "warn", "warn", "/opt/other"),
    ({"time_service": {"running": [], "synchronised": "no"}}, "time_service", "warn", "warn", "none seen"),
    ({"time_service": {"running": [], "synchronised": "yes"}}, "time_service", "pass", "pass", "yes"),
]


@pytest.mark.parametrize(("changes", "item", "obd", "lab", "word"), CASES)
def test_one_fact_at_a_time(changes: dict[str, Any], item: str, obd: str, lab: str, word: str) -> None:
    for profile, verdict in (("obd", obd), ("lab", lab)):
        found = judged(changes, profile)[("ob1", item)]
        assert (found.verdict, word in found.measured) == (verdict, True), found
        assert bool(found.remedy) == (verdict != "pass")
        assert found.threshold or "unknown" in str(changes)


def test_the_table_covers_every_item_that_a_host_has_by_itself() -> None:
    of_pairs = {"reach", "latency", "clock", "mtu", "system_memory", "data_used"}
    alike = {check.name for check in CHECKS if check.group == "kernel" or check.name.endswith(("_inodes", "_writable", "_directory", "_file_system"))}
    assert {check.name for check in CHECKS} - {case[1] for case in CASES} - of_pairs - alike == set()


def test_no_item_hides_another() -> None:
    """Even of a host of which nothing is known but that it answered."""
    measured, pairs = world(2)
    measured["ob1"] = {"system": measured["ob1"]["system"]}
    found = verdicts(judge(measured, pairs, plan(2), load_profile("obd")))
    assert sum(1 for host, _item in found if host == "ob1") == len(CHECKS) + 1
    assert found[("ob1", "memory")].verdict == "warn"
    assert found[("ob2", "memory")].verdict == "pass"


def test_a_measurement_of_another_shape_is_not_known_rather_than_an_error() -> None:
    found = judged({"memory": {"nonsense": 1}})[("ob1", "memory")]
    assert found.verdict == "warn"
    assert "cannot be judged" in found.measured


def test_a_host_that_did_not_answer() -> None:
    measured, pairs = world(2)
    del measured["ob2"]
    found = verdicts(judge(measured, pairs, plan(2), load_profile("lab"), None, {"ob2": "no route to host"}))
    assert found[("ob2", "probe")].verdict == "fail"
    assert found[("ob2", "probe")].measured == "no route to host"
    assert sum(1 for host, _item in found if host == "ob1") == len(CHECKS) + 1


def test_unpacked_packages_need_neither_root_nor_rpm() -> None:
    changes = {"rpm/program": False, "privilege": {"user": "admin", "way": "none", "service_user": True}}
    found = judged(changes, install_method="extract")
    assert (found[("ob1", "rpm")].verdict, found[("ob1", "privilege")].verdict) == ("pass", "pass")


@pytest.mark.parametrize(
    ("version", "release", "machine", "flags", "verdict"),
    [
        ("4.2.1.6", "1", "x86_64", [], "fail"),
        ("4.2.5.6", "1", "x86_64", [], "pass"),
        ("4.3.0.0", "1", "x86_64", [], "fail"),
        ("4.3.5.4", "1", "x86_64", [], "pass"),
        ("4.4.0.0", "1", "x86_64", [], "fail"),
        ("4.4.1.0", "1", "x86_64", [], "pass"),
        ("4.3.5.3", "1", "aarch64", [], "fail"),
        ("4.3.5.3", "1nonlse", "aarch64", [], "pass"),
        ("4.3.5.3", "1", "aarch64", ["atomics"], "pass"),
        ("4.3.5.3", "1", "loongarch64", [], "pass"),
    ],
)
def test_instruction_sets(version: str, release: str, machine: str, flags: list[str], verdict: str) -> None:
    made = plan(1, version)
    made["package"].update(release=release, arch=machine)
    found = judged({"cpu_flags": flags, "system/machine": machine}, plan=made)
    assert found[("ob1", "cpu_flags")].verdict == verdict


@pytest.mark.parametrize(
    ("version", "parameters", "item", "verdict", "word"),
    [
        ("4.3.5.3", {"memory_limit": "3G"}, "memory_limit", "fail", "3.0G"),
        ("3.1.0", {"memory_limit": "6G"}, "memory_limit", "fail", "6.0G"),
        ("3.1.5", {"memory_limit": "6G"}, "memory_limit", "pass", "6.0G"),
        ("2.2.76", {"memory_limit": "6G"}, "memory_limit", "fail", "6.0G"),
        ("4.3.5.3", {"memory_limit": "0"}, "memory_limit", "pass", "80 % of 64.0G = 51.2G"),
        ("4.3.5.3", {"memory_limit": "0M", "memory_limit_percentage": "95"}, "memory", "fail", "60.8G"),
        ("4.3.5.3", {"system_memory": "13G"}, "system_memory", "warn", "13.0G"),
        ("4.3.5.3", {"system_memory": "16G"}, "system_memory", "fail", "16.0G"),
        ("3.1.5", {"system_memory": "11.5G"}, "system_memory", "warn", "30G by default"),
        ("3.1.5", {"system_memory": "12G"}, "system_memory", "warn", "12.0G"),
        ("4.3.5.3", {"system_memory": "0"}, "system_memory", "pass", "by the server"),
        ("3.1.5", {"system_memory": ""}, "system_memory", "warn", "30G by default"),
        ("4.3.5.3", {"datafile_size": "487G"}, "data_space", "fail", "490.0G free"),
        ("4.1.0.0", {"datafile_size": "481G"}, "data_space", "fail", "490.0G free"),
        ("4.3.5.3", {"datafile_size": "486G"}, "data_space", "pass", "490.0G free"),
        ("3.1.5", {"datafile_size": "490G"}, "data_space", "pass", "490.0G free"),
        ("4.3.5.3", {"datafile_size": "0"}, "data_space", "pass", "490.0G free"),
        ("4.3.5.3", {"datafile_size": "0", "datafile_disk_percentage": "99"}, "data_space", "fail", "490.0G free"),
        ("3.1.5", {"datafile_size": ""}, "data_used", "pass", "2 %"),
    ],
)
def test_sizes(version: str, parameters: dict[str, str], item: str, verdict: str, word: str) -> None:
    found = judged({}, plan=plan(1, version, **parameters))[("ob1", item)]
    assert (found.verdict, word in found.measured) == (verdict, True), found


def test_default_shares_of_one_disk() -> None:
    made = plan(1, datafile_size="", log_disk_size="")
    changes = {"log/device": "8:16", "data/free": 449 * GIB, "log/free": 449 * GIB}
    assert judged(changes, "obd", plan=made)[("ob1", "data_space")].verdict == "fail"
    found = judged(changes, "lab", plan=made)[("ob1", "data_space")]
    assert found.verdict == "warn"
    assert found.threshold == "450.0G = data 60 % of the disk's 500.0G + log 30 % of the disk's 500.0G"
    tiny = judged({"data/free": GIB}, "lab", plan=made)[("ob1", "data_space")]
    assert (tiny.verdict, tiny.threshold.rpartition(", ")[2]) == ("fail", "and at least 2.0G")


def test_a_used_data_disk_of_3() -> None:
    found = judged({"data/free": 470 * GIB}, plan=plan(1, "3.1.5"))[("ob1", "data_used")]
    assert (found.verdict, found.measured) == ("warn", "6 % of the disk used")


def shared(hosts: int, **facts: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return hosts that are containers of one machine."""
    measured, pairs = world(hosts)
    for host in measured:
        changed(measured[host], {"system/boot_id": "one", **facts})
    return measured, pairs


def test_servers_of_one_machine_share_its_memory_and_disks() -> None:
    measured, pairs = shared(4, **{"memory/available": 60 * GIB})
    for profile, verdict in (("obd", "fail"), ("lab", "warn")):
        found = verdicts(judge(measured, pairs, plan(4), load_profile(profile)))[("ob3", "memory")]
        assert (found.verdict, found.measured) == (verdict, "60.0G available, memory_limit 64.0G for 4 servers of this machine")
    for size, obd, lab in (("121G", "fail", "warn"), ("118G", "pass", "pass"), ("490G", "fail", "fail")):
        for profile, verdict in (("obd", obd), ("lab", lab)):
            found = verdicts(judge(measured, pairs, plan(4, datafile_size=size), load_profile(profile)))[("ob2", "data_space")]
            assert found.verdict == verdict
            assert f"4 servers x (data datafile_size {size[:-1]}.0G + slog 4G)" in found.threshold


def test_many_small_servers_of_one_machine_are_left_alone_by_lab() -> None:
    measured, pairs = shared(30, **{"memory/available": 20 * GIB, "sysctls/fs.aio-max-nr": "65536", "limits/nofile/login": [4096, 20000]})
    found = judge(measured, pairs, plan(30, datafile_size="1G", log_disk_size="1G"), load_profile("lab"))
    assert [item for item in found if item.verdict == "fail"] == []
    assert verdicts(found)[("ob1", "nofile")].threshold == ">= 600000, better 655350"
    assert verdicts(found)[("ob1", "fs.aio-max-nr")].threshold == "600000 free for 30 servers, better 1048576"


def test_loopback_serves_hosts_of_one_machine_only() -> None:
    measured, pairs = world(2)
    for host in measured:
        changed(measured[host], {"address/loopback": True})
    assert verdicts(judge(measured, pairs, plan(2), load_profile("lab")))[("ob1", "address")].verdict == "fail"
    for host in measured:
        changed(measured[host], {"system/boot_id": "one"})
    assert verdicts(judge(measured, pairs, plan(2), load_profile("lab")))[("ob1", "address")].verdict == "pass"


def test_a_server_of_the_plan_on_another_address_is_no_stranger() -> None:
    found = judged({"rpc_port/elsewhere": ["observer (pid 8) on 192.0.2.2"]}, hosts=2)
    assert found[("ob1", "rpc_port")].verdict == "pass"


def test_mtu_and_names_are_compared() -> None:
    found = judged({"device/mtu": 9000, "host_name/name": "db2"}, hosts=3)
    assert found[("ob1", "mtu")].measured == "9000, but 1500 on ob2, 1500 on ob3"
    assert found[("ob2", "mtu")].verdict == "warn"
    assert found[("ob1", "host_name")].measured == "db2, as on ob2"
    assert found[("ob3", "host_name")].verdict == "pass"


@pytest.mark.parametrize(
    ("version", "offset", "obd", "ocp", "strict", "lab"),
    [
        ("4.3.5.3", 40, "pass", "pass", "pass", "pass"),
        ("4.3.5.3", 51, "warn", "warn", "fail", "pass"),
        ("4.3.5.3", 501, "fail", "warn", "fail", "warn"),
        ("4.3.5.3", 2001, "fail", "fail", "fail", "fail"),
        ("3.1.5", 51, "warn", "fail", "fail", "warn"),
        ("3.1.5", 201, "fail", "fail", "fail", "fail"),
        ("4.3.5.3", -501, "fail", "warn", "fail", "warn"),
    ],
)
def test_clocks(version: str, offset: int, obd: str, ocp: str, strict: str, lab: str) -> None:
    pairs = world(3)[1]
    pairs["ob1"]["pairs"]["value"][1]["offset_ms"] = offset
    pairs["ob3"]["pairs"]["value"][0].update(offset_ms=-offset, rtt_ms=40)
    for profile, verdict in (("obd", obd), ("ocp", ocp), ("strict", strict), ("lab", lab)):
        found = judged({}, profile, 3, plan=plan(3, version), pairs=pairs)
        assert found[("ob1", "clock")].verdict == verdict
        assert found[("ob1", "clock")].measured == f"{offset:+.2f} ms to ob3, within 0.10 ms"
        assert found[("ob3", "clock")].measured == f"{-offset:+.2f} ms to ob1, within 0.10 ms"
        assert found[("ob2", "clock")].verdict == "pass"


def test_a_peer_that_one_side_does_not_reach() -> None:
    pairs = world(3)[1]
    pairs["ob1"] = {"pairs": fact([answer(2), answer(3, reachable=False, error="No route to host", offset_ms=None, rtt_ms=None, connect_ms=None)])}
    found = judged({}, "lab", 3, pairs=pairs)
    assert (found[("ob1", "reach")].verdict, found[("ob1", "reach")].measured) == ("fail", "ob3 (192.0.2.3:2882): No route to host")
    assert found[("ob3", "reach")].verdict == "pass"
    # The other side saw the clocks all the same.
    assert found[("ob1", "clock")].verdict == "pass"


def test_clocks_that_nobody_told() -> None:
    pairs = world(2)[1]
    for host in pairs:
        pairs[host]["pairs"]["value"][0].update(offset_ms=None, rtt_ms=None, clock_unknown="no clock process answered there")
    found = judged({}, "lab", 2, pairs=pairs)[("ob1", "clock")]
    assert (found.verdict, found.measured) == ("warn", "not known: no clock process answered there")
    assert judged({}, "strict", 2, pairs=pairs)[("ob1", "clock")].verdict == "fail"


def test_pairs_that_were_not_measured() -> None:
    found = judged({}, "lab", 2, pairs={})
    assert {found[("ob1", name)].verdict for name in ("reach", "latency", "clock")} == {"warn"}
    assert {judged({}, "lab", 1, pairs={})[("ob1", name)].verdict for name in ("reach", "latency", "clock")} == {"pass"}


@pytest.mark.parametrize(("rtt", "verdict"), [(49, "pass"), (51, "warn"), (101, "warn")])
def test_latency(rtt: float, verdict: str) -> None:
    pairs = world(2)[1]
    pairs["ob1"]["pairs"]["value"][0]["rtt_ms"] = rtt
    assert judged({}, "obd", 2, pairs=pairs)[("ob1", "latency")].verdict == verdict
    assert judged({}, "ocp", 2, pairs=pairs)[("ob1", "latency")].verdict == ("fail" if rtt > 100 else verdict)


def test_an_unknown_generation_is_refused() -> None:
    with pytest.raises(ObError, match="of no generation that is known"):
        judged({}, plan=plan(1, "9.1"))
