"""Artefacts and their times of service in the schema `diagnostics`, and the fleets that they are trained on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from pathlib import Path
from typing import Any, Final

from database.connection import Connection
from database.queries import Queries
from diagnostics import store
from diagnostics.findings import instant
from diagnostics.history import ChargeSession, EngineStart, History, Item, ParkedReading, Regeneration, Trip
from diagnostics.models.artefact import Artefact

_queries: Final = Queries(Path(__file__).parent.parent / "queries")

Row = dict[str, Any]


async def fetch_services(connection: Connection, vehicle_models: Collection[str] | None = None) -> list[Row]:
    """`vehicle_model`, `from_s`, `artefact_id` (None: out of service), in the order of their instants."""
    wanted = None if vehicle_models is None else sorted(vehicle_models)
    return await _queries.all(connection, "fetch_model_services", vehicle_models=wanted)


async def fetch_documents(connection: Connection, artefact_ids: Sequence[str]) -> dict[str, str]:
    if not artefact_ids:
        return {}
    rows = await _queries.all(connection, "fetch_models", artefact_ids=list(artefact_ids))
    return {row["artefact_id"]: row["document"] for row in rows}


async def find_documents(connection: Connection, beginning: str) -> dict[str, str]:
    """By the beginning of their hash."""
    rows = await _queries.all(connection, "find_models", beginning=beginning)
    return {row["artefact_id"]: row["document"] for row in rows}


async def insert_service(connection: Connection, vehicle_model: str, from_s: float, artefact: Artefact | None) -> None:
    """From this instant on `artefact` judges the model; None: nothing does."""
    artefact_id = None
    if artefact is not None:
        artefact_id = artefact.artefact_id
        await _queries.run(
            connection,
            "insert_model",
            artefact_id=artefact_id,
            vehicle_model=artefact.vehicle_model,
            document=artefact.text(),
        )
    await _queries.run(
        connection,
        "insert_model_service",
        vehicle_model=vehicle_model,
        from_at=instant(from_s),
        artefact_id=artefact_id,
    )


async def fetch_vehicle_models(connection: Connection) -> dict[str, int]:
    """How many cars there are of each model."""
    rows = await _queries.all(connection, "fetch_vehicle_models")
    return {row["vehicle_model"]: row["cars"] for row in rows}


async def fetch_fleet(connection: Connection, vehicle_model: str, since_s: float | None) -> AsyncIterator[History]:
    """Car by car, what diagnostics keeps of it since an instant; cars of which it knows nothing are left out."""
    for row in await _queries.all(connection, "fetch_fleet", vehicle_model=vehicle_model):
        items = await store.fetch_items(connection, {row["vehicle_id"]: since_s})
        if of_car := items.get(row["vehicle_id"]):
            yield _history(row, of_car)


def _history(row: Row, items: Sequence[Item]) -> History:
    return History(
        row["vin"],
        row["drivetrain"],
        row["specification"],
        [one for one in items if isinstance(one, Trip)],
        [one for one in items if isinstance(one, EngineStart)],
        [one for one in items if isinstance(one, ParkedReading)],
        charges=[one for one in items if isinstance(one, ChargeSession)],
        regenerations=[one for one in items if isinstance(one, Regeneration)],
    )
