"""Keeps the faults of cars, and what workshops told of them, up to date. The caller owns the transaction.

The stored faults are a function of findings, code episodes and reports, whatever order they came in. Weights are
everybody's: whoever isolates shares them, whoever confirms a cause has them alone and isolates again what they move.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from database.connection import Connection
from diagnostics.code_catalogue import catalogue
from diagnostics.isolation import store
from diagnostics.isolation.calibration import Bin, reliability
from diagnostics.isolation.isolating import Isolation, bases_of, isolation_of
from diagnostics.isolation.store import Unwritten
from diagnostics.isolation.weights import Movement, moved_weights, movements
from telemetry_schema.workshop_reports import WorkshopReport


@dataclass(frozen=True, slots=True)
class Isolated:
    """What is to be written: the faults, by car, of which something else is to be said, and those that are none now."""

    gone: Sequence[UUID] = ()
    isolations: Mapping[int, Sequence[Isolation]] = field(default_factory=dict)


async def isolate(connection: Connection, vehicle_ids: Collection[int]) -> None:
    """Derives the faults of these cars again from their stored findings and codes, all in a few queries."""
    await write(connection, await isolated(connection, vehicle_ids))


async def isolated(
    connection: Connection, vehicle_ids: Collection[int], unwritten: Unwritten = store.ALL_WRITTEN
) -> Isolated:
    """The same without writing, as it is with findings and codes that this transaction will write."""
    if not vehicle_ids:
        return Isolated()
    await store.share_weights(connection)
    return await _derive(connection, sorted(vehicle_ids), unwritten)


async def write(connection: Connection, found: Isolated) -> None:
    await store.delete_isolations(connection, found.gone)
    await store.upsert_isolations(connection, found.isolations)


async def take_reports(connection: Connection, reports: Sequence[WorkshopReport]) -> None:
    """Keeps what technicians told, and isolates again every fault that it says something about."""
    await store.own_weights(connection)
    await store.upsert_reports(connection, reports)
    entry_ids = {name for report in reports if report.kind == "cause" for name in report.symptoms}
    moved = await store.fetch_vehicles_with(connection, entry_ids) if entry_ids else []
    due = sorted({*moved, *(report.vehicle_id for report in reports)})
    await write(connection, await _derive(connection, due, store.ALL_WRITTEN))


async def weight_movements(connection: Connection) -> list[Movement]:
    """How confirmed causes have moved the catalogue's weights."""
    return movements(await store.fetch_confirmed(connection), catalogue())


async def stated_and_true(connection: Connection) -> list[Bin]:
    """How often causes came true that technicians were shown with a probability, by tenths."""
    return reliability(await store.fetch_stated(connection))


async def _derive(connection: Connection, vehicle_ids: Sequence[int], unwritten: Unwritten) -> Isolated:
    known = catalogue()
    cars = await store.fetch_cars(connection, vehicle_ids, unwritten)
    entry_ids = {symptom.entry_id for car in cars.values() for symptom in car.symptoms}
    confirmed = await store.fetch_confirmed(connection, entry_ids) if entry_ids else []
    weights = {
        model: moved_weights(confirmed, entry_ids, model, known) for model in {car.model for car in cars.values()}
    }
    stored = await store.fetch_inputs(connection, vehicle_ids)
    gone: set[UUID] = set()
    isolations: dict[int, list[Isolation]] = {}
    for number in vehicle_ids:
        moved = weights[cars[number].model] if number in cars else {}
        bases = bases_of(cars[number], moved, known) if number in cars else []
        told = stored.get(number, {})
        gone |= told.keys() - {one.isolation_id for one in bases}
        isolations[number] = [
            isolation_of(one, moved, known) for one in bases if told.get(one.isolation_id) != one.inputs
        ]
    return Isolated(sorted(gone), isolations)
