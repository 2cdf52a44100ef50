"""Coolant that gets too hot: thermostat stuck closed, pump, fan, or coolant that is missing.

Above 117 °C for twenty seconds: stop. Above 110 °C for a minute: soon (P0217 sets from about 115 to 120 °C, handbook
6.3). On two trips in a row above 99 °C, and 5 °C hotter than on any of the first twenty (the hottest twentieth of a
trip): plan a visit; a healthy thermostat holds 2 °C. Above 103 °C and 10 °C hotter: soon, at once; from there to
boiling it is two minutes with a thermostat that is stuck. Six healthy trips end it.

Long before that a radiator that silts up, or a pump that moves less and less, lets the thermostat open further for the
same work: its stroke of 13 K lies over about 0.37 kW/K at 100 km/h (handbook 6.3: 82 to 95 °C, 20 to 400 W/K), so the
coolant stands 35 K higher for each kW/K that is needed (`features/radiator.py`). What is above that, and above the mean
of the first twenty trips that tell, by 3.5 °C and by three times the spread of these, in the mean and in the median of
the last five: plan a visit (`coolant_over_need_c`). On 64 recorded trips of a healthy car that was 4.9 °C at most, with
a spread of 2.4 °C. Where the five trips before showed less than a quarter of it, it came at once (`coolant_step_c`), as
with a thermostat that sticks.

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
_MUCH_HOTTER_C: Final = 10.0
_VERY_HOT_C: Final = 103.0
_IN_A_ROW: Final = 2
_C_FOR_NEED: Final = 35.0
_OVER_NEED_C: Final = 3.5
_SPREADS: Final = 3.0
_LATELY: Final = 5
_STEP_SHARE: Final = 0.25


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    features, now = trip.features, trip.ended_s
    if "coolant_highest_c" not in features:
        return
    slowly = _over_need(memory, trip)
    for seconds, limit_s, severity, quantity in (
        (features["coolant_above_117_s"], _STOP_S, STOP, "seconds_above_117_c"),
        (features["coolant_above_110_s"], _SOON_S, SOON, "seconds_above_110_c"),
    ):
        if seconds >= limit_s:
            evidence = Evidence(now, quantity, seconds, limit_s, healthy_high=limit_s)
            yield COMPONENT, Verdict(now, severity, (evidence, *slowly), trip.started_s)
            return
    hot, much = _against_first(memory, trip)
    found = (*hot, *slowly)
    if not found:
        if not memory.get("hot"):
            memory.pop("onset_s", None)
        yield COMPONENT, Verdict(now)
        return
    yield COMPONENT, Verdict(now, SOON if much else PLAN_A_VISIT, found, memory.setdefault("onset_s", trip.started_s))


def _over_need(memory: Memory, trip: Trip) -> list[Evidence]:
    """By how much the coolant of the last trips stood above what the radiator's work explains.

    A trip that does not tell changes nothing.
    """
    if "radiator_c" in trip.features:
        base_c = trip.features["radiator_c"] - _C_FOR_NEED * trip.features["radiator_need"]
        memory["over_c"], memory["over_limit_c"] = _against_first_base(memory, base_c)
        memory["over_as"] = "coolant_step_c" if _is_step(memory) else "coolant_over_need_c"
    over_c, limit_c = memory.get("over_c", 0.0), memory.get("over_limit_c", _OVER_NEED_C)
    if over_c <= limit_c:
        return []
    return [Evidence(trip.ended_s, memory["over_as"], over_c, limit_c, healthy_high=limit_c)]


def _against_first_base(memory: Memory, base_c: float) -> tuple[float, float]:
    """The lesser of mean and median over the last trips, against the mean of the first ones, and its limit.

    While there are not enough it is 0.
    """
    first: list[float] = memory.setdefault("base_c", [])
    if len(first) < _FIRST_TRIPS:
        first.append(round(base_c, 2))
        return 0.0, _OVER_NEED_C
    last = keep(memory, "last_c", base_c, 2 * _LATELY)[-_LATELY:]
    mean_c = sum(first) / _FIRST_TRIPS
    spread_c = (sum((one - mean_c) ** 2 for one in first) / _FIRST_TRIPS) ** 0.5
    over_c = min(sum(last) / _LATELY, sorted(last)[_LATELY // 2]) - mean_c if len(last) == _LATELY else 0.0
    return over_c, max(_OVER_NEED_C, _SPREADS * spread_c)


def _is_step(memory: Memory) -> bool:
    """Whether the five trips before the last five showed next to nothing of it: it came at once."""
    first, last = memory["base_c"], memory.get("last_c", [])
    if len(last) < 2 * _LATELY:
        return False
    before_c = sum(last[:_LATELY]) / _LATELY - sum(first) / _FIRST_TRIPS
    return bool(before_c < _STEP_SHARE * memory["over_c"])


def _against_first(memory: Memory, trip: Trip) -> tuple[list[Evidence], bool]:
    """What is hotter than on the first trips, and whether by so much that one trip is enough."""
    hot = trip.features.get("coolant_hot_c", 0.0)
    highest, count = memory.get("first", [0.0, 0])
    limit = max(_HOT_C, highest + _HOTTER_C)
    if hot <= limit or count < _FIRST_TRIPS:
        if count < _FIRST_TRIPS:
            memory["first"] = [max(highest, hot), count + 1]
        memory["hot"] = 0
        return [], False
    much = hot > max(_VERY_HOT_C, highest + _MUCH_HOTTER_C)
    memory["hot"] = memory.get("hot", 0) + 1
    if memory["hot"] == 1:
        memory["onset_s"] = trip.started_s
    if memory["hot"] < _IN_A_ROW and not much:
        return [], False
    return [Evidence(trip.ended_s, "coolant_hot_c", hot, limit, healthy_high=limit)], much


RULE: Final = Rule(
    KIND,
    needs=("coolant_temperature_c",),
    uses=("fuel_rate_lph", "mass_air_flow_gps", "vehicle_speed_kmh", "ambient_temperature_c"),
    judges={Trip: _judge},
    healthy_to_end=6,
    traces={
        "coolant_hot_c": of_trip("coolant_hot_c"),
        "seconds_above_117_c": of_trip("coolant_above_117_s"),
        "seconds_above_110_c": of_trip("coolant_above_110_s"),
    },
)
