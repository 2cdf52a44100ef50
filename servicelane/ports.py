"""Free ports on loopback."""

from __future__ import annotations

import asyncio
import socket
import time


def free_port() -> int:
    """A TCP port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


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
