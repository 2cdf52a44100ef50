"""A car, its telemetry and its findings for the tests of the planner."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from database.connection import Connection, Pool, open_pool
from maintenance_planner.models import Finding, OdometerReading, Texts
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.topics import StreamTopic
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

VIN: Final = "1M8GDM9AXKP042788"
IN_SERVICE_ON: Final = date(2022, 1, 10)
T0: Final = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
BOOT: Final = UUID("00000000-0000-4000-8000-000000000001")


def daily(kilometres: Sequence[float], since: datetime = T0) -> list[OdometerReading]:
    """One reading a day."""
    return [OdometerReading(since + timedelta(days=day), km) for day, km in enumerate(kilometres)]


def finding(number: int, kind: str, severity: int = 2, component: str = "part", found_at: datetime = T0) -> Finding:
    texts = Texts(en=f"{kind} {number}", zh=f"故障 {number}")
    return Finding(UUID(int=number), kind, component, severity, found_at, texts)


class Garage:
    """Puts into the tables what other packages would have put there, and says so on the stream."""

    def __init__(self, pool: Pool, stream: PostgresStream, vehicle_id: int) -> None:
        self._pool, self._stream, self.vehicle_id = pool, stream, vehicle_id
        self._sequence = 0

    async def store_readings(self, readings: Sequence[OdometerReading]) -> None:
        for reading in readings:
            await self._insert_sample(reading)
        await self.say_stored(readings[0].recorded_at, readings[-1].recorded_at)

    async def store_trip(self, at: datetime, **details: float) -> None:
        await self._execute(
            "insert into telemetry.events (vehicle_id, boot_id, sequence, boot_number, recorded_at, received_at, "
            "clock_quality, kind, details) values (%s, %s, %s, 1, %s, %s, 1, 'trip_summary', %s)",
            *(self.vehicle_id, BOOT, self._next(), at, at, Jsonb(details)),
        )

    async def store_finding(self, one: Finding) -> None:
        await self._execute(
            "insert into diagnostics.findings values (%s, %s, %s, %s, %s, %s, %s, null, '[]', %s)",
            *(one.finding_id, self.vehicle_id, one.kind, one.component, one.severity, one.found_at, one.found_at),
            Jsonb(one.texts),
        )
        await self.say_found()

    async def withdraw_finding(self, one: Finding) -> None:
        await self._execute("delete from diagnostics.findings where finding_id = %s", one.finding_id)
        await self.say_found()

    async def end_finding(self, one: Finding) -> None:
        await self._execute("update diagnostics.findings set ended_at = found_at where finding_id = %s", one.finding_id)
        await self.say_found()

    async def say_stored(self, since: datetime, until: datetime) -> None:
        span = {"from_ms": int(since.timestamp() * 1000), "to_ms": int(until.timestamp() * 1000)}
        notice = {"vehicle_id": self.vehicle_id, "vin": VIN, "kinds": ["samples"], "late": False, **span}
        await self._stream.produce([OutgoingRecord(StreamTopic.STORED, VIN, json.dumps(notice).encode())])

    async def say_found(self) -> None:
        await self._stream.produce([OutgoingRecord(StreamTopic.FINDINGS, VIN, b"")])

    async def rows(self, query: str) -> list[dict[str, Any]]:
        async with self._pool.connection() as connection:
            return await (await connection.execute(query.encode())).fetchall()

    async def _insert_sample(self, reading: OdometerReading) -> None:
        at = reading.recorded_at
        await self._execute(
            "insert into telemetry.samples (vehicle_id, recorded_at, received_at, boot_id, boot_number, sequence, "
            "frame, clock_quality, late, odometer_km) values (%s, %s, %s, %s, 1, %s, 0, 1, false, %s)",
            *(self.vehicle_id, at, at, BOOT, self._next(), reading.odometer_km),
        )

    async def _execute(self, statement: str, *values: Any) -> None:
        async with self._pool.connection() as connection:
            await connection.execute(statement.encode(), values)

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence


@pytest.fixture
async def planner_pool(database_url: str) -> AsyncIterator[Pool]:
    """With no more rights than the planner has."""
    async with open_pool(database_url, role="servicelane_maintenance_planner") as opened:
        yield opened


@pytest.fixture
def stream(planner_pool: Pool) -> PostgresStream:
    return PostgresStream(planner_pool)


@pytest.fixture
async def garage(pool: Pool, stream: PostgresStream) -> Garage:
    async with pool.connection() as connection:
        return Garage(pool, stream, await enrol(connection))


async def enrol(connection: Connection, vin: str = VIN) -> int:
    request = EnrolmentRequest(vin, "petrol-compact", "Servicelane", "Compact", 2022, "petrol", IN_SERVICE_ON)
    return (await vehicles.enrol(connection, request)).vehicle_id
