"""Engine oil is low, or disappears too fast.

Median of a trip below 5 mm above the minimum mark, on two trips in a row: plan a visit; below the mark: soon. Or more
than 10 mm lost on 1,000 km since the last topping up (0.5 l where a litre is 20 mm; makers allow 0.5 to 1.0 l, handbook
6.6), over at least 150 km and 2.5 mm: plan a visit. Topping up (4 mm) starts the comparison again. The median of a trip
calms cornering and slopes; oil expands by less than 1 mm when warm. Four healthy trips end it.

Does not work without a measured level, and for the rate not without an odometer.
"""

from __future__ import annotations

from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "oil_level"
COMPONENT: Final = "engine oil"
_LOW_MM: Final = 5.0
_MINIMUM_MM: Final = 0.0
_LOSS_MM_PER_1000_KM: Final = 10.0
_LEAST_KM: Final = 150.0
_LEAST_MM: Final = 2.5
_TOPPED_UP_MM: Final = 4.0
_KEPT: Final = 60
_APART_KM: Final = 20.0
_LONGEST_KM: Final = 700.0


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    level = trip.features.get("oil_level_mm")
    if level is None or not -60.0 < level < 99.0:
        return
    last = keep(memory, "last", [trip.started_s, level], 2)
    evidence = []
    low = len(last) == 2 and max(one[1] for one in last) < _LOW_MM
    if low:
        evidence.append(Evidence(trip.ended_s, "oil_level_mm", level, _LOW_MM, healthy_low=_LOW_MM))
    if "km" in trip.features:
        evidence += _loss(memory, trip, trip.features["km"], level)
    if not evidence:
        memory.pop("onset_s", None)
        yield COMPONENT, Verdict(trip.ended_s)
        return
    onset_s = memory.setdefault("onset_s", last[0][0])
    below = low and max(one[1] for one in last) < _MINIMUM_MM
    yield COMPONENT, Verdict(trip.ended_s, SOON if below else PLAN_A_VISIT, tuple(evidence), onset_s)


def _loss(memory: Memory, trip: Trip, km: float, level: float) -> list[Evidence]:
    """Between the means of three readings at either end of the last kilometres."""
    kept: list[list[float]] = memory.setdefault("by_km", [])
    if kept and (level > kept[-1][1] + _TOPPED_UP_MM or km < kept[-1][0]):
        kept.clear()
    if not kept or km - kept[-1][0] >= _APART_KM:
        kept.append([km, level])
    while kept[0][0] < km - _LONGEST_KM or len(kept) > _KEPT:
        del kept[0]
    if len(kept) < 6:
        return []
    (from_km, from_mm), (to_km, to_mm) = _mean(kept[:3]), _mean(kept[-3:])
    driven, lost = to_km - from_km, from_mm - to_mm
    if driven < _LEAST_KM or lost < _LEAST_MM or lost * 1000.0 <= _LOSS_MM_PER_1000_KM * driven:
        return []
    limit = _LOSS_MM_PER_1000_KM
    return [Evidence(trip.ended_s, "oil_loss_mm_per_1000_km", lost / driven * 1000.0, limit, healthy_high=limit)]


def _mean(readings: list[list[float]]) -> tuple[float, float]:
    return sum(one[0] for one in readings) / len(readings), sum(one[1] for one in readings) / len(readings)


RULE: Final = Rule(
    KIND,
    needs=("engine_oil_level_mm",),
    uses=("odometer_km",),
    judges={Trip: _judge},
    healthy_to_end=4,
    traces={"oil_level_mm": of_trip("oil_level_mm")},
)
