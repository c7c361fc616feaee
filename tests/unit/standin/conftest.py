# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts of the stand-in release on loopback addresses; each process of a test run has a range of its own."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests/standin/lib"), str(ROOT / "tests/standin"), str(Path(__file__).parent)]

from standin_host import Host  # noqa: E402


def engine_folder() -> str:
    """Find the SQL engine's binary."""
    given = os.environ.get("STANDIN_ENGINE")
    if given:
        return given
    spec = importlib.util.find_spec("pylibseekdb")
    if spec is None or spec.origin is None:
        pytest.skip("the SQL engine pylibseekdb is not installed")
    return str(Path(spec.origin).parent)


@pytest.fixture(scope="session")
def engine() -> str:
    """Give the folder of the SQL engine."""
    return engine_folder()


def make_host_factory(base: Path, network: str, engine: str, hosts: list[Host]) -> Callable[..., Host]:
    """Make a function that lays out hosts."""
    def make(version: str = "4.3.5.3", zone: str = "", **settings: object) -> Host:
        number = len(hosts) + 1
        host = Host(base / f"h{number}", f"{network}.{number}", zone or f"zone{number}", version, engine)
        host.install()
        host.settings(**settings)
        hosts.append(host)
        return host
    return make


def in_use(number: int) -> bool:
    """Tell whether anything listens on an address 127.number.x.y, such as an observer of a test run that was killed."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return any(fields[1][4:8] == f"{number:02X}7F" and fields[3] == "0A" for fields in (line.split() for line in lines))


@pytest.fixture(scope="session")
def network() -> Iterator[str]:
    """Take a part of the loopback network for this process alone: whoever holds its first port has it."""
    for number in range(60, 250):
        if in_use(number):
            continue
        with socket.socket() as claim:
            try:
                claim.bind((f"127.{number}.0.1", 2881))
            except OSError:
                continue
            yield f"127.{number}"
            return
    pytest.fail("every part of the loopback network is taken")


@pytest.fixture
def make_host(tmp_path: Path, engine: str, network: str) -> Iterator[Callable[..., Host]]:
    """Give a function that makes hosts, and end everything that ran on them."""
    hosts: list[Host] = []
    try:
        yield make_host_factory(tmp_path, f"{network}.1", engine, hosts)
    finally:
        Host.destroy_all(hosts)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, engine: str, network: str, request: pytest.FixtureRequest) -> Iterator[list[Host]]:
    """Give a bootstrapped cluster of three zones with a fourth server that is started but not added; each module has its own."""
    hosts: list[Host] = []
    make = make_host_factory(tmp_path_factory.mktemp("cluster"), f"{network}.{request.module.NETWORK}", engine, hosts)
    try:
        for zone in ("zone1", "zone2", "zone3", "zone1"):
            make(zone=zone)
        for host in hosts:
            host.start()
        for host in hosts:
            host.wait_sql()
        hosts[0].execute(Host.bootstrap_statement(hosts[:3]))
        yield hosts
    finally:
        Host.destroy_all(hosts)


@pytest.fixture(scope="module")
def old_cluster(tmp_path_factory: pytest.TempPathFactory, engine: str, network: str) -> Iterator[list[Host]]:
    """Give a bootstrapped cluster of 3.1.5 with two zones."""
    hosts: list[Host] = []
    make = make_host_factory(tmp_path_factory.mktemp("old"), f"{network}.9", engine, hosts)
    try:
        for host in [make("3.1.5"), make("3.1.5")]:
            host.start()
            host.wait_sql()
        hosts[0].execute(Host.bootstrap_statement(hosts))
        yield hosts
    finally:
        Host.destroy_all(hosts)
