"""Coolant that gets too hot: thermostat stuck closed, pump, fan, or coolant that is missing.

Above 117 °C for twenty seconds: stop. Above 110 °C for a minute: soon (P0217 sets from about 115 to 120 °C, handbook
6.3). On two trips in a row above 99 °C, and 5 °C hotter than on any of the first twenty (the hottest twentieth of a
trip): plan a visit; a healthy thermostat holds 2 °C. Six healthy trips end it.

Does not work where the sensor hangs in air because the coolant is gone: it then reads too cold (`coolant_loss` speaks).
"""

from __future__ import annotations

from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, STOP, Evidence, Verdict
from diagnostics.history import Car, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "cooling_overheating"
COMPONENT: Final = "cooling system"
_STOP_S: Final = 20.0
_SOON_S: Final = 60.0
_FIRST_TRIPS: Final = 20
_HOTTER_C: Final = 5.0
_HOT_C: Final = 99.0
_IN_A_ROW: Final = 2


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    features, now = trip.features, trip.ended_s
    if "coolant_highest_c" not in features:
        return
    for seconds, limit_s, severity, quantity in (
        (features["coolant_above_117_s"], _STOP_S, STOP, "seconds_above_117_c"),
        (features["coolant_above_110_s"], _SOON_S, SOON, "seconds_above_110_c"),
    ):
        if seconds >= limit_s:
            evidence = Evidence(now, quantity, seconds, limit_s, healthy_high=limit_s)
            yield COMPONENT, Verdict(now, severity, (evidence,), trip.started_s)
            return
    yield COMPONENT, _against_first(memory, trip)


def _against_first(memory: Memory, trip: Trip) -> Verdict:
    hot = trip.features.get("coolant_hot_c")
    if hot is None:
        return Verdict(trip.ended_s)
    highest, count = memory.get("first", [0.0, 0])
    limit = max(_HOT_C, highest + _HOTTER_C)
    if hot <= limit or count < _FIRST_TRIPS:
        if count < _FIRST_TRIPS:
            memory["first"] = [max(highest, hot), count + 1]
        memory.pop("hot_s", None)
        return Verdict(trip.ended_s)
    since = keep(memory, "hot_s", trip.started_s, 50)
    if len(since) < _IN_A_ROW:
        return Verdict(trip.ended_s)
    evidence = Evidence(trip.ended_s, "coolant_hot_c", hot, limit, healthy_high=limit)
    return Verdict(trip.ended_s, PLAN_A_VISIT, (evidence,), since[0])


RULE: Final = Rule(
    KIND,
    needs=("coolant_temperature_c",),
    judges={Trip: _judge},
    healthy_to_end=6,
    traces={
        "coolant_hot_c": of_trip("coolant_hot_c"),
        "seconds_above_117_c": of_trip("coolant_above_117_s"),
        "seconds_above_110_c": of_trip("coolant_above_110_s"),
    },
)
