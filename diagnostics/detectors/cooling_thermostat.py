"""A thermostat that stays open: the engine stays colder than a healthy one can.

Either the coolant lies 8 °C below the slow model of a healthy engine (handbook 6.3), or a warm engine cools by more
than 7 °C in cold wind, on 2 of the last 3 trips that could tell; or it cools by more than 2.5 °C before it was ever
warm, on 3 of the last 5 (78 recorded trips of a healthy car: never more than 1 °C). Or each degree of its warm-up takes
1.15 times as much heat as it ever took on those of the car's own first fifteen warm-ups in air that was not warmer
(three at least; in colder air more of the heat is lost), on 3 of the last 5 (63 recorded warm-ups of a healthy car: no
sign in the order in which it drove, one in 3 of 300 random orders): that speaks in heat and of short trips too. Six
healthy trips end it.

Does not work without outside temperature, nor without fuel rate (petrol: air mass), nor for a thermostat that was open
from the first trip on and is met in heat only. A sensor that reads too cold looks the same.
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
_OWN_WARM_UPS: Final = 15
_LEAST_OWN: Final = 3
_MORE_HEAT: Final = 1.15
_WARMER_AIR_C: Final = 1.0
_NEEDED, _OF = 3, 5


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    """Only a trip that shows a sign itself can be the one that completes it."""
    telling = [sign for sign in _SIGNS if sign.feature in trip.features]
    if not telling and "coolant_kj_per_k" not in trip.features:
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
    costly = _against_own_warm_ups(memory, trip)
    if costly is not None:
        evidence.append(costly)
        onset_s = min(onset_s, next(started_s for started_s, bad in memory["costly"] if bad))
    severity = PLAN_A_VISIT if evidence else 0
    yield COMPONENT, Verdict(trip.ended_s, severity, tuple(evidence), onset_s if evidence else None)


def _against_own_warm_ups(memory: Memory, trip: Trip) -> Evidence | None:
    """What a degree of this warm-up took, against the dearest of the car's first ones in air as cold or colder."""
    kj_per_k, air_c = trip.features.get("coolant_kj_per_k"), trip.features.get("ambient_level")
    if kj_per_k is None or air_c is None:
        return None
    own: list[list[float]] = memory.setdefault("own", [])
    if len(own) < _OWN_WARM_UPS:
        own.append([kj_per_k, air_c])
        return None
    alike = [one for one, its_air_c in own if its_air_c <= air_c + _WARMER_AIR_C]
    if len(alike) < _LEAST_OWN:
        return None
    limit = _MORE_HEAT * max(alike)
    last = keep(memory, "costly", [trip.started_s, kj_per_k > limit], _OF)
    if kj_per_k <= limit or sum(bad for _, bad in last) < _NEEDED:
        return None
    return Evidence(trip.ended_s, "warm_up_kj_per_k", kj_per_k, limit, healthy_high=limit)


RULE: Final = Rule(
    KIND,
    needs=("coolant_temperature_c", "vehicle_speed_kmh"),
    uses=("ambient_temperature_c", "fuel_rate_lph", "mass_air_flow_gps", "engine_speed_rpm"),
    judges={Trip: _judge},
    healthy_to_end=6,
    traces={
        **{sign.quantity: of_trip(sign.feature) for sign in _SIGNS},
        "warm_up_kj_per_k": of_trip("coolant_kj_per_k"),
    },
)
