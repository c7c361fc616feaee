# SPDX-License-Identifier: GPL-3.0-or-later
"""Record the options of the modules of awx.awx that awx/load.yml uses, for tests that run without that collection.

usage: record_awx_options.py FOLDER, where FOLDER holds ansible_collections/awx/awx, as the PyPI package "ansible" brings it.
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

import yaml

MODULES = ("credential_type", "execution_environment", "inventory", "inventory_source", "job_template", "project", "workflow_job_template")
TARGET = Path(__file__).resolve().parents[1] / "unit/awx/fixtures/awx_awx_options.json"
KEYS = ("type", "elements", "choices", "required", "aliases")


def option(documented: dict[str, Any]) -> dict[str, Any]:
    """Return what an argument spec says of an option, from its documentation, which ansible-test holds equal to it."""
    result: dict[str, Any] = {key: documented[key] for key in KEYS if documented.get(key)}
    if documented.get("suboptions"):
        result["options"] = {name: option(value) for name, value in documented["suboptions"].items()}
    return result


def documentation(path: Path) -> dict[str, Any]:
    """Return a module's documentation."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "DOCUMENTATION":
            loaded: dict[str, Any] = yaml.safe_load(ast.literal_eval(node.value))
            return loaded
    raise SystemExit(f"{path} has no documentation")


def main() -> None:
    """Write the fixture."""
    home = Path(sys.argv[1], "ansible_collections/awx/awx")
    manifest = json.loads((home / "MANIFEST.json").read_text(encoding="utf-8"))["collection_info"]
    options = {name: documentation(home / f"plugins/modules/{name}.py")["options"] for name in MODULES}
    recorded = {
        "collection": "awx.awx",
        "version": manifest["version"],
        "modules": {name: {key: option(value) for key, value in sorted(found.items())} for name, found in options.items()},
    }
    TARGET.write_text(json.dumps(recorded, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    print(f"awx.awx {manifest['version']}: {len(MODULES)} modules -> {TARGET}")


if __name__ == "__main__":
    main()
