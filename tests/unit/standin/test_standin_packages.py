# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages and ob_admin."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SERVER = "oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm"
needs_rpm = pytest.mark.skipif(not shutil.which("rpmbuild"), reason="rpmbuild is not installed")


def build(output: Path, *arguments: str) -> list[str]:
    """Run build.py and return its lines."""
    command = [sys.executable, str(ROOT / "tests/standin/build.py"), "--engine", "/opt/seekdb", "--output", str(output), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def rpm(*arguments: str) -> str:
    """Ask rpm."""
    return subprocess.run(["rpm", *arguments], check=True, capture_output=True, text=True).stdout


@needs_rpm
def test_packages(tmp_path: Path) -> None:
    """Names, owners, prefix and honesty; a second build does nothing."""
    assert all(line.startswith("built") for line in build(tmp_path))
    assert all(line.startswith("kept") for line in build(tmp_path))
    community = [SERVER, "oceanbase-ce-4.2.1.6-106000012024042515.el7.x86_64.rpm", "oceanbase-ce-4.0.0.0-100000272022110114.el7.x86_64.rpm",
                 "oceanbase-ce-3.1.5-100000252023041721.el7.x86_64.rpm"]
    enterprise = ["oceanbase-2.2.73-20201211175814.el7.x86_64.rpm", "oceanbase-2.2.76-20210219154519.el7.x86_64.rpm"]
    assert sorted(path.name for path in tmp_path.glob("*.rpm")) == sorted(
        [*community, *(name.replace("ce-", "ce-libs-", 1) for name in community), SERVER.replace("ce-", "ce-utils-", 1), *enterprise])
    single = str(tmp_path / enterprise[0])
    assert rpm("-qp", "--requires", single).count("oceanbase") == 0
    assert {"/home/admin/oceanbase/bin/observer", "/home/admin/oceanbase/bin/ob_admin"} <= set(rpm("-qpl", single).split())
    package = str(tmp_path / SERVER)
    assert "stand-in" in rpm("-qp", "--qf", "%{SUMMARY} %{DESCRIPTION}", package)
    assert rpm("-qp", "--qf", "%{PREFIXES}", package) == "/home/admin/oceanbase"
    assert "oceanbase-ce-libs = 4.3.5.3" in rpm("-qp", "--requires", package)
    listing = rpm("-qplv", package)
    assert "/home/admin/oceanbase/bin/observer" in listing
    assert all(line.split()[2:4] == ["admin", "admin"] for line in listing.splitlines())
    assert "/usr/bin/ob_admin" in rpm("-qpl", str(tmp_path / SERVER.replace("ce-", "ce-utils-", 1)))
    assert sum(path.stat().st_size for path in tmp_path.glob("*.rpm")) < 1 << 20


@needs_rpm
@pytest.mark.skipif(not shutil.which("cpio"), reason="cpio is not installed")
def test_extracted(tmp_path: Path) -> None:
    """Unpacked without root, the observer runs with its libs and complains without them."""
    build(tmp_path, "--version", "4.2.1.6", "--release", "106000012024042515.el7")
    root = tmp_path / "root"
    root.mkdir()
    observer = root / "home/admin/oceanbase/bin/observer"

    def extract(name: str) -> None:
        content = subprocess.run(["rpm2cpio", str(tmp_path / name)], check=True, capture_output=True).stdout
        subprocess.run(["cpio", "-idm", "--quiet"], input=content, cwd=root, check=True)

    extract("oceanbase-ce-4.2.1.6-106000012024042515.el7.x86_64.rpm")
    done = subprocess.run([sys.executable, str(observer), "-V"], capture_output=True, text=True, check=False)
    assert (done.returncode, "error while loading shared libraries" in done.stderr) == (127, True)
    extract("oceanbase-ce-libs-4.2.1.6-106000012024042515.el7.x86_64.rpm")
    done = subprocess.run([sys.executable, str(observer), "-V"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.splitlines()[1]) == (0, "observer (OceanBase_CE 4.2.1.6)")


def test_io_bench(tmp_path: Path) -> None:
    """The measurement is short and its result has the real format."""
    conf, data = tmp_path / "etc", tmp_path / "data"
    conf.mkdir()
    data.mkdir()
    begin = time.monotonic()
    subprocess.run([sys.executable, str(ROOT / "tests/standin/bin/ob_admin"), "io_bench", "-c", str(conf), "-d", str(data), "-f", "1G"], check=True)
    assert time.monotonic() - begin < 20
    lines = (conf / "io_resource.conf").read_text().splitlines()
    assert lines[0] == "io_type io_size_byte io_ps io_rt_us"
    assert [line.split()[:2] for line in lines[1:10]] == [["0", str(4096 << step)] for step in range(8)] + [["1", "2097152"]]
    assert all(int(number) > 0 for line in lines[1:10] for number in line.split()[2:])
    assert not list(data.iterdir())


def test_io_bench_of_a_missing_disk(tmp_path: Path) -> None:
    """A directory that is not there is a failure."""
    done = subprocess.run([sys.executable, str(ROOT / "tests/standin/bin/ob_admin"), "io_bench", "-c", str(tmp_path), "-d", str(tmp_path / "none")],
                          capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "No such file" in done.stderr
