"""A slow leak: one tyre loses more than 0.7 kPa a day more than the other wheels do.

Only cold readings, brought to 20 °C; the trend of up to ten days since any wheel was refilled, less the median of the
other wheels, four standard errors beyond half the limit (handbook 6.9: more than 3 psi a month is a mechanical leak).
A tyre a fifth below its placard pressure is urgent (UN R141 warns there).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from diagnostics.alarms import PLAN_A_VISIT, SOON, Alarm, Evidence, Verdict, alarms_of
from diagnostics.history import History
from diagnostics.samples import WHEELS, Floats
from diagnostics.trends import theil_sen

KIND: Final = "slow_tyre_leak"
LIMIT_KPA_PER_DAY: Final = -0.7
_WINDOW_S: Final = 10 * 86_400.0
_LEAST_SPAN_S: Final = 4.5 * 86_400.0
_LEAST_READINGS: Final = 6
_COLD_AFTER_S: Final = 2 * 3600.0
_APART_S: Final = 9 * 3600.0
_REFILL_KPA: Final = 12.0
_SENSOR_KPA: Final = 1.2  # one reading against the truth: resolution, and air that is not tyre [default, calibrate]
_LOW_SHARE: Final = 0.8
_LEAST_LOSS_KPA: Final = -0.9  # between the halves of a window: a leak at the limit loses more than that
_HEALTHY_READINGS: Final = 7
_Readings = tuple[Floats, Mapping[str, Floats]]


def detect(history: History) -> list[Alarm]:
    at_s, pressures = _cold_readings(history)
    since = _last_refills(list(pressures.values()))
    return [
        alarm for wheel in WHEELS if wheel in pressures for alarm in _detect(history, wheel, at_s, pressures, since)
    ]


def _detect(history: History, wheel: str, at_s: Floats, pressures: Mapping[str, Floats], since: Floats) -> list[Alarm]:
    axle = "front" if wheel.startswith("front") else "rear"
    placard_kpa = float(history.specification.get(f"tyre_placard_{axle}_kpa", np.nan))
    verdicts = []
    for place in range(len(at_s)):
        first = max(int(since[place]), int(np.searchsorted(at_s, at_s[place] - _WINDOW_S)))
        window = slice(first, place + 1)
        verdicts.append(
            _judge(at_s[window], {name: one[window] for name, one in pressures.items()}, wheel, placard_kpa)
        )
    return alarms_of(KIND, f"tyre {wheel.replace('_', ' ')}", verdicts, _HEALTHY_READINGS)


def _judge(at_s: Floats, pressures: Mapping[str, Floats], wheel: str, placard_kpa: float) -> Verdict:
    now = float(at_s[-1])
    if len(at_s) < _LEAST_READINGS or now - at_s[0] < _LEAST_SPAN_S:
        return Verdict(now)
    middle = len(at_s) // 2
    if np.median(pressures[wheel][middle:]) - np.median(pressures[wheel][:middle]) > _LEAST_LOSS_KPA:
        return Verdict(now)  # far from leaking, which is nearly always so: no trend is needed
    own = theil_sen(at_s, pressures[wheel], _SENSOR_KPA)
    others = [theil_sen(at_s, values).per_day for name, values in pressures.items() if name != wheel]
    excess = own.per_day - (float(np.median(others)) if len(others) >= 2 else 0.0)
    if excess >= LIMIT_KPA_PER_DAY or excess + 4 * own.error_per_day >= LIMIT_KPA_PER_DAY / 2:
        return Verdict(now)
    evidence = [Evidence(now, "pressure_loss_kpa_per_day", excess, LIMIT_KPA_PER_DAY)]
    low_kpa = _LOW_SHARE * placard_kpa
    urgent = own.last < low_kpa
    if urgent:
        evidence.append(Evidence(now, "cold_pressure_kpa", own.last, low_kpa))
    return Verdict(now, SOON if urgent else PLAN_A_VISIT, tuple(evidence), float(at_s[0]))


def _cold_readings(history: History) -> _Readings:
    """Readings of a car that stood for two hours, at most one in nine: instants (n,), and (n,) for each wheel."""
    candidates = [(reading.at_s, reading.p20_kpa) for reading in history.parked]
    candidates += [(trip.started_s, _starting_pressures(trip.features)) for trip in history.trips]
    ends = np.array([trip.ended_s for trip in history.trips])
    starts = np.array([trip.started_s for trip in history.trips])
    cold: list[tuple[float, Mapping[str, float]]] = []
    for at_s, kpa in sorted(candidates, key=lambda one: one[0]):
        before = int(np.searchsorted(starts, at_s)) - 1
        stood = before < 0 or at_s - ends[before] >= _COLD_AFTER_S
        if stood and len(kpa) >= 2 and (not cold or at_s - cold[-1][0] >= _APART_S):
            cold.append((at_s, kpa))
    wheels = set.intersection(*(set(kpa) for _, kpa in cold)) if cold else set()
    return np.array([at for at, _ in cold]), {wheel: np.array([kpa[wheel] for _, kpa in cold]) for wheel in wheels}


def _starting_pressures(features: Mapping[str, float]) -> dict[str, float]:
    return {wheel: features[f"p20_{wheel}"] for wheel in WHEELS if f"p20_{wheel}" in features}


def _last_refills(wheels: Sequence[Floats]) -> Floats:
    """For each reading the place of the last refill (a step up) of any wheel, 0 where there was none."""
    if not wheels:
        return np.zeros(0)
    steps = np.any([np.diff(kpa, prepend=kpa[:1]) > _REFILL_KPA for kpa in wheels], axis=0)
    return np.maximum.accumulate(np.where(steps, np.arange(len(steps)), 0)).astype(np.float64)
