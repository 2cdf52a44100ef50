"""A thermostat that stays open: the engine stays colder than a healthy one can.

Either the coolant lies 8 °C below the slow model of a healthy engine (handbook 6.3), or a warm engine cools by more
than 7 °C in cold wind, on 2 of the last 3 trips that could tell; or it cools by more than 2.5 °C before it was ever
warm, on 3 of the last 5 (78 recorded trips of a healthy car: never more than 1 °C). Six healthy trips end it.

Does not work in heat (an open thermostat then warms up nearly as fast), on trips too short to get warm, without
outside temperature, nor for a diesel without fuel rate. A sensor that reads too cold looks the same.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from diagnostics.alarms import PLAN_A_VISIT, Evidence, Verdict
from diagnostics.history import Car, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "cooling_thermostat"
COMPONENT: Final = "thermostat"


class _Sign(NamedTuple):
    """`limit` is passed in the direction of its sign, on `needed` of the last `of` trips that have the feature."""

    feature: str
    quantity: str
    limit: float
    needed: int
    of: int

    def shows(self, value: float) -> bool:
        return value < self.limit if self.limit < 0 else value > self.limit

    def evidence(self, at_s: float, value: float) -> Evidence:
        low, high = (self.limit, None) if self.limit < 0 else (None, self.limit)
        return Evidence(at_s, self.quantity, value, self.limit, low, high)


_SIGNS: Final = (
    _Sign("coolant_residual_c", "coolant_below_model_c", -8.0, 2, 3),
    _Sign("coolant_droop_c", "highway_droop_c", 7.0, 2, 3),
    _Sign("coolant_sag_c", "cooling_before_warm_c", 2.5, 3, 5),
)


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    """Only a trip that shows a sign itself can be the one that completes it."""
    telling = [sign for sign in _SIGNS if sign.feature in trip.features]
    if not telling:
        return
    evidence: list[Evidence] = []
    onset_s = trip.ended_s
    for sign in telling:
        value = trip.features[sign.feature]
        last = keep(memory, sign.feature, [trip.started_s, value], sign.of)
        bad = [started_s for started_s, one in last if sign.shows(one)]
        if sign.shows(value) and len(bad) >= sign.needed:
            evidence.append(sign.evidence(trip.ended_s, value))
            onset_s = min(onset_s, bad[0])
    severity = PLAN_A_VISIT if evidence else 0
    yield COMPONENT, Verdict(trip.ended_s, severity, tuple(evidence), onset_s if evidence else None)


RULE: Final = Rule(
    KIND,
    needs=("coolant_temperature_c", "vehicle_speed_kmh"),
    uses=("ambient_temperature_c", "fuel_rate_lph", "mass_air_flow_gps", "engine_speed_rpm"),
    judges={Trip: _judge},
    healthy_to_end=6,
    traces={sign.quantity: of_trip(sign.feature) for sign in _SIGNS},
)
