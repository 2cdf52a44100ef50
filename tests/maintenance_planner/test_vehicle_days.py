"""The days of a car say the same whatever arrived first, and keep what they said when samples are deleted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from database.connection import Pool
from maintenance_planner import store
from maintenance_planner.models import OdometerReading, VehicleDay
from tests.maintenance_planner.conftest import BOOT, T0, Garage

SAMPLE = OdometerReading(T0 + timedelta(hours=2), 60_010.0)


async def event(garage: Garage, pool: Pool, kind: str, odometer_km: float | None, **details: Any) -> None:
    async with pool.connection() as connection:
        await connection.execute(
            "insert into telemetry.events (vehicle_id, boot_id, sequence, boot_number, recorded_at, received_at, "
            "clock_quality, kind, details, odometer_km) values (%s, %s, %s, 1, %s, %s, 1, %s, %s, %s)",
            [garage.vehicle_id, BOOT, 5000 + ord(kind[0]), T0, T0, kind, Jsonb(details), odometer_km],
        )


async def days(garage: Garage, planner_pool: Pool) -> list[VehicleDay]:
    async with planner_pool.connection() as connection:
        new = await store.fetch_new_days(connection, garage.vehicle_id, T0, T0 + timedelta(days=1))
        now = {garage.vehicle_id: T0 + timedelta(days=2)}
        ahead = await store.fetch_days(connection, now, [new])
        wear_ahead = await store.fetch_wear_days(connection, garage.vehicle_id, T0.date(), [new])
        await store.upsert_days(connection, [new])
        written = await store.fetch_days(connection, now)
        assert ahead == written
        assert wear_ahead == await store.fetch_wear_days(connection, garage.vehicle_id, T0.date())
        return written.get(garage.vehicle_id, [])


@pytest.mark.parametrize("event_first", [True, False])
async def test_a_sample_goes_before_an_event_whichever_arrives_first(
    garage: Garage, pool: Pool, planner_pool: Pool, event_first: bool
) -> None:
    if event_first:
        await event(garage, pool, "trip_summary", 60_000.0)
        assert [(one.source, one.odometer_km) for one in await days(garage, planner_pool)] == [("event", 60_000.0)]
    await garage.store_readings([SAMPLE])
    found = await days(garage, planner_pool)
    if not event_first:
        await event(garage, pool, "trip_summary", 60_000.0)
        assert await days(garage, planner_pool) == found
    assert [(one.source, one.odometer_km) for one in found] == [("telemetry", 60_010.0)]


async def test_an_earlier_sample_that_comes_late_is_the_first_of_the_day(garage: Garage, planner_pool: Pool) -> None:
    await garage.store_readings([SAMPLE])
    await days(garage, planner_pool)
    await garage.store_readings([OdometerReading(T0, 60_001.0)])
    assert [one.odometer_km for one in await days(garage, planner_pool)] == [60_001.0]


async def test_what_a_day_was_like_is_kept_when_its_samples_are_deleted(
    garage: Garage, pool: Pool, planner_pool: Pool
) -> None:
    await garage.store_readings([SAMPLE])
    await garage.rows(
        "update telemetry.samples set engine_hours_h = 900.5, is_trailer_connected = true, coolant_temperature_c = 91, "
        "washer_fluid_low = true, system_voltage_v = 14.5, vehicle_speed_kmh = 50 returning 1"
    )
    await event(garage, pool, "regeneration", None, completed=True)
    await event(garage, pool, "engine_start", None, crank_minimum_voltage_v=10.25)
    before = await days(garage, planner_pool)
    await garage.rows("delete from telemetry.samples returning 1")
    await garage.rows("delete from telemetry.events returning 1")
    assert await days(garage, planner_pool) == before
    (one,) = before
    assert (one.engine_hours_h, one.regenerations, one.towed) == (900.5, 1, True)
    assert one.levels == {
        "coolant_temperature_max_c": 91,
        "crank_minimum_voltage_v": 10.25,
        "system_voltage_v": 14.5,
        "washer_fluid_low": 1,
    }
