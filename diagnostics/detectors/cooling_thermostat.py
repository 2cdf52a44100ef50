"""A thermostat that stays open: the engine stays colder than a healthy one can.

Either the coolant lies 8 °C below the slow model of a healthy engine (handbook 6.3), or a warm engine cools by more
than 7 °C in cold wind, on 2 of the last 3 trips that could tell; or it cools by more than 2.5 °C before it was ever
warm, on 3 of the last 5 (78 recorded trips of a healthy car: never more than 1 °C). Or it stays 6 °C below the coldest
of the car's own first fifteen trips of 25 minutes or more, on 3 of the last 5 such trips in air that is not colder than
then (60 such recorded trips of a healthy car: one at 70 °C, all others at 90 °C or more): that also speaks of a car
that is driven so slowly that the model never gets warm. Six healthy trips end it.

Does not work in heat (an open thermostat then warms up nearly as fast), on trips too short to get warm, nor without
outside temperature. For a diesel without fuel rate the model is silent. A sensor that reads too cold looks the same.
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
_LONG_S: Final = 1500.0
_OWN_TRIPS: Final = 15
_BELOW_OWN_C: Final = 6.0
_COLDER_AIR_C: Final = 1.0
_NEEDED, _OF = 3, 5


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
    short = _against_own_trips(memory, trip)
    if short is not None:
        evidence.append(short)
        onset_s = min(onset_s, memory["below_own"][0][0])
    severity = PLAN_A_VISIT if evidence else 0
    yield COMPONENT, Verdict(trip.ended_s, severity, tuple(evidence), onset_s if evidence else None)


def _against_own_trips(memory: Memory, trip: Trip) -> Evidence | None:
    """How warm the car gets on a long trip, against its first ones."""
    highest_c, air_c = trip.features.get("coolant_highest_c"), trip.features.get("ambient_level")
    if highest_c is None or air_c is None or trip.features.get("seconds", 0.0) < _LONG_S:
        return None
    own: list[list[float]] = memory.setdefault("own", [])
    if len(own) < _OWN_TRIPS:
        own.append([highest_c, air_c])
        return None
    if air_c < min(one[1] for one in own) - _COLDER_AIR_C:
        return None
    limit_c = min(one[0] for one in own) - _BELOW_OWN_C
    last = keep(memory, "long", [trip.started_s, highest_c], _OF)
    memory["below_own"] = [one for one in last if one[1] < limit_c]
    if highest_c >= limit_c or len(memory["below_own"]) < _NEEDED:
        return None
    return Evidence(trip.ended_s, "coolant_highest_c", highest_c, limit_c, healthy_low=limit_c)


RULE: Final = Rule(
    KIND,
    needs=("coolant_temperature_c", "vehicle_speed_kmh"),
    uses=("ambient_temperature_c", "fuel_rate_lph", "mass_air_flow_gps", "engine_speed_rpm"),
    judges={Trip: _judge},
    healthy_to_end=6,
    traces={
        **{sign.quantity: of_trip(sign.feature) for sign in _SIGNS},
        "coolant_highest_c": of_trip("coolant_highest_c"),
    },
)
