# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for obagent: ob_agentctl, ob_agentd, ob_mgragent and ob_monagent."""
