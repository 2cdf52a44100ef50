"""Ports on loopback, kept for whoever is to listen on them.

A port that is only looked at may be given to somebody else before its server starts. So this process keeps it bound,
without listening, until it ends: the system gives a bound port to nobody who asks for any, and lets a server that names
it listen (both sides set SO_REUSEADDR, as asyncio, Mosquitto, PostgreSQL and Java do).
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from typing import Final

_kept: Final[dict[int, socket.socket]] = {}


class PortTakenError(RuntimeError):
    """A named port cannot be listened on; the message says what to do."""


def free_port() -> int:
    """A TCP port on which nobody listens and which nobody else is given while this process runs."""
    return _keep(0)


def keep_port(named: int | None) -> int:
    """The port that was named, kept like a free one; a free one where none was. Raises PortTakenError."""
    if named in _kept:
        return named
    try:
        return _keep(named or 0)
    except OSError as error:
        raise PortTakenError(
            f"Port {named} cannot be used: {os.strerror(error.errno or 0)}. "
            f"`ss -ltnp 'sport = :{named}'` shows who listens there; end it, or name another port."
        ) from None


def _keep(port: int) -> int:
    keeper = socket.socket()
    try:
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        keeper.bind(("127.0.0.1", port))
    except OSError:
        keeper.close()
        raise
    found: int = keeper.getsockname()[1]
    _kept[found] = keeper
    return found


def accepts_connections(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=0.5):
            return True
    except OSError:
        return False


def wait_until_open(host: str, port: int, timeout_seconds: float) -> bool:
    """True as soon as the port accepts connections, False where it does not in time."""
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline:
        if accepts_connections(host, port):
            return True
        time.sleep(0.02)
    return False


async def wait_until_open_async(host: str, port: int, timeout_seconds: float) -> bool:
    return await asyncio.to_thread(wait_until_open, host, port, timeout_seconds)
