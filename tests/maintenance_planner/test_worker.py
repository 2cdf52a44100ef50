"""The planner on the real stream and the real database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from database.connection import Connection, Pool
from maintenance_planner import store
from maintenance_planner.models import OdometerReading, ServiceRecord
from maintenance_planner.service import UnknownItemError, plan_touched, record_services
from maintenance_planner.worker import GROUP, RECORDS_AT_ONCE, TOPICS, handle
from streaming.postgres import PostgresStream
from tests.maintenance_planner.conftest import T0, VIN, Garage, daily, enrol, finding
from vehicles.service import UnknownVehicleError

RECOMMENDATIONS = "select * from published.recommendations order by item"
STATUSES = "select * from published.service_status order by item"
VERSIONS = "select item, xmin::text from planner.recommendations order by item"
OTHER_VIN = "1M8GDM9A9KP100003"
MONTH = daily([59_500 + 40 * day for day in range(30)])


async def work(stream: PostgresStream, group: str = GROUP) -> None:
    consumer = stream.consumer(TOPICS, group, maximum_records=RECORDS_AT_ONCE)
    while await consumer.step(handle):
        pass


async def plan(garage: Garage) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return await garage.rows(RECOMMENDATIONS), await garage.rows(STATUSES)


async def test_what_is_nearly_due_is_recommended_with_numbers(stream: PostgresStream, garage: Garage) -> None:
    await garage.store_readings(MONTH)
    await work(stream)
    recommendations, statuses = await plan(garage)
    oil = next(row for row in recommendations if row["item"] == "engine_oil")
    assert oil["vehicle_id"] == garage.vehicle_id
    assert oil["reasons"]["en"][0].startswith("Engine oil and filter: due at 60,000 km or on 2027-01-10")
    assert oil["reasons"]["zh"][0].startswith("更换机油和机油滤清器：")
    assert oil["operations"] == [{"code": "change_engine_oil", "minutes": 40, "skill": "engine"}]
    assert oil["finding_ids"] == []
    assert {row["item"]: row["state"] for row in statuses}["brake_fluid"] == "planned"


async def test_a_replay_gives_the_same_rows(stream: PostgresStream, garage: Garage) -> None:
    await garage.store_readings(MONTH)
    await garage.store_finding(finding(1, "battery_ageing"))
    await work(stream)
    first, versions = await plan(garage), await garage.rows(VERSIONS)
    await work(stream, "another-group")
    assert await plan(garage) == first
    await garage.rows("delete from planner.planned returning 1")
    await work(stream, "a-third-group")
    assert await plan(garage) == first
    assert await garage.rows(VERSIONS) == versions


async def test_the_order_of_arrival_changes_nothing(stream: PostgresStream, garage: Garage) -> None:
    for piece in (MONTH[20:], MONTH[:10], MONTH[10:20]):
        await garage.store_readings(piece)
        await work(stream)
    piecemeal = await plan(garage)
    await garage.rows("delete from planner.planned returning 1")
    await work(stream, "all-at-once")
    assert await plan(garage) == piecemeal


async def test_the_rest_of_a_day_changes_nothing(stream: PostgresStream, garage: Garage) -> None:
    await garage.store_readings(MONTH)
    await work(stream)
    before = await plan(garage)
    evening = OdometerReading(MONTH[-1].recorded_at + timedelta(hours=9), MONTH[-1].odometer_km + 35)
    await garage.store_readings([evening])
    await work(stream)
    assert await plan(garage) == before
    await garage.rows("delete from planner.planned returning 1")
    await work(stream, "all-at-once")
    assert await plan(garage) == before


async def test_findings_are_looked_at_when_something_is_said_of_them(
    stream: PostgresStream, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A car that drives sends something every second, and its findings grow more over the years."""
    await garage.store_readings(MONTH)
    await work(stream)
    looked_at: list[int] = []
    fetch = store.fetch_findings_digests

    async def counted(connection: Connection, vehicle_ids: Sequence[int]) -> dict[int, str]:
        looked_at.extend(vehicle_ids)
        return await fetch(connection, vehicle_ids)

    monkeypatch.setattr(store, "fetch_findings_digests", counted)
    evening = OdometerReading(MONTH[-1].recorded_at + timedelta(hours=9), MONTH[-1].odometer_km + 35)
    await garage.store_readings([evening])
    await work(stream)
    assert looked_at == []
    await garage.store_finding(finding(1, "battery_ageing", severity=3, found_at=evening.recorded_at))
    await work(stream)
    assert looked_at == [garage.vehicle_id]
    assert "replace_12v_battery" in {row["item"] for row in (await plan(garage))[0]}


async def test_a_service_record_closes_the_cycle_of_its_item(
    stream: PostgresStream, planner_pool: Pool, garage: Garage
) -> None:
    await garage.store_readings(MONTH)
    await work(stream)
    assert "engine_oil" in {row["item"] for row in (await plan(garage))[0]}
    async with planner_pool.connection() as connection:
        await record_services(
            connection, garage.vehicle_id, [ServiceRecord("engine_oil", date(2026, 6, 2), 60_660, "booking")]
        )
    recommendations, statuses = await plan(garage)
    assert "engine_oil" not in {row["item"] for row in recommendations}
    oil = next(row for row in statuses if row["item"] == "engine_oil")
    assert (oil["state"], oil["remaining_km"], oil["assumed"]) == ("planned", 15_000, False)


async def test_a_finding_becomes_work_and_takes_it_along_when_it_vanishes(
    stream: PostgresStream, garage: Garage
) -> None:
    await garage.store_readings(MONTH)
    weak = finding(1, "battery_ageing", severity=3)
    await garage.store_finding(weak)
    await work(stream)
    battery = next(row for row in (await plan(garage))[0] if row["item"] == "replace_12v_battery")
    assert (battery["urgency"], battery["finding_ids"]) == (3, [weak.finding_id])
    assert battery["latest_safe_at"] == weak.found_at + timedelta(days=7)
    await garage.withdraw_finding(weak)
    await work(stream)
    assert "replace_12v_battery" not in {row["item"] for row in (await plan(garage))[0]}


async def test_findings_alone_are_planned_without_the_samples(
    stream: PostgresStream, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And into the plan that all that is stored would give."""
    await garage.store_readings(MONTH)
    await work(stream)
    before = await plan(garage)
    with monkeypatch.context() as without:
        without.setattr(store, "fetch_span", None)
        without.setattr(store, "fetch_new_days", None)
        await garage.store_finding(finding(1, "battery_ageing", severity=3, found_at=MONTH[-1].recorded_at))
        await work(stream)
    from_kept = await plan(garage)
    assert from_kept != before
    await garage.rows("delete from planner.planned returning 1")
    await work(stream, "from-all-that-is-stored")
    assert await plan(garage) == from_kept


async def test_a_finding_that_ended_asks_for_no_work(stream: PostgresStream, garage: Garage) -> None:
    await garage.store_readings(MONTH)
    leak = finding(1, "slow_tyre_leak")
    await garage.store_finding(leak)
    await work(stream)
    assert "repair_tyre" in {row["item"] for row in (await plan(garage))[0]}
    await garage.end_finding(leak)
    await work(stream)
    assert "repair_tyre" not in {row["item"] for row in (await plan(garage))[0]}


async def test_recorded_repair_closes_findings_up_to_its_day_and_what_it_covers(
    stream: PostgresStream, planner_pool: Pool, garage: Garage
) -> None:
    await garage.store_readings(MONTH)
    await garage.store_finding(finding(1, "cooling_thermostat", found_at=T0))
    await work(stream)
    async with planner_pool.connection() as connection:
        await record_services(
            connection, garage.vehicle_id, [ServiceRecord("replace_thermostat", T0.date(), 59_500, "booking")]
        )
    recommendations, statuses = await plan(garage)
    assert "replace_thermostat" not in {row["item"] for row in recommendations}
    assert not next(row for row in statuses if row["item"] == "coolant")["assumed"]
    await garage.store_finding(finding(2, "cooling_thermostat", found_at=T0 + timedelta(days=5)))
    await work(stream)
    assert "replace_thermostat" in {row["item"] for row in (await plan(garage))[0]}


async def test_severe_duty_shortens_the_oil_interval(stream: PostgresStream, garage: Garage) -> None:
    for day in range(25):
        at = T0 + timedelta(days=day, hours=1)
        await garage.store_trip(at, distance_km=3, driving_s=500, idle_s=100, minimum_ambient_temperature_c=-5)
    await garage.store_readings(daily([67_000 + 20 * day for day in range(30)]))
    await work(stream)
    oil = next(row for row in (await plan(garage))[0] if row["item"] == "engine_oil")
    assert "due at 67,500 km" in oil["reasons"]["en"][0]
    assert "100% of the trips were shorter than 8 km below 0 °C" in oil["reasons"]["en"][0]


async def test_a_car_without_an_odometer_is_planned_by_time(stream: PostgresStream, garage: Garage) -> None:
    await garage.store_readings(MONTH)
    await garage.rows("update telemetry.samples set odometer_km = null returning 1")
    await work(stream)
    oil = next(row for row in (await plan(garage))[1] if row["item"] == "engine_oil")
    assert oil["remaining_km"] is None
    assert oil["remaining_days"] == (date(2027, 1, 10) - MONTH[-1].recorded_at.date()).days


async def test_nothing_is_written_before_the_last_car_is_planned(
    stream: PostgresStream, pool: Pool, planner_pool: Pool, garage: Garage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A transaction that has written holds back every reader of the stream."""
    async with pool.connection() as connection:
        other = Garage(pool, stream, await enrol(connection, OTHER_VIN))
    for one in (garage, other):
        await one.store_readings(MONTH)
    numbers = []
    last_read = store.fetch_wear_days

    async def read(connection: Connection, *given: Any) -> Any:
        asked = await connection.execute("select pg_current_xact_id_if_assigned()::text as number")
        numbers.append((await asked.fetchall())[0]["number"])
        return await last_read(connection, *given)

    monkeypatch.setattr(store, "fetch_wear_days", read)
    async with planner_pool.connection() as connection:
        await plan_touched(connection, {VIN: None, OTHER_VIN: None})
    assert numbers == [None, None]
    assert len(await garage.rows("select * from published.usage")) == 2


async def test_a_car_of_which_nothing_is_stored_is_not_planned(stream: PostgresStream, garage: Garage) -> None:
    await garage.say_stored(T0, T0)
    await garage.store_finding(finding(1, "battery_ageing"))
    await work(stream)
    assert await plan(garage) == ([], [])


async def test_what_cannot_be_recorded_is_refused_with_its_reason(planner_pool: Pool, garage: Garage) -> None:
    async with planner_pool.connection() as connection:
        with pytest.raises(UnknownItemError, match="spoiler"):
            await record_services(connection, garage.vehicle_id, [ServiceRecord("spoiler", T0.date(), 1, "booking")])
        with pytest.raises(UnknownVehicleError, match="4711"):
            await record_services(connection, 4711, [ServiceRecord("engine_oil", T0.date(), 1, "booking")])
