# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of OBProxy and the agent share: homes with the stand-ins, a cluster, running main() of a module."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests/standin/lib"), str(ROOT / "tests/standin"), str(ROOT / "tests/unit/standin"), str(Path(__file__).parent)]

from proxy_home import MONITOR, PROXYRO, ROOT_PASSWORD, ProxyHome, end_below, network  # noqa: E402
from standin_host import Host  # noqa: E402


@pytest.fixture
def run_main(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Run main() of a module and return its result."""
    return lambda module, params, check=False: run_module(capsys, module, params, check)


def run_module(capsys: pytest.CaptureFixture[str], module: str, params: dict[str, Any], check: bool) -> dict[str, Any]:
    """Run main() of a module."""
    from ansible.module_utils import basic

    args = {**params, "_ansible_check_mode": check, "_ansible_diff": True}
    main = importlib.import_module(f"ansible_collections.oceanbase.cluster.plugins.modules.{module}").main
    capsys.readouterr()
    try:
        from ansible.module_utils.testing import patch_module_args
    except ImportError:  # ansible-core < 2.19
        basic._ANSIBLE_ARGS = json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode()
        with pytest.raises(SystemExit):
            main()
    else:
        with patch_module_args(args), pytest.raises(SystemExit):
            main()
    found: dict[str, Any] = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    return found


@pytest.fixture
def make_proxy(tmp_path: Path, worker_id: str) -> Iterator[Callable[..., ProxyHome]]:
    """Return a function that lays out proxies; they end with the test."""
    made: list[ProxyHome] = []

    def make(version: str = "4.3.3.0") -> ProxyHome:
        number = len(made) + 1
        home = ProxyHome(tmp_path.resolve() / f"px{number}", f"{network(worker_id, 9)}.{number}", version)
        made.append(home)
        return home

    yield make
    end_below(tmp_path.resolve())


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[list[Host]]:
    """Return a cluster of three zones with passwords and the two default users; one for all tests of a worker."""
    spec = importlib.util.find_spec("pylibseekdb")
    if spec is None or spec.origin is None:
        pytest.skip("the SQL engine pylibseekdb is not installed")
    base = tmp_path_factory.mktemp("cluster")
    hosts = [Host(base / f"h{one}", f"{network(worker_id, 1)}.{one}", f"zone{one}", "4.3.5.3", str(Path(spec.origin).parent)) for one in (1, 2, 3)]
    for host in hosts:
        host.install()
        host.settings()
        host.start()
    for host in hosts:
        host.wait_sql()
    hosts[0].execute(Host.bootstrap_statement(hosts))
    root = hosts[0]
    with contextlib.closing(root.connect()) as connection, connection.cursor() as cursor:
        for name, password in (("proxyro", PROXYRO), ("ocp_monitor", MONITOR)):
            cursor.execute(f"CREATE USER {name} IDENTIFIED BY %s", (password,))
            cursor.execute(f"GRANT SELECT ON oceanbase.* TO {name}")
        cursor.execute("ALTER USER root IDENTIFIED BY %s", (ROOT_PASSWORD,))
    for host in hosts:
        host.password = ROOT_PASSWORD.encode()
    yield hosts
    Host.destroy_all(hosts)


if importlib.util.find_spec("xdist") is None:

    @pytest.fixture(scope="session")
    def worker_id() -> str:
        """Stand in for the fixture of pytest-xdist."""
        return "master"
