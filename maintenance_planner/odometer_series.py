"""The distance a car has really covered, from what its instruments showed. Pure.

Readings come in the order of time. What no car does (falling, or more than it can drive since the last reading) is
either a single wrong reading or a lasting break. It lasts where the reading after it goes on from it and not from the
one before; then the instrument was replaced, changed its unit, or was set back, and the distance goes on counting over
the break. A newest reading that does not fit waits for the next. What was found is told by `odometer_texts`. Limit: a
drop smaller than what was driven since the last reading cannot be seen; after a replacement the distance of the gap is
what the car drove before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from maintenance_planner.models import OdometerReading

KM_PER_MILE: Final = 1.609344
MOST_KM_ON_A_DAY: Final = 2_000.0
"""24 hours at 83 km/h; no car of a fleet does more."""

MOST_KM_PER_FURTHER_DAY: Final = 600.0
"""Nobody drives for 24 hours day after day; 600 km a day are more than a long-distance courier's month."""

ROUNDING_KM: Final = 2.0
"""An odometer that is told in whole kilometres may fall by so much (trust handbook 4.9)."""

NEW_INSTRUMENT_KM: Final = 2_000.0
"""A replaced instrument that starts anew is seen within its first weeks."""

UNIT_SLACK_KM: Final = 50.0

BreakKind = Literal["unit", "replaced", "set_back", "wrong_reading", "unconfirmed"]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OdometerBreak:
    """`shown_km` stands where about `expected_km` was to be read.

    `detail` says what explains it, see `odometer_texts`.
    """

    kind: BreakKind
    at: datetime
    shown_km: float
    expected_km: float
    detail: str


@dataclass(frozen=True, slots=True)
class _Scale:
    """From `since_at` on: distance = shown x factor + offset."""

    since_at: datetime
    factor: float
    offset_km: float

    def distance(self, shown_km: float) -> float:
        return shown_km * self.factor + self.offset_km


@dataclass(frozen=True)
class OdometerSeries:
    """`readings` hold the distance covered, never falling by more than rounding."""

    readings: tuple[OdometerReading, ...]
    scales: tuple[_Scale, ...]
    breaks: tuple[OdometerBreak, ...]

    def distance_of(self, shown_km: float, at: datetime) -> float:
        """What an instrument that showed `shown_km` then stands for."""
        known = [scale for scale in self.scales if scale.since_at <= at]
        return (known[-1] if known else self.scales[0]).distance(shown_km)

    def shown_for(self, distance_km: float) -> float:
        """What today's instrument will show at that distance."""
        scale = self.scales[-1]
        return (distance_km - scale.offset_km) / scale.factor

    def distance_at(self, at: datetime) -> float:
        """Between readings in proportion to time; before the first and after the last as there."""
        return float(np.interp(at.timestamp(), *self._points))

    @cached_property
    def _points(self) -> tuple[Floats, Floats]:
        """Seconds since 1970, and distances: looked up for each record of work."""
        instants = np.array([reading.recorded_at.timestamp() for reading in self.readings])
        return instants, np.array([reading.odometer_km for reading in self.readings])


def most_km(days: float) -> float:
    """More than this no car gains in so many days."""
    return MOST_KM_ON_A_DAY + MOST_KM_PER_FURTHER_DAY * max(days - 1.0, 0.0)


def settle(readings: Sequence[OdometerReading]) -> OdometerSeries | None:
    """The series of distances; None where there is no reading. Any values are taken, also absurd ones."""
    if not readings:
        return None
    if _all_fit(readings):
        return OdometerSeries(tuple(readings), (_Scale(readings[0].recorded_at, 1.0, 0.0),), ())
    return _Settling(list(readings)).run()


def _all_fit(readings: Sequence[OdometerReading]) -> bool:
    """The usual case, for a whole series at once."""
    km = np.array([reading.odometer_km for reading in readings])
    days = np.diff(np.array([reading.recorded_at.timestamp() for reading in readings])) / 86_400.0
    gains = np.diff(km)
    most = MOST_KM_ON_A_DAY + MOST_KM_PER_FURTHER_DAY * np.maximum(days - 1.0, 0.0)
    return bool(km[0] >= 0 and np.all((gains >= -ROUNDING_KM) & (gains <= most)))


class _Settling:
    """One pass over readings of which some do not fit."""

    def __init__(self, readings: list[OdometerReading]) -> None:
        self._readings = readings
        self._kept: list[OdometerReading] = []
        self._scales = [_Scale(readings[0].recorded_at, 1.0, 0.0)]
        self._breaks: list[OdometerBreak] = []

    def run(self) -> OdometerSeries:
        for number, reading in enumerate(self._readings):
            after = self._readings[number + 1] if number + 1 < len(self._readings) else None
            if not self._kept:
                self._begin(reading, after)
            elif self._fits(self._scales[-1], reading):
                self._keep(reading)
            else:
                self._judge(reading, after)
        if not self._kept:  # nothing made sense: the newest is taken as it stands
            self._kept.append(self._readings[-1])
        return OdometerSeries(tuple(self._kept), tuple(self._scales), tuple(self._breaks))

    def _begin(self, reading: OdometerReading, after: OdometerReading | None) -> None:
        """A first reading may itself be the wrong one: where the two after it go on from one another, and not from
        it."""
        later = self._readings[2] if len(self._readings) > 2 else None
        if (
            after is None
            or later is None
            or reading is not self._readings[0]
            or not _is_odd_one_out(reading, after, later)
        ):
            self._keep(reading)
        else:
            self._note("wrong_reading", reading, after.odometer_km, slip(reading.odometer_km, after.odometer_km))

    def _keep(self, reading: OdometerReading) -> None:
        self._kept.append(replace(reading, odometer_km=self._scales[-1].distance(reading.odometer_km)))

    def _fits(self, scale: _Scale, reading: OdometerReading) -> bool:
        last = self._kept[-1]
        return _goes_on(last, reading, last.odometer_km, scale.distance(reading.odometer_km))

    def _judge(self, reading: OdometerReading, after: OdometerReading | None) -> None:
        scale = self._scales[-1]
        expected_km = (
            self._kept[-1].odometer_km + self._driven_km(reading.recorded_at) - scale.offset_km
        ) / scale.factor
        if after is None:
            self._note("unconfirmed", reading, expected_km, slip(reading.odometer_km, expected_km))
        elif self._fits(scale, after) or not _goes_on(reading, after, reading.odometer_km, after.odometer_km):
            self._note("wrong_reading", reading, expected_km, slip(reading.odometer_km, expected_km))
        else:
            self._break(reading, expected_km)

    def _break(self, reading: OdometerReading, expected_km: float) -> None:
        """From here on the instrument counts otherwise."""
        if self._change_unit(reading, expected_km):
            return
        shown_km, scale = reading.odometer_km, self._scales[-1]
        distance_km = scale.distance(expected_km)
        if shown_km > expected_km:
            kind, detail = "replaced", "shows_more"
        elif shown_km <= min(NEW_INSTRUMENT_KM, 0.2 * expected_km):
            kind, detail = "replaced", "starts_anew"
        else:
            kind, detail = "set_back", "shows_less"
        self._note(kind, reading, expected_km, detail)  # type: ignore[arg-type]
        self._scales.append(_Scale(reading.recorded_at, scale.factor, distance_km - shown_km * scale.factor))
        self._keep(reading)

    def _change_unit(self, reading: OdometerReading, expected_km: float) -> bool:
        scale = self._scales[-1]
        for ratio, detail in ((KM_PER_MILE, "to_miles"), (1 / KM_PER_MILE, "to_km")):
            if abs(reading.odometer_km * ratio - expected_km) > self._driven_km(reading.recorded_at) + UNIT_SLACK_KM:
                continue
            self._note("unit", reading, expected_km, detail)
            if detail == "to_km" and scale.factor == 1.0:  # what came before was in miles all along
                self._rescale(KM_PER_MILE)
                self._scales.append(_Scale(reading.recorded_at, 1.0, 0.0))
            else:
                self._scales.append(_Scale(reading.recorded_at, scale.factor * ratio, scale.offset_km))
            self._keep(reading)
            return True
        return False

    def _rescale(self, ratio: float) -> None:
        self._kept = [replace(one, odometer_km=one.odometer_km * ratio) for one in self._kept]
        self._scales = [_Scale(one.since_at, one.factor * ratio, one.offset_km * ratio) for one in self._scales]

    def _driven_km(self, until: datetime) -> float:
        """What the car is likely to have driven since the last reading that was kept: as in the month before."""
        last = self._kept[-1]
        since = last.recorded_at - timedelta(days=30)
        first = next(one for one in self._kept if one.recorded_at >= since)
        days = (last.recorded_at - first.recorded_at) / timedelta(days=1)
        rate = (last.odometer_km - first.odometer_km) / days if days > 0 else 0.0
        return max(rate, 0.0) * ((until - last.recorded_at) / timedelta(days=1))

    def _note(self, kind: BreakKind, reading: OdometerReading, expected_km: float, detail: str) -> None:
        self._breaks.append(OdometerBreak(kind, reading.recorded_at, reading.odometer_km, expected_km, detail))


def _goes_on(before: OdometerReading, after: OdometerReading, before_km: float, after_km: float) -> bool:
    days = max((after.recorded_at - before.recorded_at) / timedelta(days=1), 0.0)
    return -ROUNDING_KM <= after_km - before_km <= most_km(days) and after_km >= 0


def _is_odd_one_out(first: OdometerReading, second: OdometerReading, third: OdometerReading) -> bool:
    """Not where the first differs as miles differ from kilometres: that is a change of the unit."""
    if _goes_on(first, second, first.odometer_km, second.odometer_km):
        return False
    if _goes_on(first, third, first.odometer_km, third.odometer_km):
        return False
    ratio = first.odometer_km / second.odometer_km if second.odometer_km > 0 else 0.0
    is_unit = min(abs(ratio / KM_PER_MILE - 1.0), abs(ratio * KM_PER_MILE - 1.0)) < 0.01
    return not is_unit and _goes_on(second, third, second.odometer_km, third.odometer_km)


def slip(shown_km: float, expected_km: float) -> str:
    """What may have happened when somebody wrote, or an instrument told, this in place of the other."""
    if shown_km <= 0:
        return "blank"
    if expected_km <= 0:
        return "unknown"
    for ratio, name in ((10.0, "digit_more"), (0.1, "digit_less"), (1 / KM_PER_MILE, "miles"), (KM_PER_MILE, "as_km")):
        if abs(shown_km / expected_km / ratio - 1.0) < 0.02:
            return name
    shown, expected = f"{shown_km:.0f}", f"{expected_km:.0f}"
    if len(shown) == len(expected):
        return _digits(shown, expected)
    return "unknown"


def _digits(shown: str, expected: str) -> str:
    """The last two digits are of the day's driving and say nothing."""
    first, second = shown[:-2], expected[:-2]
    if sorted(first) == sorted(second) and first != second:
        return "digits_swapped"
    return "digit_wrong" if sum(a != b for a, b in zip(first, second, strict=True)) == 1 else "unknown"
