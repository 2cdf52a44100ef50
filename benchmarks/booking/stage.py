"""A database of workshops that are 70 % full, cars with work to be done, and the API as a process of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import httpx

from booking_api.development_issuer import ISSUER, KEY_SET, ensure_development_keys, issue_token
from database.connection import Connection, open_pool
from database.migrations import migrate
from database.queries import Queries
from servicelane.databases import create_fresh_database
from servicelane.ports import free_port
from servicelane.schema import migration_folders
from telemetry_schema.vin import with_check_digit
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

CARS: Final = 50
DAYS: Final = 14
_queries: Final = Queries(Path(__file__).parent / "queries")
_READY_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Stage:
    """`clients`: one per owner, with their token; `vins` and `work` (a recommendation of each car) beside them."""

    url: str
    clients: Sequence[httpx.AsyncClient]
    vins: Sequence[str]
    work: Sequence[str]


@asynccontextmanager
async def staged(server_url: str, folder: Path, workshops: int, days: int = DAYS) -> AsyncIterator[Stage]:
    """A fresh database with so many workshops, claims for so many days ahead, and a server on it."""
    url = await create_fresh_database(server_url, f"booking_{workshops}_{days}")
    await migrate(url, migration_folders())
    async with open_pool(url) as pool, pool.connection() as connection:
        vins, work = await _fill(connection, workshops, days)
    keys = folder / "keys"
    ensure_development_keys(keys)
    with _served(url, keys) as (process, address):
        await _ready(address, process)
        clients = [_client(address, keys, f"owner-{number}") for number in range(CARS)]
        try:
            yield Stage(address, clients, vins, work)
        finally:
            for one in clients:
                await one.aclose()


async def _fill(connection: Connection, workshops: int, days: int) -> tuple[list[str], list[str]]:
    await _queries.run(connection, "fill_workshops", workshops=workshops)
    await _queries.run(connection, "fill_hours")
    await _queries.run(connection, "fill_resources")
    vins = [str(with_check_digit(f"1M8GDM9A0KP1{number:05d}")) for number in range(CARS)]
    work = [await _enrol(connection, vin, f"owner-{number}") for number, vin in enumerate(vins)]
    await _queries.run(connection, "lift_guards")
    await _queries.run(connection, "fill_claims", days=days, now=datetime.now(UTC))
    await _queries.run(connection, "put_guards_back")
    for table in ("resources", "claims", "bookings"):
        await _queries.run(connection, f"analyze_{table}")
    return vins, work


async def _enrol(connection: Connection, vin: str, owner_id: str) -> str:
    request = EnrolmentRequest(vin, "petrol-compact", "Servicelane", "Compact", 2022, "petrol", date(2022, 1, 1))
    number = (await vehicles.enrol(connection, request)).vehicle_id
    await vehicles.register_owner(connection, owner_id, display_name=owner_id)
    await vehicles.assign_owner(connection, number, owner_id, since=date(2022, 1, 1))
    row = await _queries.one(connection, "fill_recommendation", vehicle_id=number)
    assert row is not None
    return str(row["recommendation_id"])


@contextmanager
def _served(url: str, keys: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "BOOKING_API_PORT": str(port),
        "BOOKING_API_ISSUER": ISSUER,
        "BOOKING_API_JWKS_FILE": str(keys / KEY_SET),
    }
    process = subprocess.Popen([sys.executable, "-m", "booking_api"], env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


async def _ready(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_SECONDS
    async with httpx.AsyncClient() as client:
        while time.monotonic() < until:
            if process.poll() is not None:
                break
            try:
                if (await client.get(f"{address}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
    raise RuntimeError("the API does not answer: run `python -m booking_api` by hand to see why")


def _client(address: str, keys: Path, owner_id: str) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {issue_token(keys, subject=owner_id, role='owner')}"}
    return httpx.AsyncClient(base_url=address, headers=headers, timeout=60)
