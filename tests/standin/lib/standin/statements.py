# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cluster statements, parsed."""

from typing import Dict, NamedTuple, Optional, Tuple, Union


class BootstrapItem(NamedTuple):
    """One REGION, ZONE and SERVER of BOOTSTRAP."""

    region: str
    zone: str
    server: str


class Bootstrap(NamedTuple):
    """ALTER SYSTEM BOOTSTRAP; a standby cluster names its primary's id and root servers."""

    items: Tuple[BootstrapItem, ...]
    primary_id: int = 0
    primary_servers: Tuple[str, ...] = ()


class ServerAction(NamedTuple):
    """ALTER SYSTEM ADD, DELETE, CANCEL DELETE, START, STOP, FORCE STOP or ISOLATE SERVER."""

    action: str
    servers: Tuple[str, ...]
    zone: Optional[str]


class ZoneAction(NamedTuple):
    """ALTER SYSTEM ADD, DELETE, START, STOP, FORCE STOP, ISOLATE or ALTER ZONE; options are region, idc, zone_type."""

    action: str
    zone: str
    options: Dict[str, str]


class ClusterAction(NamedTuple):
    """ALTER SYSTEM ADD CLUSTER VERIFY, or ADD CLUSTER name CLUSTER_ID id."""

    action: str
    name: str
    cluster_id: int


class CreateTenant(NamedTuple):
    """CREATE [STANDBY] TENANT, RESOURCE UNIT or RESOURCE POOL; options are in lower case."""

    kind: str
    name: str
    if_not_exists: bool
    options: Dict[str, Tuple[str, ...]]


class AlterTenant(NamedTuple):
    """ALTER TENANT; primary_zone is None where it is not mentioned."""

    tenant: str
    primary_zone: Optional[str]
    primary_zone_default: bool
    variables: Tuple[Tuple[str, str], ...]


class Freeze(NamedTuple):
    """MAJOR FREEZE or MINOR FREEZE."""

    kind: str
    tenants: Tuple[str, ...]
    servers: Tuple[str, ...]
    zone: Optional[str]


class ParameterChange(NamedTuple):
    """One p = v of ALTER SYSTEM SET."""

    name: str
    value: str
    scope: str
    server: Optional[str]
    zone: Optional[str]
    tenant: Optional[str]


class SetParameters(NamedTuple):
    """ALTER SYSTEM [SET] p = v."""

    changes: Tuple[ParameterChange, ...]


class ShowParameters(NamedTuple):
    """SHOW PARAMETERS; condition is the text after WHERE."""

    pattern: Optional[str]
    condition: Optional[str]
    tenant: Optional[str]


class Housekeeping(NamedTuple):
    """A statement that only makes the server refresh something: RELOAD SERVER, REFRESH SCHEMA, REFRESH IO CALIBRATION."""

    what: str


class RunJob(NamedTuple):
    """ALTER SYSTEM RUN JOB."""

    job: str
    server: Optional[str]
    zone: Optional[str]


Statement = Union[Bootstrap, ServerAction, ZoneAction, ClusterAction, CreateTenant, AlterTenant, Freeze, SetParameters, ShowParameters, Housekeeping, RunJob]
