# Copyright (c) 2026, the oceanbase.cluster authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Private to this collection: not an interface for others.
"""The one error of the collection: what was tried, what was seen, what to do."""

from typing import Any, Dict


class ObError(Exception):
    """Something failed that the user has to hear about.

    ``what``   what was tried, on which object or host ("Cannot add server 192.0.2.3:2882 to zone2")
    ``cause``  what was seen ("its data directory holds another cluster")
    ``remedy`` what to do next, a full sentence; may be empty where nothing can be said
    ``details`` keys to branch on, returned beside ``msg`` (``error_code``, ``rc``, ``statement``, ``evidence``...)

    None of them may hold a secret.
    """

    def __init__(self, what, cause, remedy="", **details):
        # type: (str, str, str, Any) -> None
        self.what = what
        self.cause = cause
        self.remedy = remedy
        self.details = details  # type: Dict[str, Any]
        super().__init__(self.message())

    def message(self):
        # type: () -> str
        """Return the sentence that the user reads."""
        text = "{0}: {1}".format(self.what, self.cause.rstrip(". "))
        return "{0}. {1}".format(text, self.remedy) if self.remedy else text + "."
