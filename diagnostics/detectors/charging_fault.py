"""Charging: alternator, regulator, belt, or the DC-DC converter of an electric car.

Judged against the car's own first trips, since smart charging makes any fixed limit false (healthy cars read 13.07 to
14.28 V, handbook 2.1): three trips 0.5 V below the own baseline, or below 12.9 V for a minute on two trips, above
15.2 V for a minute, or ripple above 0.5 V on two trips (handbook 6.2).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from diagnostics.alarms import SOON, Alarm, Evidence, Verdict, alarms_of
from diagnostics.history import History
from diagnostics.trips import Trip

KIND: Final = "charging_fault"
COMPONENT: Final = "charging system"
_BASELINE_TRIPS: Final = 10
_BELOW_BASELINE_V: Final = 0.5
_LONG_S: Final = 60.0
_RIPPLE_V: Final = 0.5
_HEALTHY_TRIPS: Final = 5


def detect(history: History) -> list[Alarm]:
    trips = [trip for trip in history.trips if "charging_v" in trip.features]
    verdicts = [_judge(trips[: count + 1]) for count in range(len(trips))]
    return alarms_of(KIND, COMPONENT, verdicts, _HEALTHY_TRIPS)


def _judge(trips: Sequence[Trip]) -> Verdict:
    at_s = trips[-1].ended_s
    found = [*_against_baseline(trips), *_against_limits(trips[-2:])]
    onset_s = trips[-3:][0].started_s
    return Verdict(at_s, SOON, tuple(found), onset_s) if found else Verdict(at_s)


def _against_baseline(trips: Sequence[Trip]) -> list[Evidence]:
    if len(trips) < _BASELINE_TRIPS + 3:
        return []
    own_v = float(np.median([trip.features["charging_v"] for trip in trips[:_BASELINE_TRIPS]]))
    last = [trip.features["charging_v"] for trip in trips[-3:]]
    limit_v = own_v - _BELOW_BASELINE_V
    return [Evidence(trips[-1].ended_s, "charging_voltage_v", max(last), limit_v)] if max(last) < limit_v else []


def _against_limits(last: Sequence[Trip]) -> list[Evidence]:
    """Of the last two trips."""
    if len(last) < 2:
        return []
    at_s = last[-1].ended_s
    low_s, high_s = (min(trip.features[name] for trip in last) for name in ("charging_low_s", "charging_high_s"))
    ripple_v = min(trip.features.get("ripple_v", 0.0) for trip in last)
    found = []
    if low_s >= _LONG_S:
        found.append(Evidence(at_s, "seconds_below_12.9_v", low_s, _LONG_S))
    if high_s >= _LONG_S:
        found.append(Evidence(at_s, "seconds_above_15.2_v", high_s, _LONG_S))
    if ripple_v > _RIPPLE_V:
        found.append(Evidence(at_s, "voltage_ripple_v", ripple_v, _RIPPLE_V))
    return found
