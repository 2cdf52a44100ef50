"""A trip of the simulated years does what its frames say, and the planner measures a day of frames alike."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
from psycopg.types.json import Jsonb

from database.connection import Pool
from maintenance_planner import store
from simulator.car import Car
from simulator.profiles import speed_trace
from simulator.wear.trip_rates import (
    AMBIENTS_C,
    COLD,
    FRAME_S,
    KINDS,
    MEASURES,
    TYPICAL_MINUTES,
    measures_of,
    trip_rates,
    typical_car,
)
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

T0 = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
BOOT = UUID("00000000-0000-4000-8000-000000000001")
VIN = "1M8GDM9AXKP042788"


def drive(
    drivetrain: str, kind: str, minutes: float, number: int
) -> tuple[np.ndarray, Car, dict[str, float], np.ndarray]:
    """Speeds, the car, what the frames say by numpy, and the trip's rpm and oil temperature."""
    chance = random.Random(f"test/{drivetrain}/{kind}/{number}")
    car = Car(typical_car(drivetrain), chance, 15.0)
    speeds = np.array(speed_trace(kind, minutes, FRAME_S, chance))
    driven = car.drive(FRAME_S, speeds)
    engine = driven.engine
    told = np.zeros((2, len(speeds))) if engine is None else np.stack([engine.rpm, engine.oil_c])
    return speeds, car, measures_of(driven, FRAME_S, car.fuel_l), told


@pytest.mark.parametrize(("drivetrain", "kind"), [("petrol", "commute"), ("petrol", "short"), ("electric", "regional")])
def test_the_line_of_a_trip_is_what_its_frames_say(drivetrain: str, kind: str) -> None:
    """Roads that the lines were not fitted to: the mean of forty trips agrees within a tenth."""
    rates, minutes = trip_rates(drivetrain), float(TYPICAL_MINUTES[kind])
    lines = rates.lines[KINDS.index(kind), list(AMBIENTS_C).index(15.0), COLD]
    expected = lines[:, 0] + lines[:, 1] * minutes
    told = [drive(drivetrain, kind, minutes, number)[2] for number in range(40)]
    for name, line in zip(MEASURES, expected, strict=True):
        mean = float(np.mean([one[name] for one in told]))
        assert line == pytest.approx(mean, rel=0.2 if name == "idle_s" else 0.1, abs=1e-9), name


async def test_the_planner_measures_the_frames_of_a_day_by_the_same_definitions(pool: Pool, database_url: str) -> None:
    expected: dict[str, float] = dict.fromkeys(MEASURES, 0.0)
    weighted = 0.0
    async with pool.connection() as connection:
        request = EnrolmentRequest(VIN, "petrol-midsize", "Servicelane", "Midsize", 2022, "petrol", T0.date())
        vehicle_id = (await vehicles.enrol(connection, request)).vehicle_id
        at = T0
        for number, kind in enumerate(("commute", "short", "jammed")):
            speeds, car, told, engine = drive("petrol", kind, 15.0, number)
            for place, (speed, (rpm, oil_c)) in enumerate(zip(speeds, engine.T, strict=True)):
                await connection.execute(
                    "insert into telemetry.samples (vehicle_id, recorded_at, received_at, boot_id, boot_number, "
                    "sequence, frame, clock_quality, late, odometer_km, vehicle_speed_kmh, engine_speed_rpm, "
                    "engine_oil_temperature_c) values (%s, %s, %s, %s, 1, %s, %s, 1, false, %s, %s, %s, %s)",
                    [vehicle_id, at, at, BOOT, number, place, 100.0, float(speed), float(rpm), float(oil_c)],
                )
                at += timedelta(seconds=FRAME_S)
            details = {
                "distance_km": told["km"], "driving_s": told["running_s"] - told["idle_s"], "idle_s": told["idle_s"],
                "fuel_l": told["fuel_l"], "cold_start": number == 0, "minimum_ambient_temperature_c": car.ambient_c,
            }  # fmt: skip
            await connection.execute(
                "insert into telemetry.events (vehicle_id, boot_id, sequence, boot_number, recorded_at, received_at, "
                "clock_quality, kind, details) values (%s, %s, %s, 1, %s, %s, 1, 'trip_summary', %s)",
                [vehicle_id, BOOT, 1000 + number, at, at, Jsonb(details)],
            )
            expected = {name: value + told[name] for name, value in expected.items()}
            weighted += told["weighted_revolutions"]
            at += timedelta(hours=1)
        await store.upsert_days(connection, [await store.fetch_new_days(connection, vehicle_id, T0, T0)])
        ((_, day),) = await store.fetch_wear_days(connection, vehicle_id, T0.date())
    for name in ("km", "idle_s", "running_s", "fuel_l", "brake_work_kj_kg"):
        assert day[name] == pytest.approx(expected[name], rel=1e-3), name
    assert day["weighted_revolutions"] == pytest.approx(weighted, rel=0.02)
    assert (day["trips"], day["cold_starts"], day["ambient_c"]) == (3, 1, 15.0)
    assert "cold_short" not in day
