# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The observer's command line."""

import getopt
import sys
from typing import Dict, List, NamedTuple, NoReturn, Tuple

from .generations import Generation
from .settings import REVISION, Release

# long name, short name, takes an argument, echo, parameter
OPTIONS: Tuple[Tuple[str, str, bool, str, str], ...] = (
    ("help", "h", False, "", ""),
    ("home", "H", True, "home", ""),
    ("mysql_port", "p", True, "mysql port", "mysql_port"),
    ("rpc_port", "P", True, "rpc port", "rpc_port"),
    ("nodaemon", "N", False, "nodaemon", ""),
    ("appname", "n", True, "appname", "cluster"),
    ("cluster_id", "c", True, "cluster id", "cluster_id"),
    ("data_dir", "d", True, "data_dir", "data_dir"),
    ("log_level", "l", True, "log level", "syslog_level"),
    ("zone", "z", True, "zone", "zone"),
    ("optstr", "o", True, "optstr", ""),
    ("devname", "i", True, "devname", "devname"),
    ("rs_list", "r", True, "rs list", "rootservice_list"),
    ("mode", "m", True, "", "ob_startup_mode"),
    ("scn", "f", True, "flashback scn", ""),
    ("version", "V", False, "", ""),
    ("ipv6", "6", False, "", "use_ipv6"),
    ("local_ip", "I", True, "local_ip", "local_ip"),
)
HELP = """observer [OPTIONS]
  -h,--help                print this help
  -z,--zone ZONE           zone
  -p,--mysql_port PORT     mysql port
  -P,--rpc_port PORT       rpc port
  -N,--nodaemon            don't run in daemon
  -n,--appname APPNAME     application name
  -c,--cluster_id ID       cluster id
  -d,--data_dir DIR        OceanBase data directory
  -i,--devname DEV         net dev interface
%s  -o,--optstr OPTSTR       extra options string
  -r,--rs_list RS_LIST     root service list
  -l,--log_level LOG_LEVEL server log level
  -6,--ipv6 USE_IPV6       server use ipv6 address
  -m,--mode MODE server mode
  -f,--scn flashback_scn"""
LOG_LEVELS = ("ERROR", "USER_ERR", "WARN", "INFO", "TRACE", "DEBUG", "EDIAG", "WDIAG")
HELP_LOCAL_IP = "  -I,--local_ip            ip of the current machine\n"


class Options(NamedTuple):
    """A command line that was accepted."""

    parameters: Dict[str, str]
    optstr: str
    nodaemon: bool


def say(text: str) -> None:
    """Write a line to the terminal, where the server writes: stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def leave(text: str, status: int = 1) -> NoReturn:
    """Say why and end the process."""
    say(text)
    sys.exit(status)


def version_text(release: Release) -> str:
    """Write what -V prints: the first line as the real one, the rest says what this is."""
    return ("observer (%s)\n\nREVISION: %s\nBUILD_BRANCH: standin\nBUILD_TIME: %s\nBUILD_FLAGS: Standin\n"
            "BUILD_INFO: stand-in for tests, not the OceanBase database server\n\n"
            "This is a stand-in release of the Ansible collection oceanbase.cluster, made for its tests and its demo.\n"
            % (release.package_string, REVISION, release.built))


def check_port(text: str) -> None:
    """Refuse what is not a port number."""
    try:
        port = int(text)
    except ValueError:
        leave("need port number: %s" % text)
    if not 1024 < port < 65536:
        leave("port number should greater than 1024 and less than 65536: %d" % port)


def check_cluster_id(text: str) -> None:
    """Refuse what is not a cluster id."""
    try:
        value = int(text)
    except ValueError:
        leave("need cluster id: %s" % text)
    if not 0 < value < 1 << 32:
        leave("cluster id in cmd option should be in range [1,4294967295], but it is %d" % value)


def parse(argv: List[str], generation: Generation, release: Release) -> Options:
    """Parse the command line, echo it, and leave where the server would."""
    known = [one for one in OPTIONS if one[1] != "I" or generation.local_ip]
    usage = HELP % (HELP_LOCAL_IP if generation.local_ip else "")
    say(" ".join(argv))
    short = "".join(one[1] + (":" if one[2] else "") for one in known)
    long = [one[0] + ("=" if one[2] else "") for one in known]
    try:
        given, _rest = getopt.gnu_getopt(argv[1:], short, long)
    except getopt.GetoptError as exc:
        leave("%s: %s\n%s" % (argv[0], exc, usage))
    parameters: Dict[str, str] = {}
    optstr, nodaemon = "", False
    for flag, value in given:
        _name, letter, takes, echo, parameter = next(one for one in known if flag in ("-" + one[1], "--" + one[0]))
        if letter == "m":
            echo = generation.mode_label
        if echo:
            say("%s: %s" % (echo, value) if takes else echo)
        if letter == "h":
            leave(usage)
        if letter == "V":
            leave(version_text(release), 0)
        if letter == "l" and value.upper() not in LOG_LEVELS:
            say("malformed log level, candicates are:     ERROR,USER_ERR,WARN,INFO,TRACE,DEBUG\n!! Back to INFO log level.")
            value = "INFO"
        if letter in "pP":
            check_port(value)
        if letter == "c":
            check_cluster_id(value)
        if letter == "o":
            optstr = value
        if letter == "N":
            nodaemon = True
        if parameter:
            parameters[parameter] = value if takes else "True"
    return Options(parameters, optstr, nodaemon)
