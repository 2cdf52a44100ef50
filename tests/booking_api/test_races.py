"""Many want the same at once; whatever happens, nobody shares a bay or a technician."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from booking_api import service, store
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.errors import BookingApiError, SlotTakenError
from booking_api.idempotency import KEPT_FOR
from booking_api.models import BookingRequest, Caller
from booking_api.visits import service as visits
from database.connection import Pool
from tests.booking_api.conftest import NOW, OTHER_VIN, VIN, Clients, booking_of, open_workshop, recommend, start

OVERLAPS = """
select one.claim_id, other.claim_id
from booking.claims as one
join booking.claims as other on one.resource_id = other.resource_id and one.claim_id < other.claim_id
where one.during && other.during and one.state <> 'released' and other.state <> 'released'
"""
UNCLAIMED = """
select booking_id from booking.bookings as booking
where (select count(*) from booking.claims as claim
       join booking.resources as resource using (resource_id)
       where claim.booking_id = booking.booking_id and claim.state <> 'released'
         and claim.during = tstzrange(booking.starts_at, booking.ends_at)
         and resource.workshop_id = booking.workshop_id)
    <> case when booking.status in ('held', 'booked') then 2 else 0 end
"""


async def ensure_nobody_shares(pool: Pool) -> None:
    """Each booking holds exactly one bay and one technician of its workshop at its own time, and no other does."""
    async with pool.connection() as connection:
        assert await (await connection.execute(OVERLAPS)).fetchall() == []
        assert await (await connection.execute(UNCLAIMED)).fetchall() == []


async def race(clients: Clients, starts: list[str]) -> list[httpx.Response]:
    async def one(number: int, starts_at: str) -> httpx.Response:
        owner, vin = ("owner-1", VIN) if number % 2 else ("owner-2", OTHER_VIN)
        return await clients(owner).post("/v1/bookings", json=booking_of(starts_at, vin))

    return await asyncio.gather(*(one(number, starts_at) for number, starts_at in enumerate(starts)))


@pytest.mark.usefixtures("workshop")
async def test_of_fifty_who_want_one_slot_exactly_one_gets_it(clients: Clients, pool: Pool) -> None:
    answers = await race(clients, [start()] * 50)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["type"] == "slot-taken"
            assert len(answer.json()["alternatives"]) == 3
    await ensure_nobody_shares(pool)
    async with pool.connection() as connection:
        logged = await connection.execute("select count(*) as lines from booking.access_log where action = 'book'")
        assert (await logged.fetchone() or {})["lines"] == 50, "whoever is refused has read of the car too"


@pytest.mark.usefixtures("workshop")
async def test_of_fifty_whose_times_overlap_no_two_share(clients: Clients, pool: Pool) -> None:
    answers = await race(clients, [start(minute=15 * (number % 4)) for number in range(50)])
    codes = [answer.status_code for answer in answers]
    assert 1 <= codes.count(201) <= 2
    assert set(codes) == {201, 409}
    await ensure_nobody_shares(pool)


async def test_as_many_win_as_there_are_bays_with_technicians(clients: Clients, pool: Pool) -> None:
    async with pool.connection() as connection:
        await open_workshop(connection, bays=3, technicians=((), ("electrical",)))
    codes = [answer.status_code for answer in await race(clients, [start()] * 20)]
    assert (codes.count(201), codes.count(409)) == (2, 18)
    await ensure_nobody_shares(pool)


@pytest.mark.usefixtures("workshop")
async def test_an_alternative_can_be_booked(clients: Clients) -> None:
    answers = await race(clients, [start()] * 2)
    taken = next(answer for answer in answers if answer.status_code == 409)
    for starts_at in taken.json()["alternatives"][:1]:
        again = await clients().post("/v1/bookings", json=booking_of(starts_at))
        assert (again.status_code, again.json()["starts_at"]) == (201, starts_at)


@pytest.mark.usefixtures("workshop")
async def test_a_move_and_a_cancellation_at_once_leave_one_of_the_two(clients: Clients, pool: Pool) -> None:
    for number in range(10):
        booked = await clients().post("/v1/bookings", json=booking_of(start(days=1 + number % 4)))
        path = booked.headers["location"]
        body = {"starts_at": start(days=1 + number % 4, hour=13)}
        moved, cancelled = await asyncio.gather(
            clients().put(f"{path}/start", json=body, headers={"If-Match": '"1"'}), clients().delete(path)
        )
        assert cancelled.status_code == 200
        assert moved.status_code in (200, 409, 412)
        assert (await clients().get(path)).json()["status"] == "cancelled"
        await ensure_nobody_shares(pool)


@pytest.mark.usefixtures("workshop")
async def test_of_two_moves_from_one_version_only_one_succeeds(clients: Clients, pool: Pool) -> None:
    path = (await clients().post("/v1/bookings", json=booking_of(start()))).headers["location"]
    moves = [
        clients().put(f"{path}/start", json={"starts_at": start(hour=hour)}, headers={"If-Match": '"1"'})
        for hour in (11, 13)
    ]
    assert sorted(answer.status_code for answer in await asyncio.gather(*moves)) == [200, 412]
    await ensure_nobody_shares(pool)


@pytest.mark.usefixtures("workshop")
async def test_the_same_key_at_once_books_once(clients: Clients, pool: Pool) -> None:
    headers = {"Idempotency-Key": "key-1"}
    requests = [clients().post("/v1/bookings", json=booking_of(start()), headers=headers) for _ in range(8)]
    answers = await asyncio.gather(*requests)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["booking_id"] for answer in answers}) == 1


@pytest.mark.usefixtures("workshop")
async def test_of_fifty_who_hold_one_slot_exactly_one_has_it(clients: Clients, pool: Pool) -> None:
    async def hold(number: int) -> httpx.Response:
        owner, vin = ("owner-1", VIN) if number % 2 else ("owner-2", OTHER_VIN)
        return await clients(owner).post("/v1/holds", json=booking_of(start(), vin))

    answers = await asyncio.gather(*map(hold, range(50)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    await ensure_nobody_shares(pool)


@pytest.mark.usefixtures("workshop")
async def test_a_hold_that_is_confirmed_while_it_ends_is_either_booked_or_free(clients: Clients, pool: Pool) -> None:
    """At the same moment one confirms in time, one ends it by a clock that is ahead, and one wants the slot."""

    async def end() -> list[UUID]:
        async with pool.connection() as connection:
            return await visits.end_holds(connection, NOW + timedelta(minutes=5))

    for number in range(4):
        at = start(days=1 + number % 4)
        path = (await clients().post("/v1/holds", json=booking_of(at))).headers["location"]
        confirmed, ended, wanted = await asyncio.gather(
            clients().put(f"{path}/confirmation"),
            end(),
            clients("owner-2").post("/v1/bookings", json=booking_of(at, OTHER_VIN)),
        )
        status = (await clients().get(path)).json()["status"]
        if confirmed.status_code == 200:
            assert (status, ended, wanted.status_code) == ("booked", [], 409)
        else:
            assert (confirmed.status_code, confirmed.json()["type"], status) == (409, "hold-expired", "expired")
            assert len(ended) == 1
            assert wanted.status_code in (201, 409)
        await ensure_nobody_shares(pool)
        for owner, taken in (("owner-1", path), ("owner-2", wanted.headers.get("location"))):
            if taken:
                await clients(owner).delete(taken)


@pytest.mark.usefixtures("workshop")
async def test_confirming_twice_and_cancelling_at_once_leave_one_end(clients: Clients, pool: Pool) -> None:
    for number in range(4):
        held = await clients().post("/v1/holds", json=booking_of(start(days=1 + number % 4)))
        path = held.headers["location"]
        one, other, cancelled = await asyncio.gather(
            clients().put(f"{path}/confirmation"), clients().put(f"{path}/confirmation"), clients().delete(path)
        )
        assert {one.status_code, other.status_code} <= {200, 409}
        assert cancelled.status_code == 200
        assert (await clients().get(path)).json()["status"] == "cancelled"
        kinds = [one["kind"] for one in (await clients().get(f"{path}/visit")).json()["events"]]
        assert kinds in (["visit.held", "visit.booked", "visit.cancelled"], ["visit.held", "visit.cancelled"])
        await ensure_nobody_shares(pool)


@pytest.mark.usefixtures("workshop")
async def test_who_waits_gets_what_is_moved_and_cancelled_at_once(clients: Clients, pool: Pool) -> None:
    """The freed time goes to the waiting car once, whoever of the two was first; nothing is a fault of ours."""
    for number in range(3):
        day = 1 + number % 4
        path = (await clients().post("/v1/bookings", json=booking_of(start(days=day)))).headers["location"]
        wanted = {"workshop_id": "workshop-1", "from": start(days=day, hour=9), "until": start(days=day, hour=10)}
        assert (await clients("owner-2").post(f"/v1/vehicles/{OTHER_VIN}/waiting", json=wanted)).status_code == 201
        moved, cancelled = await asyncio.gather(
            clients().put(f"{path}/start", json={"starts_at": start(days=day, hour=13)}, headers={"If-Match": '"1"'}),
            clients().delete(path),
        )
        assert moved.status_code in (200, 409, 412)
        assert cancelled.status_code == 200
        entry = (await clients("owner-2").get(f"/v1/vehicles/{OTHER_VIN}/waiting")).json()[0]
        assert entry["status"] == "offered"
        await ensure_nobody_shares(pool)
        await clients("owner-2").delete(f"/v1/bookings/{entry['booking_id']}")


@pytest.mark.usefixtures("workshop")
async def test_the_same_key_at_once_holds_once(clients: Clients, pool: Pool) -> None:
    headers = {"Idempotency-Key": "key-1"}
    answers = await asyncio.gather(
        *(clients().post("/v1/holds", json=booking_of(start()), headers=headers) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["booking_id"] for answer in answers}) == 1
    booked = await clients().post("/v1/bookings", json=booking_of(start()), headers=headers)
    assert (booked.status_code, booked.json()["type"]) == (422, "idempotency-key-reused")


@pytest.mark.usefixtures("car", "workshop")
async def test_a_key_whose_first_request_hangs_is_in_flight(clients: Clients, pool: Pool) -> None:
    async with pool.connection() as slow:
        await store.claim_key(slow, "owner-1", "key-1", "of the first request", NOW, NOW - KEPT_FOR)
        second = await clients().post("/v1/holds", json=booking_of(start()), headers={"Idempotency-Key": "key-1"})
        assert (second.status_code, second.json()["type"]) == (409, "request-in-flight")
        await slow.rollback()


@pytest.mark.usefixtures("car", "workshop")
async def test_who_waits_too_long_for_the_day_is_told_that_it_is_taken(pool: Pool) -> None:
    access = Access(Caller("owner-1", "owner"), Action.BOOK, NOW)
    async with pool.connection() as slow:
        await service.book(slow, access, BookingRequest(VIN, "workshop-1", datetime.fromisoformat(start())))
        async with pool.connection() as second:
            other = BookingRequest(VIN, "workshop-1", datetime.fromisoformat(start(hour=14)))
            with pytest.raises(SlotTakenError) as raised:
                await service.book(second, access, other)
    assert len(raised.value.alternatives) == 3


@pytest.mark.usefixtures("car", "workshop")
async def test_the_constraint_decides_even_where_the_lock_is_forgotten(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def forgotten(*_: Any) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(service.store, "lock_days", forgotten)

    async def book(vin: str, owner: str) -> str:
        request = BookingRequest(vin, "workshop-1", datetime.fromisoformat(start()))
        async with pool.connection() as connection:
            try:
                await service.book(connection, Access(Caller(owner, "owner"), Action.BOOK, NOW), request)
            except SlotTakenError:
                return "taken"
        return "booked"

    outcomes = await asyncio.gather(*(book(VIN, "owner-1") for _ in range(2)), *(book(OTHER_VIN, "owner-2"),) * 1)
    assert sorted(outcomes) == ["booked", "taken", "taken"]
    await ensure_nobody_shares(pool)


@pytest.mark.parametrize("seed", range(4))
async def test_two_customers_never_share_a_bay_or_a_technician(pool: Pool, car: int, seed: int) -> None:
    """Three hundred random bookings, moves and cancellations, three at a time, in two zones and with three skills."""
    rng = random.Random(seed)
    async with pool.connection() as connection:
        await open_workshop(connection, "workshop-1", bays=2, technicians=(("electrical",), ("brakes", "tyres")))
        await open_workshop(connection, "workshop-2", technicians=(("electrical", "brakes"),), time_zone="Asia/Kolkata")
        works = [
            await recommend(connection, car, skill=skill, minutes=minutes)
            for skill in ("electrical", "brakes", None)
            for minutes in (20, 45, 130)
        ]
    owner = Caller("owner-1", "owner")
    booking, changing = Access(owner, Action.BOOK, NOW), Access(owner, Action.CHANGE_BOOKING, NOW)
    outcomes: list[str] = []

    def any_start() -> datetime:
        return NOW + timedelta(days=rng.randint(0, 2), minutes=15 * rng.randint(0, 40))

    async def book() -> None:
        request = BookingRequest(VIN, rng.choice(["workshop-1", "workshop-2"]), any_start(), (rng.choice(works),))
        async with pool.connection() as connection:
            await service.book(connection, booking, request)

    async def change(act: Callable[[Any, Any], Awaitable[Any]]) -> None:
        async with pool.connection() as connection:
            found = await service.bookings(connection, changing)
            known = [one.booking for one in found if one.booking.status == "booked"]
            if known:
                await act(connection, rng.choice(known).booking_id)

    async def move(connection: Any, booking_id: Any) -> None:
        workshop_id = rng.choice(["workshop-1", "workshop-2", None])
        await service.reschedule(connection, changing, booking_id, any_start(), workshop_id, None)

    async def cancel(connection: Any, booking_id: Any) -> None:
        await visits.cancel(connection, changing, booking_id)

    async def one_of_all() -> None:
        name, act = rng.choice([("book", book), ("move", lambda: change(move)), ("cancel", lambda: change(cancel))])
        try:
            await act()
            outcomes.append(name)
        except BookingApiError as error:
            outcomes.append(type(error).__name__)

    for _ in range(100):
        await asyncio.gather(*(one_of_all() for _ in range(3)))
    await ensure_nobody_shares(pool)
    assert {"book", "move", "cancel", "NotOfferedError"} <= set(outcomes)
