"""Enrolment and ownership against a real database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from database.connection import Connection, Pool, connect
from database.errors import MissingReferenceError
from telemetry_schema.vin import InvalidVin
from vehicles import service as vehicles
from vehicles.models import EnrolmentRequest

VIN = "1M8GDM9AXKP042788"
OTHER_VIN = "5YJ3E1EA7KF317000"
REQUEST = EnrolmentRequest(
    VIN, "petrol-compact", "Servicelane", "Compact", 2022, "petrol", date(2022, 1, 1), {"cylinders": 4}
)
SINCE = date(2022, 1, 1)
SOLD_ON = date(2024, 6, 1)
READ_OWNERS = b"select * from vehicles.owners"
READ_WHO_OWNS_WHAT = b"select owner_id from published.vehicle_owners"


async def test_an_enrolled_car_is_found_with_all_that_was_said_of_it(connection: Connection) -> None:
    enrolled = await vehicles.enrol(connection, REQUEST)
    car = await vehicles.find_by_vin(connection, VIN)
    assert car is not None
    said = ("vin", "model_id", "make", "model", "model_year", "drivetrain", "specification", "in_service_on")
    assert {name: getattr(car, name) for name in said} == {name: getattr(REQUEST, name) for name in said}
    assert await vehicles.vehicle_ids_by_vin(connection, [VIN, OTHER_VIN]) == {VIN: enrolled.vehicle_id}
    assert await vehicles.find_by_vin(connection, OTHER_VIN) is None


async def test_a_second_enrolment_changes_nothing_and_the_transaction_goes_on(connection: Connection) -> None:
    await vehicles.enrol(connection, REQUEST)
    with pytest.raises(vehicles.AlreadyEnrolledError) as refused:
        await vehicles.enrol(connection, replace(REQUEST, model="Another"))
    assert VIN not in str(refused.value)
    car = await vehicles.find_by_vin(connection, VIN)
    assert car is not None
    assert car.model == "Compact"


@pytest.mark.parametrize("vin", ["", VIN[:-1], VIN.lower(), "1M8GDM9AXKP04278O", VIN + "\n"])
async def test_what_is_no_vin_is_not_enrolled(connection: Connection, vin: str) -> None:
    with pytest.raises(InvalidVin):
        await vehicles.enrol(connection, replace(REQUEST, vin=vin))
    assert await vehicles.find_by_vin(connection, vin) is None


async def test_a_european_number_without_a_check_digit_is_enrolled(connection: Connection) -> None:
    vin = "WVWZZZ1KZAW000001"
    await vehicles.enrol(connection, replace(REQUEST, vin=vin))
    assert await vehicles.find_by_vin(connection, vin) is not None


async def register_two(connection: Connection) -> int:
    """One car and two people."""
    vehicle_id = (await vehicles.enrol(connection, REQUEST)).vehicle_id
    for owner_id in ("owner-1", "owner-2"):
        await vehicles.register_owner(connection, owner_id, display_name=owner_id, contact={"phone": "000"})
    return vehicle_id


async def ownerships(connection: Connection) -> list[tuple[str, date, date | None]]:
    rows = await (await connection.execute(b"select * from vehicles.ownerships order by since, owner_id")).fetchall()
    return [(row["owner_id"], row["since"], row["until"]) for row in rows]


async def test_a_car_has_one_owner_at_a_time(connection: Connection) -> None:
    vehicle_id = await register_two(connection)
    await vehicles.assign_owner(connection, vehicle_id, "owner-1", since=SINCE)
    await vehicles.assign_owner(connection, vehicle_id, "owner-2", since=SOLD_ON)
    assert await vehicles.vehicles_of_owner(connection, "owner-1") == []
    assert [car.vin for car in await vehicles.vehicles_of_owner(connection, "owner-2")] == [VIN]
    assert await ownerships(connection) == [("owner-1", SINCE, SOLD_ON), ("owner-2", SOLD_ON, None)]


async def test_the_same_assignment_again_changes_nothing(connection: Connection) -> None:
    vehicle_id = await register_two(connection)
    for since in (SINCE, SINCE, SOLD_ON):
        await vehicles.assign_owner(connection, vehicle_id, "owner-1", since=since)
    assert await ownerships(connection) == [("owner-1", SINCE, None)]


async def test_a_car_that_is_sold_and_bought_back_on_one_day_has_its_first_owner_again(connection: Connection) -> None:
    vehicle_id = await register_two(connection)
    for owner_id in ("owner-1", "owner-2", "owner-1"):
        await vehicles.assign_owner(connection, vehicle_id, owner_id, since=SINCE)
    assert await ownerships(connection) == [("owner-1", SINCE, None), ("owner-2", SINCE, SINCE)]


async def test_an_owner_sees_all_cars_that_are_theirs_and_no_other(connection: Connection) -> None:
    first = await register_two(connection)
    second = (await vehicles.enrol(connection, replace(REQUEST, vin=OTHER_VIN))).vehicle_id
    for vehicle_id in (first, second):
        await vehicles.assign_owner(connection, vehicle_id, "owner-1", since=SINCE)
    assert [car.vin for car in await vehicles.vehicles_of_owner(connection, "owner-1")] == [VIN, OTHER_VIN]
    assert await vehicles.vehicles_of_owner(connection, "owner-2") == []


async def test_a_stranger_cannot_be_made_the_owner_and_the_owner_stays(connection: Connection) -> None:
    vehicle_id = await register_two(connection)
    await vehicles.assign_owner(connection, vehicle_id, "owner-1", since=SINCE)
    with pytest.raises(MissingReferenceError):
        await vehicles.assign_owner(connection, vehicle_id, "nobody", since=SOLD_ON)
    assert await ownerships(connection) == [("owner-1", SINCE, None)]


async def test_an_owner_s_contact_can_be_corrected(connection: Connection) -> None:
    await vehicles.register_owner(connection, "owner-1", display_name="owner-1", contact={"phone": "000"})
    await vehicles.register_owner(connection, "owner-1", display_name="owner-1", contact={"phone": "111"})
    (owner,) = await (await connection.execute(READ_OWNERS)).fetchall()
    assert owner["contact"] == {"phone": "111"}


@pytest.fixture
async def owned(pool: Pool) -> None:
    async with pool.connection() as connection:
        await vehicles.assign_owner(connection, await register_two(connection), "owner-1", since=SINCE)


async def read(url: str, role: str, query: bytes) -> list[dict[str, Any]]:
    one = await connect(url, role)
    try:
        return await (await one.execute(query)).fetchall()
    finally:
        await one.close()


@pytest.mark.usefixtures("owned")
@pytest.mark.parametrize("role", ["servicelane_reader", "servicelane_ingest", "servicelane_diagnostics"])
async def test_who_only_reads_cars_learns_nothing_of_their_owners(database_url: str, role: str) -> None:
    assert [row["vin"] for row in await read(database_url, role, b"select vin from published.vehicles")] == [VIN]
    for query in (READ_OWNERS, READ_WHO_OWNS_WHAT):
        with pytest.raises(Exception, match="permission denied"):
            await read(database_url, role, query)


@pytest.mark.usefixtures("owned")
async def test_who_reminds_owners_learns_who_owns_what_and_their_address_alone(database_url: str) -> None:
    planner = "servicelane_maintenance_planner"
    assert await read(database_url, planner, READ_WHO_OWNS_WHAT) == [{"owner_id": "owner-1"}]
    reached = await read(database_url, planner, b"select * from published.owner_contacts")
    assert {name for row in reached for name in row} == {"owner_id", "email"}
    with pytest.raises(Exception, match="permission denied"):
        await read(database_url, planner, READ_OWNERS)


@pytest.mark.usefixtures("owned")
async def test_who_answers_owners_learns_who_owns_what_and_no_contact(database_url: str) -> None:
    assert await read(database_url, "servicelane_booking_api", READ_WHO_OWNS_WHAT) == [{"owner_id": "owner-1"}]
    with pytest.raises(Exception, match="permission denied"):
        await read(database_url, "servicelane_booking_api", READ_OWNERS)
