# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the packages of the stand-in release: build.py --engine DIR_ON_HOST --output DIR."""

from __future__ import annotations

import argparse
import datetime
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Iterator, NamedTuple

HERE = Path(__file__).resolve().parent
PREFIX = "/home/admin/oceanbase"
CE, ENTERPRISE = "oceanbase-ce", "oceanbase"
DEFAULT_RELEASES = (
    (CE, "4.3.5.3", "103000092025080818.el7"), (CE, "4.2.1.6", "106000012024042515.el7"), (CE, "4.0.0.0", "100000272022110114.el7"),
    (CE, "3.1.5", "100000252023041721.el7"), (ENTERPRISE, "2.2.73", "20201211175814.el7"), (ENTERPRISE, "2.2.76", "20210219154519.el7"))
WITH_UTILS = "4.3.5.3"
SCRIPTS = """%post
if [ -d /etc/systemd/system ]; then
  cp -f "$RPM_INSTALL_PREFIX/profile/oceanbase.service" /etc/systemd/system/oceanbase.service 2>/dev/null || :
  cp -f "$RPM_INSTALL_PREFIX/profile/oceanbase.cnf" /etc/oceanbase.cnf 2>/dev/null || :
  systemctl daemon-reload >/dev/null 2>&1 || :
fi
exit 0
"""


class Package(NamedTuple):
    """One package: its name, what it is, what it requires, where it goes, and its files."""

    name: str
    version: str
    release: str
    summary: str
    requires: tuple[str, ...]
    prefix: str
    owner: str
    files: dict[str, tuple[bytes, int]]
    scripts: str = ""

    @property
    def file_name(self) -> str:
        """Name the file."""
        return f"{self.name}-{self.version}-{self.release}.x86_64.rpm"


def built_at(release: str) -> str:
    """Read the build date out of a release such as 103000092025080818.el7 or 20201211175814.el7."""
    digits = release.split(".")[0]
    form = "%Y%m%d%H%M%S" if len(digits) == 14 else "%Y%m%d%H"
    stamp = datetime.datetime.strptime(digits if len(digits) == 14 else digits[-10:], form)
    return f"{stamp:%b} {stamp.day:2d} {stamp:%Y %H:%M:%S}"


def release_file(name: str, version: str, release: str, engine: str) -> bytes:
    """Write what the programs read about the release they stand in for; settings may be added to it by hand."""
    return json.dumps({"name": name, "version": version, "release": release, "engine": engine, "built": built_at(release)}, indent=1).encode() + b"\n"


def program(path: Path) -> bytes:
    """Read a program or a module; a Python program gets its interpreter here, as sources of a collection bear none."""
    text = path.read_bytes()
    bare = path.suffix in ("", ".py") and not text.startswith(b"#!") and path.parent.name in ("bin", "etc")
    return b"#!/usr/bin/python3\n" + text if bare else text


def server_files(name: str, version: str, release: str, engine: str) -> dict[str, tuple[bytes, int]]:
    """List the files of the server package below its prefix."""
    files = {"bin/observer": (program(HERE / "bin/observer"), 0o755), "lib/standin/release.json": (release_file(name, version, release, engine), 0o644)}
    for path in sorted((HERE / "packaging/server").rglob("*")):
        if path.is_file():
            inside = str(path.relative_to(HERE / "packaging/server"))
            if version_key(version) >= (4, 2) or not inside.startswith(("profile/", "bin/obshell")):
                files[inside] = (program(path), 0o755 if inside.startswith("bin/") or inside.endswith(".sh") else 0o644)
    return files


def version_key(text: str) -> tuple[int, ...]:
    """Make a version comparable."""
    return tuple(int(part) for part in text.split("."))


def library_files() -> dict[str, tuple[bytes, int]]:
    """List the files of the libs package."""
    return {f"lib/standin/{path.name}": (program(path), 0o644) for path in sorted((HERE / "lib/standin").glob("*.py"))}


def ob_admin(name: str, version: str) -> tuple[bytes, int]:
    """Give ob_admin as it is in a release: which form its io_bench has, or that it has none."""
    form = "4" if version_key(version) >= (4, 0) else "" if name == CE else "version 1"
    return program(HERE / "bin/ob_admin").replace(b'FORM = "4"', f'FORM = "{form}"'.encode()), 0o755


def packages(name: str, version: str, release: str, engine: str, utils: bool) -> Iterator[Package]:
    """Describe the packages of one release."""
    if name == ENTERPRISE:  # one package holds it all
        files = {**server_files(name, version, release, engine), **library_files(), "bin/ob_admin": ob_admin(name, version)}
        yield Package(name, version, release, "OceanBase server", (), PREFIX, "admin", files)
        return
    requires = (f"{name}-libs = {version}",) + (("jq", "systemd") if version_key(version) >= (4, 2) else ())
    scripts = SCRIPTS if version_key(version) >= (4, 2) else ""
    yield Package(name, version, release, "OceanBase server", requires, PREFIX, "admin", server_files(name, version, release, engine), scripts)
    yield Package(f"{name}-libs", version, release, "Libraries of the OceanBase server", (), PREFIX, "admin", library_files())
    if utils:
        yield Package(f"{name}-utils", version, release, "OceanBase tools", (), "/usr", "root", {"bin/ob_admin": ob_admin(name, version)})


def stage(directory: Path, name: str, version: str, release: str, engine: str) -> None:
    """Lay the server and its libs out in a directory, as an installation would."""
    for package in packages(name, version, release, engine, False):
        write_files(directory, package.files)


def write_files(directory: Path, files: dict[str, tuple[bytes, int]]) -> None:
    """Write files below a directory."""
    for inside, (data, mode) in files.items():
        path = directory / inside
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)


def fingerprint(package: Package) -> str:
    """Hash everything that goes into a package."""
    spec = (HERE / "packaging/package.spec.in").read_text()
    return hashlib.sha256(repr((spec, sorted(package.files.items()), package._replace(files={}))).encode()).hexdigest()


def spec_text(package: Package) -> str:
    """Fill the template."""
    files = [f'"{package.prefix}/{inside}"' for inside in sorted(package.files)]
    if package.owner == "admin":
        folders = {str(parent) for inside in package.files for parent in Path(inside).parents}
        files = [f'%dir "{package.prefix}"'] + [f'%dir "{package.prefix}/{folder}"' for folder in sorted(folders - {"."})] + files
    text = (HERE / "packaging/package.spec.in").read_text()
    values = {"NAME": package.name, "VERSION": package.version, "RELEASE": package.release, "SUMMARY": package.summary, "PREFIX": package.prefix,
              "REQUIRES": "\n".join(f"Requires: {one}" for one in package.requires), "OWNER": package.owner, "FILES": "\n".join(files),
              "SCRIPTS": package.scripts}
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def build(package: Package, output: Path) -> bool:
    """Build one package unless it is there already; tell whether it was built."""
    target, stamp = output / package.file_name, output / f".{package.file_name}.stamp"
    wanted = fingerprint(package)
    if target.exists() and stamp.exists() and stamp.read_text() == wanted:
        return False
    with tempfile.TemporaryDirectory() as scratch:
        top = Path(scratch)
        root = top / "root"
        write_files(root / package.prefix.lstrip("/"), package.files)
        (top / "package.spec").write_text(spec_text(package))
        command = ["rpmbuild", "--quiet", "--target", "x86_64", "-bb", "--define", f"_topdir {top}", "--define", f"_rpmdir {top}/out", "--define",
                   "_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm", "--buildroot", str(root), "--noclean", str(top / "package.spec")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"rpmbuild of {package.file_name} failed:\n{done.stdout}{done.stderr}")
        shutil.copy(top / "out" / package.file_name, str(target) + ".new")
    os.replace(str(target) + ".new", target)
    stamp.write_text(wanted)
    return True


def main(argv: list[str]) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", required=True, help="folder of the SQL engine's binary on the hosts where the packages are installed")
    parser.add_argument("--output", required=True, type=Path, help="where the packages go")
    parser.add_argument("--name", default="oceanbase-ce")
    parser.add_argument("--version", help="build this release only")
    parser.add_argument("--release", help="the release of --version, such as 103000092025080818.el7")
    parser.add_argument("--stage", type=Path, help="lay the files out here too, as an installation would (with --version)")
    options = parser.parse_args(argv)
    if bool(options.version) != bool(options.release):
        parser.error("--version and --release go together")
    wanted = ((options.name, options.version, options.release),) if options.version else DEFAULT_RELEASES
    options.output.mkdir(parents=True, exist_ok=True)
    for name, version, release in wanted:
        for package in packages(name, version, release, options.engine, version == WITH_UTILS or bool(options.version)):
            built = build(package, options.output)
            print(f"{'built' if built else 'kept '} {options.output / package.file_name}")
        if options.stage:
            stage(options.stage, name, version, release, options.engine)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
