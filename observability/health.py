"""A worker's own small HTTP endpoint: `/healthz` (it runs), `/readyz` (it can work), `/metrics` (Prometheus)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Final

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], Awaitable[None]]
"""Returns when all is well and raises where it is not."""

_CHECK_SECONDS: Final = 5.0
_REQUEST_SECONDS: Final = 10.0
_ENDS_THE_CONNECTION: Final = (
    OSError,
    TimeoutError,
    ValueError,
    asyncio.IncompleteReadError,
    asyncio.LimitOverrunError,
)
_Answer = tuple[int, str, bytes]


@asynccontextmanager
async def health_endpoint(host: str, port: int, checks: Mapping[str, Check]) -> AsyncIterator[int]:
    """Serves while the block runs and yields the port (another one than `port` where that is 0)."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(*_ENDS_THE_CONNECTION):
            async with asyncio.timeout(_REQUEST_SECONDS):
                path = await _read_path(reader)
                writer.write(_as_http(*await _answer(path, checks)))
                await writer.drain()
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, host, port, limit=16 * 1024)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def _read_path(reader: asyncio.StreamReader) -> str:
    """Of `GET /readyz?x=1 HTTP/1.1` and its headers: `/readyz`. Empty for another method."""
    head = await reader.readuntil(b"\r\n\r\n")
    method, target, _version = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    return target.split("?")[0] if method == "GET" else ""


async def _answer(path: str, checks: Mapping[str, Check]) -> _Answer:
    match path:
        case "/healthz":
            return _json(200, {"status": "alive"})
        case "/readyz":
            return await _readiness(checks)
        case "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest()
        case _:
            return _json(404, {"status": "not found", "paths": ["/healthz", "/readyz", "/metrics"]})


async def _readiness(checks: Mapping[str, Check]) -> _Answer:
    results = {name: await _result(check) for name, check in checks.items()}
    ready = all(result == "ok" for result in results.values())
    return _json(200 if ready else 503, {"status": "ready" if ready else "not ready", "checks": results})


async def _result(check: Check) -> str:
    """The error's kind alone: its text may name addresses and belongs into the log."""
    try:
        async with asyncio.timeout(_CHECK_SECONDS):
            await check()
    except Exception as error:
        return type(error).__name__
    return "ok"


def _json(status: int, body: Mapping[str, object]) -> _Answer:
    return status, "application/json", json.dumps(body).encode()


def _as_http(status: int, content_type: str, body: bytes) -> bytes:
    reason = {200: "OK", 404: "Not Found", 503: "Service Unavailable"}[status]
    head = (
        f"HTTP/1.1 {status} {reason}\r\nContent-Type: {content_type}\r\nContent-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
