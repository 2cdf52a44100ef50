"""A car's trouble codes on an axis of time, and what the car knew when each was set: places in percent. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

_SHORTEST: Final = timedelta(days=7)
_LONGEST: Final = timedelta(days=365)
_LEAST_WIDTH: Final = 1.0
_TICKS: Final = 4


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Value:
    """`first` and `last`: as the freeze frames say it, null where one does not."""

    signal: str
    unit: str
    first: float | str | None
    last: float | str | None


@dataclass(frozen=True, slots=True)
class Life:
    """`x` to `x + width` from first seen to its end, or to now; confirmed from `confirmed_x` on, None: only pending."""

    row: Mapping[str, Any]
    x: float
    width: float
    confirmed_x: float | None
    confirmed_width: float
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    ticks: tuple[Tick, ...]
    lives: tuple[Life, ...]


def place_codes(rows: Sequence[Mapping[str, Any]], now: datetime) -> Axis:
    """Rows as `published.code_lives` has them, in the same order."""
    first = min((row["first_seen_at"] for row in rows), default=now)
    span = min(max((now - first) * 1.05, _SHORTEST), _LONGEST)
    begin = now - span

    def x(at: datetime) -> float:
        return round(100 * min(max((at - begin) / span, 0.0), 1.0), 2)

    ticks = tuple(Tick(100 * step / _TICKS, begin + span * step / _TICKS) for step in range(_TICKS))
    return Axis(ticks, tuple(_life(row, x(row["first_seen_at"]), x(_end(row, now)), x) for row in rows))


def _end(row: Mapping[str, Any], now: datetime) -> datetime:
    end: datetime = row["ended_at"] or row["healed_at"] or now
    return end


def _life(row: Mapping[str, Any], begin: float, end: float, x: Any) -> Life:
    begin = min(begin, 100 - _LEAST_WIDTH)
    width = round(max(end - begin, _LEAST_WIDTH), 2)
    confirmed = None if row["confirmed_at"] is None else min(max(x(row["confirmed_at"]), begin), begin + width)
    confirmed_width = 0.0 if confirmed is None else round(begin + width - confirmed, 2)
    return Life(row, begin, width, confirmed, confirmed_width, _values(row))


def _values(row: Mapping[str, Any]) -> tuple[Value, ...]:
    first, last = (_told(row[name]) for name in ("first_freeze_frame", "last_freeze_frame"))
    return tuple(
        Value(name, (first.get(name) or last[name])["unit"], *(one.get(name, {}).get("value") for one in (first, last)))
        for name in dict.fromkeys([*first, *last])
    )


def _told(frame: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return frame["values"] if frame else {}
