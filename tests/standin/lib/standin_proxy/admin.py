# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What root@proxysys can say: SHOW and ALTER PROXYCONFIG, SHOW PROXYCLUSTER and a few more (src/obproxy/cmd)."""

from __future__ import annotations

import fnmatch
import re
from typing import Callable, List, Optional, Sequence, Union

from standin.wire import Rows

from . import secret
from .clusters import Directory
from .config import Config
from .items import ITEMS, SECRETS, acceptable, stored

CONFIG = ("name", "value", "info", "need_reboot", "visible_level")
NEWER = ("range", "config_level")  # since 4.3
CLUSTER = ("cluster_name", "cluster_id", "rs_url", "root_addr", "role", "replica_type")


class CommandError(Exception):
    """A command that is refused."""

    def __init__(self, errno: int, text: str, state: str = "HY000") -> None:
        super().__init__(text)
        self.errno, self.text, self.state = errno, text, state


def like(pattern: Optional[str], name: str) -> bool:
    """Match as LIKE does."""
    return pattern is None or fnmatch.fnmatchcase(name.lower(), pattern.lower().replace("*", "[*]").replace("%", "*").replace("_", "?"))


def unquote(text: str) -> str:
    """Read a literal."""
    if text[:1] in "'\"":
        return re.sub(r"\\(.)", r"\1", text[1:-1].replace(text[0] * 2, text[0]))
    return text


class Admin:
    """Answers commands."""

    def __init__(self, config: Config, directory: Directory, newer: bool, stop: Callable[[], None]) -> None:
        self.config, self.directory, self.newer, self.stop = config, directory, newer, stop

    def answer(self, sql: str) -> Union[Rows, int]:
        """Return rows, or the number of affected rows."""
        text = sql.strip().rstrip(";").strip()
        match = re.fullmatch(r"(?is)show\s+proxyconfig(\s+diff(?:\s+user)?)?(?:\s+(?:like\s+)?('(?:[^'\\]|\\.|'')*'|\"[^\"]*\"))?", text)
        if match:
            return self.show(unquote(match[2]) if match[2] else None, bool(match[1]))
        literal = r"('(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|[^\s'\",;]+)"
        match = re.fullmatch(r"(?is)alter\s+proxyconfig\s+set\s+([A-Za-z_0-9]+)\s*=\s*" + literal, text)
        if match:
            return self.alter(match[1].lower(), unquote(match[2]))
        match = re.fullmatch(r"(?is)show\s+proxycluster(?:\s+(?:like\s+)?('[^']*'))?", text)
        if match:
            pattern = unquote(match[1]) if match[1] else None
            return Rows(CLUSTER, [row for row in self.directory.rows() if like(pattern, row[0])])
        if re.match(r"(?i)set\s|use\s|commit\b|rollback\b", text):
            return 0
        if re.match(r"(?i)(show\s+proxy|alter\s+proxy)", text):
            raise CommandError(1064, "You have an error in your SQL syntax; check the manual that corresponds to your OceanBase version for the right"
                               " syntax to use near '%s' at line 1" % text[:40], "42000")
        raise CommandError(1235, "Not supported feature or function", "0A000")

    def show(self, pattern: Optional[str], changed: bool) -> Rows:
        """Show items."""
        columns = CONFIG + (NEWER if self.newer else ())
        rows: List[Sequence[object]] = []
        for name, value in sorted(self.config.values.items()):
            item = ITEMS[name]
            if like(pattern, name) and not (changed and value == stored(item, item.default)):
                row = (name, value, item.info, "true" if item.need_reboot else "false", item.visible_level, item.range, item.level)
                rows.append(row[:len(columns)])
        return Rows(columns, rows)

    def alter(self, name: str, value: str) -> int:
        """Set an item: a password is given in plain text and kept as its sha1."""
        if name not in self.config.values:
            raise CommandError(5099, "System config unknown", "42000")
        if name == "app_name":
            raise CommandError(1235, "Not supported feature or function", "0A000")
        if name in SECRETS and value:
            value = secret.stage1(value)
        if not acceptable(ITEMS[name], value):
            raise CommandError(4147, "Invalid config")
        self.config.values[name] = stored(ITEMS[name], value)
        if name == "proxy_local_cmd":
            self.config.values[name] = "0"
            if value in ("1", "2"):
                self.stop()
            return 0
        self.config.save()
        return 0
