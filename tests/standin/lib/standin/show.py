# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Statements that become other statements, which the engine then answers under the client's own privileges."""

from .engine_client import quote
from .errors import error
from .generations import Generation
from .statements import AlterTenant, ShowParameters

COLUMNS = ("zone", "svr_type", "svr_ip", "svr_port", "name", "data_type", "value", "info", "section", "scope", "source", "edit_level")
COLUMNS_43 = COLUMNS + ("default_value", "isdefault")
PARAMETER_TABLE = "oceanbase.`__all_virtual_tenant_parameter_stat`"


def show_parameters(statement: ShowParameters, generation: Generation) -> str:
    """Make the SELECT for SHOW PARAMETERS, which hides every name that begins with an underscore."""
    if statement.tenant is not None and statement.tenant.lower() != "sys":
        raise error("tenant_unknown", statement.tenant)
    columns = ", ".join(COLUMNS_43 if generation.extra_columns else COLUMNS)
    text = "SELECT %s FROM %s WHERE substr(name, 1, 1) <> '_'" % (columns, PARAMETER_TABLE)
    if statement.pattern is not None:
        text += " AND name LIKE %s" % quote(statement.pattern)
    if statement.condition is not None:
        text = "SELECT * FROM (%s) p WHERE (%s)" % (text, statement.condition)
    return text + " ORDER BY name, zone, svr_ip, svr_port"


def set_global(statement: AlterTenant) -> str:
    """Make the SET GLOBAL for ALTER TENANT sys SET VARIABLES."""
    if statement.tenant.lower() != "sys":
        raise error("tenant_unknown", statement.tenant)
    return ", ".join("SET GLOBAL %s = %s" % (name, value if value.isdigit() else quote(value)) for name, value in statement.variables[:1]) + "".join(
        ", GLOBAL %s = %s" % (name, value if value.isdigit() else quote(value)) for name, value in statement.variables[1:])
