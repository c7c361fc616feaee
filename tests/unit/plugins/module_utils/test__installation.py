# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a package is installed, has to be, or must not be."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _installation as installation
from ansible_collections.oceanbase.cluster.plugins.module_utils._errors import ObError
from ansible_collections.oceanbase.cluster.plugins.module_utils._installation import Manifest, Seen
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm import Package
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm_name import parse_rpm_name

HOME = "/home/admin/oceanbase"
WANTED = parse_rpm_name("oceanbase-ce-4.3.5.3-103000092025080818.el7.x86_64.rpm")
SAME = Package("oceanbase-ce", "4.3.5.3", "103000092025080818.el7", "x86_64", HOME, HOME)
OTHER = SAME._replace(version="4.2.1.6", release="106000012024042515.el7")
ENTERPRISE = SAME._replace(name="oceanbase", version="2.2.73", release="20201211175814.el7")
LIBS = SAME._replace(name="oceanbase-ce-libs")
MANIFEST = Manifest(SAME.nevra, (SAME.nevra,), {SAME.nevra: "0"}, ("bin/observer",))


def seen(**more: Any) -> Seen:
    """Return a host with nothing on it, but for ``more``."""
    return Seen((), None, (), False, False, "")._replace(**more)


@pytest.mark.parametrize(
    ("method", "found", "verdict"),
    [
        ("rpm", seen(), "install"),
        ("rpm", seen(installed=(SAME, LIBS), binary=True), "installed"),
        ("rpm", seen(installed=(LIBS,)), "install"),
        ("rpm", seen(installed=(SAME,), running="observer 1 runs", binary=True), "installed"),
        ("extract", seen(), "install"),
        ("extract", seen(manifest=MANIFEST, binary=True), "installed"),
        ("extract", seen(manifest=MANIFEST, missing=("etc/a",)), "repair"),
        ("extract", seen(half=True, binary=True), "repair"),
        ("extract", seen(installed=(OTHER._replace(installed_at="/opt/ob"),)), "install"),
    ],
)
def test_decide(method: str, found: Seen, verdict: str) -> None:
    assert WANTED is not None
    assert installation.decide("Cannot", WANTED, method, HOME, found) == verdict


@pytest.mark.parametrize(
    ("method", "found", "words"),
    [
        ("rpm", seen(installed=(SAME._replace(installed_at="/opt/ob"),)), "installed under /opt/ob"),
        ("rpm", seen(installed=(OTHER,)), "another version is installed: oceanbase-ce-4.2.1.6"),
        ("rpm", seen(installed=(ENTERPRISE,)), "another version is installed: oceanbase-2.2.73"),
        ("rpm", seen(manifest=MANIFEST, binary=True), "unpacked by method extract"),
        ("rpm", seen(half=True), "unpacked by method extract"),
        ("rpm", seen(binary=True), "was installed neither"),
        ("rpm", seen(running="observer 1 runs in it"), "observer 1 runs in it"),
        ("extract", seen(manifest=MANIFEST._replace(nevra=OTHER.nevra)), "another version was unpacked"),
        ("extract", seen(manifest=MANIFEST, missing=("bin/observer",), running="observer 1 runs in it"), "files of it are missing (bin/observer)"),
        ("extract", seen(installed=(SAME,), binary=True), "rpm installed oceanbase-ce-4.3.5.3"),
        ("extract", seen(binary=True), "was installed neither"),
        ("extract", seen(half=True, running="observer 1 runs in it"), "observer 1 runs in it"),
    ],
)
def test_refusals(method: str, found: Seen, words: str) -> None:
    assert WANTED is not None
    with pytest.raises(ObError) as caught:
        installation.decide("Cannot", WANTED, method, HOME, found)
    assert words in caught.value.cause and caught.value.remedy


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("observer (OceanBase_CE 4.3.5.3)\n\nREVISION: 1\n", "4.3.5.3"),
        ("bin/observer -V\nobserver (OceanBase CE 3.1.5)\n", "3.1.5"),
        ("observer (OceanBase 2.2.73)\n", "2.2.73"),
        ("observer (OceanBase 4.2.1.6)", "4.2.1.6"),
        ("something else", ""),
    ],
)
def test_version_said(text: str, version: str) -> None:
    assert installation.version_said(text) == version


@pytest.mark.parametrize(
    ("rc", "text", "words"),
    [
        (1, "bin/observer: /lib64/libc.so.6: version `GLIBC_2.28' not found", "GLIBC_2.28"),
        (127, "error while loading shared libraries: libaio.so.1: cannot open shared object file", "libaio.so.1 is missing"),
        (None, "[Errno 8] Exec format error", "cannot be executed"),
        (-4, "", "illegal instruction"),
        (-11, "", "signal 11"),
        (2, "what", "status 2: what"),
    ],
)
def test_why_not_run(rc: int | None, text: str, words: str) -> None:
    cause, remedy = installation.why_not_run(rc, text, "x86_64")
    assert words in cause and remedy


@pytest.mark.parametrize(("said", "wanted", "same"), [("4.3.5.3", "4.3.5.3", True), ("4.3.5", "4.3.5.3", True), ("4.3.5.2", "4.3.5.3", False)])
def test_same_version(said: str, wanted: str, same: bool) -> None:
    assert installation.same_version(said, wanted) is same


@pytest.mark.parametrize(
    ("arch", "machine", "fits"),
    [("x86_64", "x86_64", True), ("noarch", "s390x", True), ("aarch64", "x86_64", False), ("aarch64", "arm64", True), ("x86_64", "amd64", True)],
)
def test_arch_fits(arch: str, machine: str, fits: bool) -> None:
    assert installation.arch_fits(arch, machine) is fits


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"nevra": "a"}', "nonsense"])
def test_manifest(text: str) -> None:
    assert installation.parse_manifest(text) is None
    assert installation.parse_manifest(installation.render_manifest(MANIFEST)) == MANIFEST
