"""Fuel trims that have left their band: the shape over the engine's work tells what is wrong.

Healthy engines lie within -10.2 to 9.4 % (short plus long, handbook 2.1). The running mean over trips of all work
beyond ±12 %, or of idling, cruising or high load beyond ±14 %: plan a visit; ±20 %: soon (handbook 6.4; P0171 sets
at about 25). Three trips in a row; six healthy trips end it. Loads are compared with each other, so altitude and
fuel, which are in all of them, do not make a shape:

* much more at idle than at cruise: air gets in past the sensor (`vacuum_leak`), more so the less the engine takes;
* much more at high load than at cruise: fuel does not follow (`fuel_pump`: pump, filter);
* the same everywhere: the air mass sensor reads too little (`air_mass_sensor`);
* below zero: too much fuel, most at idle (`rich_mixture`: injector, purge valve).

Does not work for diesels, for engines that measure pressure instead of air mass (a leak then raises the idle), nor on
trips on which the engine does not get warm. The shape needs idling and cruising, or load, on the same trips.
"""

from __future__ import annotations

from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, Trip
from diagnostics.rules import Memory, Rule, Said, of_trip

KIND: Final = "fuel_trim_lean"
COMPONENT: Final = "mixture"
_LIMITS_PERCENT: Final = {
    "trim_percent": 12.0,
    "trim_cruise_percent": 14.0,
    "trim_idle_percent": 14.0,
    "trim_load_percent": 14.0,
}
_SOON_PERCENT: Final = 20.0
_WEIGHT: Final = 0.3  # of the newest trip
_LEAST_TRIPS: Final = 3
_IN_A_ROW: Final = 3
_SHAPE_PERCENT: Final = 6.0  # between two kinds of work; healthy ones differ by less than 4 [default, calibrate]


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    if "trim_percent" not in trip.features:
        return
    means: dict[str, list[float]] = memory.setdefault("means", {})
    for name in _LIMITS_PERCENT:
        if name in trip.features:
            _follow(means, name, trip.features[name])
    beyond = {name: of[0] for name, of in means.items() if of[1] >= _LEAST_TRIPS and _is_beyond(name, of[0], trip)}
    memory["bad"] = memory.get("bad", 0) + 1 if beyond else 0
    if memory["bad"] == 1:
        memory["onset_s"] = trip.started_s
    if memory["bad"] < _IN_A_ROW:
        yield COMPONENT, Verdict(trip.ended_s)
        return
    severity = SOON if max(abs(value) for value in beyond.values()) > _SOON_PERCENT else PLAN_A_VISIT
    known = {name: of[0] for name, of in means.items()}
    evidence = [_trim(trip.ended_s, name, value) for name, value in beyond.items()]
    yield COMPONENT, Verdict(trip.ended_s, severity, (*evidence, _shape(trip.ended_s, known)), memory["onset_s"])


def _follow(means: dict[str, list[float]], name: str, value: float) -> None:
    mean, count = means.get(name, [value, 0])
    means[name] = [mean + max(_WEIGHT, 1.0 / (count + 1)) * (value - mean), min(count + 1, 1000)]


def _is_beyond(name: str, mean: float, trip: Trip) -> bool:
    """Only a trip that shows it itself counts."""
    limit = _LIMITS_PERCENT[name]
    shows = name in trip.features and abs(trip.features[name]) > 0.8 * limit
    return abs(mean) > limit and shows


def _trim(at_s: float, name: str, value: float) -> Evidence:
    limit = _LIMITS_PERCENT[name]
    return Evidence(at_s, name, value, limit if value > 0 else -limit, -limit, limit)


def _shape(at_s: float, means: dict[str, float]) -> Evidence:
    """What the shape speaks for, and by how much."""
    base = means.get("trim_cruise_percent", means["trim_percent"])
    idle = means.get("trim_idle_percent", base) - base
    load = means.get("trim_load_percent", base) - base
    if max(means.values(), key=abs) < 0:
        return Evidence(at_s, "rich_mixture", min(means.values()), -_LIMITS_PERCENT["trim_percent"])
    if load > _SHAPE_PERCENT and load > idle:
        return Evidence(at_s, "fuel_pump", load, _SHAPE_PERCENT)
    if idle > _SHAPE_PERCENT:
        return Evidence(at_s, "vacuum_leak", idle, _SHAPE_PERCENT)
    return Evidence(at_s, "air_mass_sensor", base, _LIMITS_PERCENT["trim_percent"])


RULE: Final = Rule(
    KIND,
    needs=(
        "short_term_fuel_trim_1_percent",
        "long_term_fuel_trim_1_percent",
        "engine_speed_rpm",
        "vehicle_speed_kmh",
    ),
    uses=(
        "engine_load_percent",
        "coolant_temperature_c",
        "short_term_fuel_trim_2_percent",
        "long_term_fuel_trim_2_percent",
    ),
    judges={Trip: _judge},
    healthy_to_end=6,
    traces={name: of_trip(name) for name in _LIMITS_PERCENT},
)
