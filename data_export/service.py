"""Plans an export and makes it, in bounded memory, of one state of the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from data_export import store
from data_export.choices import EXTRA, check_request, choose_signals
from data_export.encoders import encoder_of
from data_export.errors import UnknownVehicleError
from data_export.layout import FORMAT_VERSION, PSEUDONYM_COLUMN, VIN_COLUMN, ExportColumn
from data_export.models import ExportedVehicle, ExportRequest, Plan, Progress, Row, Table
from data_export.pseudonyms import pseudonym
from data_export.tables import signal_table, table_of
from database.connection import Connection
from telemetry_schema import catalogue


async def begin(connection: Connection) -> None:
    """Every plan and every row that is read in this transaction from now on is of one state of the database."""
    await store.set_snapshot(connection)


async def plan(connection: Connection, request: ExportRequest, now: datetime) -> Plan:
    """Looks at everything that could be refused, before the first byte leaves. Raises ExportError."""
    check_request(request)
    vehicles = await _vehicles(connection, request)
    table = await _table(connection, request, vehicles)
    name = PSEUDONYM_COLUMN if request.is_pseudonymous else VIN_COLUMN
    key_column = ExportColumn(name, "text", description="Which car")
    metadata = _metadata(request, vehicles, (key_column, *table.columns), now)
    return Plan(request, table, vehicles, key_column, metadata, Progress(len(vehicles)))


async def chunks(connection: Connection, planned: Plan) -> AsyncGenerator[bytes, None]:
    """The file, piece by piece; `planned.progress` counts along. Close it (`aclosing`) to end the query early."""
    encoder = encoder_of(planned.request.format, planned.columns, planned.metadata)
    keys = {vehicle.vehicle_id: vehicle.key for vehicle in planned.vehicles}
    yield encoder.begin()
    async with aclosing(_rows(connection, planned)) as pieces:
        async for rows in pieces:
            if chunk := await asyncio.to_thread(encoder.add, keys, rows):
                yield chunk
    yield await asyncio.to_thread(encoder.end)


async def _rows(connection: Connection, planned: Plan) -> AsyncGenerator[list[Row], None]:
    """Some at a time, each revised."""
    table, request, progress = planned.table, planned.request, planned.progress
    places = {vehicle.vehicle_id: place for place, vehicle in enumerate(planned.vehicles)}
    async with aclosing(store.fetch_rows(connection, table, list(places), request.from_at, request.to_at)) as pieces:
        async for rows in pieces:
            progress.rows += len(rows)
            progress.vehicles_done = places[rows[-1][0]]
            yield rows if table.revise is None else list(map(table.revise, rows))
    progress.vehicles_done = progress.vehicles


async def _vehicles(connection: Connection, request: ExportRequest) -> list[ExportedVehicle]:
    """By key, so that the order under pseudonyms tells nothing."""
    rows = await store.fetch_vehicles(connection, request.vins)
    missing = set(request.vins or ()) - {row["vin"] for row in rows}
    if missing:
        raise UnknownVehicleError(f"No car has the VIN {', '.join(sorted(missing))}.")
    salt = request.pseudonym_salt
    keyed = ((row["vin"] if salt is None else pseudonym(row["vin"], salt), row["vehicle_id"]) for row in rows)
    return [ExportedVehicle(vehicle_id, key) for key, vehicle_id in sorted(keyed)]


async def _table(connection: Connection, request: ExportRequest, vehicles: list[ExportedVehicle]) -> Table:
    if request.what != "signals":
        return table_of(request.what, pseudonymous=request.is_pseudonymous)
    sent = None
    if request.signals is None:
        sent = await store.fetch_sent_signals(connection, [vehicle.vehicle_id for vehicle in vehicles])
    chosen = choose_signals(request.signals, sent, with_positions=request.with_positions)
    return signal_table(chosen, with_extra=EXTRA in (request.signals or ()))


def _metadata(
    request: ExportRequest, vehicles: list[ExportedVehicle], columns: tuple[ExportColumn, ...], now: datetime
) -> dict[str, Any]:
    """What the file says of itself; plain JSON."""
    named = None if request.is_pseudonymous or request.vins is None else sorted(request.vins)
    return {
        "format_version": FORMAT_VERSION,
        "made_by": f"servicelane {_version()}",
        "made_at": now.astimezone(UTC).isoformat(),
        "what": request.what,
        "from_at": request.from_at.astimezone(UTC).isoformat(),
        "to_at": request.to_at.astimezone(UTC).isoformat(),
        "selection": "fleet" if request.vins is None else "vehicles",
        "vehicles": len(vehicles),
        **({"vins": named} if named else {}),
        "pseudonymous": request.is_pseudonymous,
        "positions": request.with_positions,
        "catalogue_version": catalogue.VERSION,
        "vss_version": catalogue.VSS_VERSION,
        "columns": {column.name: column.as_json() for column in columns},
    }


def _version() -> str:
    try:
        return version("servicelane")
    except PackageNotFoundError:
        return "from a checkout"
