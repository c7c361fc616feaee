from __future__ import annotations
import html, json
def render(document):
    return "<!doctype html><pre>" + html.escape(json.dumps(document, indent=1)) + "</pre>\n"
