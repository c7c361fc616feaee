# SPDX-FileCopyrightText: The oceanbase.cluster authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests between the processes of a cluster: one JSON line each way over TCP."""

import asyncio
import json
import socket
from typing import Any, Awaitable, Callable, Dict, Tuple

from .errors import ServerError

Message = Dict[str, Any]
Handler = Callable[[Message], Awaitable[Message]]
Address = Tuple[str, int]
LIMIT = 4 << 20


class Unreachable(Exception):
    """Nobody answered."""


def parse_address(text: str) -> Address:
    """Read ip:port."""
    host, _sep, port = text.strip().rpartition(":")
    socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host.strip("[]"))
    return host.strip("[]"), int(port)


def show_address(address: Address) -> str:
    """Write ip:port."""
    return "%s:%d" % address


async def call(address: Address, message: Message, timeout: float) -> Message:
    """Send a request and return the answer; an error in the answer is raised."""
    async def exchange() -> bytes:
        reader, writer = await asyncio.open_connection(address[0], address[1], limit=LIMIT)
        try:
            writer.write(json.dumps(message).encode() + b"\n")
            await writer.drain()
            return await reader.readline()
        finally:
            writer.close()
    try:
        line = await asyncio.wait_for(exchange(), timeout)
        reply: Message = json.loads(line)
    except (OSError, ValueError, asyncio.TimeoutError) as exc:
        raise Unreachable("%s: %s" % (show_address(address), exc or "timeout")) from exc
    if "error" in reply:
        raise ServerError(*reply["error"])
    return reply


async def serve(listener: socket.socket, handler: Handler) -> asyncio.AbstractServer:
    """Answer requests on a bound socket."""
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            line = await reader.readline()
            if line:
                try:
                    reply = await handler(json.loads(line))
                except ServerError as exc:
                    reply = exc.as_reply()
                except Exception as exc:  # a fault of the stand-in itself must be seen by whoever asked
                    reply = ServerError(-4016, 4016, "HY000", "Internal error: %r" % exc).as_reply()
                writer.write(json.dumps(reply).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError):
            pass
        finally:
            writer.close()
    return await asyncio.start_server(client, sock=listener, limit=LIMIT)


def bind(host: str, port: int) -> socket.socket:
    """Bind a TCP socket."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
