"""What the pages of a car show: read from the services, each part only where the visitor may see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from booking_api import faults, service, vehicle_health, vehicle_plan
from booking_api.access import find_vehicle, vehicles_of
from booking_api.access_policy import Action
from booking_api.answers import booking_answer, due_answer, health_answer
from booking_api.errors import NotAllowedError, NotFoundError
from booking_api.fault_answers import faults_answer
from booking_api.fault_schemas import FaultsAnswer
from booking_api.plan_answers import plan_answer
from booking_api.plan_schemas import PlanAnswer
from booking_api.schemas import BookingAnswer, DueAnswer, HealthAnswer
from database.connection import Connection
from web.concerns import Concern, concerns_of
from web.visitors import Visitor

Row = dict[str, Any]
OVER = frozenset({"cancelled", "missed", "expired", "closed", "verified", "came_back"})
"""A visit in one of these is past, whatever the clock says."""
_WAITING = frozenset({"held", "booked"})
MOST_TOLD = 24
"""Cars whose health a list tells; a longer list names the cars alone."""


@dataclass(frozen=True, slots=True)
class Car:
    """`due` and `plan` None: not for this visitor. `bookings`: those to come, the soonest first."""

    vehicle: Row
    health: HealthAnswer
    faults: FaultsAnswer
    concerns: list[Concern]
    due: list[DueAnswer] | None
    plan: PlanAnswer | None
    bookings: list[BookingAnswer]

    @property
    def severity(self) -> int:
        return max((one.severity for one in self.concerns), default=0)

    def concern(self, concern_id: UUID) -> Concern | None:
        return next((one for one in self.concerns if one.concern_id == concern_id), None)

    @property
    def next_due(self) -> DueAnswer | None:
        dated = [(one.due_at, one.recommendation_id, one) for one in self.due or () if one.due_at]
        return min(dated)[2] if dated else None


@dataclass(frozen=True, slots=True)
class Garage:
    """`told`: the cars of a short list; of a long one `vehicles` alone."""

    vehicles: list[Row]
    told: list[Car]


async def read_garage(connection: Connection, visitor: Visitor) -> Garage:
    rows = await vehicles_of(connection, visitor.access(Action.LIST_VEHICLES))
    if len(rows) > MOST_TOLD or not visitor.may(Action.READ_HEALTH):
        return Garage(rows, [])
    cars = [await _readable(connection, visitor, row["vin"]) for row in rows]
    return Garage(rows, [one for one in cars if one])


async def _readable(connection: Connection, visitor: Visitor, vin: str) -> Car | None:
    """None: the consent that shows the car in the list does not show its health."""
    try:
        return await read_car(connection, visitor, vin)
    except NotFoundError:
        return None


async def read_car(connection: Connection, visitor: Visitor, vin: str) -> Car:
    """Raises NotFoundError, NotAllowedError and SignInNeededError."""
    access, language = visitor.access(Action.READ_HEALTH), visitor.language
    vehicle = await find_vehicle(connection, access, vin)
    health = access.shown(
        health_answer(await vehicle_health.health(connection, vehicle), language, visitor.now), vehicle
    )
    told = faults_answer(vin, await faults.faults(connection, vehicle), language)
    due, plan = await _work(connection, visitor, vin)
    return Car(
        vehicle=vehicle,
        health=health,
        faults=visitor.access(Action.READ_FAULTS).shown(told, vehicle),
        concerns=concerns_of(told, health.findings, health.codes, due or []),
        due=due,
        plan=plan,
        bookings=[one for one in await read_visits(connection, visitor, vin) if is_to_come(one, visitor)],
    )


async def _work(connection: Connection, visitor: Visitor, vin: str) -> tuple[list[DueAnswer] | None, PlanAnswer | None]:
    try:
        vehicle = await find_vehicle(connection, visitor.access(Action.READ_DUE), vin)
    except (NotFoundError, NotAllowedError):
        return None, None
    due = [due_answer(row, visitor.language) for row in await vehicle_health.due(connection, vehicle)]
    return due, plan_answer(await vehicle_plan.plan(connection, vehicle), visitor.language)


async def read_visits(connection: Connection, visitor: Visitor, vin: str | None = None) -> list[BookingAnswer]:
    """The soonest first; those of one car where it is named. Empty for a role that sees none."""
    if not visitor.may(Action.READ_BOOKINGS):
        return []
    access = visitor.access(Action.READ_BOOKINGS)
    found = [one for one in await service.bookings(connection, access) if vin in (None, one.booking.vin)]
    answers = [access.shown(booking_answer(one.booking, visitor.language), one.facts) for one in found]
    return sorted(answers, key=lambda one: one.starts_at)


def is_to_come(booking: BookingAnswer, visitor: Visitor) -> bool:
    return booking.status not in OVER and (booking.status not in _WAITING or booking.ends_at > visitor.now)
