"""A diesel's particulate filter fills up faster than it should, or is not burnt free.

Any of (handbook 6.8; limits [default, calibrate]):

* soot above 32 g on two trips in a row: plan a visit; above 37 g: soon (a workshop has to burn from 40 g);
* 1.8 times as much soot for a litre of fuel on the last trips (three at least, one litre and a half) as on the first
  twelve (four litres at least), on three trips in a row; slow driving is weighed as it soots, and each trip counts
  until its filter is burnt free;
* the last three completed regenerations all came after less than 55 % of the own median distance (first six);
* the last three regenerations that lasted for five minutes or more each burnt less than 2 % of the soot in a minute
  (`burn_percent_per_min`; 80 to 95 % in 10 to 20 minutes are 4 to 9 %): they do not get hot enough. Those that a
  driver breaks off sooner say nothing;
* the filter resists 1.4 times as much as it ever did in the first 40 trips, on three trips in a row. The highest is
  taken because resistance follows the soot, which rises and falls with each regeneration.

Ten healthy trips end it. Does not work for a hose that is off (pressure too low), before the first six regenerations
for the interval, and not for ash, which takes years.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, Regeneration, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "particulate_filter"
COMPONENT: Final = "particulate filter"
_SOOT_G: Final = 32.0
_SOON_G: Final = 37.0
_MOST_G: Final = 200.0
_FIRST: Final = 6
_LAST: Final = 3
_SHORTER: Final = 0.55
_LONG_S: Final = 300.0
_BURNS_PERCENT_PER_MIN: Final = 2.0
_GAIN_FIRST: Final = 12
_GAIN_MOST: Final = 10
_GAIN_LEAST: Final = 3
_GAIN_LEAST_L: Final = 1.5
_GAINS: Final = 1.8
_FAST_SHARE: Final = 0.3
"""Soot of a litre above 20 km/h against one below (handbook 6.8: 0.5 to 1 against 2 to 3 g/100 km)."""

_LEAST_L: Final = 4.0
_BASELINE_TRIPS: Final = 40
_RESISTS: Final = 1.4
_IN_A_ROW: Final = 3


def _judge_regeneration(memory: Memory, event: Regeneration, _car: Car) -> Said:
    """Noted for the next trip, which says whether it holds."""
    before, after = event.soot_before_g or 0.0, event.soot_after_g or 0.0
    lasted_s = event.at_s - event.started_at_ms / 1000.0 if event.started_at_ms else 0.0
    if lasted_s >= _LONG_S and before > 0:
        keep(memory, "burnt", 100.0 * (before - after) / before / (lasted_s / 60.0), _LAST)
    if event.completed and event.distance_km is not None and event.distance_km > 0:
        first: list[float] = memory.setdefault("first_km", [])
        if len(first) < _FIRST:
            first.append(event.distance_km)
        keep(memory, "last_km", event.distance_km, _LAST)
    return ()


def _judge_trip(memory: Memory, trip: Trip, _car: Car) -> Said:
    if not {"dpf_soot_g", "dpf_resistance"} & trip.features.keys():
        return
    evidence = [one for sign in _SIGNS for one in sign(memory, trip)]
    if not evidence:
        memory.pop("onset_s", None)
        yield COMPONENT, Verdict(trip.ended_s)
        return
    onset_s = memory.setdefault("onset_s", trip.started_s)
    full = any(one.quantity == "soot_g" and one.value > _SOON_G for one in evidence)
    yield COMPONENT, Verdict(trip.ended_s, SOON if full else PLAN_A_VISIT, tuple(evidence), onset_s)


def _soot(memory: Memory, trip: Trip) -> list[Evidence]:
    last = keep(memory, "soot_g", trip.features.get("dpf_soot_g", 0.0), 2)
    if len(last) < 2 or not _SOOT_G < min(last) < _MOST_G:
        return []
    return [Evidence(trip.ended_s, "soot_g", last[-1], _SOOT_G, healthy_high=_SOOT_G)]


def _intervals(memory: Memory, trip: Trip) -> list[Evidence]:
    first, last = memory.get("first_km", []), memory.get("last_km", [])
    if len(first) < _FIRST or len(last) < _LAST:
        return []
    limit_km = _SHORTER * float(median(first))
    if max(last) >= limit_km:
        return []
    return [Evidence(trip.ended_s, "regeneration_interval_km", max(last), limit_km, healthy_low=limit_km)]


def _burning(memory: Memory, trip: Trip) -> list[Evidence]:
    told, limit = memory.get("burnt", []), _BURNS_PERCENT_PER_MIN
    if len(told) < _LAST or max(told) >= limit:
        return []
    return [Evidence(trip.ended_s, "burn_percent_per_min", max(told), limit, healthy_low=limit)]


def _resistance(memory: Memory, trip: Trip) -> list[Evidence]:
    now = trip.features.get("dpf_resistance")
    if now is None:
        return []
    highest, count = memory.get("resistance", [0.0, 0])
    if count < _BASELINE_TRIPS:
        memory["resistance"] = [max(highest, now), count + 1]
        return []
    limit = _RESISTS * highest
    last = keep(memory, "resists", now, _IN_A_ROW)
    if len(last) < _IN_A_ROW or min(last) <= limit:
        return []
    return [Evidence(trip.ended_s, "filter_resistance_kpa", min(last), limit, healthy_high=limit)]


def _gain(memory: Memory, trip: Trip) -> list[Evidence]:
    """Soot for a litre of fuel, slow driving weighed as it soots, over the last trips against the first ones."""
    gain = trip.features.get("dpf_soot_gain_g")
    if gain is None:
        return []
    litres = trip.features["fuel_slow_l"] + _FAST_SHARE * trip.features["fuel_fast_l"]
    first: list[float] = memory.setdefault("first_gain", [0.0, 0.0, 0])
    if first[2] < _GAIN_FIRST or first[1] < _LEAST_L:
        memory["first_gain"] = [first[0] + gain, first[1] + litres, first[2] + 1]
        return []
    gained, burnt_l = _enough(keep(memory, "gain", [gain, litres], _GAIN_MOST))
    limit = _GAINS * first[0] / first[1]
    memory["sooty"] = memory.get("sooty", 0) + 1 if burnt_l > 0 and gained / burnt_l > limit else 0
    if memory["sooty"] < _IN_A_ROW:
        return []
    return [Evidence(trip.ended_s, "soot_gain_g_per_l", gained / burnt_l, limit, healthy_high=limit)]


def _enough(trips: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Soot and litres of the newest trips, as many as it takes; nothing where all together are too few."""
    gained = burnt_l = 0.0
    for count, (gain, litres) in enumerate(reversed(trips), 1):
        gained, burnt_l = gained + gain, burnt_l + litres
        if count >= _GAIN_LEAST and burnt_l >= _GAIN_LEAST_L:
            return gained, burnt_l
    return 0.0, 0.0


_SIGNS: Final = (_soot, _intervals, _burning, _resistance, _gain)

RULE: Final = Rule(
    KIND,
    needs=("dpf_soot_mass_g",),
    uses=(
        "dpf_differential_pressure_kpa",
        "exhaust_flow_kgph",
        "mass_air_flow_gps",
        "fuel_rate_lph",
        "vehicle_speed_kmh",
        "regeneration.completed",
        "regeneration.started_at_ms",
        "regeneration.distance_since_last_km",
    ),
    judges={Trip: _judge_trip, Regeneration: _judge_regeneration},
    healthy_to_end=10,
    traces={"soot_g": of_trip("dpf_soot_g"), "filter_resistance_kpa": of_trip("dpf_resistance")},
)
