# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log files, in the line format of the real server."""

import datetime
import os
from typing import Iterable

from .generations import Generation

NAMES = {-4000: "OB_ERROR", -4002: "OB_INVALID_ARGUMENT", -4004: "OB_SERVER_LISTEN_ERROR", -4009: "OB_IO_ERROR", -4012: "OB_TIMEOUT",
         -4015: "OB_ERR_SYS", -4027: "OB_FILE_NOT_EXIST", -4147: "OB_INVALID_CONFIG", -4016: "OB_ERR_UNEXPECTED", -4622: "OB_WAIT_ALL_RS_ONLINE_TIMEOUT",
         -4624: "OB_MACHINE_RESOURCE_NOT_ENOUGH"}


class Syslog:
    """Appends lines to log/observer.log and its siblings."""

    def __init__(self, home: str, generation: Generation) -> None:
        self.directory = os.path.join(home, "log")
        self.generation = generation
        self.with_wf = True  # the parameter enable_syslog_wf

    def files(self) -> Iterable[str]:
        """Name the files the server always has."""
        yield from ("observer.log", "rootservice.log", "election.log")
        if self.generation.trace_log:
            yield "trace.log"

    def touch(self) -> None:
        """Create the files."""
        for name in self.files():
            with open(os.path.join(self.directory, name), "a", encoding="utf-8"):
                pass

    def info(self, module: str, place: str, text: str, name: str = "observer.log", level: str = "INFO") -> None:
        """Write a line that reports no failure."""
        self._append(name, "%-5s %s%s %s [lt=4] %s" % (level, "[%s] " % module if module else "", place, self._context(), text))

    def failure(self, module: str, place: str, text: str, code: int, name: str = "observer.log") -> None:
        """Write the lines of a failure: what failed and its return code."""
        if self.generation.diagnostic_log:
            file, _sep, line = place.partition("(")[2].rstrip(")").partition(":")
            issue = 'ERROR issue_dba_error (ob_log.cpp:1875) %s [lt=2][errcode=-4388] Unexpected internal error happen, please checkout the'
            issue += ' internal errcode(errcode=%d, file="%s", line_no=%s, info="%s")'
            self._serious(name, issue % (self._context(), code, file, line, text.split("(")[0]))
            tail = "(ret=%d, ret=\"%s\")" % (code, NAMES[code]) if code in NAMES else "(ret=%d)" % code
            self._serious(name, "EDIAG [%s] %s %s [lt=3][errcode=%d] %s%s" % (module, place, self._context(), code, text, tail))
        else:
            tail = "(ret=%d, ret=\"%s\")" % (code, NAMES[code]) if code in NAMES else "(ret=%d)" % code
            self._serious(name, "ERROR [%s] %s %s [lt=3] %s%s" % (module, place, self._context(), text, tail))

    def warning(self, module: str, place: str, text: str, code: int, name: str = "observer.log") -> None:
        """Write one line about something that is not fatal."""
        level, mark = ("WDIAG", "[errcode=%d]" % code) if self.generation.diagnostic_log else ("WARN ", "")
        self._serious(name, "%s [%s] %s %s [lt=3]%s %s(ret=%d)" % (level, module, place, self._context(), mark, text, code))

    def raw(self, line: str) -> None:
        """Write a line as it stands."""
        self._append("observer.log", line)

    @staticmethod
    def _context() -> str:
        return "[%d][observer][T0][Y0-0000000000000000-0-0]" % os.getpid()

    def _serious(self, name: str, line: str) -> None:
        """Write a line of level WARN or above, which also goes to the .wf twin."""
        self._append(name, line)
        if self.with_wf:
            self._append(name + ".wf", line)

    def _append(self, name: str, line: str) -> None:
        stamp = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S.%f")
        try:
            with open(os.path.join(self.directory, name), "a", encoding="utf-8") as stream:
                stream.write("[%s] %s\n" % (stamp, line))
        except OSError:
            pass
