"""Cars with rows of every kind, and exports of them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, Final
from uuid import UUID

import pytest
from psycopg import sql

from data_export import service
from data_export.models import ExportRequest, Plan
from database.connection import Connection, Pool, open_pool
from database.roles import role_of
from telemetry_schema.vin import with_check_digit
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
T0: Final = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
VIN, OTHER_VIN = sorted(with_check_digit(f"1M8GDM9A0KP00000{number}") for number in (1, 2))
BOOT: Final = UUID("00000000-0000-4000-8000-000000000001")
ALL_SIGNALS: Final = ExportRequest("signals", T0, T0 + DAY, None)

_sequences: Iterator[int] = count(1)


async def enrol(connection: Connection, vin: str) -> int:
    request = EnrolmentRequest(vin, "petrol-compact", "Servicelane", "Compact", 2022, "petrol", date(2022, 1, 1))
    return (await vehicles.enrol(connection, request)).vehicle_id


@pytest.fixture
async def cars(pool: Pool) -> tuple[int, int]:
    """The numbers of VIN and OTHER_VIN."""
    async with pool.connection() as connection:
        return await enrol(connection, VIN), await enrol(connection, OTHER_VIN)


@pytest.fixture
async def exporter(database_url: str) -> AsyncIterator[Pool]:
    """Connections with the rights of an export and no more."""
    async with open_pool(database_url, role_of("data_export")) as opened:
        yield opened


async def put(connection: Connection, table: str, row: dict[str, Any]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    values = sql.SQL(", ").join(map(sql.Placeholder, row))
    place = sql.Identifier(*table.split("."))
    await connection.execute(sql.SQL("insert into {} ({}) values ({})").format(place, names, values), row)


async def put_sample(connection: Connection, vehicle_id: int, recorded_at: datetime = T0, **values: Any) -> None:
    row = {"vehicle_id": vehicle_id, "recorded_at": recorded_at, "received_at": recorded_at, "boot_id": BOOT}
    row |= {"boot_number": 1, "sequence": next(_sequences), "frame": 0, "clock_quality": 1, "late": False}
    await put(connection, "telemetry.samples", row | values)


async def put_position(connection: Connection, vehicle_id: int, recorded_at: datetime, **values: float) -> None:
    row = {"vehicle_id": vehicle_id, "recorded_at": recorded_at, "boot_id": BOOT, "boot_number": 1, "frame": 0}
    await put(connection, "telemetry.positions", row | {"sequence": next(_sequences)} | values)


@asynccontextmanager
async def planned(exporter: Pool, request: ExportRequest) -> AsyncIterator[tuple[Connection, Plan]]:
    async with exporter.connection() as connection:
        await service.begin(connection)
        yield connection, await service.plan(connection, request, NOW)


async def export(exporter: Pool, request: ExportRequest, **changes: Any) -> bytes:
    """The whole file."""
    async with (
        planned(exporter, replace(request, **changes)) as (connection, plan),
        aclosing(service.chunks(connection, plan)) as chunks,
    ):
        return b"".join([chunk async for chunk in chunks])


def column_of(rows: Sequence[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]
