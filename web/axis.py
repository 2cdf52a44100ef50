"""Where due work stands on an axis of time: places in percent of the width. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from booking_api.plan_schemas import StatusAnswer

_LEAST_WIDTH: Final = 1.2
_LONGEST: Final = timedelta(days=540)
_SHORTEST: Final = timedelta(days=180)
_PAST_SHARE: Final = 0.08
"""How much of the width lies before today, for what is overdue."""


@dataclass(frozen=True, slots=True)
class Tick:
    """`distance_km`: what the car will have driven by then; None where nobody knows how much it drives."""

    x: float
    on: date
    distance_km: float | None


@dataclass(frozen=True, slots=True)
class Bar:
    """`x` to `x + width` is where 80 % expect it, `at` the likely day. `is_beyond`: it begins behind the axis' end."""

    status: StatusAnswer
    x: float
    width: float
    at: float
    is_beyond: bool


@dataclass(frozen=True, slots=True)
class Axis:
    today: float
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]


def place_due(items: Sequence[StatusAnswer], now: datetime, km_per_day: float | None) -> Axis:
    """The soonest first; items without a date are left out."""
    dated = sorted((one for one in items if one.due_at), key=lambda one: one.due_at or now)
    scale = _Scale(now, dated)
    bars = tuple(_bar(one, scale) for one in dated)
    return Axis(scale.x(now), tuple(_ticks(scale, km_per_day)), bars)


class _Scale:
    def __init__(self, now: datetime, items: Sequence[StatusAnswer]) -> None:
        latest = max((one.due_latest_at or one.due_at or now for one in items), default=now)
        self.now = now
        self.ahead = min(max(latest - now, _SHORTEST), _LONGEST)
        self._behind = self.ahead * _PAST_SHARE / (1 - _PAST_SHARE)

    def x(self, at: datetime) -> float:
        share = (at - self.now + self._behind) / (self.ahead + self._behind)
        return round(100 * min(max(share, 0.0), 1.0), 2)


def _bar(status: StatusAnswer, scale: _Scale) -> Bar:
    due_at = status.due_at
    assert due_at is not None
    x, end = scale.x(status.due_earliest_at or due_at), scale.x(status.due_latest_at or due_at)
    is_beyond = (status.due_earliest_at or due_at) - scale.now > scale.ahead
    x = min(x, 100 - _LEAST_WIDTH)
    return Bar(status, x, round(max(end - x, _LEAST_WIDTH), 2), scale.x(due_at), is_beyond)


def _ticks(scale: _Scale, km_per_day: float | None) -> Iterator[Tick]:
    """The firsts of months, or of every third one where they would stand too close."""
    months = max(1, round(scale.ahead.days / 30 / 5))
    year, month = scale.now.year, scale.now.month
    while True:
        month += months
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
        at = datetime(year, month, 1, tzinfo=scale.now.tzinfo)
        if at - scale.now > scale.ahead * 0.92:
            return
        days = (at - scale.now).total_seconds() / 86_400
        yield Tick(scale.x(at), at.date(), round(km_per_day * days, -2) if km_per_day else None)
