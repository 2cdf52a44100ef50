"""The published views of codes on the real database: cycles, ageing, bits, events, what is suppressed and why."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from database.connection import Pool
from diagnostics import code_store
from diagnostics.code_episodes import in_order, lives_of
from diagnostics.code_reports import CodeReport
from diagnostics.code_rows import rows_of
from diagnostics.code_suppression import explain
from diagnostics.history import EngineStart
from tests.diagnostics.code_reports import DAY_S, P0302, U0100, memory
from tests.diagnostics.conftest import T0_S, VIN
from tests.diagnostics.test_code_replay import BOOT, REQUEST
from vehicles import service as vehicles

FIRST = datetime.fromtimestamp(T0_S, UTC)


async def enrol(pool: Pool, drivetrain: Any = "petrol") -> int:
    async with pool.connection() as connection:
        await vehicles.enrol(connection, REQUEST)
        await connection.execute(b"update vehicles.vehicles set drivetrain = %s", [drivetrain])
        row = await (await connection.execute(b"select vehicle_id from vehicles.vehicles")).fetchone()
    assert row is not None
    return int(row["vehicle_id"])


async def store(pool: Pool, vehicle_id: int, reports: list[CodeReport], starts: Any = ()) -> None:
    lives = lives_of(reports)
    derived = rows_of(VIN, lives, explain(in_order(lives), starts))
    async with pool.connection() as connection:
        await code_store.replace(connection, await code_store.fetch_differences(connection, {vehicle_id: derived}, {}))
        assert await code_store.fetch_differences(connection, {vehicle_id: derived}, {}) == {}


async def drive_daily(pool: Pool, vehicle_id: int, days: int, start_c: float, warmest_c: float) -> None:
    features = Jsonb({"coolant_start_c": start_c, "coolant_highest_c": warmest_c})
    query = b"insert into diagnostics.trips (vehicle_id, started_at, ended_at, features) values (%s, %s, %s, %s)"
    async with pool.connection() as connection:
        for day in range(days):
            start = FIRST + timedelta(days=day, hours=12)
            await connection.execute(query, [vehicle_id, start, start + timedelta(minutes=20), features])


async def rows(pool: Pool, view: str) -> list[dict[str, Any]]:
    async with pool.connection() as connection:
        return await (await connection.execute(f"select * from published.{view}".encode())).fetchall()


@pytest.mark.parametrize(("days", "by"), [(42, "memory"), (43, "ageing")])
async def test_forty_warm_ups_after_healing_erase_a_code_and_fewer_do_not(pool: Pool, days: int, by: str) -> None:
    car = await enrol(pool)
    await store(pool, car, [memory(0, {P0302: 0xAF}), memory(3, {P0302: 0x28}), memory(days, {})])
    await drive_daily(pool, car, 100, 20.0, 71.0)
    (life,) = await rows(pool, "code_lives")
    assert (life["driving_cycles"], life["warm_up_cycles"], life["ended_by"]) == (days, days - 3, by)


@pytest.mark.parametrize(
    ("drivetrain", "start_c", "warmest_c", "warm_ups"),
    [("petrol", 20.0, 70.9, 0), ("petrol", 50.0, 71.9, 0), ("diesel", 20.0, 60.0, 7), ("diesel", 20.0, 59.9, 0)],
)
async def test_a_warm_up_cycle_rises_far_and_gets_warm(
    pool: Pool, drivetrain: str, start_c: float, warmest_c: float, warm_ups: int
) -> None:
    car = await enrol(pool, drivetrain)
    await store(pool, car, [memory(0, {P0302: 0xAF}), memory(3, {P0302: 0x28})])
    await drive_daily(pool, car, 10, start_c, warmest_c)
    (life,) = await rows(pool, "code_lives")
    assert (life["driving_cycles"], life["clean_driving_cycles"], life["warm_up_cycles"]) == (10, 10, warm_ups)


async def test_a_tester_is_a_tester_and_a_move_in_the_yard_no_driving_cycle(pool: Pool) -> None:
    car = await enrol(pool)
    await store(pool, car, [memory(0, {P0302: 0xAF}), memory(1, {P0302: 0x28}), memory(60, {}, cleared=True)])
    await drive_daily(pool, car, 60, 20.0, 90.0)
    (life,) = await rows(pool, "code_lives")
    assert (life["warm_up_cycles"], life["ended_by"]) == (59, "tester")
    async with pool.connection() as connection:
        await connection.execute(b"update diagnostics.trips set ended_at = started_at + interval '119 seconds'")
    (life,) = await rows(pool, "code_lives")
    assert life["driving_cycles"] == 0


async def test_the_views_say_what_is_suppressed_and_why(pool: Pool) -> None:
    car = await enrol(pool)
    weak = [EngineStart(T0_S - 5, 7.5, 12.0, 5.0)]
    await store(pool, car, [memory(0, {U0100: 0xAF, P0302: 0x50}), memory(1, {U0100: 0x28, P0302: 0x00})], weak)
    (event,) = await rows(pool, "code_events")
    assert (event["rule"], event["voltage_v"], event["severity"]) == ("low_voltage", 7.5, 1)
    assert event["members"] == [["ECM", "U0100-00", FIRST.isoformat()]]
    (suppressed,) = await rows(pool, "suppressed_codes")
    assert (suppressed["code"], suppressed["rule"], suppressed["event_id"]) == (
        "U0100-00",
        "low_voltage",
        event["event_id"],
    )
    assert "9.6 V" in suppressed["reasons"]["en"]
    bits = {(row["code"], row["name"], row["is_set"]) for row in await rows(pool, "code_transitions")}
    assert ("U0100-00", "warning_indicator_requested", False) in bits
    assert ("P0302-00", "test_not_completed_since_clear", False) in bits


async def test_a_lamp_that_is_off_with_a_permanent_record_is_a_repair_to_be_proven(pool: Pool) -> None:
    car = await enrol(pool)
    permanent = CodeReport(T0_S + DAY_S, "ECM", True, False, {P0302: {}}, scope="permanent")
    await store(pool, car, [memory(0, {P0302: 0xAF}), memory(1, {}, cleared=True), permanent])
    assert [row["repair_unverified"] for row in await rows(pool, "code_lives")] == [True]
    gone = CodeReport(T0_S + 2 * DAY_S, "ECM", True, False, {}, scope="permanent")
    await store(pool, car, [memory(0, {P0302: 0xAF}), memory(1, {}, cleared=True), permanent, gone])
    assert [row["repair_unverified"] for row in await rows(pool, "code_lives")] == [False]


async def tell_readiness(pool: Pool, vehicle_id: int, sequence: int, day: float, **details: Any) -> None:
    query = b"""insert into telemetry.events
        (vehicle_id, boot_id, sequence, boot_number, recorded_at, received_at, clock_quality, kind, details)
        values (%s, %s, %s, 1, %s, now(), 1, 'readiness', %s)"""
    at = FIRST + timedelta(days=day)
    async with pool.connection() as connection:
        await connection.execute(query, [vehicle_id, BOOT, sequence, at, Jsonb({"mil_on": False, **details})])


@pytest.mark.parametrize(("warm_ups", "by"), [(1, "tester"), (31, "memory")])
async def test_counters_that_fall_tell_of_a_tester(pool: Pool, warm_ups: int, by: str) -> None:
    car = await enrol(pool)
    await tell_readiness(pool, car, 1, 0.5, warm_ups_since_clear=30, supported=["catalyst", "evap"])
    await tell_readiness(pool, car, 2, 2, warm_ups_since_clear=warm_ups, incomplete=["catalyst", "evap"])
    await store(pool, car, [memory(0, {P0302: 0xAF}), memory(1, {})])
    first, second = await rows(pool, "readiness")
    assert (first["passes_inspection"], second["passes_inspection"]) == (True, False)
    assert (first["cleared_since_previous"], second["cleared_since_previous"]) == (False, by == "tester")
    (life,) = await rows(pool, "code_lives")
    assert life["ended_by"] == by


async def test_counters_of_another_unit_and_a_clearing_at_another_time_tell_nothing(pool: Pool) -> None:
    car = await enrol(pool)
    await tell_readiness(pool, car, 1, 0.5, warm_ups_since_clear=30, ecu="7E8")
    await tell_readiness(pool, car, 2, 1, warm_ups_since_clear=1, ecu="7E9")
    await tell_readiness(pool, car, 3, 1.5, warm_ups_since_clear=31, ecu="7E8")
    await tell_readiness(pool, car, 4, 9, distance_since_clear_km=500.0)
    await tell_readiness(pool, car, 5, 10, distance_since_clear_km=3.0)
    await store(pool, car, [memory(0, {P0302: 0xAF}), memory(1, {})])
    (life,) = await rows(pool, "code_lives")
    assert life["ended_by"] == "memory"


async def test_an_event_with_a_lead_is_read_as_it_was_written(pool: Pool) -> None:
    car = await enrol(pool)
    event = {
        "event_id": UUID(int=7),
        "rule": "network",
        "started_at": FIRST,
        "ended_at": None,
        "lead_ecu": "ECM",
        "lead_code": "U0100-00",
        "voltage_v": 7.5,
        "severity": 3,
        "titles": {"en": "lost", "zh": "丢失"},
        "members": [["ECM", "U0100-00", FIRST.isoformat()]],
    }
    derived = {car: {"code_events": [event], "code_episodes": [], "code_transitions": []}}
    async with pool.connection() as connection:
        await code_store.replace(connection, await code_store.fetch_differences(connection, derived, {}))
        assert await code_store.fetch_differences(connection, derived, {}) == {}
    (told,) = await rows(pool, "code_events")
    assert (told["lead_ecu"], told["lead_code"]) == ("ECM", "U0100-00")
