"""Work that was done on a car: recorded by its owner or a workshop, or taken from a file. Planned anew at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from booking_api import store
from booking_api.access import Access, find_vehicle, owner_of
from database.connection import Connection
from maintenance_planner import service as planner
from maintenance_planner.history_import import DayOrder, LineError, Unit, read_history
from maintenance_planner.models import ServiceRecord
from maintenance_planner.odometer_series import KM_PER_MILE


@dataclass(frozen=True, slots=True)
class DoneWork:
    """What one visit did. `odometer` as the instrument showed it, in `unit`; None where nobody wrote it down."""

    items: tuple[str, ...]
    performed_on: date
    odometer: float | None
    unit: Unit
    note: str | None


@dataclass(frozen=True, slots=True)
class Imported:
    """`lines` were read, `changed` records were new or other than known; `errors` name the lines that were not
    taken."""

    lines: int
    changed: int
    errors: tuple[LineError, ...]


async def record(
    connection: Connection, planner_connection: Connection, access: Access, vin: str, work: DoneWork
) -> list[store.Row]:
    """Closes the items and starts their next intervals in one transaction. Raises NotFoundError, UnknownItemError."""
    vehicle = await find_vehicle(connection, access, vin)
    vehicle_id, decision = vehicle["vehicle_id"], access.decide(vehicle)
    ratio = KM_PER_MILE if work.unit == "mi" else 1.0
    odometer_km = round(work.odometer * ratio, 1) if work.odometer is not None else None
    is_owner = decision is not None and owner_of(access.caller, decision.relation) is not None
    source = "owner" if is_owner else "workshop"
    records = [ServiceRecord(item, work.performed_on, odometer_km, source) for item in dict.fromkeys(work.items)]
    notes = dict.fromkeys(records, work.note) if work.note else {}
    await planner.record_services(planner_connection, vehicle_id, records, notes)
    return await store.fetch_service_statuses(planner_connection, vehicle_id)


async def import_file(
    connection: Connection,
    planner_connection: Connection,
    access: Access,
    vin: str,
    content: bytes,
    unit: Unit,
    day_order: DayOrder | None,
) -> Imported:
    """Takes every line that can be read. Raises NotFoundError, HistoryFileError."""
    vehicle_id = (await find_vehicle(connection, access, vin))["vehicle_id"]
    return await take_history(planner_connection, vehicle_id, content, access.now.date(), unit, day_order)


async def take_history(
    planner_connection: Connection,
    vehicle_id: int,
    content: bytes,
    today: date,
    unit: Unit,
    day_order: DayOrder | None,
) -> Imported:
    """Of a car that is known. Raises HistoryFileError, UnknownVehicleError."""
    known = await planner.items_of(planner_connection, vehicle_id)
    history = read_history(content, known, today, unit, day_order)
    notes = {one: line.note for line in history.lines for one in line.records if line.note}
    changed = await planner.record_services(
        planner_connection, vehicle_id, [one for line in history.lines for one in line.records], notes
    )
    return Imported(len(history.lines), changed, history.errors)


async def records(connection: Connection, access: Access, vin: str) -> Sequence[store.Row]:
    """The latest first. Raises NotFoundError."""
    vehicle_id = (await find_vehicle(connection, access, vin))["vehicle_id"]
    return await store.fetch_service_records(connection, vehicle_id)
