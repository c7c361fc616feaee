# SPDX-License-Identifier: GPL-3.0-or-later
"""Module component with the packages of the stand-ins: both methods, interruptions, refusals."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import build_tools
import pytest
from proxy_home import ME, MY_GROUP

from ansible_collections.oceanbase.cluster.plugins.module_utils._component import home_in, parse_name

Run = Callable[..., dict[str, Any]]
PROXY, OTHER_PROXY = "obproxy-ce-4.2.3.0-3.el7.x86_64.rpm", "obproxy-ce-4.3.3.0-5.el7.x86_64.rpm"
ENTERPRISE, AGENT = "obproxy-3.2.3-20220310201314.el7.x86_64.rpm", "obagent-4.2.2-100000042024011120.el7.x86_64.rpm"


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build all packages."""
    if shutil.which("rpmbuild") is None:
        pytest.skip("rpmbuild is not installed")
    folder = tmp_path_factory.mktemp("packages")
    for tool in build_tools.proxies() + build_tools.agents():
        build_tools.build(tool, folder)
    return folder


@pytest.mark.parametrize(
    ("rpm", "name", "version", "home"),
    [
        (PROXY, "obproxy-ce", "4.2.3.0", "/home/admin/obproxy-4.2.3.0"),
        (ENTERPRISE, "obproxy", "3.2.3", "/opt/taobao/install/obproxy-3.2.3"),
        ("obproxy-3.2.0-1.el7.x86_64.rpm", "obproxy", "3.2.0", "/opt/taobao/install/obproxy-3.2.0"),
        (AGENT, "obagent", "4.2.2", "/home/admin/obagent"),
    ],
)
def test_names(rpm: str, name: str, version: str, home: str) -> None:
    parsed = parse_name(rpm)
    assert (parsed.name, parsed.version, parsed.usual_home) == (name, version, home)
    assert home_in([f"{home}/lib", f"{home}/{parsed.program}"], parsed.program) == home and home_in(["/x"], parsed.program) == ""


@pytest.mark.parametrize(("rpm", "program"), [(PROXY, "bin/obproxy"), (ENTERPRISE, "bin/obproxy"), (AGENT, "bin/ob_agentctl")])
def test_extract(run_main: Run, packages: Path, tmp_path: Path, rpm: str, program: str) -> None:
    home = tmp_path / "home"
    options = {"rpm_name": rpm, "method": "extract", "home": str(home), "remote_dir": str(packages), "user": ME, "group": MY_GROUP}
    assert run_main("component", options, check=True)["changed"] and not home.exists()
    done = run_main("component", options)
    assert done["changed"] and done["home"] == str(home) and os.access(home / program, os.X_OK), done
    assert not run_main("component", options)["changed"]
    (home / program).unlink()
    repaired = run_main("component", options)
    assert repaired["changed"] and "incomplete" in repaired["diff"]["before"] and (home / program).exists()
    other = run_main("component", {**options, "rpm_name": OTHER_PROXY})
    assert "holds another version" in other["msg"] and other["installed"] == rpm[:-4]


def test_refusals(run_main: Run, packages: Path, tmp_path: Path) -> None:
    options = {"rpm_name": PROXY, "method": "extract", "home": str(tmp_path / "home"), "remote_dir": str(packages), "user": ME, "group": MY_GROUP}
    assert "not the name of a package" in run_main("component", {**options, "rpm_name": "obproxy.rpm"})["msg"]
    assert "wanted is" in run_main("component", {**options, "checksum": "sha256:" + "0" * 64})["msg"]
    assert "signature is none" in run_main("component", {**options, "signature": "required"})["msg"]
    assert "does not exist on this host" in run_main("component", {**options, "remote_dir": str(tmp_path)})["msg"]
    (tmp_path / "home/bin").mkdir(parents=True)
    (tmp_path / "home/bin/obproxy").write_text("")
    assert "was not unpacked by this collection" in run_main("component", options)["msg"]


@pytest.mark.skipif(os.geteuid() != 0, reason="method rpm needs root")
def test_rpm(run_main: Run, packages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.oceanbase.cluster.plugins.modules import component

    # A database of the test's own; the package's folder is moved below the test's.
    real = component.ask
    monkeypatch.setattr(component, "ask", lambda argv, what: real([argv[0], "--dbpath", str(tmp_path / "db"), *argv[1:]], what))
    monkeypatch.setattr(component._rpm, "install", lambda paths, prefix: ["rpm", "-i", "--prefix", str(tmp_path / "px"), "--nodeps", *paths])
    options = {"rpm_name": PROXY, "remote_dir": str(packages), "user": ME, "group": MY_GROUP}
    assert run_main("component", options, check=True)["home"] == "/home/admin/obproxy-4.2.3.0"
    done = run_main("component", options)
    assert done["changed"] and done["home"] == str(tmp_path / "px") and (tmp_path / "px/bin/obproxy").exists(), done
    assert not run_main("component", options)["changed"]
    assert "another version is installed" in run_main("component", {**options, "rpm_name": OTHER_PROXY})["msg"]
