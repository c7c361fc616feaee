# SPDX-License-Identifier: GPL-3.0-or-later
"""demo_inputs.py FOLDER: make what the demo needs below FOLDER, in files that nobody else can read.

vars.json: passwords of this demo's own, kept from one run to the next. password, login.cnf: for people. proof.json: for prove.py.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path

CLUSTER = "terran"
ADDRESSES = {"ob1": "127.0.0.11", "ob2": "127.0.0.12", "ob3": "127.0.0.13"}
PLACES = {"ob1": ("zone1", "hz1"), "ob2": ("zone2", "hz1"), "ob3": ("zone3", "hz2")}
PROXIES = ("ob1", "ob2")
PASSWORDS = ("password", "proxyro_password", "monitor_password", "agent_password", "obproxy_sys_password")


def variables(path: Path) -> dict[str, object]:
    """Return the extra variables of the run."""
    if path.exists():
        kept: dict[str, object] = json.loads(path.read_text(encoding="utf-8"))
        return kept
    own: dict[str, object] = {f"oceanbase_{name}": secrets.token_urlsafe(12) for name in PASSWORDS}
    return {**own, "oceanbase_agent": True, "oceanbase_link_obproxy": True}


def proof(known: dict[str, object]) -> dict[str, object]:
    """Return what is to be proved."""
    return {
        "password": known["oceanbase_password"],
        "cluster": CLUSTER,
        "servers": [
            {"endpoint": f"{ADDRESSES[host]}:2881", "server": f"{ADDRESSES[host]}:2882", "zone": zone, "idc": idc} for host, (zone, idc) in PLACES.items()
        ],
        "proxies": [f"{ADDRESSES[host]}:2883" for host in PROXIES],
        "agents": [{"url": f"http://{address}:8088", "password": known["oceanbase_agent_password"]} for address in ADDRESSES.values()],
    }


def main() -> None:
    """Write the files."""
    os.umask(0o077)
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    known = variables(folder / "vars.json")
    password = known["oceanbase_password"]
    texts = {
        "vars.json": json.dumps(known),
        "password": f"{password}\n",
        "login.cnf": f"[client]\nhost={ADDRESSES[PROXIES[0]]}\nport=2883\nuser=root@sys#{CLUSTER}\npassword={password}\n",
        "proof.json": json.dumps(proof(known)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
