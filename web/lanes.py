"""Where visits stand in the lanes of a workshop's day: places in percent of the width. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from booking_api.models import Kind, Workshop
from booking_api.workbench.lanes import Lane, Stay

_USUAL: Final = ((8 * 60, 18 * 60),)
"""Of a day on which the workshop is closed: the hours that are drawn all the same."""
_TICK_HOURS: Final = 2


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Box:
    booking_id: UUID
    x: float
    width: float
    from_at: datetime
    until_at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    kind: Kind
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """`seconds` that the width stands for; `now` None: another day. Instants are in the workshop's zone."""

    on: date
    is_open: bool
    seconds: int
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    now: float | None


def local_span(workshop: Workshop, first: date, days: int) -> tuple[datetime, datetime]:
    """From the midnight before the first day to the one after the last."""
    zone = ZoneInfo(workshop.time_zone)
    begin, end = (datetime.combine(on, time(), zone) for on in (first, first + timedelta(days=days)))
    return begin, end


def place_day(workshop: Workshop, on: date, lanes: Sequence[Lane], now: datetime) -> Day:
    """Stays of other days are left out. A lane for each bay, van and technician; for what else there is where taken."""
    scale = _Scale(workshop, on)
    rows = [Row(one.resource.name, one.resource.kind, tuple(_boxes(scale, one.stays))) for one in lanes]
    is_open = on not in workshop.closed_on and on.weekday() in workshop.hours
    shown = tuple(one for one in rows if one.boxes or one.kind in ("bay", "van", "technician"))
    seconds = round(scale.end.timestamp() - scale.begin.timestamp())
    return Day(
        on, is_open, seconds, tuple(scale.ticks()), shown, scale.x(now) if scale.begin <= now < scale.end else None
    )


class _Scale:
    """The opening hours of one local day."""

    def __init__(self, workshop: Workshop, on: date) -> None:
        spans = workshop.hours.get(on.weekday()) or _USUAL
        self._zone = ZoneInfo(workshop.time_zone)
        self.begin = self._at(on, min(opens for opens, _ in spans))
        self.end = self._at(on, max(closes for _, closes in spans))

    def _at(self, on: date, minutes: int) -> datetime:
        days, rest = divmod(minutes, 24 * 60)
        return datetime.combine(on + timedelta(days=days), time(*divmod(rest, 60)), self._zone)

    def x(self, at: datetime) -> float:
        share = (at.timestamp() - self.begin.timestamp()) / (self.end.timestamp() - self.begin.timestamp())
        return round(100 * min(max(share, 0.0), 1.0), 2)

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)

    def ticks(self) -> Iterator[Tick]:
        at = self.begin.replace(minute=0)
        while at < self.end:
            if at >= self.begin:
                yield Tick(self.x(at), at)
            at += timedelta(hours=_TICK_HOURS)


def _boxes(scale: _Scale, stays: Sequence[Stay]) -> Iterator[Box]:
    for one in stays:
        if one.from_at < scale.end and one.until_at > scale.begin:
            x, end = scale.x(one.from_at), scale.x(one.until_at)
            yield Box(one.booking_id, x, round(end - x, 2), scale.local(one.from_at), scale.local(one.until_at))
