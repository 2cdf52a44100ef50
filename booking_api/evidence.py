"""The picture of a finding: what was judged, the signals beside it, and the codes of that time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from booking_api import error_texts, store
from booking_api.errors import NotFoundError
from database.connection import Connection
from diagnostics.history import MOMENTS, Item, ParkedReading, Trip, moment_of
from diagnostics.pictures.composition import compose, signals_of, span_of
from diagnostics.pictures.picture import Picture, Point

_BUCKETS: Final = 180
_LEAST_WIDTH: Final = timedelta(minutes=1)


async def picture_of(
    connection: Connection,
    finding_id: UUID,
    *,
    vehicle_id: int | None,
    language: str,
    zone: ZoneInfo,
    with_signals: bool = True,
) -> Picture:
    """Of this car's finding; with `vehicle_id` None of whichever car has it. Raises NotFoundError.

    Without signals: what the detector judged alone, for those who may not see the state of the car.
    """
    finding = await store.fetch_finding(connection, finding_id, vehicle_id)
    if finding is None:
        raise NotFoundError(error_texts.NO_FINDING)
    from_s, to_s = span_of(finding)
    span = {"from_at": datetime.fromtimestamp(from_s, UTC), "to_at": datetime.fromtimestamp(to_s, UTC)}
    car: int = finding["vehicle_id"]
    items = [_item(row) for row in await store.fetch_judged_items(connection, car, **span)]
    codes = await store.fetch_codes_between(connection, car, finding["component"], **span)
    width = max(_LEAST_WIDTH, timedelta(seconds=(to_s - from_s) // _BUCKETS))
    wanted = signals_of(finding) if with_signals else []
    points = await store.fetch_signal_points(connection, car, wanted, width, **span) if wanted else []
    return compose(finding, items, _by_signal(points), codes, language=language, zone=zone)


def _item(row: Mapping[str, Any]) -> Item:
    if row["kind"] in MOMENTS:
        return moment_of(row["kind"], row["at_s"], row["details"])
    if row["kind"] == "trip":
        return Trip(row["started_s"], row["at_s"], row["details"])
    return ParkedReading(row["at_s"], row["details"])


def _by_signal(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Point]]:
    points = defaultdict(list)
    for row in rows:
        points[row["signal"]].append(Point(row["at_s"], row["mean"], row["low"], row["high"]))
    return points
