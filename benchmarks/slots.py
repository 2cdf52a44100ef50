"""The search for a slot at the demo's workshops, and fifty customers who want the same one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from benchmarks.timing import Figure, measure
from booking_api.access import Access
from booking_api.access_policy import Action
from booking_api.demo_workshops import register_demo_workshops
from booking_api.errors import SlotTakenError
from booking_api.models import BookingRequest, Caller, SlotQuery
from booking_api.service import book
from booking_api.slot_search import search
from database.connection import Pool, open_pool
from servicelane.fleet_enrolment import FleetMember
from servicelane.members import simulated_members
from simulator.fleet import build_fleet
from simulator.scenario import Scenario
from vehicles import service as vehicles

_CUSTOMERS = 50
_SEARCHES = 20


async def measure_slots(url: str) -> AsyncIterator[Figure]:
    now = datetime.now(UTC) + timedelta(days=1)
    (spec,) = build_fleet(Scenario("slots", 1, 1), 99)
    async with open_pool(url) as owner, open_pool(url, role="servicelane_booking_api", maximum=8) as pool:
        async with owner.connection() as connection:
            await register_demo_workshops(connection)
            (member,) = simulated_members([spec])
            number = (await vehicles.enrol(connection, member.request)).vehicle_id
            await vehicles.register_owner(connection, member.owner_id, display_name=member.owner_id)
            await vehicles.assign_owner(connection, number, member.owner_id, since=spec.in_service_on)
        yield await measure("booking_api: slot search", "search", _SEARCHES, lambda: _search(pool, member, now))
        yield await measure(
            "booking_api: 50 for one slot", "customer", _CUSTOMERS, lambda: _race(pool, member, now), runs=1
        )


def _access(member: FleetMember, action: Action, now: datetime) -> Access:
    return Access(Caller(member.owner_id, "owner"), action, now)


async def _search(pool: Pool, member: FleetMember, now: datetime) -> None:
    for _ in range(_SEARCHES):
        async with pool.connection() as connection:
            await search(connection, _access(member, Action.SEARCH_SLOTS, now), SlotQuery(member.request.vin))


async def _race(pool: Pool, member: FleetMember, now: datetime) -> None:
    async with pool.connection() as connection:
        slot = (
            await search(connection, _access(member, Action.SEARCH_SLOTS, now), SlotQuery(member.request.vin))
        ).slots[0]
    request = BookingRequest(member.request.vin, slot.workshop.workshop_id, slot.starts_at)

    async def customer() -> bool:
        try:
            async with pool.connection() as connection:
                await book(connection, _access(member, Action.BOOK, now), request)
        except SlotTakenError:
            return False
        return True

    won = sum(await asyncio.gather(*(customer() for _ in range(_CUSTOMERS))))
    assert won >= 1
