"""Signals of a car over the last days, with the healthy band where a finding of the car names one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from booking_api import error_texts, store
from booking_api.access import Access, find_vehicle
from booking_api.errors import NotFoundError
from booking_api.languages import Language
from booking_api.workbench import store as workbench
from database.connection import Connection
from diagnostics.pictures.composition import signal_panel
from diagnostics.pictures.picture import Panel, Point

_BUCKETS: Final = 1000
_LEAST_WIDTH: Final = timedelta(minutes=1)


async def find_readable(connection: Connection, access: Access, vin: str) -> store.Row:
    """The car, where the caller may see the state of it too. Raises NotFoundError."""
    vehicle = await find_vehicle(connection, access, vin)
    decision = access.decide(vehicle)
    if decision is None or "latest_state" in decision.hidden:
        raise NotFoundError(error_texts.NO_CAR)
    return vehicle


async def signals_told(connection: Connection, vehicle: store.Row) -> list[str]:
    """Names of those that the car has told and that are kept over time."""
    return await workbench.fetch_signals_told(connection, vehicle["vehicle_id"])


async def signal_series(
    connection: Connection, access: Access, vehicle: store.Row, signal: str, days: int, language: Language
) -> Panel:
    """Buckets of equal width up to now. A signal that the catalogue has not, or that is in no aggregate, has none.

    Raises NotFoundError.
    """
    if signal not in await signals_told(connection, vehicle):
        raise NotFoundError(error_texts.NO_SIGNAL)
    span = timedelta(days=days)
    width = max(_LEAST_WIDTH, span / _BUCKETS)
    number, from_at = vehicle["vehicle_id"], access.now - span
    rows = await store.fetch_signal_points(connection, number, [signal], width, from_at=from_at, to_at=access.now)
    points = [Point(row["at_s"], row["mean"], row["low"], row["high"]) for row in rows]
    band = _band(signal, await store.fetch_findings(connection, [number]))
    return replace(signal_panel(signal, points, language), **band)


def _band(signal: str, findings: Sequence[store.Row]) -> dict[str, Any]:
    names = ("threshold", "healthy_low", "healthy_high")
    told = (one for row in findings for one in row["evidence"] if one["signal"] == signal)
    return next(({name: one.get(name) for name in names} for one in told), {})
