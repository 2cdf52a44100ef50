"""A car on the bench: its codes through time, what helped other cars, whether the kit is on the shelf."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from booking_api import store as bookings
from booking_api import workshop_store
from booking_api.access import Access
from booking_api.local_days import epoch_minute
from booking_api.models import PartLine, PartNeed
from booking_api.parts import part_lines
from booking_api.workbench import store
from booking_api.workbench.lanes import own_workshop
from database.connection import Connection


@dataclass(frozen=True, slots=True)
class Supply:
    """`free`: on the shelf and not reserved, in the unit of the part; None: the workshop's stock does not list it."""

    line: PartLine
    free: float | None


async def code_lives(connection: Connection, vehicle: store.Row) -> Sequence[store.Row]:
    """Of a car that `access.find_vehicle` has found, the latest first."""
    return await store.fetch_code_lives(connection, vehicle["vehicle_id"])


async def similar_cases(connection: Connection, vehicle: store.Row, fault_id: UUID) -> Sequence[store.Row]:
    """What workshops found behind faults with a symptom in common. Counts alone: no car, no workshop, no person."""
    fault = await bookings.fetch_fault(connection, vehicle["vehicle_id"], fault_id)
    if fault is None:
        return []
    named = {"make": vehicle["make"], "model": vehicle["model"]}
    return await store.fetch_similar_cases(connection, fault["entry_ids"], fault_id, **named)


async def supply(connection: Connection, access: Access, needs: Sequence[PartNeed]) -> dict[str, Supply]:
    """By the part that is needed, at the caller's own workshop. Raises NotFoundError where none is described."""
    workshop = await own_workshop(connection, access)
    stocks = await workshop_store.fetch_stock(connection, [one.part for one in needs], workshop.workshop_id)
    stock = stocks.get(workshop.workshop_id, {})
    lines = part_lines(workshop, needs, stock, epoch_minute(access.now))
    return {
        need.part: Supply(line, stock[line.part].free if line.part in stock else None)
        for need, line in zip(needs, lines, strict=True)
    }
