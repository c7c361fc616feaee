# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Build the stand-ins of OBProxy and of the agent: build_tools.py --output DIR."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, NamedTuple, Tuple

from build import program

HERE = Path(__file__).resolve().parent
Files = Dict[str, Tuple[bytes, int]]  # absolute path on the host -> content and mode
SHARED = ("__init__", "wire", "title")  # of the server's stand-in: the protocol, and how a process is named
UNIT = "/usr/lib/systemd/system/obagent.service"
ENABLED = "/etc/systemd/system/multi-user.target.wants/obagent.service"


class Tool(NamedTuple):
    """One package: its name, version and release, the folder it fills, the prefix it may be moved by."""

    name: str
    version: str
    release: str
    folder: str
    prefix: str
    files: Files
    summary: str
    links: Dict[str, str] = {}  # absolute path on the host -> what it leads to

    @property
    def file_name(self) -> str:
        """Name the file."""
        return f"{self.name}-{self.version}-{self.release}.x86_64.rpm"


def library(folder: str, package: str) -> Files:
    """List the modules of a stand-in, with those that it shares."""
    files = {f"{folder}/lib/{package}/{path.name}": (path.read_bytes(), 0o644) for path in sorted((HERE / "lib" / package).glob("*.py"))}
    files.update({f"{folder}/lib/standin/{name}.py": ((HERE / "lib/standin" / f"{name}.py").read_bytes(), 0o644) for name in SHARED})
    return files


def obproxy(name: str, version: str, release: str, folder: str) -> Tool:
    """Describe OBProxy. The enterprise line lies below /opt/taobao/install, the community line below /home/admin."""
    files = library(folder, "standin_proxy")
    files[f"{folder}/bin/obproxy"] = (program(HERE / "bin/obproxy"), 0o755)
    files[f"{folder}/lib/standin_proxy/release.json"] = (json.dumps({"version": version, "release": release}).encode(), 0o644)
    return Tool(name, version, release, folder, folder, files, "OceanBase Database Proxy")


def obagent(version: str, release: str) -> Tool:
    """Describe the agent: programs, configuration and a unit of systemd (oceanbase/obagent 0c99615, rpm/obagent.spec)."""
    folder = "/home/admin/obagent"
    files = library(folder, "standin_agent")
    for name in ("ob_agentctl", "ob_agentd", "ob_mgragent", "ob_monagent"):
        files[f"{folder}/bin/{name}"] = (program(HERE / "bin/ob_agent"), 0o755)
    for path in sorted((HERE / "packaging/agent/conf").rglob("*")):
        if path.is_file():
            files[f"{folder}/conf/{path.relative_to(HERE / 'packaging/agent/conf')}"] = (path.read_bytes(), 0o755)
    files[f"{folder}/lib/standin_agent/version"] = (version.encode(), 0o644)
    files[UNIT] = ((HERE / "packaging/agent/obagent.service").read_bytes(), 0o644)
    return Tool("obagent", version, release, folder, "/home/admin", files, "obagent program", {ENABLED: UNIT})


def proxies() -> Tuple[Tool, ...]:
    """List the packages of OBProxy."""
    return (
        obproxy("obproxy-ce", "4.2.3.0", "3.el7", "/home/admin/obproxy-4.2.3.0"),
        obproxy("obproxy-ce", "4.3.3.0", "5.el7", "/home/admin/obproxy-4.3.3.0"),
        obproxy("obproxy", "3.2.3", "20220310201314.el7", "/opt/taobao/install/obproxy-3.2.3"),
    )


def agents() -> Tuple[Tool, ...]:
    """List the packages of the agent."""
    return (
        obagent("4.2.2", "100000042024011120.el7"),
        obagent("1.3.0", "22.el7"),
    )


def empty_folders(tool: Tool) -> Tuple[str, ...]:
    """Name the folders that the package brings empty."""
    names = ("log", "run", "tmp", "backup", "pkg_store", "task_store", "position_store") if tool.name == "obagent" else ()
    return tuple(f"{tool.folder}/{name}" for name in names)


def write_files(root: Path, tool: Tool) -> None:
    """Lay a package out below a folder."""
    for folder in empty_folders(tool):
        (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
    for inside, (data, mode) in tool.files.items():
        path = root / inside.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode)
    for inside, target in tool.links.items():
        path = root / inside.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)


def spec_text(tool: Tool) -> str:
    """Fill the template of the server's packages."""
    own = [inside for inside in tool.files if inside.startswith(tool.folder)]
    folders = sorted({str(parent) for inside in own for parent in Path(inside).parents if str(parent).startswith(tool.folder)} | set(empty_folders(tool)))
    lines = [f'%dir "{folder}"' for folder in folders] + [f'"{inside}"' for inside in sorted(own)]
    lines += [f'%attr(0644,root,root) "{inside}"' for inside in sorted(set(tool.files) - set(own))]
    lines += [f'%attr(-,root,root) "{inside}"' for inside in tool.links]
    values = {"NAME": tool.name, "VERSION": tool.version, "RELEASE": tool.release, "SUMMARY": tool.summary, "PREFIX": tool.prefix, "REQUIRES": "",
              "OWNER": "admin", "FILES": "\n".join(lines), "SCRIPTS": ""}
    text = (HERE / "packaging/package.spec.in").read_text(encoding="utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


def build(tool: Tool, output: Path) -> bool:
    """Build one package unless it is there already; tell whether it was built."""
    target, stamp = output / tool.file_name, output / f".{tool.file_name}.stamp"
    wanted = hashlib.sha256(repr((spec_text(tool), sorted(tool.files.items()), tool.links)).encode()).hexdigest()
    if target.exists() and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    with tempfile.TemporaryDirectory() as scratch:
        top = Path(scratch)
        write_files(top / "root", tool)
        (top / "tool.spec").write_text(spec_text(tool), encoding="utf-8")
        command = ["rpmbuild", "--quiet", "--target", "x86_64", "-bb", "--define", f"_topdir {top}", "--define", f"_rpmdir {top}/out", "--define",
                   "_rpmfilename %{NAME}-%{VERSION}-%{RELEASE}.%{ARCH}.rpm", "--buildroot", str(top / "root"), "--noclean", str(top / "tool.spec")]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"rpmbuild of {tool.file_name} failed:\n{done.stdout}{done.stderr}")
        shutil.copy(top / "out" / tool.file_name, str(target) + ".new")
    os.replace(str(target) + ".new", target)
    stamp.write_text(wanted, encoding="utf-8")
    return True


def main(argv: list[str]) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", required=True, type=Path, help="where the packages go")
    options = parser.parse_args(argv)
    options.output.mkdir(parents=True, exist_ok=True)
    for tool in proxies() + agents():
        print(f"{'built' if build(tool, options.output) else 'kept '} {options.output / tool.file_name}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
