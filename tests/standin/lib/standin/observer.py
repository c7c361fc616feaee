# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The observer's main program."""

import asyncio
import os
import signal
import socket
import sys
from typing import Dict, List, Tuple

from . import config_file, pidfile
from .generations import Generation, generation_of, version_key
from .member import Member
from .network import own_address
from .options import Options, parse, say
from .parameter_table import known_parameters
from .parameters import memory_fault, normalise, split_optstr
from .rpc import bind, serve
from .session import Session
from .settings import Release, Settings, read_release, read_settings
from .storage import Storage, StorageFault
from .syslog import Syslog
from .title import set_title


class StartFault(Exception):
    """The process cannot start: what to log and the code to leave with."""

    def __init__(self, module: str, place: str, text: str, code: int) -> None:
        super().__init__(text)
        self.module, self.place, self.text, self.code = module, place, text, code


def prepare_home(generation: Generation) -> None:
    """Make the directories in the current directory, unless etc belongs to somebody else."""
    if generation.check_owner and os.path.isdir("etc") and os.stat("etc").st_uid != os.getuid():
        say("ERROR: current user(uid=%d) that starts observer is not the same with the original one(uid=%d), observer starts failed!" % (
            os.getuid(), os.stat("etc").st_uid))
        say("Fail check_uid_before_start, please use the initial user to start observer!")
        sys.exit(-9564 & 0xFF)
    for name in ("run", "log", "etc") + (("audit",) if generation.audit_dir else ()):
        try:
            os.makedirs(name, exist_ok=True)
        except OSError:
            say("create %s dir fail: ./%s/" % ("pid" if name == "run" else "log", name))
            sys.exit(-4009 & 0xFF)


def configure(home: str, options: Options, release: Release, generation: Generation, log: Syslog) -> Tuple[Dict[str, str], bool]:
    """Put the parameters together: defaults, what is remembered, -o, flags; also tell whether a device was named."""
    known = known_parameters(version_key(release.version))
    values = {name: one.default for name, one in known.items()}
    remembered = config_file.load(home) or {}
    values.update(remembered)
    place = "init_config (ob_server.cpp:1768)"
    given: Dict[str, str] = {}
    for name, value in split_optstr(options.optstr):
        if name not in known:
            log.warning("SHARE.CONFIG", "add_extra_config (ob_common_config.cpp:181)", "Invalid config string, no such config item(name=\"%s\")" % name, -5099)
        elif value is None:
            raise StartFault("SERVER", place, "invalid config from cmdline options(opts_.optstr_=\"%s\"" % options.optstr, -4147)
        else:
            given[name] = value
    given.update(options.parameters)
    for name, value in given.items():
        try:
            if name in known:
                values[name] = normalise(known[name], value) if value or known[name].kind != "str" else ""
        except ValueError:
            raise StartFault("SERVER", place, "invalid config from cmdline options(name=\"%s\", value=\"%s\"" % (name, value), -4147) from None
    if not int(values["cluster_id"]):
        raise StartFault("SERVER", place, "cluster id is 0, config is not set(cluster_id=0", -4147)
    if generation.zone_required and not values["zone"]:
        raise StartFault("SERVER", "strict_check_special (ob_server_config.cpp:233)", "config zone cannot be empty(zone=\"\"", -4147)
    fault = memory_fault(values, generation.minimum_memory, generation.old)
    if fault:
        raise StartFault("SERVER", "strict_check_special (ob_server_config.cpp:241)", fault, generation.memory_below_minimum)
    return values, "devname" in given or "devname" in remembered


def listen(bind_host: str, values: Dict[str, str]) -> Tuple[socket.socket, socket.socket]:
    """Bind both ports."""
    sockets = []
    for name, place in (("rpc_port", "start (ob_poc_rpc_server.cpp:156)"), ("mysql_port", "mysql_init (ob_srv_network_frame.cpp:232)")):
        try:
            sockets.append(bind(bind_host, int(values[name])))
        except OSError:
            text = "listen %s port fail(%s=%s" % ("rpc" if name == "rpc_port" else "mysql", name, values[name])
            raise StartFault("SERVER", place, text, -4004) from None
    return sockets[0], sockets[1]


async def run(member: Member, rpc_socket: socket.socket, sql_socket: socket.socket) -> None:
    """Serve until a signal ends the process."""
    stopped = asyncio.Event()
    loop = asyncio.get_event_loop()
    generation = member.generation
    loop.add_signal_handler(signal.SIGTERM, stopped.set if generation.sigterm_graceful else lambda: os.kill(os.getpid(), signal.SIGKILL))
    for number in range(40, signal.SIGRTMAX + 1):  # log level, memory report, stack dump: nothing a stand-in could do
        signal.signal(number, signal.SIG_IGN)
    if generation.sigusr1_graceful:
        loop.add_signal_handler(signal.SIGUSR1, stopped.set)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await Session(member, reader, writer).run()

    async def open_ports() -> None:
        await asyncio.sleep(member.settings.start_delay)
        if not member.settings.refuse_sql:
            await asyncio.start_server(client, sock=sql_socket, backlog=512)
            await asyncio.start_unix_server(client, path=generation.sockets[0])
        await asyncio.sleep(member.settings.init_delay)
        member.ready = True
        member.log.info("SERVER", "start (ob_server.cpp:900)", "[OBSERVER_NOTICE] success to listen, sql port=%s" % member.values["mysql_port"])

    for path in generation.sockets:
        if os.path.exists(path):
            os.unlink(path)
    await serve(rpc_socket, member.handle)
    for path in generation.sockets[1:]:
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(path)
        await serve(unix, member.handle)
    tasks = [asyncio.ensure_future(open_ports()), asyncio.ensure_future(member.watch())]
    await stopped.wait()
    for task in tasks:
        task.cancel()
    for path in generation.sockets:
        if os.path.exists(path):
            os.unlink(path)


def start(options: Options, release: Release, generation: Generation, settings: Settings, log: Syslog) -> int:
    """Do everything that can fail behind the parent's back; return the code."""
    home = os.getcwd()
    log.touch()
    log.info("SERVER", "main (main.cpp:615)", "succ to init logger(default file=\"log/observer.log\")")
    log.info("SERVER", "main (main.cpp:644)", "observer starts(observer_version=\"%s\")" % release.package_string)
    try:
        if settings.die_at_start:
            for line in settings.die_lines:
                log.raw(line)
            raise StartFault("SERVER", "init (ob_server.cpp:340)", "init failed as it was told to(", int(settings.die_at_start))
        values, device_named = configure(home, options, release, generation, log)
        try:
            host, bind_host = own_address(values, device_named)
        except OSError:
            raise StartFault("SERVER", "init_self_addr (ob_server.cpp:1920)", "get local address failed(devname=\"%s\"" % values["devname"],
                             -4147) from None
        storage = Storage(values["data_dir"], generation)
        try:
            storage.prepare(values["datafile_size"])
        except StorageFault as exc:
            raise StartFault("SERVER", exc.place, exc.text, exc.code) from None
        rpc_socket, sql_socket = listen(bind_host, values)
        member = Member(home, (host, int(values["rpc_port"])), values, storage, settings, release, generation, log)
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        loop.run_until_complete(run(member, rpc_socket, sql_socket))
        log.info("SERVER", "main (main.cpp:690)", "observer exits(observer_version=\"%s\")" % release.package_string)
        return 0
    except StartFault as exc:
        log.failure(exc.module, exc.place, exc.text.rstrip("(") + (")" if "(" in exc.text.rstrip("(") else ""), exc.code)
        log.failure("SERVER", "init (ob_server.cpp:178)", "init config failed" if exc.code == -4147 else "observer init fail", exc.code)
        return exc.code


def main(argv: List[str]) -> int:
    """Run the program; what it returns or leaves with is its exit status."""
    release = read_release()
    generation = generation_of(release.version)
    options = parse(argv, generation, release)
    prepare_home(generation)
    log = Syslog(os.getcwd(), generation)
    settings = read_settings(os.getcwd())
    if not options.nodaemon:
        try:
            pidfile.daemonize(pidfile.PATH)
        except pidfile.AlreadyRunning as exc:
            say("ERROR start_daemon (utility.cpp:1600) pid already exists(pid=\"%s\", file=\"%s\", ret=-4000)" % (exc, pidfile.PATH))
            return -4000 & 0xFF
    set_title(argv)
    code = start(options, release, generation, settings, log)
    if os.path.exists(pidfile.PATH) and not options.nodaemon:
        os.unlink(pidfile.PATH)
    os._exit(code & 0xFF)  # no open session may hold the process back
