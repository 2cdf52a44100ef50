"""Coolant that gets too hot: thermostat stuck closed, pump, fan, or coolant that is missing.

Above 117 °C for half a minute: stop. Above 110 °C for two minutes: soon (P0217 sets from about 115 to 120 °C, handbook
6.3). Six healthy trips end it.

Does not work where the sensor hangs in air because the coolant is gone: it then reads too cold (`coolant_loss` speaks).
"""

from __future__ import annotations

from typing import Final

from diagnostics.alarms import SOON, STOP, Evidence, Verdict
from diagnostics.history import Car, Trip
from diagnostics.rules import Memory, Rule, Said, of_trip

KIND: Final = "cooling_overheating"
COMPONENT: Final = "cooling system"
_STOP_S: Final = 30.0
_SOON_S: Final = 120.0


def _judge(_memory: Memory, trip: Trip, _car: Car) -> Said:
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
    yield COMPONENT, Verdict(now)


RULE: Final = Rule(
    KIND,
    needs=("coolant_temperature_c",),
    judges={Trip: _judge},
    healthy_to_end=6,
    traces={
        "seconds_above_117_c": of_trip("coolant_above_117_s"),
        "seconds_above_110_c": of_trip("coolant_above_110_s"),
    },
)
