# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords: kept as the hexadecimal sha1 of the plain text, which is all that mysql_native_password needs."""

from __future__ import annotations

import hashlib


def stage1(plain: str) -> str:
    """Hash a plain password as ALTER PROXYCONFIG does."""
    return hashlib.sha1(plain.encode("utf-8")).hexdigest()


def answer(stage1_hex: str, scramble: bytes) -> bytes:
    """Answer a scramble without knowing the plain password."""
    if not stage1_hex:
        return b""
    first = bytes.fromhex(stage1_hex)
    second = hashlib.sha1(scramble + hashlib.sha1(first).digest()).digest()
    return bytes(a ^ b for a, b in zip(first, second))


def right(stage1_hex: str, scramble: bytes, given: bytes) -> bool:
    """Check a client's answer (ob_mysql_client_session.cpp, is_authorised_proxysys): an empty one is right only where no password is set."""
    if not given or not stage1_hex:
        return not given and not stage1_hex
    stage2 = hashlib.sha1(bytes.fromhex(stage1_hex)).digest()
    first = bytes(a ^ b for a, b in zip(given, hashlib.sha1(scramble + stage2).digest()))
    return hashlib.sha1(first).digest() == stage2
