# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of modules share: running main(), a small observer, small packages."""

from __future__ import annotations

import contextlib
import grp
import importlib
import json
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

ME = pwd.getpwuid(os.geteuid()).pw_name
MY_GROUP = grp.getgrgid(os.getegid()).gr_name
ARCH = platform.machine()
VERSION, RELEASE = "4.3.5.3", "103000092025080818.el7"
OTHER, OTHER_RELEASE = "4.2.1.6", "106000012024042515.el7"
SERVER = f"oceanbase-ce-{VERSION}-{RELEASE}.{ARCH}"
LIBS = f"oceanbase-ce-libs-{VERSION}-{RELEASE}.{ARCH}"
OTHER_SERVER = f"oceanbase-ce-{OTHER}-{OTHER_RELEASE}.{ARCH}"

# A server in miniature: flags on stderr, a daemon that locks its pid file, a greeting, SIGUSR1. What it does besides stands in "mode".
OBSERVER = '''#!{python}
import fcntl, os, signal, socket, sys
flags = sys.argv[1:]
modes = open("mode").read().split() if os.path.exists("mode") else []
sys.stderr.write(" ".join(sys.argv) + "\\n")
if "-V" in flags:
    sys.stderr.write("observer (OceanBase_CE 4.3.5.3)\\n\\nREVISION: 1\\n")
    sys.exit(0)
if "-Y" in flags:
    sys.stderr.write(sys.argv[0] + ": invalid option -- 'Y'\\nobserver [OPTIONS]\\n  -h,--help   print this help\\n")
    sys.exit(1)
for name in ("run", "log", "etc"):
    os.makedirs(name, exist_ok=True)
lock = open("run/observer.pid", "a+")
try:
    fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
except OSError:
    sys.stderr.write("pid already exists\\n")
    sys.exit(96)
fcntl.lockf(lock, fcntl.LOCK_UN)
ready, told = os.pipe()
if os.fork():
    os.close(told)
    os.read(ready, 1)  # so that the test needs no waiting; a real one may return earlier
    sys.exit(0)
os.setsid()
os.close(ready)
nothing = os.open(os.devnull, os.O_RDWR)
for number in (0, 1, 2):
    os.dup2(nothing, number)
log = open("log/observer.log", "a")
if "die" in modes:
    log.write("[2026-01-01 00:00:00.000001] INFO  [SERVER] main (main.cpp:1) [1][observer] observer is starting\\n")
    log.write("[2026-01-01 00:00:00.000002] ERROR [SERVER] init (ob_server.cpp:1) [1][observer] listen mysql port fail(ret=-4004)\\n")
    log.close()
    os._exit(-4004 & 255)
fcntl.lockf(lock, fcntl.LOCK_EX)
lock.truncate(0)
lock.write(str(os.getpid()))
lock.flush()
os.chmod("run/observer.pid", 0o600)
def end(*_):
    if "keep_pid_file" not in modes:
        os.unlink("run/observer.pid")
    os._exit(0)
signal.signal(signal.SIGUSR1, signal.SIG_IGN if "deaf" in modes else end)
kept = "etc/observer.config.bin"
if not flags and os.path.exists(kept):
    flags = open(kept).read().split("\\n")
elif "keep" in modes:
    open(kept, "w").write("\\n".join(flags))
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
server.bind(("127.0.0.1", int(flags[flags.index("-p") + 1])))
os.write(told, b"x") if "slow" in modes else None
while "slow" in modes and not os.path.exists("go"):
    signal.sigtimedwait([], 0.01)
server.listen(8)
os.write(told, b"x") if "slow" not in modes else None
while True:
    peer = server.accept()[0]
    peer.sendall(b"\\x4a\\0\\0\\0" + (b"\\x0a5.7.25-OceanBase_CE\\0" if "mute" not in modes else b"\\xff\\x41\\x1fServer is initializing"))
    peer.close()
'''

SPEC = """
Name: {name}
Version: {version}
Release: {release}
Summary: A server in miniature
License: GPL
Prefix: /home/admin/oceanbase
AutoReqProv: no
{requires}
%define __os_install_post %{{nil}}
%description
A server in miniature.
%package libs
Summary: Its libraries
Prefix: /home/admin/oceanbase
AutoReqProv: no
%description libs
Its libraries.
%install
mkdir -p %{{buildroot}}/home/admin/oceanbase/bin %{{buildroot}}/home/admin/oceanbase/etc %{{buildroot}}/home/admin/oceanbase/lib
cp {observer} %{{buildroot}}/home/admin/oceanbase/bin/observer
chmod 755 %{{buildroot}}/home/admin/oceanbase/bin/observer
echo zones >%{{buildroot}}/home/admin/oceanbase/etc/timezone_V1.log
echo aio >%{{buildroot}}/home/admin/oceanbase/lib/libaio.so.1
%files
%defattr(-,root,root)
/home/admin/oceanbase/bin
/home/admin/oceanbase/etc
%files libs
%defattr(-,root,root)
/home/admin/oceanbase/lib
"""


class Names(NamedTuple):
    """Names of packages and of who runs the tests."""

    SERVER: str = SERVER
    LIBS: str = LIBS
    OTHER_SERVER: str = OTHER_SERVER
    ME: str = ME
    MY_GROUP: str = MY_GROUP


@pytest.fixture
def names() -> Names:
    """Return the names."""
    return Names()


@pytest.fixture
def run_main(capsys: pytest.CaptureFixture[str]) -> Callable[..., dict[str, Any]]:
    """Run main() of a module and return its result."""

    def run(module: str, params: dict[str, Any], check: bool = False) -> dict[str, Any]:
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
        return json.loads(capsys.readouterr().out.strip().splitlines()[-1])

    return run


def write_observer(path: Path) -> None:
    """Write the small observer."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(OBSERVER.replace("{python}", sys.executable))
    path.chmod(0o755)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Home:
    """A home directory with a small observer and its mark."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.port, self.rpc_port = free_port(), free_port()
        write_observer(path / "bin" / "observer")
        self.mark("obdemo")

    @property
    def flags(self) -> list[str]:
        """The flags of the server."""
        return ["-p", str(self.port), "-P", str(self.rpc_port), "-z", "zone1", "-o", "memory_limit=6G,system_memory=1G"]

    def mark(self, cluster: str) -> None:
        """Say whom the directory belongs to."""
        (self.path / ".oceanbase_cluster.json").write_text(json.dumps({"cluster": cluster, "ob_cluster_id": 1, "server": f"127.0.0.1:{self.rpc_port}"}))

    def mode(self, *words: str) -> None:
        """Say what the observer does."""
        (self.path / "mode").write_text(" ".join(words))

    def pid(self) -> int:
        """Return the number in the pid file, 0 where there is none."""
        try:
            return int((self.path / "run" / "observer.pid").read_text() or "0")
        except FileNotFoundError:
            return 0

    def params(self, **more: Any) -> dict[str, Any]:
        """Return the options of module observer."""
        own = {"cluster": "obdemo", "home": str(self.path), "user": ME, "address": "127.0.0.1", "sql_port": self.port, "rpc_port": self.rpc_port}
        return {**own, "version": VERSION, "wait_timeout": 30, "stop_timeout": 30, **more}

    def end(self) -> None:
        """Kill what runs from here, and nothing else."""
        for name in os.listdir("/proc"):
            try:
                if name.isdigit() and os.readlink(f"/proc/{name}/cwd") == str(self.path):
                    os.kill(int(name), signal.SIGKILL)
                    os.waitpid(int(name), 0)  # the module adopts what its children leave behind; here the test is the module
            except OSError:
                continue
        with contextlib.suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Return a home directory; what runs from it ends with the test."""
    made = Home(tmp_path.resolve() / "ob")
    yield made
    made.end()


class Packages(NamedTuple):
    """A folder of packages."""

    folder: Path

    def copy(self, target: Path, *names: str) -> Path:
        """Copy packages into a folder of the test's own."""
        target.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copy(self.folder / f"{name}.rpm", target)
        return target


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """Build the packages of two versions."""
    if shutil.which("rpmbuild") is None:
        pytest.skip("rpmbuild is not installed")
    top = tmp_path_factory.mktemp("rpmbuild")
    folder = top / "packages"
    folder.mkdir()
    write_observer(top / "observer")
    for version, release in ((VERSION, RELEASE), (OTHER, OTHER_RELEASE)):
        spec = top / f"{version}.spec"
        requires = f"Requires: oceanbase-ce-libs = {version}"
        spec.write_text(SPEC.format(name="oceanbase-ce", version=version, release=release, observer=top / "observer", requires=requires))
        macros = [f"_topdir {top}/top", f"_rpmdir {folder}", "_rpmfilename %{NVRA}.rpm"]
        command = ["rpmbuild", "--target", ARCH, "-bb", *(word for macro in macros for word in ("--define", macro))]
        done = subprocess.run([*command, str(spec)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return Packages(folder)


@pytest.fixture
def rpm_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give rpm a database of the test's own."""
    place = tmp_path / "rpm_home"
    place.mkdir()
    (place / ".rpmmacros").write_text(f"%_dbpath {place}/db\n")
    monkeypatch.setenv("HOME", str(place))
    return place
