"""A thermostat that stays open: the engine stays colder than a healthy one can, or takes more heat to get warm.

Either the coolant lies 8 °C below the slow model of a healthy engine (handbook 6.3), or a warm engine cools by more
than 7 °C in cold wind, on 2 of the last 3 trips that could tell; or it cools by more than 2.5 °C before it was ever
warm, on 3 of the last 5 (78 recorded trips of a healthy car: never more than 1 °C). Or it stays 6 °C below the coldest
of the car's own first fifteen trips of 25 minutes or more, on 4 of the last 5 such trips in air that is not colder than
then (60 such recorded trips of a healthy car: one at 70 °C, all others at 90 °C or more): that also speaks of a car
that is driven so slowly that the model never gets warm.

In air of 12 °C or more, outside and taken in, where hardly any cabin is heated, the last six warm-ups are compared with
the car's own first ten: heat that is missing is what the radiator took, and 30 % of what an open one would take is too
much (31 recorded warm-ups of a healthy car: nothing in the order in which it drove, 25 % at most in 1,000 random
orders). That speaks in heat and of short trips too.

Ten healthy trips in a row end it, of those that could show what was seen last. Does not work on trips too short to get
warm, nor without outside temperature, nor in heat for a thermostat that was open from the first trip on, nor for a
diesel without fuel rate. A sensor that reads too cold looks the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from statistics import fmean, median
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
_NEEDED, _OF = 4, 5
_UNHEATED_C: Final = 12.0
_OWN_WARM_UPS: Final = 10
_WARM_UPS: Final = 6
_OPEN_SHARE: Final = 0.3
_OWN_KJ_PER_K: Final = 80.0
"""Of the two-litre engine whose open radiator `features.cooling` knows; a larger engine has a larger radiator."""


class _Look(NamedTuple):
    """What a sign that this trip can show says of it: nothing, or evidence and since when."""

    quantity: str
    evidence: Evidence | None = None
    onset_s: float = inf


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    """Only a trip that shows a sign itself can complete it, and only one that could show what was seen can end it."""
    looks = [*_of_signs(memory, trip), *_against_own_trips(memory, trip), *_against_own_warm_ups(memory, trip)]
    evidence = tuple(one.evidence for one in looks if one.evidence)
    if evidence:
        memory["seen"] = [one.quantity for one in evidence]
        onset_s = min(trip.ended_s, *(one.onset_s for one in looks))
        yield COMPONENT, Verdict(trip.ended_s, PLAN_A_VISIT, evidence, onset_s)
    elif any(one.quantity in memory.get("seen", ()) for one in looks):
        yield COMPONENT, Verdict(trip.ended_s, 0)


def _of_signs(memory: Memory, trip: Trip) -> Iterator[_Look]:
    for sign in _SIGNS:
        if (value := trip.features.get(sign.feature)) is None:
            continue
        last = keep(memory, sign.feature, [trip.started_s, value], sign.of)
        bad = [started_s for started_s, one in last if sign.shows(one)]
        if sign.shows(value) and len(bad) >= sign.needed:
            yield _Look(sign.quantity, sign.evidence(trip.ended_s, value), bad[0])
        else:
            yield _Look(sign.quantity)


def _against_own_trips(memory: Memory, trip: Trip) -> Iterator[_Look]:
    """How warm the car gets on a long trip, against its first ones."""
    quantity, air_c = "coolant_highest_c", trip.features.get("ambient_level")
    highest_c = trip.features.get(quantity)
    if highest_c is None or air_c is None or trip.features.get("seconds", 0.0) < _LONG_S:
        return
    own: list[list[float]] = memory.setdefault("own", [])
    if len(own) < _OWN_TRIPS:
        own.append([highest_c, air_c])
        return
    if air_c < min(one[1] for one in own) - _COLDER_AIR_C:
        return
    limit_c = min(one[0] for one in own) - _BELOW_OWN_C
    bad = [one for one in keep(memory, "long", [trip.started_s, highest_c], _OF) if one[1] < limit_c]
    if highest_c >= limit_c or len(bad) < _NEEDED:
        yield _Look(quantity)
    else:
        yield _Look(quantity, Evidence(trip.ended_s, quantity, highest_c, limit_c, healthy_low=limit_c), bad[0][0])


def _against_own_warm_ups(memory: Memory, trip: Trip) -> Iterator[_Look]:
    """What the last warm-ups took for each degree, against the car's own first ones."""
    quantity, air_c = "warm_up_kj_per_k", trip.features.get("ambient_level")
    kj_per_k = trip.features.get(quantity)
    if kj_per_k is None or air_c is None or min(air_c, trip.features.get("intake_air_level", air_c)) < _UNHEATED_C:
        return
    own: list[float] = memory.setdefault("own_kj_per_k", [])
    if len(own) < _OWN_WARM_UPS:
        own.append(kj_per_k)
        return
    last = keep(memory, "warm_ups", [trip.started_s, kj_per_k, trip.features["warm_up_wind_kj_per_k"]], _WARM_UPS)
    taken, wind = (fmean(one[place] for one in last) for place in (1, 2))
    limit = median(own) * (1.0 + _OPEN_SHARE * wind / _OWN_KJ_PER_K)
    if len(last) < _WARM_UPS or taken <= limit:
        yield _Look(quantity)
    else:
        yield _Look(quantity, Evidence(trip.ended_s, quantity, taken, limit, healthy_high=limit), last[0][0])


RULE: Final = Rule(
    KIND,
    needs=("coolant_temperature_c", "vehicle_speed_kmh"),
    uses=("ambient_temperature_c", "fuel_rate_lph", "mass_air_flow_gps", "engine_speed_rpm"),
    judges={Trip: _judge},
    healthy_to_end=10,
    traces={
        **{sign.quantity: of_trip(sign.feature) for sign in _SIGNS},
        "coolant_highest_c": of_trip("coolant_highest_c"),
        "warm_up_kj_per_k": of_trip("warm_up_kj_per_k"),
    },
)
