"""Coolant that goes missing: the level in the expansion tank is low and stays so.

Median level of a trip below 45 % of the tank on three trips in a row: plan a visit; below 25 %: soon [default,
calibrate]. The level rises as coolant gets warm, so the median of the whole trip is judged, which holds warm coolant
alike. Six trips above 50 % end it.

Does not work with a switch instead of a level, and not when somebody tops up before three trips have told.
"""

from __future__ import annotations

from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "coolant_loss"
COMPONENT: Final = "coolant"
_LOW_PERCENT: Final = 45.0
_VERY_LOW_PERCENT: Final = 25.0
_IN_A_ROW: Final = 3
_EMPTY_SENSOR_PERCENT: Final = 0.5  # exactly nothing is a sensor that is unplugged, or an engine that would not run


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    level = trip.features.get("coolant_level_percent")
    if level is None or level < _EMPTY_SENSOR_PERCENT:
        return
    last = keep(memory, "last", [trip.started_s, level], _IN_A_ROW)
    highest = max(one[1] for one in last)
    if len(last) < _IN_A_ROW or highest >= _LOW_PERCENT:
        yield COMPONENT, Verdict(trip.ended_s)
        return
    evidence = Evidence(trip.ended_s, "coolant_level_percent", level, _LOW_PERCENT, healthy_low=_LOW_PERCENT)
    severity = SOON if highest < _VERY_LOW_PERCENT else PLAN_A_VISIT
    yield COMPONENT, Verdict(trip.ended_s, severity, (evidence,), last[0][0])


RULE: Final = Rule(
    KIND,
    needs=("coolant_level_percent",),
    judges={Trip: _judge},
    healthy_to_end=6,
    traces={"coolant_level_percent": of_trip("coolant_level_percent")},
)
