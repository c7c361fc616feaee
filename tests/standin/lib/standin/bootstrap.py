# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ALTER SYSTEM BOOTSTRAP, run by the observer that was asked."""

import asyncio
import os
import secrets
import shutil
import signal
from typing import Any, Dict, List

from .errors import ServerError, error
from .keeper_process import CLUSTER, READY
from .member import Member
from .rpc import Address, Message, Unreachable, call, parse_address, show_address
from .statements import Bootstrap
from .storage import write_private

READY_TIMEOUT = 60.0
PLACE = "bootstrap (ob_service.cpp:1405)"


def addresses_of(statement: Bootstrap) -> List[Address]:
    """Read the servers' addresses."""
    try:
        return [parse_address(item.server) for item in statement.items]
    except (OSError, ValueError):
        raise error("invalid_argument") from None


async def bootstrap(member: Member, statement: Bootstrap, timeout_us: int) -> None:
    """Make a cluster of the listed servers, or say why not; what was begun is not undone, as in the real server."""
    if member.bootstrapping or not member.storage.empty():
        member.log.failure("SERVER", PLACE, "this observer is not empty", -4015)
        raise error("system_error")
    member.bootstrapping = True
    try:
        addresses = addresses_of(statement)
        zones_fit = await check(member, statement, addresses, timeout_us)
        if statement.primary_servers:
            await tell_primary(member, statement, {}, timeout_us)
        token = secrets.token_hex(16)
        await everyone(addresses, member, timeout_us, [{"op": "prepare", "token": token, "server_id": index + 1} for index in range(len(addresses))])
        if member.settings.die_at_bootstrap:
            os.kill(os.getpid(), signal.SIGKILL)
        await asyncio.sleep(member.settings.bootstrap_delay)
        if not zones_fit:
            await asyncio.sleep(member.settings.rpc_timeout)
            raise ServerError(-4622, 4622, "HY000", "wait all rs online timeout")
        await start_root_service(member, statement, addresses, token)
        join = {"op": "join", "token": token, "engine_home": show_address(member.address)}
        await everyone(addresses, member, timeout_us, [join] * len(addresses))
        await wait_online(member, len(addresses), token)
        if statement.primary_servers:
            ready = member.keeper.ready()
            assert ready
            await tell_primary(member, statement, {"keeper": [ready["host"], ready["port"]], "token": token}, timeout_us)
        member.log.info("BOOTSTRAP", "execute_bootstrap (ob_bootstrap.cpp:1021)", "execute_bootstrap success", "rootservice.log")
    except ServerError as exc:
        member.log.failure("SERVER", PLACE, "failed to bootstrap", exc.code)
        raise
    finally:
        member.bootstrapping = False


async def tell_primary(member: Member, statement: Bootstrap, more: Dict[str, Any], timeout_us: int) -> None:
    """Ask the primary cluster whether this may be its standby, or announce it; any of its root servers will do."""
    standby = dict(more, cluster=member.cluster, cluster_id=int(member.values["cluster_id"]), primary_id=statement.primary_id, version=member.release.version,
                   rootservice_list=member.values["rootservice_list"])
    for text in statement.primary_servers:
        try:
            await call(parse_address(text), {"op": "standby", "standby": standby}, member.settings.rpc_timeout)
            return
        except Unreachable:
            continue
        except (OSError, ValueError):
            raise error("invalid_argument") from None
    raise error("timeout", timeout_us)


def check_regions(statement: Bootstrap) -> None:
    """Refuse several zones of which no two are in one region."""
    regions = [item.region for item in statement.items]
    if len(regions) > 1 and len(set(regions)) == len(regions):
        raise ServerError(-4016, 4016, "HY000", "no qualified primary zone for system")


async def check(member: Member, statement: Bootstrap, addresses: List[Address], timeout_us: int) -> bool:
    """Check the list itself, then every server in it; tell whether the zones are right, where only the heartbeats find that out."""
    if member.generation.region_of_two_zones:
        check_regions(statement)
    if len({item.zone for item in statement.items}) < len(statement.items):
        raise error("zone_duplicated")
    if member.address not in addresses:
        raise error("invalid_argument")
    probe = {"op": "probe", "cluster_id": int(member.values["cluster_id"]), "by": show_address(member.address)}
    replies = await everyone(addresses, member, timeout_us, [probe] * len(addresses))
    for item, reply in zip(statement.items, replies):
        if reply.get("silent") or reply["version"] != member.release.version:
            raise unreachable(member, item.server, timeout_us)
        if not reply["empty"]:
            member.log.failure("BOOTSTRAP", "check_is_all_server_empty (ob_bootstrap.cpp:330)", "server is not empty(server=\"%s\")" % item.server, -4005)
            raise error("init_twice")
        if reply["zone"] != item.zone and member.generation.late_zone_mismatch:
            return False
        if reply["zone"] != item.zone:
            member.log.failure("BOOTSTRAP", "check_bootstrap_rs_list (ob_bootstrap.cpp:300)", "zone not match(server=\"%s\", zone=\"%s\", given=\"%s\")" % (
                item.server, reply["zone"], item.zone), -4631)
            raise error("zone_mismatch")
    return True


def unreachable(member: Member, server: str, timeout_us: int) -> ServerError:
    """Log that a server does not answer and make the error."""
    member.log.failure("BOOTSTRAP", "check_is_all_server_empty (ob_bootstrap.cpp:320)", "rpc to server failed(server=\"%s\")" % server, -4012)
    return error("timeout", timeout_us)


async def everyone(addresses: List[Address], member: Member, timeout_us: int, messages: List[Dict[str, Any]]) -> List[Message]:
    """Ask all servers at once."""
    async def one(address: Address, message: Message) -> Message:
        try:
            return await call(address, message, member.settings.rpc_timeout)
        except Unreachable:
            raise unreachable(member, show_address(address), timeout_us) from None
    answers = await asyncio.gather(*(one(address, message) for address, message in zip(addresses, messages)), return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return [answer for answer in answers if not isinstance(answer, BaseException)]


async def start_root_service(member: Member, statement: Bootstrap, addresses: List[Address], token: str) -> None:
    """Start the keeper and the engine here and wait until the catalogs are there."""
    shutil.rmtree(member.storage.engine_dir, ignore_errors=True)
    os.makedirs(member.storage.engine_dir, mode=0o700)
    write_private(os.path.join(member.storage.engine_dir, CLUSTER), {
        "cluster": member.cluster, "cluster_id": int(member.values["cluster_id"]), "token": token, "home": show_address(member.address),
        "account_password": secrets.token_hex(16), "member_file": member.storage.member_file,
        "primary": {"cluster_id": statement.primary_id} if statement.primary_servers else {},
        "bootstrap": [dict(item._asdict(), server_id=index + 1) for index, item in enumerate(statement.items)]})
    member.keeper.ensure()
    waited = 0.0
    while not member.keeper.ready():
        if waited > READY_TIMEOUT or member.keeper.failed():
            member.log.failure("RS", "start_root_service (ob_root_service.cpp:1)", "stand-in: %s(output=\"%s\"" % (
                member.keeper.last_words(), member.storage.engine_dir + "/keeper.out"), -4638)
            raise ServerError(-4638, 4638, "HY000", "The RootServer is not the master")
        await asyncio.sleep(0.05)
        waited += 0.05
    assert os.path.exists(os.path.join(member.storage.engine_dir, READY))


async def wait_online(member: Member, count: int, token: str) -> None:
    """Wait until every server of the list serves."""
    for _attempt in range(400):
        ready = member.keeper.ready()
        if ready:
            try:
                reply = await call((ready["host"], ready["port"]), {"op": "status", "token": token}, member.settings.rpc_timeout)
                if reply["serving"] >= count and member.has_quorum:
                    return
            except Unreachable:
                pass
        if member.settings.never_serve and member.has_quorum:
            return
        await asyncio.sleep(0.1)
    raise ServerError(-4622, 4622, "HY000", "wait all rs online timeout")
