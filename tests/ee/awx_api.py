# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of AWX's API as the modules of awx.awx need to make what awx/load.yml asks for, in memory. It refuses what AWX would refuse.

Written from the API's documentation and from what the modules expect of it. It is no AWX: it runs nothing and checks no permission.
"""

from __future__ import annotations

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit/awx"))

import awx_rules

TOKEN = "a token"
KINDS = {"job_templates": "job_template", "projects": "project", "inventory_sources": "inventory_source", "workflow_job_templates": "workflow_job_template"}
REFERENCES = {
    "organization": "organizations", "inventory": "inventories", "project": "projects", "source_project": "projects", "credential": "credentials",
    "execution_environment": "execution_environments", "default_environment": "execution_environments", "workflow_job_template": "workflow_job_templates",
}  # fmt: skip
Item = dict[str, Any]


class Refused(Exception):
    """AWX would answer 400."""


class Store:
    """What was made, by collection and id."""

    def __init__(self) -> None:
        self.items: dict[str, dict[int, Item]] = {}
        self.links: dict[str, list[int]] = {}
        self.count = 0
        self.create("organizations", {"name": "Default"})

    def create(self, kind: str, fields: Item) -> Item:
        """Add an item, as the API shows it."""
        self.check(kind, fields)
        self.count += 1
        url = f"/api/v2/{kind}/{self.count}/"
        item = {**fields, "id": self.count, "url": url, "type": KINDS.get(kind, kind), "related": {}, "summary_fields": {}}
        if kind == "projects":
            item["scm_revision"] = "0" * 40
        if kind in ("job_templates", "workflow_job_templates"):
            item["related"]["survey_spec"] = f"{url}survey_spec/"
        self.items.setdefault(kind, {})[self.count] = item
        return item

    def check(self, kind: str, fields: Item) -> None:
        """Refuse references to what does not exist, and credential types that break the rules."""
        for name, target in REFERENCES.items():
            if fields.get(name) and int(fields[name]) not in self.items.get(target, {}):
                raise Refused(f"{kind}: {name} {fields[name]} does not exist")
        if kind == "credential_types" and "inputs" in fields:
            for fault in awx_rules.credential_type_faults(fields["inputs"], fields.get("injectors", {})):
                raise Refused(f"{fields.get('name')}: {fault}")
        for name in ("extra_vars", "variables", "source_vars"):
            if fields.get(name) and not isinstance(fields[name], str):
                raise Refused(f"{kind}: {name} is not a text")

    def find(self, kind: str, query: dict[str, str]) -> list[Item]:
        """Return what matches a query."""
        found = [item for name in (KINDS if kind == "unified_job_templates" else [kind]) for item in self.items.get(name, {}).values()]
        if kind == "unified_job_templates":
            found += self.items.get("workflow_approval_templates", {}).values()
        wanted = {key: value for key, value in query.items() if key not in ("page_size", "page", "order_by")}
        return [item for item in found if all(str(item.get(key)) == value for key, value in wanted.items())]


class Handler(BaseHTTPRequestHandler):
    """One request."""

    store: Store
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a list, an item, or what belongs to one."""
        path, query = self._path()
        if match := re.fullmatch(r"/api/v2/(\w+)/", path):
            found = self.store.find(match[1], query)
            self._answer(200, {"count": len(found), "next": None, "previous": None, "results": found})
        elif match := re.fullmatch(r"/api/v2/(\w+)/(\d+)/", path):
            self._answer_item(match[1], int(match[2]))
        elif re.fullmatch(r"/api/v2/\w+/\d+/survey_spec/", path):
            self._answer(200, self._owner(path).get("survey_spec") or {})
        else:
            linked = [item for kind in self.store.items.values() for item in kind.values() if item["id"] in self.store.links.get(path, [])]
            self._answer(200, {"count": len(linked), "next": None, "results": linked})

    def do_POST(self) -> None:
        """Create, associate, or set a survey."""
        path, _query = self._path()
        data = self._data()
        try:
            if match := re.fullmatch(r"/api/v2/(\w+)/", path):
                self._answer(201, self.store.create(match[1], data))
            elif path.endswith("/survey_spec/"):
                for fault in awx_rules.survey_faults(data):
                    raise Refused(fault)
                self._owner(path)["survey_spec"] = data
                self._answer(200, {})
            elif path.endswith("/create_approval_template/"):
                template = self.store.create("workflow_approval_templates", {key: data.get(key) for key in ("name", "description", "timeout")})
                template["type"] = "workflow_approval"
                node = self._owner(path)
                node["unified_job_template"] = template["id"]
                node["related"]["unified_job_template"] = template["url"]
                self._answer(201, template)
            else:
                linked = self.store.links.setdefault(path, [])
                linked.remove(data["id"]) if data.get("disassociate") else linked.append(data["id"])
                self._answer(204, None)
        except Refused as refused:
            self._answer(400, {"error": str(refused), "detail": str(refused)})

    def do_PATCH(self) -> None:
        """Change an item."""
        path, _query = self._path()
        kind, number = path.strip("/").split("/")[-2:]
        data = self._data()
        try:
            self.store.check(kind, data)
        except Refused as refused:
            self._answer(400, {"detail": str(refused)})
            return
        self.store.items[kind][int(number)].update(data)
        self._answer_item(kind, int(number))

    def _path(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        return parts.path, dict(parse_qsl(parts.query))

    def _data(self) -> Item:
        data: Item = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or "{}")
        return data

    def _owner(self, path: str) -> Item:
        kind, number = path.strip("/").split("/")[2:4]
        return self.store.items[kind][int(number)]

    def _answer_item(self, kind: str, number: int) -> None:
        item = self.store.items.get(kind, {}).get(number)
        self._answer(200 if item else 404, item or {"detail": "Not found."})

    def _answer(self, status: int, body: Any) -> None:
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            status, body = 401, {"detail": "Authentication credentials were not provided."}
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", "24.6.1")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


def serve() -> tuple[ThreadingHTTPServer, Store]:
    """Return a server on a free port of this machine, and its store; the caller runs and closes it."""
    store = Store()
    handler = type("StoreHandler", (Handler,), {"store": store})
    return ThreadingHTTPServer(("127.0.0.1", 0), handler), store
