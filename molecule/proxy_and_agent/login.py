# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Log in at each endpoint with what standard input says, and do nothing else; report what was answered."""

from __future__ import annotations

import json
import sys
from typing import Any

import pymysql


def answer(host: str, port: int, user: str, password: str, query: str) -> Any:
    """Return the first row, or the number of the error."""
    try:
        # PyMySQL would encode a str as latin-1.
        connection = pymysql.connect(host=host, port=port, user=user, password=password.encode(), connect_timeout=5)
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchone()
    except pymysql.MySQLError as error:
        return error.args[0]


def main() -> int:
    """Try every endpoint."""
    asked = json.load(sys.stdin)
    for endpoint in asked["endpoints"]:
        host, _colon, port = endpoint.rpartition(":")
        print(json.dumps(answer(host, int(port), asked["user"], asked["password"], asked.get("query", "SELECT 1"))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
