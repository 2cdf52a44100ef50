"""A slow leak: one tyre loses more than 0.7 kPa a day more than the other wheels do.

Only cold readings, brought to 20 °C; the trend of up to ten days since any wheel was refilled, less the median of the
other wheels, 4.5 standard errors beyond half the limit (handbook 6.9: more than 3 psi a month is a mechanical leak).
A tyre a fifth below its placard pressure is urgent (UN R141 warns there). Seven healthy readings end it.

Does not work with fewer than three wheels that tell, within the first four and a half days after a refill, nor where
all four tyres lose alike (that is weather or neglect).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from statistics import median
from typing import Any, Final

import numpy as np

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, Item, ParkedReading, Trip
from diagnostics.rules import Memory, Rule, Said
from diagnostics.samples import PRESSURE, TEMPERATURE, WHEELS
from diagnostics.trends import Trend, theil_sen

KIND: Final = "slow_tyre_leak"
LIMIT_KPA_PER_DAY: Final = -0.7
_WINDOW_S: Final = 10 * 86_400.0
_LEAST_SPAN_S: Final = 4.5 * 86_400.0
_LEAST_READINGS: Final = 6
_COLD_AFTER_S: Final = 2 * 3600.0
_APART_S: Final = 9 * 3600.0
_REFILL_KPA: Final = 12.0
_SENSOR_KPA: Final = 1.2  # one reading against the truth: resolution, and air that is not tyre [default, calibrate]
_ERRORS: Final = 4.5  # of the own trend alone; those of the other wheels are not counted [default, calibrate]
_LOW_SHARE: Final = 0.8
_LEAST_LOSS_KPA: Final = -0.9  # between the halves of a window: a leak at the limit loses more than that
_COMPONENTS: Final = {wheel: f"tyre {wheel.replace('_', ' ')}" for wheel in WHEELS}


def _judge_trip(memory: Memory, trip: Trip, car: Car) -> Said:
    """A trip's first readings are cold where the car stood for two hours before; they count when the trip is over."""
    stood = trip.started_s - memory.get("ended_s", -np.inf) >= _COLD_AFTER_S
    memory["ended_s"] = trip.ended_s
    if stood:
        yield from _judge(memory, trip.at_s, trip.started_s, trip.features, car)


def _judge_parked(memory: Memory, reading: ParkedReading, car: Car) -> Said:
    if reading.at_s - memory.get("ended_s", -np.inf) >= _COLD_AFTER_S:
        yield from _judge(memory, reading.at_s, reading.at_s, reading.features, car)


def _judge(memory: Memory, now: float, read_s: float, features: Mapping[str, float], car: Car) -> Said:
    """Keeps one reading in nine hours: its instant, and kPa by wheel, None where it is not told."""
    kept: list[list[Any]] = memory.setdefault("cold", [])
    kpa = [features.get(f"p20_{wheel}") for wheel in WHEELS]
    if sum(one is not None for one in kpa) < 3 or (kept and read_s - kept[-1][0] < _APART_S):
        return
    if kept and any(_is_refill(old, new) for old, new in zip(kept[-1][1:], kpa, strict=True)):
        kept.clear()
    kept.append([read_s, *kpa])
    while kept[0][0] < read_s - _WINDOW_S:
        del kept[0]
    at_s, *columns = zip(*kept, strict=True)
    told = {wheel: kpa for wheel, kpa in zip(WHEELS, columns, strict=True) if _is_told(kpa)}
    falling = [wheel for wheel, kpa in told.items() if _falls(at_s, kpa)]
    trends = {wheel: _trend(at_s, kpa) for wheel, kpa in told.items()} if falling else {}
    for wheel in told:
        verdict = _verdict(now, at_s[0], trends, wheel, _placard_kpa(car, wheel)) if wheel in falling else Verdict(now)
        yield _COMPONENTS[wheel], verdict


def _is_told(kpa: Sequence[float | None]) -> bool:
    return all(one is not None and isfinite(one) for one in kpa)


def _cold_kpa(item: Item, component: str) -> float | None:
    """Of a wheel, as the car stood or began to drive."""
    wheel = component.removeprefix("tyre ").replace(" ", "_")
    return item.features.get(f"p20_{wheel}") if isinstance(item, Trip | ParkedReading) else None


def _is_refill(old: float | None, new: float | None) -> bool:
    return old is not None and new is not None and new - old > _REFILL_KPA


def _placard_kpa(car: Car, wheel: str) -> float:
    axle = "front" if wheel.startswith("front") else "rear"
    return float(car.specification.get(f"tyre_placard_{axle}_kpa", np.nan))


def _falls(at_s: Sequence[float], kpa: Sequence[float]) -> bool:
    """Hardly ever: elsewhere no trend is needed."""
    if len(at_s) < _LEAST_READINGS or at_s[-1] - at_s[0] < _LEAST_SPAN_S:
        return False
    middle = len(at_s) // 2
    return median(kpa[middle:]) - median(kpa[:middle]) <= _LEAST_LOSS_KPA


def _trend(at_s: Sequence[float], kpa: Sequence[float]) -> Trend:
    return theil_sen(np.array(at_s), np.array(kpa), _SENSOR_KPA)


def _verdict(now: float, since_s: float, trends: Mapping[str, Trend], wheel: str, placard_kpa: float) -> Verdict:
    own = trends[wheel]
    others = [trend.per_day for one, trend in trends.items() if one != wheel]
    excess = own.per_day - (median(others) if len(others) >= 2 else 0.0)
    if excess >= LIMIT_KPA_PER_DAY or excess + _ERRORS * own.error_per_day >= LIMIT_KPA_PER_DAY / 2:
        return Verdict(now)
    limit = LIMIT_KPA_PER_DAY
    evidence = [Evidence(now, "pressure_loss_kpa_per_day", excess, limit, healthy_low=limit)]
    low_kpa = _LOW_SHARE * placard_kpa
    urgent = own.last < low_kpa
    if urgent:
        evidence.append(Evidence(now, "cold_pressure_kpa", own.last, low_kpa, healthy_low=low_kpa))
    return Verdict(now, SOON if urgent else PLAN_A_VISIT, tuple(evidence), since_s)


RULE: Final = Rule(
    KIND,
    needs=(*PRESSURE.values(), *TEMPERATURE.values()),
    judges={Trip: _judge_trip, ParkedReading: _judge_parked},
    healthy_to_end=7,
    traces={"cold_pressure_kpa": _cold_kpa},
)
