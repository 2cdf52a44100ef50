"""Coolant that gets too hot or goes missing: thermostat stuck closed, pump, fan, leak.

Above 117 °C for half a minute: stop. Above 110 °C for two minutes: soon (P0217 sets from about 115 to 120 °C, handbook
6.3). Level below 45 % of the expansion tank and falling on three trips: plan a visit [default, calibrate].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, STOP, Alarm, Evidence, Verdict, alarms_of
from diagnostics.history import History
from diagnostics.trips import Trip

KIND: Final = "cooling_overheating"
COMPONENT: Final = "cooling system"
_STOP_S: Final = 30.0
_SOON_S: Final = 120.0
_LEAST_LEVEL_PERCENT: Final = 45.0
_HEALTHY_TRIPS: Final = 6


def detect(history: History) -> list[Alarm]:
    trips = [trip for trip in history.trips if "coolant_highest_c" in trip.features]
    verdicts = [_judge(trips[max(0, count - 2) : count + 1]) for count in range(len(trips))]
    return alarms_of(KIND, COMPONENT, verdicts, _HEALTHY_TRIPS)


def _judge(last: Sequence[Trip]) -> Verdict:
    trip = last[-1]
    now, features = trip.ended_s, trip.features
    if features["coolant_above_117_s"] >= _STOP_S:
        evidence = Evidence(now, "seconds_above_117_c", features["coolant_above_117_s"], _STOP_S)
        return Verdict(now, STOP, (evidence,), trip.started_s)
    if features["coolant_above_110_s"] >= _SOON_S:
        evidence = Evidence(now, "seconds_above_110_c", features["coolant_above_110_s"], _SOON_S)
        return Verdict(now, SOON, (evidence,), trip.started_s)
    levels = [one.features.get("coolant_level_percent", 100.0) for one in last]
    if len(levels) == 3 and max(levels) < _LEAST_LEVEL_PERCENT:
        evidence = Evidence(now, "coolant_level_percent", levels[-1], _LEAST_LEVEL_PERCENT)
        return Verdict(now, PLAN_A_VISIT, (evidence,), last[0].started_s)
    return Verdict(now)
