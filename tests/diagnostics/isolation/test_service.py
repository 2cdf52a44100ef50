"""Isolated faults in a real database: a function of findings, codes and reports, in whatever order these come."""

from __future__ import annotations

import asyncio
import json
import random
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from database.connection import Connection, Pool, open_pool
from diagnostics.findings import instant
from diagnostics.isolation import service
from diagnostics.isolation.isolating import Basis, Isolation, isolation_of
from diagnostics.isolation.report_reader import TOPICS, ReportReader
from diagnostics.isolation.service import isolate, take_reports, weight_movements
from diagnostics.worker import GROUP, DiagnosticsWorker
from streaming.contract import OutgoingRecord
from streaming.postgres import PostgresStream
from telemetry_schema.topics import StreamTopic
from telemetry_schema.vin import with_check_digit
from telemetry_schema.workshop_reports import WorkshopReport, encode_report
from tests.diagnostics.isolation.conftest import DAY_S, T0_S
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

FOUND = "select * from diagnostics.isolations order by isolation_id"


@pytest.fixture
async def cars(pool: Pool) -> list[int]:
    async with pool.connection() as connection:
        return await enrol_cars(connection)


async def enrol_cars(connection: Connection) -> list[int]:
    """Three cars of one model."""
    numbers = []
    for number in range(3):
        vin = with_check_digit(f"1M8GDM9A0KP00010{number}")
        request = EnrolmentRequest(vin, "petrol", "Servicelane", "Compact", 2022, "petrol", date(2022, 1, 1))
        numbers.append((await vehicles.enrol(connection, request)).vehicle_id)
    return numbers


async def put_code(
    connection: Connection, vehicle_id: int, code: str, day: float = 0, ended: float | None = None
) -> None:
    await connection.execute(
        """insert into diagnostics.code_episodes
               (vehicle_id, ecu, code, first_seen_at, last_seen_at, status, confirmed_at, ended_at, occurrences,
                recurred, mil, severity, titles, transitions)
           values (%s, 'engine', %s, %s, %s, 'confirmed', %s, %s, 1, false, true, 2, '{}', '[]')""",
        [vehicle_id, code, at(day), at(day), at(day), None if ended is None else at(ended)],
    )


async def put_finding(connection: Connection, vehicle_id: int, kind: str, *, component: str, signal: str) -> None:
    await connection.execute(
        """insert into diagnostics.findings
               (finding_id, vehicle_id, kind, component, severity, found_at, onset_at, evidence, texts)
           values (gen_random_uuid(), %s, %s, %s, 2, %s, %s, %s, '{}')""",
        [vehicle_id, kind, component, at(1), at(0), json.dumps([{"signal": signal, "value": 1}])],
    )


def at(day: float) -> datetime:
    return instant(T0_S + day * DAY_S)


def report(
    isolation_id: UUID, vehicle_id: int, value: str, *, check: str = "", workshop: str = "workshop-1", day: float = 2
) -> WorkshopReport:
    kind: Any = "test" if check else "cause"
    told_at_ms = round((T0_S + day * DAY_S) * 1000)
    return WorkshopReport(isolation_id, vehicle_id, kind, check, value, workshop, told_at_ms, ("P0171",))


async def rows(connection: Connection, query: str = FOUND) -> list[dict[str, Any]]:
    return await (await connection.execute(query.encode())).fetchall()


def probabilities(row: dict[str, Any]) -> dict[str, float]:
    return {one["cause"]: one["probability"] for one in row["causes"]}


async def test_codes_and_findings_of_many_cars_become_faults_at_once(pool: Pool, cars: list[int]) -> None:
    async with pool.connection() as connection:
        await put_code(connection, cars[0], "P0171-00")
        await put_code(connection, cars[1], "P1234-00")
        await connection.execute(
            "update diagnostics.code_episodes set titles = %s where code = 'P1234-00'",
            [json.dumps({"en": "Fault of the maker's own", "zh": "制造商自定义故障"})],
        )
        await put_finding(
            connection, cars[1], "slow_tyre_leak", component="tyre front left", signal="cold_pressure_kpa"
        )
        await isolate(connection, cars)
        found = await rows(connection)
        assert sorted((row["vehicle_id"], tuple(row["entry_ids"])) for row in found) == [
            (cars[0], ("P0171",)),
            (cars[1], ("P1234",)),
            (cars[1], ("finding:slow_tyre_leak",)),
        ]
        unknown = next(row for row in found if row["entry_ids"] == ["P1234"])
        assert probabilities(unknown) == {"other": 1.0}
        assert unknown["owner_texts"]["en"].startswith("Your car reports: Fault of the maker's own.")


async def test_the_same_again_writes_nothing(pool: Pool, cars: list[int]) -> None:
    async with pool.connection() as connection:
        await put_code(connection, cars[0], "P0171-00")
        await isolate(connection, cars)
    versions = "select xmin::text, isolation_id from diagnostics.isolations"
    async with pool.connection() as connection:
        before = await rows(connection, versions)
        await isolate(connection, cars)
        assert await rows(connection, versions) == before


async def test_what_was_derived_from_something_else_is_derived_again(pool: Pool, cars: list[int]) -> None:
    async with pool.connection() as connection:
        await put_code(connection, cars[0], "P0171-00")
        await isolate(connection, cars)
        good = await rows(connection)
        await connection.execute("update diagnostics.isolations set causes = '[]', inputs = 'of an older release'")
        await isolate(connection, cars)
        assert await rows(connection) == good


async def test_a_car_of_which_nothing_is_new_is_not_ranked_again(
    pool: Pool, cars: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    ranked: list[UUID] = []

    def counting(basis: Basis, *known: Any) -> Isolation:
        ranked.append(basis.isolation_id)
        return isolation_of(basis, *known)

    monkeypatch.setattr(service, "isolation_of", counting)
    async with pool.connection() as connection:
        await put_code(connection, cars[0], "P0171-00")
        await put_code(connection, cars[1], "P0171-00")
        await isolate(connection, cars)
        assert len(ranked) == 2
        await put_code(connection, cars[1], "P0174-00")
        await isolate(connection, cars)
        assert len(ranked) == 3


async def test_a_fault_leaves_the_view_when_nothing_of_it_is_open(pool: Pool, cars: list[int]) -> None:
    async with pool.connection() as connection:
        await put_code(connection, cars[0], "P0171-00")
        await isolate(connection, cars)
        (fault,) = await rows(connection, "select * from published.isolations")
        await connection.execute("update diagnostics.code_episodes set healed_at = %s", [at(5)])
        await isolate(connection, cars)
        assert await rows(connection, "select * from published.isolations") == []
        (past,) = await rows(connection, "select * from published.isolation_history")
        assert (past["isolation_id"], past["ended_at"]) == (fault["isolation_id"], at(5))


async def test_what_the_stored_rows_no_longer_support_is_gone(pool: Pool, cars: list[int]) -> None:
    async with pool.connection() as connection:
        await put_code(connection, cars[0], "P0171-00")
        await put_code(connection, cars[1], "P0171-00")
        await isolate(connection, cars)
        await connection.execute("delete from diagnostics.code_episodes where vehicle_id = %s", [cars[0]])
        await isolate(connection, [cars[0]])
        assert [row["vehicle_id"] for row in await rows(connection)] == [cars[1]]


async def test_confirmed_causes_of_two_workshops_move_the_ranking_of_another_car(pool: Pool, cars: list[int]) -> None:
    async with pool.connection() as connection:
        for number in cars:
            await put_code(connection, number, "P0171-00")
        await isolate(connection, cars)
        before = {row["vehicle_id"]: row for row in await rows(connection)}
        rare = before[cars[2]]["causes"][1]["cause"]
        reports = [
            report(UUID(int=number), cars[number % 2], rare, workshop=f"workshop-{number % 2}") for number in range(6)
        ]
        await take_reports(connection, reports[:4])
        after = {row["vehicle_id"]: row for row in await rows(connection)}
        assert probabilities(after[cars[2]]) == probabilities(before[cars[2]])  # too few
        await take_reports(connection, reports[4:])
        after = {row["vehicle_id"]: row for row in await rows(connection)}
        assert probabilities(after[cars[2]])[rare] > probabilities(before[cars[2]])[rare]
        assert after[cars[2]]["confirmed_cause"] is None
        (moved,) = [one for one in await weight_movements(connection) if one.cause_id == rare]
        assert (moved.entry_id, moved.model, moved.repairs, moved.workshops) == ("P0171", "Servicelane Compact", 6, 2)
        assert moved.weight > moved.catalogue_weight


async def test_any_order_of_codes_and_reports_leaves_the_same(pool: Pool, cars: list[int]) -> None:
    """Reports may even come before the codes they are about."""
    reports = [report(UUID(int=1), cars[0], "negative", check=CHECK, day=day) for day in (2, 4)]
    reports += [report(UUID(int=1), cars[0], "positive", check=CHECK, day=3)]
    reports += [report(UUID(int=n), cars[n % 3], "vacuum_leak", workshop=f"workshop-{n % 3}") for n in range(2, 9)]
    left = []
    for seed in range(4):
        steps: list[Any] = [*reports, *reports[::2], *cars]
        random.Random(seed).shuffle(steps)
        async with pool.connection() as connection:
            await connection.execute(
                "truncate diagnostics.isolations, diagnostics.workshop_reports, diagnostics.code_episodes"
            )
            for step in steps:
                if isinstance(step, WorkshopReport):
                    await take_reports(connection, [step])
                else:
                    await put_code(connection, step, "P0171-00")
                    await isolate(connection, [step])
            left.append(await rows(connection))
    assert left[0] == left[1] == left[2] == left[3]
    assert len(left[0]) == 3
    assert {row["vehicle_id"]: row["results"] for row in left[0]}[cars[0]] == {CHECK: False}


async def test_who_confirms_waits_for_who_isolates(pool: Pool, cars: list[int]) -> None:
    """Else a car that is isolated with the old weights would keep them."""
    reports = [report(UUID(int=n), cars[n % 2], "fuel_pump_weak", workshop=f"workshop-{n % 2}") for n in range(6)]
    async with pool.connection() as isolating:
        await put_code(isolating, cars[2], "P0171-00")
        await isolate(isolating, [cars[2]])
        confirming = asyncio.create_task(take_in_a_transaction(pool, reports))
        await asyncio.sleep(0.3)
        assert not confirming.done()
    await confirming
    async with pool.connection() as connection:
        (row,) = await rows(connection)
        moved = probabilities(row)
        await isolate(connection, [cars[2]])
        assert [probabilities(one) for one in await rows(connection)] == [moved]
        await connection.execute("truncate diagnostics.workshop_reports")
        await isolate(connection, [cars[2]])
        assert [probabilities(one) for one in await rows(connection)] != [moved]


async def take_in_a_transaction(pool: Pool, reports: list[WorkshopReport]) -> None:
    async with pool.connection() as connection:
        await take_reports(connection, reports)


async def test_reports_come_over_the_stream_and_what_is_none_is_passed_over(pool: Pool, cars: list[int]) -> None:
    async with pool.connection() as connection:
        await put_code(connection, cars[0], "P0171-00")
        await isolate(connection, cars)
        (fault,) = await rows(connection)
    stream = PostgresStream(pool)
    good = encode_report(report(fault["isolation_id"], cars[0], "positive", check=CHECK))
    values = [b"{}", b"\xff", good, good.replace(b'"positive"', b'"perhaps"')]
    await stream.produce([OutgoingRecord(StreamTopic.WORKSHOP_REPORTS, "VIN", value) for value in values])
    async with open_pool(pool.conninfo, role="servicelane_diagnostics") as own:
        worker = PostgresStream(own)
        consumer = worker.consumer(TOPICS, GROUP)
        while await consumer.step(ReportReader(DiagnosticsWorker(worker).handle).handle):
            pass
    async with pool.connection() as connection:
        (row,) = await rows(connection)
    assert row["results"] == {CHECK: True}


CHECK = "smoke_test_intake"
