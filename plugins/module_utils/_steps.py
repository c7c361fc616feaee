# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The 23 steps of creating a cluster, in the order and with the names of OCP's task (POST /api/v2/ob/clusters)."""

from typing import NamedTuple


class Step(NamedTuple):
    """One subtask of the creation."""

    number: int
    name: str  # OCP's name
    file: str  # roles/create_cluster/tasks/<file>.yml
    switch: str  # variable that asks for it, "" where it always belongs
    waits_for: str  # what a person is told while it runs


STEPS = (
    Step(1, "Prepare install cluster", "prepare_install_cluster", "", "validating the request"),
    Step(2, "Pre check for install OB", "pre_check", "", "probing every host"),
    Step(3, "Wait node", "wait_node_checked", "", "every host to have passed the check"),
    Step(4, "Install rpm", "install_rpm", "", "the package on every host"),
    Step(5, "Wait node", "wait_node_installed", "", "every host to run the expected version"),
    Step(6, "Make dir for ob", "make_dir", "", "directories on every host"),
    Step(7, "Wait node", "wait_node_laid_out", "", "the service user to be able to write on every host"),
    Step(8, "Do io bench", "io_bench", "oceanbase_io_bench", "the disk measurement of every host"),
    Step(9, "Bootstrap ob", "bootstrap", "", "observers to start and the bootstrap to end"),
    Step(10, "Restart observer process", "restart_observer", "oceanbase_restart_after_bootstrap", "observers to restart zone by zone"),
    Step(11, "Wait observer accessible", "wait_observer", "", "every server to be ACTIVE and serving"),
    Step(12, "Set sys password", "set_sys_password", "", "the password of root@sys"),
    Step(13, "Create default user", "create_default_user", "", "the default users"),
    Step(14, "Set sys primary zone", "set_primary_zone", "", "the primary zone of the sys tenant"),
    Step(15, "Wait cluster accessible", "wait_cluster", "", "a login through every server"),
    Step(16, "Refresh ocp agent config", "refresh_agent", "oceanbase_agent", "the agent's configuration"),
    Step(17, "Wait node", "wait_node_agent", "oceanbase_agent", "every host's agent to be configured"),
    Step(18, "Start ocp agent service", "start_agent", "oceanbase_agent", "every host's agent to answer"),
    Step(19, "Sync cluster info", "sync_cluster", "", "servers, zones and parameters"),
    Step(20, "Sync all tenant information", "sync_tenants", "", "tenants, units and pools"),
    Step(21, "Update OB cluster status", "update_status", "", "the comparison with the plan"),
    Step(22, "Trigger compaction", "trigger_compaction", "oceanbase_trigger_compaction", "the major freeze"),
    Step(23, "Link obproxy", "link_obproxy", "oceanbase_link_obproxy", "OBProxy to know the cluster"),
)
