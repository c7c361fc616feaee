# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties: groups of keys in conf/config_properties/*.yaml (oceanbase/obagent 6f446e1, config/config_property.go)."""

from __future__ import annotations

import base64
import glob
import json
import os
import re
import time
from typing import Dict, List, Match, Tuple

from .places import Home

# Keys that the program knows without a file naming them: type, default, encrypted (config/sdk/*_meta.go, a part).
META: Dict[str, Tuple[str, object, bool]] = {
    "agent.http.basic.auth.username": ("string", "ocp_agent", False), "agent.http.basic.auth.password": ("string", "", True),
    "agent.http.basic.auth.metricAuthEnabled": ("bool", True, False), "obagent.home.path": ("string", "", False),
    "ocp.agent.manager.http.port": ("int64", 62888, False), "ocp.agent.monitor.http.port": ("int64", 62889, False),
    "monagent.ob.monitor.user": ("string", "ocp_monitor", False), "monagent.ob.monitor.password": ("string", "", True),
    "monagent.ob.sql.port": ("int64", 2881, False), "monagent.ob.rpc.port": ("int64", 2882, False), "monagent.host.ip": ("string", "127.0.0.1", False),
    "monagent.ob.cluster.name": ("string", "", False), "monagent.ob.cluster.id": ("int64", 0, False), "monagent.ob.zone.name": ("string", "", False),
    "monagent.pipeline.ob.status": ("string", "inactive", False), "monagent.pipeline.node.status": ("string", "active", False),
    "ob.log.path": ("string", "/data/log1", False), "ob.data.path": ("string", "/data/1", False), "ob.install.path": ("string", "", False),
    "observer.log.path": ("string", "", False), "agent.log.path": ("string", "", False), "monagent.log.level": ("string", "info", False),
    "mgragent.log.level": ("string", "info", False), "monagent.alertmanager.address": ("string", "", False),
}


class BadConfig(Exception):
    """A key or a value that is not taken."""


class Property:
    """One key."""

    def __init__(self, key: str, value: object, kind: str, encrypted: bool) -> None:
        self.key, self.value, self.kind, self.encrypted = key, value, kind, encrypted


def scalar(text: str) -> object:
    """Read a YAML scalar."""
    text = text.strip()
    if text[:1] == '"':  # YAML knows two escapes more than JSON: two digits, and eight
        return json.loads(re.sub(r"\\\\|\\x([0-9a-fA-F]{2})|\\U([0-9a-fA-F]{8})", _as_json, text))
    if text[:1] == "'":
        return text[1:-1].replace("''", "'")
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    return int(text) if re.fullmatch(r"-?\d+", text) else text


def _as_json(found: Match[str]) -> str:
    code = found[1] or found[2]
    return json.dumps(chr(int(code, 16)))[1:-1] if code else found[0]


def written(value: object) -> str:
    """Write a YAML scalar."""
    return "null" if value is None else json.dumps(value, ensure_ascii=False)


def read_group(path: str) -> List[Property]:
    """Read one file."""
    found: List[Property] = []
    with open(path, encoding="utf-8") as stream:
        for line in stream:
            match = re.match(r"\s*(-\s+)?(key|value|valueType|encrypted):(.*)$", line.rstrip("\n"))
            if not match:
                continue
            value = scalar(match[3])
            if match[1]:
                found.append(Property("", None, "string", False))
            one = found[-1]
            if match[2] == "key":
                one.key = str(value)
            elif match[2] == "value":
                one.value = value
            elif match[2] == "valueType":
                one.kind = str(value)
            else:
                one.encrypted = bool(value)
    return found


class Properties:
    """All groups."""

    def __init__(self, home: Home, crypto: str) -> None:
        self.home, self.crypto = home, crypto
        self.folder = home.of("conf", "config_properties")
        self.groups: Dict[str, List[Property]] = {}
        self.all: Dict[str, Property] = {}
        for path in sorted(glob.glob(os.path.join(self.folder, "*.yaml"))):
            self.groups[path] = read_group(path)
            for one in self.groups[path]:
                if one.key in self.all:
                    raise BadConfig("key %s exists" % one.key)
                self.all[one.key] = one
        for key, (kind, default, encrypted) in META.items():
            self.all.setdefault(key, Property(key, default if not encrypted else None, kind, encrypted))
            self.all[key].encrypted = encrypted

    def value(self, key: str) -> object:
        """Return what a key means: one that cannot be decrypted means nothing."""
        one = self.all.get(key)
        if one is None or one.value is None:
            return META[key][1] if key in META else ""
        return self.decrypted(str(one.value)) if one.encrypted else one.value

    def text(self, key: str) -> str:
        """Return a value as text."""
        value = self.value(key)
        return str(value).lower() if isinstance(value, bool) else str(value)

    def decrypted(self, text: str) -> str:
        """Undo the encryption; with another method in the start file nothing comes out."""
        if self.crypto != "aes" or not text:
            return text
        try:
            plain = base64.b64decode(text, validate=True)
        except ValueError:
            return ""
        return plain[4:].decode("utf-8", "replace") if plain[:4] == b"AES " else ""

    def encrypted(self, text: str) -> str:
        """Encrypt (for show: this is a stand-in)."""
        return base64.b64encode(b"AES " + text.encode()).decode() if self.crypto == "aes" and text else text

    def update(self, pairs: List[str]) -> bool:
        """Take key=value pairs, save what changed and a copy of everything; tell whether something did."""
        changed = {}
        for pair in pairs:
            parts = pair.split("=")
            if len(parts) != 2:
                raise BadConfig("key-value pair xxx is not a valid key=value formatted.")
            key, text = parts
            if key not in self.all:
                raise BadConfig("key %s is not found in config properties!" % key)
            value = self.parsed(self.all[key], text)
            if self.value(key) != value:
                changed[key] = value
        version = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        touched = set()
        for key, value in changed.items():
            one = self.all[key]
            one.value = self.encrypted(str(value)) if one.encrypted else value
            path = next((path for path, group in self.groups.items() if one in group), os.path.join(self.folder, "default_config.yaml"))
            self.groups.setdefault(path, [])
            if one not in self.groups[path]:
                self.groups[path].append(one)
            touched.add(path)
        for path in touched:
            self.save(path, version)
        if touched:
            self.snapshot(version)
        return bool(touched)

    @staticmethod
    def parsed(one: Property, text: str) -> object:
        """Read a value as its type wants."""
        try:
            if one.kind == "int64":
                return int(text)
            if one.kind == "bool":
                return {"true": True, "false": False, "1": True, "0": False}[text.lower()]
        except (ValueError, KeyError):
            raise BadConfig("pase key %s failed, err:assert %s %s (string) to %s" % (one.key, one.key, text, one.kind)) from None
        return text

    def save(self, path: str, version: str) -> None:
        """Write a group over its file; a new one is readable by everybody."""
        lines = ["configVersion: %s" % written(version), "configs:"]
        for one in self.groups[path]:
            lines += ["    - key: %s" % one.key, "      value: %s" % written(one.value), "      valueType: %s" % one.kind,
                      "      encrypted: %s" % str(one.encrypted).lower()]
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write("\n".join(lines) + "\n")

    def snapshot(self, version: str) -> None:
        """Copy all groups to conf/<version>, readable by everybody (config/config_module.go, snapshotForPath)."""
        target = self.home.of("conf", version, "config_properties")
        os.makedirs(target, exist_ok=True)
        for path in self.groups:
            with open(path, "rb") as source, open(os.path.join(target, os.path.basename(path)), "wb") as copy:
                copy.write(source.read())
