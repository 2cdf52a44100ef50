"""Charging: alternator, regulator, belt, or the DC-DC converter of an electric car.

Judged against the car's own first trips, since smart charging makes any fixed limit false (healthy cars read 13.07 to
14.28 V, handbook 2.1): three trips in a row 0.5 V below the own baseline of ten trips or 0.7 V above it, at charging
speed or at idle, where a belt slips first, as read and brought to 15 °C of air as well: regulators follow the air by
half of what is reckoned or not at all, and a winter would else be a fault; or below 12.9 V for a minute on two trips,
above 15.2 V for a minute, or ripple above 0.5 V on two trips (handbook 6.2). `idle_sag_v` then tells by how much more
than on the first trips the voltage at idle lies below that at charging speed (the median of three trips, from 0.2 V
on): a belt slips where the alternator turns slowly, what is wrong inside of it shows at any speed. Ripple is told from
twice that of the first trips on. Five healthy trips end it.

Does not work for a car whose alternator was weak from its first trip above the fixed limits, nor for trips on which an
engine does not turn above 1,500 rpm for a minute after five minutes.
"""

from __future__ import annotations

from statistics import median
from typing import Final

from diagnostics.alarms import SOON, Evidence, Verdict
from diagnostics.history import Car, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "charging_fault"
COMPONENT: Final = "charging system"
_BASELINE_TRIPS: Final = 10
_BELOW_BASELINE_V: Final = 0.5
_ABOVE_BASELINE_V: Final = 0.7
_QUANTITIES: Final = {"charging_v": "charging_voltage_v", "charging_idle_v": "charging_idle_voltage_v"}
_SAG_V: Final = 0.2
_LONG_S: Final = 60.0
_RIPPLE_V: Final = 0.5
_LEAST_RIPPLE_V: Final = 0.15
_IN_A_ROW: Final = 3


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    if "charging_v" not in trip.features:
        return
    of_trip = trip.features
    told = [of_trip["charging_v"], of_trip["charging_low_s"], of_trip["charging_high_s"], of_trip.get("ripple_v", 0.0)]
    last = keep(memory, "last", [trip.started_s, *told], _IN_A_ROW)
    found = [evidence for name in _QUANTITIES for evidence in _against_baseline(memory, trip, name)]
    found += _against_limits(trip.ended_s, last[-2:])
    signs = [*_idle_sag(memory, trip), *_more_ripple(memory, trip)]
    found += signs if found else []
    yield COMPONENT, Verdict(trip.ended_s, SOON, tuple(found), last[0][0]) if found else Verdict(trip.ended_s)


def _against_baseline(memory: Memory, trip: Trip, name: str) -> list[Evidence]:
    """Three trips in a row below the median of the first ten, or above it."""
    if name not in trip.features:
        return []
    at_15_c_v = trip.features[name]
    read = [at_15_c_v, at_15_c_v - trip.features.get("charging_air_v", 0.0)]
    first: list[list[float]] = memory.setdefault(f"first_{name}", [])
    last = keep(memory, f"last_{name}", read, _IN_A_ROW)
    if len(first) < _BASELINE_TRIPS:
        first.append(read)
        return []
    (low_v, high_v), *_ = limits = [
        (float(median(of_first)) - _BELOW_BASELINE_V, float(median(of_first)) + _ABOVE_BASELINE_V)
        for of_first in zip(*first, strict=True)
    ]
    of_last = list(zip(*last, strict=True))
    if all(max(told) < low for told, (low, _) in zip(of_last, limits, strict=True)):
        return [Evidence(trip.ended_s, _QUANTITIES[name], max(of_last[0]), low_v, low_v, high_v)]
    if all(min(told) > high for told, (_, high) in zip(of_last, limits, strict=True)):
        return [Evidence(trip.ended_s, _QUANTITIES[name], min(of_last[0]), high_v, low_v, high_v)]
    return []


def _idle_sag(memory: Memory, trip: Trip) -> list[Evidence]:
    """Volts between charging speed and idle, beyond those of the first ten trips."""
    if "charging_idle_v" not in trip.features:
        return []
    sag_v = trip.features["charging_v"] - trip.features["charging_idle_v"]
    first: list[float] = memory.setdefault("first_sag", [])
    last = keep(memory, "last_sag", sag_v, _IN_A_ROW)
    if len(first) < _BASELINE_TRIPS:
        first.append(sag_v)
        return []
    more_v = float(median(last)) - float(median(first))
    return [Evidence(trip.ended_s, "idle_sag_v", more_v, _SAG_V, healthy_high=_SAG_V)] if more_v > _SAG_V else []


def _more_ripple(memory: Memory, trip: Trip) -> list[Evidence]:
    """Ripple of the last three trips, where it is twice that of the first ten."""
    if "ripple_v" not in trip.features:
        return []
    first: list[float] = memory.setdefault("first_ripple", [])
    last = keep(memory, "last_ripple", trip.features["ripple_v"], _IN_A_ROW)
    if len(first) < _BASELINE_TRIPS:
        first.append(trip.features["ripple_v"])
        return []
    limit_v = max(_LEAST_RIPPLE_V, 2.0 * float(median(first)))
    if min(last) <= limit_v or min(last[-2:]) > _RIPPLE_V:
        return []
    return [Evidence(trip.ended_s, "voltage_ripple_v", min(last), limit_v, healthy_high=limit_v)]


def _against_limits(at_s: float, last: list[list[float]]) -> list[Evidence]:
    """Of the last two trips."""
    if len(last) < 2:
        return []
    low_s, high_s, ripple_v = (min(one[place] for one in last) for place in (2, 3, 4))
    found = []
    if low_s >= _LONG_S:
        found.append(Evidence(at_s, "seconds_below_12.9_v", low_s, _LONG_S, healthy_high=_LONG_S))
    if high_s >= _LONG_S:
        found.append(Evidence(at_s, "seconds_above_15.2_v", high_s, _LONG_S, healthy_high=_LONG_S))
    if ripple_v > _RIPPLE_V:
        found.append(Evidence(at_s, "voltage_ripple_v", ripple_v, _RIPPLE_V, healthy_high=_RIPPLE_V))
    return found


RULE: Final = Rule(
    KIND,
    needs=("system_voltage_v",),
    uses=("engine_speed_rpm", "coolant_temperature_c", "ambient_temperature_c", "voltage_ripple_v"),
    judges={Trip: _judge},
    healthy_to_end=5,
    traces={
        "charging_idle_voltage_v": of_trip("charging_idle_v"),
        "charging_voltage_v": of_trip("charging_v"),
        "seconds_below_12.9_v": of_trip("charging_low_s"),
        "seconds_above_15.2_v": of_trip("charging_high_s"),
        "voltage_ripple_v": of_trip("ripple_v"),
    },
)
