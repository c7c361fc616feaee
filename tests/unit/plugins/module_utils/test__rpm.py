# SPDX-License-Identifier: GPL-3.0-or-later
"""What rpm answers, and what it means."""

from __future__ import annotations

import pytest

from ansible_collections.oceanbase.cluster.plugins.module_utils import _rpm
from ansible_collections.oceanbase.cluster.plugins.module_utils._rpm import Package

DIGESTS = "    Header SHA256 digest: OK\n    Header SHA1 digest: OK\n    Payload SHA256 digest: OK\n    MD5 digest: OK\n"
# rpm 4.18 of Debian 12
SIGNED = "    Header V4 RSA/SHA512 Signature, key ID c984681e: {0}\n" + DIGESTS
DAMAGED = (
    "    Header V4 RSA/SHA512 Signature, key ID c984681e: OK\n    Header SHA256 digest: OK\n"
    "    Payload SHA256 digest: BAD (Expected 298b != 3d56)\n    RSA signature: NOTFOUND\n    DSA signature: NOTFOUND\n"
)
# rpm 4.11 of EL7
EL7 = (
    "    Header V3 RSA/SHA1 Signature, key ID e9b4a7aa: NOKEY\n    Header SHA1 digest: OK (7e3b)\n    V3 RSA/SHA1 Signature, key ID e9b4a7aa: NOKEY\n"
    "    MD5 digest: OK (1b2c)\n"
)


@pytest.mark.parametrize(
    ("text", "intact", "signature"),
    [
        (DIGESTS, True, "none"),
        (SIGNED.format("OK"), True, "good"),
        (SIGNED.format("NOKEY"), True, "no key"),
        (SIGNED.format("NOTTRUSTED"), True, "no key"),
        (SIGNED.format("BAD"), True, "bad"),
        (DAMAGED, False, "good"),
        (EL7, True, "no key"),
        (EL7.replace("NOKEY", "OK"), True, "good"),
        (EL7.replace("digest: OK (1b2c)", "digest: BAD Expected(1b2c) != (77)"), False, "no key"),
        ("", False, "none"),
    ],
)
def test_parse_check(text: str, intact: bool, signature: str) -> None:
    check = _rpm.parse_check(text)
    assert (check.intact, check.signature) == (intact, signature)
    assert bool(check.lines) == (bool(text) and not (intact and signature in ("good", "none")))


def test_per_file() -> None:
    text = "a.rpm:\n  one\n  two\nb.rpm:\nc.rpm:\n  three\n"
    assert _rpm.per_file(text, ["a.rpm", "b.rpm", "c.rpm"]) == ["  one\n  two", "", "  three"]


def test_parse_query() -> None:
    text = (
        "oceanbase-ce\t4.3.5.3\t1.el7\tx86_64\t/opt/ob:\t/home/admin/oceanbase:\npackage oceanbase is not installed\n"
        "oceanbase\t2.2.73\t2.el7\tx86_64\t(none):\t(none):\nx\t1\t2\tnoarch\t\t/usr/:\n"
    )
    assert _rpm.parse_query(text) == [
        Package("oceanbase-ce", "4.3.5.3", "1.el7", "x86_64", "/opt/ob", "/home/admin/oceanbase"),
        Package("oceanbase", "2.2.73", "2.el7", "x86_64", "", ""),
        Package("x", "1", "2", "noarch", "", "/usr"),
    ]
    assert _rpm.parse_query(text)[0].nevra == "oceanbase-ce-4.3.5.3-1.el7.x86_64"


@pytest.mark.parametrize(
    ("text", "cause", "remedy"),
    [
        ("error: Failed dependencies:\n\toceanbase-ce-libs = 4.3.5.3 is needed by oceanbase-ce", "Failed dependencies", "oceanbase-ce-libs, of the same"),
        ("error: Failed dependencies:\n\tjq is needed by x\n\tlibaio is needed by x\n", "jq is needed by", "Install jq, libaio from"),
        ("installing package x needs 200MB on the / filesystem", "the disk is too small", "Free space"),
        ("file /a from install of x conflicts with file from package y", "conflicts", "method extract"),
        ("package x is already installed", "already installed", "run again"),
        ("error: can't create transaction lock on /var/lib/rpm/.rpm.lock", "transaction lock", "wait for it"),
        ("error: package x is not relocatable", "not relocatable", "fixed place"),
        ("warning: x: Header V4 NOKEY\nrpm: RPM should not be used directly\n", "rpm said nothing", "See"),
    ],
)
def test_why_failed(text: str, cause: str, remedy: str) -> None:
    found = _rpm.why_failed(text)
    assert cause in found[0] and remedy in found[1]


def test_install_command() -> None:
    assert _rpm.install(["a", "b"], "") == ["rpm", "-i", "a", "b"]
    assert _rpm.install(["a"], "/opt/ob") == ["rpm", "-i", "--prefix", "/opt/ob", "a"]
