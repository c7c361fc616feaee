# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's own settings: delays and faults, read from files when a process starts."""

import json
import os
from typing import Any, Dict, NamedTuple

MACHINE_FILE = "/etc/oceanbase-standin.json"
HERE = os.path.dirname(os.path.realpath(__file__))


class Release(NamedTuple):
    """The release this program stands in for, baked in when the package is built."""

    name: str
    version: str
    release: str
    engine: str
    built: str

    @property
    def edition(self) -> str:
        """Name the product as in version strings."""
        return "OceanBase_CE" if self.name.endswith("-ce") else "OceanBase"

    @property
    def old(self) -> bool:
        """Tell whether this is before 4.0."""
        return int(self.version.split(".")[0]) < 4

    @property
    def package_string(self) -> str:
        """Give what -V prints in its first line."""
        return "%s %s" % (self.edition.replace("_", " ") if self.old else self.edition, self.version)

    @property
    def sql_version(self) -> str:
        """Give what SELECT VERSION() returns."""
        return self.version if self.old else "5.7.25-%s-v%s" % (self.edition, self.version)

    @property
    def variable_version(self) -> str:
        """Give @@version."""
        return "5.6.25" if self.old else self.sql_version

    @property
    def build_version(self) -> str:
        """Give the BUILD_VERSION of the catalogs; the revision is all letters of "standin" and zeros, not a commit."""
        return "%s_%s-%s(%s)" % (self.version, self.release.split(".")[0], REVISION, self.built)


REVISION = "57a4d140" + "0" * 32


class Settings(NamedTuple):
    """Delays in seconds, and faults."""

    engine: str = "/opt/seekdb"      # the folder of the SQL engine's binary
    start_delay: float = 0.0         # process start until the SQL port answers
    init_delay: float = 0.0          # port answers until logins are let in; 8001 in between
    bootstrap_delay: float = 0.0     # how long BOOTSTRAP takes beyond its own work
    service_delay: float = 0.3       # first lease until START_SERVICE_TIME is set
    lease_time: float = 3.0          # silence after which a server is INACTIVE
    heartbeat_interval: float = 0.5
    linger: float = 5.0              # how long the engine outlives the last observer
    rpc_timeout: float = 3.0
    statement_timeout: float = 1.0   # how long a statement without majority hangs before it fails
    deleting_delay: float = 1.0      # how long a server without units stays DELETING
    die_at_start: str = ""           # a return code: the process logs it and dies
    die_lines: Any = ()              # more lines for observer.log before that
    die_at_bootstrap: bool = False   # the observer that runs BOOTSTRAP kills itself half way
    die_with_home: bool = False      # end when the home directory is removed, so that a killed test run leaves nothing running
    refuse_sql: bool = False         # the SQL port is never opened
    never_serve: bool = False        # START_SERVICE_TIME stays empty
    refuse_add_cluster: str = ""     # what ADD CLUSTER [VERIFY] says is to be done first
    half_bootstrapped_login: bool = False  # let root into a restarted half-bootstrapped server instead of 8001


def read_release() -> Release:
    """Read what the package was built for."""
    with open(os.path.join(HERE, "release.json"), encoding="utf-8") as stream:
        data = json.load(stream)
    return Release(**{name: data[name] for name in Release._fields})


def read_settings(home: str) -> Settings:
    """Read the package's settings, overridden by the machine's, overridden by those beside the home."""
    values: Dict[str, Any] = {}
    paths = (os.path.join(HERE, "release.json"), MACHINE_FILE, os.path.join(os.path.dirname(os.path.abspath(home)), "oceanbase-standin.json"))
    for path in paths:
        try:
            with open(path, encoding="utf-8") as stream:
                data = json.load(stream)
        except (OSError, ValueError):
            continue
        values.update({key: value for key, value in data.items() if key in Settings._fields})
    return Settings(**values)
