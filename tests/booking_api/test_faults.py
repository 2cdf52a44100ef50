"""What the API says of a car's faults to owners and technicians, and what it takes from technicians."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from database.connection import Connection, Pool
from diagnostics.isolation.report_reader import TOPICS, ReportReader
from diagnostics.isolation.service import isolate
from diagnostics.worker import GROUP
from streaming.contract import Record
from streaming.postgres import PostgresStream
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, open_workshop, put

FAULTS = f"/v1/vehicles/{VIN}/faults"


async def code(connection: Connection, vehicle_id: int, name: str, **changes: Any) -> None:
    row = {"status": "confirmed", "confirmed_at": NOW - timedelta(days=2), "occurrences": 2, "recurred": False}
    row |= {"mil": True, "severity": 2, "titles": {"en": name, "zh": name}, "transitions": [], "ecu": "engine"}
    row |= {"first_seen_at": NOW - timedelta(days=3), "last_seen_at": NOW - timedelta(days=1)}
    await put(connection, "diagnostics.code_episodes", vehicle_id=vehicle_id, code=name, **row | changes)


@pytest.fixture
async def ill_car(pool: Pool, car: int) -> int:
    """A lean mixture; isolated as the worker does it."""
    async with pool.connection() as connection:
        await code(connection, car, "P0171-00")
        await isolate(connection, [car])
    return car


@pytest.fixture
async def visit(pool: Pool, ill_car: int, workshop: str) -> UUID:
    """The car has been at the workshop since an hour ago."""
    async with pool.connection() as connection:
        return await book(connection, ill_car, workshop)


async def book(connection: Connection, vehicle_id: int, workshop: str, *, hours: float = -1) -> UUID:
    booking_id = uuid4()
    starts_at = NOW + timedelta(hours=hours)
    span = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), "time_zone": "Europe/Berlin"}
    row = {"booking_id": booking_id, "vehicle_id": vehicle_id, "owner_id": "owner-1", "workshop_id": workshop}
    await put(connection, "booking.bookings", **row, **span, status="booked", work=[])
    return booking_id


class Diagnostics:
    """Reads what technicians told, as the worker does."""

    def __init__(self, pool: Pool) -> None:
        self._stream = PostgresStream(pool)

    async def read_reports(self) -> None:
        consumer = self._stream.consumer(TOPICS, GROUP)
        while await consumer.step(ReportReader(self._nothing).handle):
            pass

    async def _nothing(self, records: list[Record], connection: Connection) -> None:
        raise AssertionError("only reports are expected")


@pytest.fixture
def diagnostics(pool: Pool) -> Diagnostics:
    return Diagnostics(pool)


@pytest.mark.usefixtures("ill_car")
async def test_an_owner_reads_a_sentence_and_whether_to_drive(clients: Clients) -> None:
    body = (await clients().get(FAULTS)).json()
    (fault,) = body["faults"]
    assert (body["drive"], fault["drive"], fault["severity"]) == ("yes", "yes", 2)
    assert fault["sentence"].endswith(".")
    assert body["drive_advice"] == fault["drive_advice"]
    assert [one["entry"] for one in fault["symptoms"]] == ["P0171"]
    assert body["work"] is None


@pytest.mark.usefixtures("visit")
async def test_a_technician_reads_causes_tests_parts_and_labour(clients: Clients) -> None:
    (work,) = (await clients("technician-1", "technician", organisation_id="workshop-1").get(FAULTS)).json()["work"]
    assert sum(one["probability"] for one in work["causes"]) == pytest.approx(1.0)
    assert work["causes"][0]["probability"] > work["causes"][1]["probability"]
    assert work["causes"][-1]["cause"] == "other"
    per_minute = [one["bits_per_minute"] for one in work["next_tests"]]
    assert per_minute == sorted(per_minute, reverse=True)
    assert all(one["text"] and one["equipment"] for one in work["next_tests"])
    assert any(one["expects"] for one in work["next_tests"])
    assert work["kit"]
    assert work["labour_minutes"] > 0
    assert work["skills"]


@pytest.mark.usefixtures("visit")
async def test_faults_are_told_in_chinese_too(clients: Clients) -> None:
    client = clients("technician-1", "technician", "zh-CN", "workshop-1")
    body = (await client.get(FAULTS)).json()
    (fault,), (work,) = body["faults"], body["work"]
    words = [fault["sentence"], fault["drive_advice"], fault["symptoms"][0]["text"]]
    words += [one["text"] for one in (*work["causes"], *work["next_tests"], *work["kit"])]
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in told) for told in words)


async def test_the_strictest_fault_decides_about_driving(clients: Clients, pool: Pool, ill_car: int) -> None:
    async with pool.connection() as connection:
        await code(connection, ill_car, "P0217-00", severity=4)
        await isolate(connection, [ill_car])
    body = (await clients().get(FAULTS)).json()
    assert body["drive"] == "no"
    assert body["faults"][0]["symptoms"][0]["entry"] == "P0217"
    assert body["drive_advice"] == body["faults"][0]["drive_advice"]


@pytest.mark.usefixtures("car")
async def test_a_car_without_faults_may_be_driven(clients: Clients) -> None:
    body = (await clients().get(FAULTS)).json()
    assert body == {"vin": VIN, "drive": "yes", "drive_advice": None, "faults": [], "work": None}


async def test_a_test_result_changes_the_ranking(clients: Clients, diagnostics: Diagnostics, visit: UUID) -> None:
    client = clients("technician-1", "technician", organisation_id="workshop-1")
    (fault,) = (await client.get(FAULTS)).json()["work"]
    check = fault["next_tests"][0]
    told = {"check": check["check"], "result": "positive", "booking_id": str(visit)}
    answer = await client.post(f"{FAULTS}/{fault['fault_id']}/test-results", json=told)
    assert answer.status_code == 202
    await diagnostics.read_reports()
    (after,) = (await client.get(FAULTS)).json()["work"]
    assert after["results"] == {check["check"]: "positive"}
    assert check["check"] not in {one["check"] for one in after["next_tests"]}
    before = {one["cause"]: one["probability"] for one in fault["causes"]}
    told_cause = check["expects"][0]["cause"]
    now = {one["cause"]: one["probability"] for one in after["causes"]}
    assert now[told_cause] > before[told_cause]


async def test_a_confirmed_cause_is_kept_with_what_was_shown(
    clients: Clients, diagnostics: Diagnostics, pool: Pool, visit: UUID
) -> None:
    client = clients("technician-1", "technician", organisation_id="workshop-1")
    (fault,) = (await client.get(FAULTS)).json()["work"]
    cause = fault["causes"][1]
    path = f"{FAULTS}/{fault['fault_id']}/confirmed-cause"
    for _ in range(2):
        told = {"cause": cause["cause"], "booking_id": str(visit)}
        assert (await client.put(path, json=told)).status_code == 202
    await diagnostics.read_reports()
    (after,) = (await client.get(FAULTS)).json()["work"]
    assert after["confirmed_cause"] == cause["cause"]
    async with pool.connection() as connection:
        rows = await (await connection.execute("select * from published.confirmed_causes")).fetchall()
    assert [(row["cause"], row["workshop_id"], row["entry_ids"]) for row in rows] == [
        (cause["cause"], "workshop-1", ["P0171"])
    ]
    assert rows[0]["shown"][cause["cause"]] == cause["probability"]


async def test_a_cause_can_be_confirmed_after_the_code_was_cleared(
    clients: Clients, diagnostics: Diagnostics, pool: Pool, ill_car: int, visit: UUID
) -> None:
    (fault,) = (await clients("technician-1", "technician", organisation_id="workshop-1").get(FAULTS)).json()["work"]
    async with pool.connection() as connection:
        await connection.execute("update diagnostics.code_episodes set ended_at = %s", [NOW])
        await isolate(connection, [ill_car])
    assert (await clients().get(FAULTS)).json()["faults"] == []
    told = {"cause": fault["causes"][0]["cause"], "booking_id": str(visit)}
    client = clients("technician-1", "technician", organisation_id="workshop-1")
    assert (await client.put(f"{FAULTS}/{fault['fault_id']}/confirmed-cause", json=told)).status_code == 202
    await diagnostics.read_reports()
    async with pool.connection() as connection:
        rows = await (await connection.execute("select confirmed_cause from diagnostics.isolations")).fetchall()
    assert rows == [{"confirmed_cause": told["cause"]}]


async def test_owners_confirm_nothing(clients: Clients, visit: UUID) -> None:
    (fault,) = (await clients().get(FAULTS)).json()["faults"]
    told = {"cause": "other", "booking_id": str(visit)}
    answer = await clients().put(f"{FAULTS}/{fault['fault_id']}/confirmed-cause", json=told)
    assert (answer.status_code, answer.json()["type"]) == (403, "not-allowed")


async def test_who_is_not_on_a_visit_confirms_nothing(
    clients: Clients, pool: Pool, ill_car: int, visit: UUID, workshop: str
) -> None:
    client = clients("technician-1", "technician", organisation_id="workshop-1")
    (fault,) = (await client.get(FAULTS)).json()["work"]
    async with pool.connection() as connection:
        later = await book(connection, ill_car, workshop, hours=5)
        of_another = await book(connection, ill_car + 1, workshop)
        await open_workshop(connection, "workshop-2")
        elsewhere = await book(connection, ill_car, "workshop-2", hours=-4)
    for booking_id in (later, of_another, elsewhere, uuid4()):
        told = {"cause": "other", "booking_id": str(booking_id)}
        answer = await client.put(f"{FAULTS}/{fault['fault_id']}/confirmed-cause", json=told)
        assert (answer.status_code, answer.json()["type"]) == (404, "not-found")
    assert visit not in (later, of_another, elsewhere)


async def test_what_the_catalogue_does_not_have_is_answered_with_what_is_close(clients: Clients, visit: UUID) -> None:
    client = clients("technician-1", "technician", organisation_id="workshop-1")
    (fault,) = (await client.get(FAULTS)).json()["work"]
    known = fault["causes"][0]["cause"]
    told = {"cause": f"{known}x", "booking_id": str(visit)}
    answer = await client.put(f"{FAULTS}/{fault['fault_id']}/confirmed-cause", json=told)
    assert (answer.status_code, answer.json()["type"]) == (422, "unknown-catalogue-id")
    assert known in answer.json()["suggestions"][f"{known}x"]


async def test_a_fault_of_another_car_is_not_found(clients: Clients, pool: Pool, car: int, visit: UUID) -> None:
    async with pool.connection() as connection:
        await book(connection, car + 1, "workshop-1")
    client = clients("technician-1", "technician", organisation_id="workshop-1")
    (fault,) = (await client.get(FAULTS)).json()["work"]
    path = f"/v1/vehicles/{OTHER_VIN}/faults/{fault['fault_id']}/confirmed-cause"
    answer = await client.put(path, json={"cause": "other", "booking_id": str(visit)})
    assert answer.status_code == 404
    assert (await clients("owner-2").get(FAULTS)).status_code == 404
