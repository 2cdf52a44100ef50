"""Predictions of wear on the real database: told with numbers, kept for the night, and the same after a replay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from database.connection import Pool
from maintenance_planner.models import ServiceRecord
from maintenance_planner.scoring import score_all
from maintenance_planner.service import record_services
from streaming.postgres import PostgresStream
from tests.maintenance_planner.conftest import T0, Garage, daily
from tests.maintenance_planner.test_worker import plan, work

DAYS = 120
NOW = T0 + timedelta(days=DAYS - 1)
WEAR = "select observed_at, observed from planner.wear"
DETAILS = "select details from published.recommendation_details"
PREDICTIONS = "select predictions from published.predictions"


async def worn_pads(garage: Garage, from_mm: float, to_mm: float) -> None:
    """A hundred and twenty days, two trips on each; linings that the car measures."""
    readings = daily([59_500 + 40.0 * day for day in range(DAYS)])
    for day in range(DAYS):
        await garage.store_trip(
            T0 + timedelta(days=day, minutes=30), distance_km=40.0, driving_s=3_000.0, idle_s=600.0, fuel_l=2.8,
            minimum_ambient_temperature_c=12.0, cold_start=True,
        )  # fmt: skip
    await garage.store_readings(readings)
    await garage.rows(
        f"update telemetry.samples set brake_pad_front_left_mm = {from_mm} + ({to_mm} - {from_mm}) "
        f"* extract(epoch from recorded_at - '{T0.isoformat()}'::timestamptz) / {86_400 * DAYS} returning 1"
    )
    await garage.say_stored(readings[0].recorded_at, readings[-1].recorded_at)


async def predictions(garage: Garage) -> dict[str, dict[str, Any]]:
    (row,) = await garage.rows(PREDICTIONS)
    return {one["item"]: one for one in row["predictions"]}


async def test_worn_pads_are_recommended_by_the_day_until_when_they_are_safe(
    stream: PostgresStream, garage: Garage
) -> None:
    await worn_pads(garage, 4.35, 2.9)
    await work(stream)
    told = (await predictions(garage))["brake_pads"]
    p10, p50, p90 = (datetime.fromisoformat(told[name]) for name in ("p10_at", "p50_at", "p90_at"))
    assert p10 <= p50 <= p90
    assert datetime.fromisoformat(told["fails_p50_at"]) >= p50
    assert 99 <= told["worn_percent"] <= 104
    pads = next(row for row in (await plan(garage))[0] if row["item"] == "brake_pads")
    safe = min(p50 + timedelta(days=(p90 - p50).days // 2), datetime.fromisoformat(told["fails_p10_at"]))
    assert (pads["latest_safe_at"], pads["due_at"]) == (safe, p50)
    assert pads["reasons"]["en"] == [
        f"Measured wear ({told['worn_percent']} % used): due about {p50.date()}, with 80 % probability between "
        f"{p10.date()} and {p90.date()}."
    ]
    assert pads["operations"] == [{"code": "replace_brake_pads", "minutes": 75, "skill": "brakes"}]
    fails = [told[f"fails_{name}_at"] for name in ("p10", "p50", "p90")]
    (details,) = await garage.rows(f"{DETAILS} where recommendation_id = '{pads['recommendation_id']}'")
    assert details["details"]["fails_at"] == fails == sorted(fails)
    assert pads["titles"] == {"en": "Replace the brake pads", "zh": "更换制动片"}


async def test_fresh_pads_are_predicted_and_not_recommended(stream: PostgresStream, garage: Garage) -> None:
    await worn_pads(garage, 10.8, 10.6)
    await work(stream)
    told = (await predictions(garage))["brake_pads"]
    assert datetime.fromisoformat(told["p10_at"]) > NOW + timedelta(days=90)
    assert "brake_pads" not in {row["item"] for row in (await plan(garage))[0]}


async def test_what_was_due_before_the_car_was_known_is_due_now_and_not_a_year_ago(
    stream: PostgresStream, planner_pool: Pool, garage: Garage
) -> None:
    """Due on the first day on which it could be said, and that does not move while nothing is done."""
    await worn_pads(garage, 2.6, 2.2)
    await work(stream)
    first_told = T0.replace(hour=0) + timedelta(days=28)
    pads = next(row for row in (await plan(garage))[0] if row["item"] == "brake_pads")
    assert pads["due_at"] == pads["latest_safe_at"] == first_told
    assert pads["urgency"] == 3
    worn = (await predictions(garage))["brake_pads"]["worn_percent"]
    assert pads["reasons"]["en"] == [
        f"Measured wear ({worn} % used): due now. It was worn so far when this car was first judged, "
        f"on {first_told.date()}."
    ]
    assert await score_all(planner_pool, NOW + timedelta(days=40)) == 1
    assert next(row for row in (await plan(garage))[0] if row["item"] == "brake_pads")["due_at"] == first_told


async def test_the_night_says_the_same_and_a_replay_too(
    stream: PostgresStream, planner_pool: Pool, garage: Garage
) -> None:
    await worn_pads(garage, 4.35, 2.9)
    await work(stream)
    before, wear, told = await plan(garage), await garage.rows(WEAR), await predictions(garage)
    assert await score_all(planner_pool, NOW) == 1
    assert await plan(garage) == before
    assert await predictions(garage) == told
    await garage.rows("delete from planner.planned returning 1")
    await work(stream, "another-group")
    assert await plan(garage) == before
    assert await garage.rows(WEAR) == wear


async def test_a_record_of_the_work_starts_the_part_anew(
    stream: PostgresStream, planner_pool: Pool, garage: Garage
) -> None:
    await worn_pads(garage, 4.35, 2.9)
    await work(stream)
    before = next(row for row in (await plan(garage))[0] if row["item"] == "brake_pads")
    async with planner_pool.connection() as connection:
        await record_services(connection, garage.vehicle_id, [ServiceRecord("brake_pads", NOW.date(), None)])
    after = [row for row in (await plan(garage))[0] if row["item"] == "brake_pads"]
    assert before["recommendation_id"] not in {row["recommendation_id"] for row in after}
    assert not after
