"""A sensor that cannot be right: stuck, noisy, or unplugged. Coolant, intake and outside air, manifold, air mass,
throttle.

Judged on trips of at least five minutes (means over ten seconds):

* unplugged: a thermistor at -39 °C or below, or at 139 °C or above; manifold below 5 kPa; no air mass, or the
  throttle at nothing, while the engine's speed goes through 500 rpm. The whole trip, on two in a row.
* stuck: not the least movement, and the same value, on trips of an hour in all and three in a row (six for the
  outside air, which may stand still); manifold, air mass and throttle only where the engine's speed went through 500
  rpm.
* noisy: temperatures bend by 2.5 °C every ten seconds on the mean of a trip, that of the intake by 20 °C, on two in a
  row.
* drifted: coolant that reads 6 °C below intake and outside air after eight hours of standing, in the median of three
  such starts (`coolant_below_air_c`). Everything is then as warm as the air; two thermistors of 2 °C never differ so.
  It stays said until a cold start tells otherwise.

Plan a visit. Three healthy trips end it. Does not work for the drift of another sensor or upwards, for noise
that the means hide (many frames in ten seconds), and for noise of what moves anyway.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from diagnostics.alarms import PLAN_A_VISIT, Evidence, Verdict
from diagnostics.features.plausibility import CHECKED
from diagnostics.history import Car, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "sensor_implausible"
_TURNED_RPM: Final = 500.0
_STUCK_RANGE: Final = 1e-6
_STUCK_SECONDS: Final = 3600.0
_UNPLUGGED_TRIPS: Final = 2
_NOISY_TRIPS: Final = 2
_JITTER_C: Final = {"coolant": 2.5, "ambient": 2.5, "intake_air": 20.0}
"""On 78 recorded trips of a healthy, turbocharged car: at most 0.5, 0.3 and 15.7 °C."""


class _Sensor(NamedTuple):
    """`low` and `high` are what an open or shorted line reads; `moves` says that it follows the engine's speed."""

    component: str
    low: float
    high: float
    moves: bool
    stuck_trips: int


_COLD_AFTER_S: Final = 8 * 3600.0  # four times the two hours in which a block cools (handbook 6.3)
_COLD_STARTS: Final = 3
_BELOW_AIR_C: Final = -6.0

_SENSORS: Final = {
    "coolant": _Sensor("coolant temperature sensor", -39.0, 139.0, False, 3),
    "intake_air": _Sensor("intake air temperature sensor", -39.0, 139.0, False, 3),
    "ambient": _Sensor("outside temperature sensor", -39.0, 69.0, False, 6),
    "manifold": _Sensor("manifold pressure sensor", 5.0, 395.0, True, 3),
    "air_mass": _Sensor("air mass sensor", 0.05, 690.0, True, 3),
    "throttle": _Sensor("throttle position sensor", 0.05, 99.95, True, 3),
}


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    drifted = _drifted(memory, trip)
    turned = trip.features.get("engine_speed_range", 0.0) >= _TURNED_RPM
    for name, sensor in _SENSORS.items():
        if f"{name}_level" not in trip.features or (sensor.moves and not turned):
            continue
        of_sensor: Memory = memory.setdefault(name, {})
        evidence = _evidence(of_sensor, trip, name, sensor) or (drifted if name == "coolant" else None)
        if evidence is None:
            of_sensor.pop("onset_s", None)
            yield sensor.component, Verdict(trip.ended_s)
        else:
            onset_s = of_sensor.setdefault("onset_s", trip.started_s)
            yield sensor.component, Verdict(trip.ended_s, PLAN_A_VISIT, (evidence,), onset_s)


def _drifted(memory: Memory, trip: Trip) -> Evidence | None:
    """Of the last starts with a cold engine."""
    stood_s = trip.started_s - memory.get("ended_s", trip.started_s)
    memory["ended_s"] = trip.ended_s
    if stood_s >= _COLD_AFTER_S and "coolant_over_air_c" in trip.features:
        keep(memory, "cold", trip.features["coolant_over_air_c"], _COLD_STARTS)
    cold = memory.get("cold", [])
    over_c = sorted(cold)[_COLD_STARTS // 2] if len(cold) == _COLD_STARTS else 0.0
    if over_c > _BELOW_AIR_C:
        return None
    return Evidence(trip.ended_s, "coolant_below_air_c", over_c, _BELOW_AIR_C, healthy_low=_BELOW_AIR_C)


def _evidence(memory: Memory, trip: Trip, name: str, sensor: _Sensor) -> Evidence | None:
    level, moved = trip.features[f"{name}_level"], trip.features[f"{name}_range"]
    jitter, limit_c = trip.features[f"{name}_jitter"], _JITTER_C.get(name, np.inf)
    if _runs(memory, "cut_off", not sensor.low < level < sensor.high) >= _UNPLUGGED_TRIPS:
        limit = sensor.low if level <= sensor.low else sensor.high
        return Evidence(trip.ended_s, f"{name}_cut_off", level, limit, sensor.low, sensor.high)
    if _runs(memory, "noisy", jitter > limit_c) >= _NOISY_TRIPS:
        return Evidence(trip.ended_s, f"{name}_jitter_c", jitter, limit_c, healthy_high=limit_c)
    if _stuck_seconds(memory, trip, level, moved, sensor.stuck_trips) >= _STUCK_SECONDS:
        return Evidence(trip.ended_s, f"{name}_range", moved, _STUCK_RANGE, healthy_low=_STUCK_RANGE)
    return None


def _runs(memory: Memory, name: str, shows: bool) -> int:
    """On how many trips in a row it shows."""
    memory[name] = min(memory.get(name, 0) + 1, 100) if shows else 0
    return int(memory[name])


def _stuck_seconds(memory: Memory, trip: Trip, level: float, moved: float, needed: int) -> float:
    if moved > _STUCK_RANGE:
        memory["stuck"] = []
        return 0.0
    last = keep(memory, "stuck", [level, trip.features["seconds"]], needed)
    same = len(last) == needed and max(one[0] for one in last) - min(one[0] for one in last) <= _STUCK_RANGE
    memory["seconds"] = memory.get("seconds", 0.0) + last[-1][1] if len(last) > 1 else last[-1][1]
    return float(memory["seconds"]) if same else 0.0


_TRACES: Final = {
    f"{name}_{quantity}": of_trip(f"{name}_{feature}")
    for name in CHECKED
    for quantity, feature in (("cut_off", "level"), ("range", "range"), ("jitter_c", "jitter"))
}

RULE: Final = Rule(
    KIND,
    needs=("engine_speed_rpm",),
    uses=tuple(CHECKED.values()),
    judges={Trip: _judge},
    healthy_to_end=3,
    traces=_TRACES,
)
