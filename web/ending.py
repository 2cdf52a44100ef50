"""What may be said when a visit is closed: the work that it was for, the faults with their ranked causes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from booking_api.access_policy import Action
from booking_api.fault_schemas import CauseAnswer
from booking_api.models import Booking
from database.connection import Connection
from web.cars import Car, read_car
from web.visitors import Visitor


@dataclass(frozen=True, slots=True)
class Fault:
    fault_id: UUID
    sentence: str
    causes: list[CauseAnswer]


@dataclass(frozen=True, slots=True)
class Ending:
    """`items`: title by name of what is due or planned; `booked`: those that the visit was for."""

    faults: list[Fault]
    items: dict[str, str]
    booked: frozenset[str]


async def read_ending(connection: Connection, visitor: Visitor, booking: Booking) -> Ending:
    """Raises NotFoundError."""
    car = await read_car(connection, visitor, booking.vin)
    due = {one.item: one.title for one in car.due or ()}
    plan = {one.item: one.title for one in car.plan.items} if car.plan else {}
    booked = frozenset(one.item for one in car.due or () if one.recommendation_id in booking.recommendation_ids)
    return Ending(_faults(visitor, car), due | plan, booked)


def _faults(visitor: Visitor, car: Car) -> list[Fault]:
    """Causes are a technician's word."""
    if not visitor.may(Action.REPORT_ON_FAULT):
        return []
    causes = {one.fault_id: one.causes for one in car.faults.work or ()}
    return [Fault(one.fault_id, one.sentence, causes.get(one.fault_id, [])) for one in car.faults.faults]
