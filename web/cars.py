"""What the pages of a car show: read from the services, each part only where the visitor may see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from booking_api import error_texts, service, vehicle_health, vehicle_plan
from booking_api import faults as vehicle_faults
from booking_api.access import find_vehicle, vehicles_after, vehicles_of
from booking_api.access_policy import Action
from booking_api.answers import booking_answer, due_answer, health_answer
from booking_api.errors import NotFoundError
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
MOST_LISTED = 100
"""On one page."""


@dataclass(frozen=True, slots=True)
class Car:
    """`due` and `plan` None: not for this visitor; lists have no plan. `bookings`: those to come, the soonest first."""

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
class Wanted:
    """A car for which a time is looked for, and the work that may be done."""

    vehicle: Row
    due: list[DueAnswer]


@dataclass(frozen=True, slots=True)
class Garage:
    """`told`: the cars of a short list; of a long one `vehicles` alone, and where there are more."""

    vehicles: list[Row]
    told: list[Car]
    more_after: str | None = None


async def read_garage(connection: Connection, visitor: Visitor, after_vin: str | None = None) -> Garage:
    access = visitor.access(Action.LIST_VEHICLES)
    rows, more_after = await vehicles_after(connection, access, after_vin, MOST_LISTED)
    if len(rows) > MOST_TOLD or after_vin or more_after or not visitor.may(Action.READ_HEALTH):
        return Garage(rows, [], more_after)
    return Garage(rows, await _read(connection, visitor, None))


async def read_car(connection: Connection, visitor: Visitor, vin: str) -> Car:
    """Raises NotFoundError, NotAllowedError and SignInNeededError."""
    found = await _read(connection, visitor, vin)
    if not found:
        raise NotFoundError(error_texts.NO_CAR)
    [car] = found
    if car.due is None:
        return car
    plan = await vehicle_plan.plan(connection, car.vehicle)
    return replace(car, plan=plan_answer(plan, visitor.language))


async def read_wanted(connection: Connection, visitor: Visitor, vin: str) -> Wanted:
    """Raises NotFoundError, NotAllowedError and SignInNeededError."""
    vehicle = await find_vehicle(connection, visitor.access(Action.SEARCH_SLOTS), vin)
    due = await _due(connection, visitor, vin)
    return Wanted(vehicle, due.get(vehicle["vehicle_id"], []))


async def _read(connection: Connection, visitor: Visitor, vin: str | None) -> list[Car]:
    """That car, or every one whose health the visitor may see, without plans."""
    access, language = visitor.access(Action.READ_HEALTH), visitor.language
    vehicles = await vehicles_of(connection, access, vin)
    health = await vehicle_health.health_of_each(connection, vehicles)
    faults = await vehicle_faults.faults_of_each(connection, vehicles)
    due = await _due(connection, visitor, vin)
    visits = [one for one in await read_visits(connection, visitor, vin) if is_to_come(one, visitor)]
    return [
        _car(
            visitor,
            vehicle,
            access.shown(health_answer(health[vehicle["vehicle_id"]], language, visitor.now), vehicle),
            faults_answer(vehicle["vin"], faults[vehicle["vehicle_id"]], language),
            due.get(vehicle["vehicle_id"]),
            [one for one in visits if one.vin == vehicle["vin"]],
        )
        for vehicle in vehicles
    ]


async def _due(connection: Connection, visitor: Visitor, vin: str | None) -> dict[int, list[DueAnswer]]:
    """By car, of those whose work the visitor may see."""
    if not visitor.may(Action.READ_DUE):
        return {}
    vehicles = await vehicles_of(connection, visitor.access(Action.READ_DUE), vin)
    rows = await vehicle_health.due_of_each(connection, vehicles)
    return {number: [due_answer(row, visitor.language) for row in due] for number, due in rows.items()}


def _car(
    visitor: Visitor,
    vehicle: Row,
    health: HealthAnswer,
    faults: FaultsAnswer,
    due: list[DueAnswer] | None,
    bookings: list[BookingAnswer],
) -> Car:
    return Car(
        vehicle=vehicle,
        health=health,
        faults=visitor.access(Action.READ_FAULTS).shown(faults, vehicle),
        concerns=concerns_of(faults, health.findings, health.codes, due or []),
        due=due,
        plan=None,
        bookings=bookings,
    )


async def read_visits(connection: Connection, visitor: Visitor, vin: str | None = None) -> list[BookingAnswer]:
    """The soonest first; those of one car where it is named. Empty for a role that sees none."""
    if not visitor.may(Action.READ_BOOKINGS):
        return []
    access = visitor.access(Action.READ_BOOKINGS)
    found = await service.bookings(connection, access, vin=vin)
    answers = [access.shown(booking_answer(one.booking, visitor.language), one.facts) for one in found]
    return sorted(answers, key=lambda one: one.starts_at)


def is_to_come(booking: BookingAnswer, visitor: Visitor) -> bool:
    return booking.status not in OVER and (booking.status not in _WAITING or booking.ends_at > visitor.now)
