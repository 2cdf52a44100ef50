"""A database of a fleet with a year behind it, and the pages as a process of their own."""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import httpx

from booking_api.development_issuer import ISSUER, KEY_SET, ensure_development_keys
from booking_api.models import Caller
from database.connection import connect, open_pool
from database.migrations import migrate
from servicelane.databases import create_fresh_database
from servicelane.ports import free_port
from servicelane.schema import migration_folders
from web.sessions import Seal, session_of
from web.visitors import SESSION_COOKIE

_FILLING: Final = sorted((Path(__file__).parent / "queries").glob("fill_*.sql"))
_READY_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Stage:
    """`client(caller)`: a browser in which `caller` has signed in; it keeps its connection."""

    database_url: str
    address: str
    seal: Seal
    keys: Path

    def cookie(self, caller: Caller) -> str:
        return self.seal.close("session", session_of(caller))

    def client(self, caller: Caller) -> httpx.Client:
        cookies = {SESSION_COOKIE: self.cookie(caller)}
        headers = {"Accept-Language": "en", "Accept-Encoding": "gzip"}
        return httpx.Client(base_url=self.address, cookies=cookies, headers=headers, timeout=120)


@contextmanager
def staged(
    server_url: str, folder: Path, cars: int, sample_seconds: int, say: Callable[[str], None]
) -> Iterator[Stage]:
    given = {"cars": cars, "now": datetime.now(UTC), "sample_seconds": sample_seconds}
    filled, keys = folder / "filled", folder / "keys"
    url = filled.read_text() if filled.exists() else asyncio.run(_filled(server_url, given, say))
    asyncio.run(migrate(url, migration_folders()))
    filled.write_text(url)
    ensure_development_keys(keys)
    key, port = secrets.token_urlsafe(32), free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {"WEB_PORT": str(port), "WEB_ADDRESS": address, "WEB_SESSION_KEY": key}
    environment |= {"WEB_ISSUER": ISSUER, "WEB_JWKS_FILE": str(keys / KEY_SET)}
    with running(["web"], url, environment) as process:
        _wait_until_ready(address, process)
        yield Stage(url, address, Seal(key), keys)


@contextmanager
def running(module: Sequence[str], url: str, environment: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A part of Servicelane as a process of its own: the module and its arguments."""
    told = os.environ | {"DATABASE_URL": url, **environment}
    process = subprocess.Popen([sys.executable, "-m", *module], env=told, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)


async def _filled(server_url: str, given: dict[str, object], say: Callable[[str], None]) -> str:
    """The URL of the database."""
    url = await create_fresh_database(server_url, "pages")
    await migrate(url, migration_folders())
    async with open_pool(url) as pool:
        for path in _FILLING:
            say(path.stem)
            async with pool.connection() as connection:
                words = path.read_text()
                await connection.execute(words.encode(), given)
    async with await connect(url, autocommit=True) as connection:
        await connection.execute(b"vacuum analyze")
    return url


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"{address}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the pages do not answer: run `python -m web` by hand to see why")
