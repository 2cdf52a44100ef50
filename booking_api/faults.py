"""A car's faults as diagnostics publishes them, and what technicians tell of them, as records on the stream."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from booking_api import error_texts, store
from booking_api.access import Access, find_vehicle
from booking_api.errors import NotFoundError, UnknownCatalogueIdError
from booking_api.models import Booking
from booking_api.vehicle_health import by_vehicle, numbers
from booking_api.visits.transitions import CLAIMING
from database.connection import Connection
from diagnostics.code_catalogue import OTHER, catalogue
from streaming.contract import OutgoingRecord, Stream
from telemetry_schema.topics import StreamTopic
from telemetry_schema.workshop_reports import Kind, WorkshopReport, encode_report

_AT_HAND: Final = CLAIMING - {"held"} | {"ready", "closed", "verified", "came_back"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a technician says of a fault of this car, on this visit."""

    vin: str
    fault_id: UUID
    booking_id: UUID
    kind: Kind
    subject: str
    value: str


async def faults(connection: Connection, vehicle: store.Row) -> list[store.Row]:
    """Of a car that `access.find_vehicle` has found. The worst first."""
    return (await faults_of_each(connection, [vehicle]))[vehicle["vehicle_id"]]


async def faults_of_each(connection: Connection, vehicles: Sequence[store.Row]) -> Mapping[int, list[store.Row]]:
    """The same of many cars, by their numbers, as quickly as of one."""
    return by_vehicle(vehicles, await store.fetch_faults(connection, numbers(vehicles)))


async def report(connection: Connection, stream: Stream, access: Access, told: Told) -> None:
    """Puts a test's result or the cause on the stream, for diagnostics to rank with.

    Raises NotFoundError and UnknownCatalogueIdError.
    """
    vehicle = await find_vehicle(connection, access, told.vin)
    _ensure_known(told)
    fault = await store.fetch_fault(connection, vehicle["vehicle_id"], told.fault_id)
    if fault is None:
        raise NotFoundError(error_texts.NO_FAULT)
    record = _report(fault, told, await _visit(connection, access, told), access.now)
    await stream.produce([OutgoingRecord(StreamTopic.WORKSHOP_REPORTS, told.vin, encode_report(record))], connection)


def _ensure_known(told: Told) -> None:
    """Raises UnknownCatalogueIdError."""
    known = catalogue().checks if told.kind == "test" else {*catalogue().causes, OTHER}
    name = told.subject if told.kind == "test" else told.value
    if name not in known:
        raise UnknownCatalogueIdError(name, close_to(name, known))


def close_to(name: str, known: Collection[str]) -> list[str]:
    return difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.5)


async def _visit(connection: Connection, access: Access, told: Told) -> Booking:
    """The booking, if it is of this car at the caller's workshop and has begun. Raises NotFoundError."""
    for found in await store.fetch_bookings(connection, access.reach(), told.booking_id):
        booking = found.booking
        if booking.vin == told.vin and booking.status in _AT_HAND and booking.starts_at <= access.now:
            return booking
    raise NotFoundError(error_texts.NO_VISIT)


def _report(fault: store.Row, told: Told, visit: Booking, now: datetime) -> WorkshopReport:
    return WorkshopReport(
        isolation_id=told.fault_id,
        vehicle_id=fault["vehicle_id"],
        kind=told.kind,
        subject=told.subject,
        value=told.value,
        workshop_id=visit.workshop_id,
        told_at_ms=round(now.timestamp() * 1000),
        symptoms=tuple(fault["entry_ids"]),
        shown={one["cause"]: one["probability"] for one in fault["causes"]},
    )
