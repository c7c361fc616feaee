# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line (oceanbase/obproxy 85766f9, src/obproxy/ob_proxy_main.cpp, get_opts_setting)."""

from __future__ import annotations

import getopt
from typing import Dict, List, Tuple

LONG = {
    "help": "h", "listen_port": "p", "prometheus_listen_port": "l", "rpc_listen_port": "s", "upgrade_ver": "u", "dump_config_sql": "d",
    "execute_config_sql": "e", "test_mysql_port": "P", "test_mysql_ip": "H", "optstr": "o", "appname": "n", "rs_list": "r", "cluster_name": "c",
    "nodaemon": "N", "version": "V", "releaseid": "R", "regression_test": "t", "config_yaml": "C",
}
ALONE = "hdeNVRC"
ECHO = {"p": "listen port", "l": "prometheus listen port", "s": "rpc service listen port", "o": "optstr", "n": "appname", "r": "rs list", "c": "cluster_name"}
PORTS = {"p": "listen_port", "l": "prometheus_listen_port", "s": "rpc_listen_port"}
USAGE = """----------------------------------------------------------------------------------
obproxy [OPTIONS]
  -h,--help                              print this help
  -p,--listen_port         LPORT         obproxy listen port
  -l,--promethues_listen_port  PLPORT    obproxy prometheus listen port
  -o,--optstr              OPTSTR        extra options string
  -n,--appname             APPNAME       application name
  -r,--rs_list             RS_LIST       root server list(format ip:sql_port)
  -c,--cluster_name        CLUSTER_NAME  root server cluster name
  -N,--nodaemon                          don't run in daemon
  -V,--version             VERSION       current obproxy version
  -R,--releaseid           RELEASEID     current obproxy kernel release id
----------------------------------------------------------------------------------"""


class BadOption(Exception):
    """The command line is not accepted."""


def short_options(rpc: bool) -> str:
    """Write what getopt wants; -s came with 4.3."""
    letters = [letter for letter in LONG.values() if rpc or letter != "s"]
    return "".join(letter if letter in ALONE else letter + ":" for letter in letters)


def parse(argv: List[str], rpc: bool) -> Dict[str, str]:
    """Return options by their short names."""
    names = [name if letter in ALONE else name + "=" for name, letter in LONG.items() if rpc or letter != "s"]
    try:
        pairs, _rest = getopt.getopt(argv, short_options(rpc), names)
    except getopt.GetoptError as exc:
        raise BadOption("%s: %s" % (exc.opt, exc.msg)) from None
    found = {}
    for name, value in pairs:
        letter = LONG[name[2:]] if name.startswith("--") else name[1:]
        found[letter] = value
        if letter in PORTS:
            check_port(value)
    return found


def check_port(text: str) -> None:
    """Refuse what is no port."""
    if not text.isdigit():
        raise BadOption("need port number: %s" % text)
    if not 1024 < int(text) < 65536:
        raise BadOption("port number should greater than 1024 and less than 65536: %s, ret=-4002" % text)


def echo(options: Dict[str, str]) -> List[str]:
    """Repeat the options as the real program does."""
    return ["%s: %s" % (ECHO[letter], value) for letter, value in options.items() if letter in ECHO]


def split_optstr(text: str) -> List[Tuple[str, str]]:
    """Take the text of -o apart: pairs end at a comma or a newline, an empty value is one (ob_common_config.cpp, add_extra_config)."""
    pairs = []
    for token in text.replace("\n", ",").split(","):
        if token:
            name, _equals, value = token.partition("=")
            pairs.append((name.strip(), value))
    return pairs
