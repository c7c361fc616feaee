# SPDX-License-Identifier: GPL-3.0-or-later
"""Module package, with real packages."""

from __future__ import annotations

import errno
import functools
import hashlib
import http.server
import json
import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Result = dict[str, Any]
Run = Callable[..., Result]


@pytest.fixture
def options(names: Any, packages: Any, tmp_path: Path) -> dict[str, Any]:
    """Return options that unpack into a folder of the test."""
    return {
        "rpm_name": names.SERVER + ".rpm",
        "remote_dir": str(packages.folder),
        "method": "extract",
        "home": str(tmp_path / "ob"),
        "user": names.ME,
        "group": names.MY_GROUP,
    }


@pytest.fixture
def with_rpm(options: dict[str, Any], rpm_database: Path) -> dict[str, Any]:
    """Return options that install with rpm into a database of the test."""
    if os.geteuid() != 0:
        pytest.skip("rpm installs as root only")
    return {**options, "method": "rpm"}


def tree(path: Path) -> list[str]:
    """Return every file below a folder."""
    return sorted(str(item.relative_to(path)) for item in path.rglob("*") if not item.is_dir())


INSTALLED = [".oceanbase_package.json", "bin/observer", "etc/timezone_V1.log", "lib/libaio.so.1"]


def test_extract_ladder(run_main: Run, names: Any, options: dict[str, Any]) -> None:
    home = Path(options["home"])
    predicted = run_main("package", options, check=True)
    assert predicted["changed"] and not home.exists()
    assert predicted["diff"]["before"] == "nothing installed\n"
    assert predicted["diff"]["after"] == f"{names.SERVER}\n{names.LIBS}\n"

    done = run_main("package", options)
    assert done["changed"] and done["observer_version"] == "4.3.5.3" and done["signature"] == "none"
    assert (done["packages"], done["diff"], done["commands"]) == (predicted["packages"], predicted["diff"], predicted["commands"])
    assert tree(home) == INSTALLED
    manifest = json.loads((home / ".oceanbase_package.json").read_text())
    assert manifest["nevra"] == names.SERVER and manifest["files"] == INSTALLED[1:]

    again = run_main("package", options)
    assert not again["changed"] and again["observer_version"] == "4.3.5.3" and again["packages"] == [names.SERVER, names.LIBS]
    assert again["diff"]["before"] == again["diff"]["after"]

    assert run_main("package", {**options, "state": "absent"}, check=True)["changed"] and tree(home) == INSTALLED
    (home / "etc" / "mine").write_text("")
    assert run_main("package", {**options, "state": "absent"})["changed"]
    assert tree(home) == ["etc/mine"]
    assert not run_main("package", {**options, "state": "absent"})["changed"]


def test_extract_refuses_another_version(run_main: Run, names: Any, options: dict[str, Any]) -> None:
    run_main("package", options)
    other = run_main("package", {**options, "rpm_name": names.OTHER_SERVER + ".rpm"})
    assert other["failed"] and other["installed"] == names.SERVER
    assert "another version was unpacked there" in other["msg"] and "does not upgrade" in other["msg"]
    assert not run_main("package", {**options, "rpm_name": names.OTHER_SERVER + ".rpm", "state": "absent"})["changed"]
    assert tree(Path(options["home"])) == INSTALLED


def test_extract_puts_back_what_is_missing(run_main: Run, options: dict[str, Any]) -> None:
    run_main("package", options)
    (Path(options["home"]) / "etc" / "timezone_V1.log").unlink()
    done = run_main("package", options)
    assert done["changed"] and "(incomplete)" in done["diff"]["before"]
    assert tree(Path(options["home"])) == INSTALLED


def test_extract_refuses_what_it_did_not_unpack(run_main: Run, options: dict[str, Any]) -> None:
    observer = Path(options["home"]) / "bin" / "observer"
    observer.parent.mkdir(parents=True)
    observer.write_text("somebody's")
    assert "was installed neither" in run_main("package", options)["msg"]
    observer.rename(observer.with_name("mine"))
    (Path(options["home"]) / "lib").mkdir()
    (Path(options["home"]) / "lib" / "libaio.so.1").write_text("somebody's")
    refused = run_main("package", options)
    assert "files of other origin are in the way: lib/libaio.so.1" in refused["msg"]
    assert tree(Path(options["home"])) == ["bin/mine", "lib/libaio.so.1"]


@pytest.mark.parametrize("moved", [0, 1, 2])
def test_extract_goes_on_after_an_interruption(moved: int, run_main: Run, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full (or the process is gone) after some files were moved: nothing counts as installed, the next run repairs it."""
    real, done = os.rename, []

    def rename(source: str, target: str) -> None:
        if ".oceanbase_package" not in os.path.basename(target):
            if len(done) == moved:
                raise OSError(errno.ENOSPC, "No space left on device", target)
            done.append(target)
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", rename)
        failed = run_main("package", options)
    assert failed["failed"] and "No space left on device" in failed["msg"] and failed["error_code"] == errno.ENOSPC
    assert not (Path(options["home"]) / ".oceanbase_package.json").exists()
    assert run_main("package", options)["changed"]
    assert tree(Path(options["home"])) == INSTALLED
    assert not run_main("package", options)["changed"]


def test_libs_are_optional_and_can_be_left_out(run_main: Run, names: Any, packages: Any, options: dict[str, Any], tmp_path: Path) -> None:
    alone = {**options, "remote_dir": str(packages.copy(tmp_path / "alone", names.SERVER))}
    assert run_main("package", alone)["packages"] == [names.SERVER]
    without = {**options, "home": str(tmp_path / "ob2"), "libs": "none"}
    assert run_main("package", without)["packages"] == [names.SERVER]


def test_checksum(run_main: Run, names: Any, packages: Any, options: dict[str, Any]) -> None:
    content = (packages.folder / f"{names.SERVER}.rpm").read_bytes()
    wrong = run_main("package", {**options, "checksum": "sha256:" + "0" * 64}, check=True)
    assert wrong["failed"] and "wanted is " + "0" * 64 in wrong["msg"]
    assert "cannot be used" in run_main("package", {**options, "checksum": "md7:12"})["msg"]
    assert run_main("package", {**options, "checksum": "md5:" + hashlib.md5(content).hexdigest()}, check=True)["changed"]
    assert run_main("package", {**options, "checksum": hashlib.sha256(content).hexdigest().upper()})["changed"]


def test_damaged_and_wrongly_named_files_are_refused(run_main: Run, names: Any, packages: Any, options: dict[str, Any], tmp_path: Path) -> None:
    folder = packages.copy(tmp_path / "bad", names.SERVER, names.OTHER_SERVER)
    damaged = folder / f"{names.SERVER}.rpm"
    content = bytearray(damaged.read_bytes())
    content[-20] ^= 255
    damaged.write_bytes(bytes(content))
    refused = run_main("package", {**options, "remote_dir": str(folder)})
    assert "is damaged: Payload" in refused["msg"]
    damaged.write_bytes(b"<html>")
    assert "rpm cannot read it" in run_main("package", {**options, "remote_dir": str(folder)})["msg"]
    (folder / f"{names.OTHER_SERVER}.rpm").rename(damaged)
    assert f"holds {names.OTHER_SERVER}" in run_main("package", {**options, "remote_dir": str(folder)})["msg"]


def test_missing_file_and_unsigned_file(run_main: Run, options: dict[str, Any], tmp_path: Path) -> None:
    missing = run_main("package", {**options, "remote_dir": str(tmp_path / "nowhere")}, check=True)
    assert "nowhere does not exist on this host" in missing["msg"]
    assert "is not signed" in run_main("package", {**options, "signature": "required"})["msg"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rpm_name": "mysql-8.0.1-1.el7.x86_64.rpm"}, "is not the name of an OceanBase server package"),
        ({"rpm_name": "oceanbase-ce-4.3.5.3-103000092025080818.el7.sparc64.rpm"}, "built for sparc64"),
        ({"user": "no_such_user"}, "useradd -m -g"),
        ({"remote_dir": None}, "none of rpm_dir, rpm_url and remote_dir are given"),
        ({"rpm_dir": "/x"}, "rpm_dir and remote_dir are given"),
    ],
)
def test_bad_options(change: dict[str, Any], told: str, run_main: Run, options: dict[str, Any]) -> None:
    assert told in run_main("package", {**options, **change}, check=True)["msg"]


def test_binary_that_does_not_run(run_main: Run, options: dict[str, Any]) -> None:
    run_main("package", options)
    observer = Path(options["home"]) / "bin" / "observer"
    observer.write_text("#!/bin/sh\necho \"observer: /lib64/libc.so.6: version 'GLIBC_2.38' not found\" >&2; exit 1\n")
    assert "it needs GLIBC_2.38" in run_main("package", options)["msg"]
    observer.write_text("#!/bin/sh\necho 'observer (OceanBase_CE 4.2.1.6)' >&2\n")
    assert "says it is 4.2.1.6" in run_main("package", options)["msg"]


def test_needs_are_named_and_staged_files_used(run_main: Run, names: Any, packages: Any, options: dict[str, Any]) -> None:
    from_control = {**options, "remote_dir": None, "rpm_dir": "/control/only", "offered": [names.SERVER + ".rpm", names.LIBS + ".rpm"]}
    asked = run_main("package", from_control)
    assert asked["needs"] == from_control["offered"] and asked["packages"] == [names.SERVER, names.LIBS]
    assert not Path(options["home"]).exists()
    assert run_main("package", {**from_control, "staged": str(packages.folder)})["changed"]
    assert "needs" not in run_main("package", from_control)


@pytest.fixture
def mirror(packages: Any) -> Iterator[str]:
    """Serve the packages over HTTP."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(packages.folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_download(run_main: Run, names: Any, options: dict[str, Any], mirror: str, tmp_path: Path) -> None:
    url = {**options, "remote_dir": None, "rpm_url": mirror}
    assert run_main("package", url, check=True)["packages"] == [names.SERVER]
    assert run_main("package", url)["packages"] == [names.SERVER, names.LIBS]
    file = {**url, "rpm_url": mirror + names.SERVER + ".rpm", "home": str(tmp_path / "ob2")}
    assert run_main("package", file)["packages"] == [names.SERVER, names.LIBS]
    assert "names another package" in run_main("package", {**file, "rpm_url": mirror + "x.rpm", "home": str(tmp_path / "ob3")})["msg"]
    missing = run_main("package", {**url, "rpm_url": mirror + "nowhere", "home": str(tmp_path / "ob3")})
    assert "cannot be downloaded" in missing["msg"] and missing["error_code"] == 404


def test_rpm_ladder(run_main: Run, names: Any, with_rpm: dict[str, Any], tmp_path: Path) -> None:
    home = Path(with_rpm["home"])
    predicted = run_main("package", with_rpm, check=True)
    assert predicted["changed"] and not home.exists() and f"rpm -i --prefix {home}" in predicted["commands"][0]
    done = run_main("package", with_rpm)
    assert done["changed"] and done["diff"] == predicted["diff"] and done["observer_version"] == "4.3.5.3"
    again = run_main("package", with_rpm)
    assert not again["changed"] and again["packages"] == [names.SERVER, names.LIBS]
    assert subprocess.run(["rpm", "-q", names.SERVER, names.LIBS], check=False).returncode == 0

    elsewhere = run_main("package", {**with_rpm, "home": str(tmp_path / "ob2")})
    assert f"installed under {home}" in elsewhere["msg"] and "method extract" in elsewhere["msg"]
    other = run_main("package", {**with_rpm, "rpm_name": names.OTHER_SERVER + ".rpm"}, check=True)
    assert "another version is installed" in other["msg"] and other["installed"] == names.SERVER
    assert f"rpm installed {names.SERVER} there" in run_main("package", {**with_rpm, "method": "extract"})["msg"]

    assert not run_main("package", {**with_rpm, "rpm_name": names.OTHER_SERVER + ".rpm", "state": "absent"})["changed"]
    assert run_main("package", {**with_rpm, "state": "absent"}, check=True)["changed"] and home.exists()
    assert run_main("package", {**with_rpm, "state": "absent"})["changed"] and not home.exists()
    assert not run_main("package", {**with_rpm, "state": "absent"})["changed"]


def test_rpm_tells_of_failed_dependencies(run_main: Run, with_rpm: dict[str, Any]) -> None:
    failed = run_main("package", {**with_rpm, "libs": "none"})
    assert "oceanbase-ce-libs = 4.3.5.3 is needed by" in failed["cause"] and "oceanbase-ce-libs, of the same version" in failed["remedy"]


def test_rpm_leaves_an_unpacked_server_alone(run_main: Run, options: dict[str, Any], with_rpm: dict[str, Any]) -> None:
    run_main("package", options)
    assert "unpacked by method extract" in run_main("package", with_rpm)["msg"]


def test_rpm_needs_root(run_main: Run, with_rpm: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 65534)
    assert "method rpm needs root" in run_main("package", with_rpm, check=True)["msg"]


def test_tools_that_are_missing_are_named(run_main: Run, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from ansible_collections.oceanbase.cluster.plugins.modules import package

    monkeypatch.setattr(package, "which", lambda name: "" if name in ("cpio", "rpm2cpio") else "/usr/bin/" + name)
    told = run_main("package", options, check=True)["msg"]
    assert "has no program rpm2cpio, cpio" in told and "Install cpio and rpm" in told


def test_a_running_observer_is_not_replaced(run_main: Run, options: dict[str, Any], home: Any) -> None:
    run_main("observer", home.params(flags=home.flags))
    (home.path / "bin" / "observer").unlink()
    told = run_main("package", {**options, "home": str(home.path)})
    assert told["failed"] and f"observer {home.pid()} runs in {home.path}" in told["msg"]
    home.end()
    (home.path / "run" / "observer.pid").unlink()
    assert run_main("package", {**options, "home": str(home.path)})["changed"]
    run_main("observer", home.params(flags=home.flags))
    assert "Stop it first" in run_main("package", {**options, "home": str(home.path), "state": "absent"})["msg"]
