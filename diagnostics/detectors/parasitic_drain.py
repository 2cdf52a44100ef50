"""Something draws current while the car is parked.

The rest voltage of a standing car sinks by 0.4 mV/h with the 30 mA that control units draw, by 3 mV/h and more with
a fault of 250 mA (12.7 to 11.9 V over the charge of 60 Ah, handbook 6.1; the handbook's 15 mV/h is for an old
battery). The slopes of the standings of up to three weeks are pooled, the newest days first; 2 mV/h, and 0.5 mV/h at
5.2 standard errors, on two verdicts in a row: plan a visit; 5 mV/h: soon. A car is judged two thousand times a year, so
that five hundred car-years see 4.5 errors by chance; 4 are enough where the battery has just sunk too: the last six
readings lie 0.15 V (a fifth of the charge) below the thirty before them, about a week; over a winter a healthy one
sinks as far. The standings of one day need 7: one reading that is off tilts all of them. A reading that ends a standing
as the engine starts is the least exact and has the longest lever; it counts for less than half of one at rest. The
first two hours after driving do not count, surface charge and heat go then, nor does a standing after a drive on which
the battery was not charged (below 13 V; healthy cars read 13.07 V and more, handbook 2.1): it sinks by itself. Or the
car measures it: more than 100 mA on three readings in a row. Six healthy verdicts end it.

Does not work for a car that never stands for three hours, nor before about a day of standing in all; a small drain in a
car that drives every day takes weeks.
"""

from __future__ import annotations

from statistics import median
from typing import Any, Final

import numpy as np

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, EngineStart, ParkedReading, Trip
from diagnostics.rules import Memory, Rule, Said, keep

KIND: Final = "parasitic_drain"
COMPONENT: Final = "12 V system at rest"
_LIMIT_MV_PER_H: Final = 2.0
_SOON_MV_PER_H: Final = 5.0
_SENSOR_MV: Final = 20.0  # one reading at rest against the truth [default, calibrate]
_START_WEIGHS: Final = 0.44  # the control units are awake: 30 mV [default, calibrate]
_ERRORS: Final = 5.2
_ERRORS_SUNK: Final = 4.0
_ERRORS_ALONE: Final = 7.0
_LEAST_H2: Final = 150.0  # a stand of a day with a reading every six hours has 360, one night 100
_SUNK_V: Final = 0.15
_EARLIER_READINGS: Final = 30
_LAST_READINGS: Final = 6
_HEALTHY_MV_PER_H: Final = 0.5
_CHARGES_V: Final = 13.0
_SETTLES_H: Final = 2.0
_LEAST_H: Final = 3.0
_DAY_S: Final = 86_400.0
_STARTS_S: Final = 60.0  # of a trip belong to the start that ends the standing before
_DAYS: Final = 21
_QUIESCENT_MA: Final = 100.0
_HIGHEST_MA: Final = 20_000.0
_IN_A_ROW: Final = 2
_MEASURED_IN_A_ROW: Final = 3


def _judge_trip(memory: Memory, trip: Trip, _car: Car) -> Said:
    """The standing before is over; another begins when the trip ends.

    A reading is known by its hour, so that one of after the trip may come before its end: it is of neither.
    """
    memory["now"] = [one for one in memory.get("now", ()) if one[0] <= trip.started_s + _STARTS_S]
    _close(memory)
    charging_v = trip.features.get("charging_v", memory.get("charging_v", _CHARGES_V))
    memory["charging_v"] = charging_v
    memory["since_s"] = trip.ended_s if charging_v >= _CHARGES_V else None
    return ()


def _judge_start(memory: Memory, start: EngineStart, _car: Car) -> Said:
    if start.rest_v is not None:
        yield from _take(memory, start.at_s, start.rest_v, _START_WEIGHS)


def _judge_parked(memory: Memory, reading: ParkedReading, _car: Car) -> Said:
    if "quiescent_ma" in reading.features:
        yield from _measured(memory, reading.at_s, reading.features["quiescent_ma"])
    if "rest_v" in reading.features:
        yield from _take(memory, reading.at_s, reading.features["rest_v"], 1.0)


def _measured(memory: Memory, at_s: float, quiescent_ma: float) -> Said:
    last = keep(memory, "measured", [at_s, quiescent_ma], _MEASURED_IN_A_ROW)
    if len(last) < _MEASURED_IN_A_ROW or not all(_QUIESCENT_MA < one[1] < _HIGHEST_MA for one in last):
        return
    evidence = Evidence(at_s, "quiescent_current_ma", quiescent_ma, _QUIESCENT_MA, healthy_high=_QUIESCENT_MA)
    yield COMPONENT, Verdict(at_s, PLAN_A_VISIT, (evidence,), last[0][0])


def _take(memory: Memory, at_s: float, rest_v: float, weighs: float) -> Said:
    since_s = memory.get("since_s")
    if since_s is None or at_s - since_s < _SETTLES_H * 3600 or not 9.0 < rest_v < 14.0:
        return
    keep(memory, "now", [at_s, rest_v, weighs], 60)
    keep(memory, "rest_v", rest_v, _EARLIER_READINGS + _LAST_READINGS)
    closed = [one for one in memory.get("standings", ()) if one[0] > at_s - _DAYS * _DAY_S]
    pooled = [*closed, *_sums(memory["now"])]
    yield COMPONENT, _verdict(memory, at_s, pooled)


def _verdict(memory: Memory, at_s: float, pooled: list[list[float]]) -> Verdict:
    """`pooled` has the instant, h², and h·mV of each day's standings."""
    found = _drain(pooled, _ERRORS_SUNK if _has_sunk(memory) else _ERRORS)
    memory["bad"] = memory.get("bad", 0) + 1 if found else 0
    if not found or memory["bad"] < _IN_A_ROW:
        return Verdict(at_s)
    sinks, since_s = found
    limit = _LIMIT_MV_PER_H
    evidence = Evidence(at_s, "rest_voltage_loss_mv_per_h", sinks, limit, healthy_high=limit)
    return Verdict(at_s, SOON if sinks > _SOON_MV_PER_H else PLAN_A_VISIT, (evidence,), since_s)


def _drain(pooled: list[list[float]], errors: float) -> tuple[float, float] | None:
    """How fast it sinks and since when: the newest days of which it is sure, or nothing.

    A week's stand before the drain began would else outweigh all days after.
    """
    squares = products = 0.0
    for days, (since_s, of_day, told) in enumerate(reversed(pooled), 1):
        squares, products = squares + of_day, products + told
        if squares < _LEAST_H2:
            continue
        sinks, needed = -products / squares, errors if days > 1 else _ERRORS_ALONE
        if sinks > _LIMIT_MV_PER_H and sinks - needed * _SENSOR_MV / squares**0.5 > _HEALTHY_MV_PER_H:
            return sinks, since_s
    return None


def _has_sunk(memory: Memory) -> bool:
    known: list[float] = memory["rest_v"]
    earlier, last = known[:-_LAST_READINGS], known[-_LAST_READINGS:]
    return len(earlier) == _EARLIER_READINGS and median(last) < median(earlier) - _SUNK_V


def _close(memory: Memory) -> None:
    """Standings that began on one day are one entry."""
    for at_s, squares, products in _sums(memory.pop("now", [])):
        days: list[list[float]] = memory.setdefault("standings", [])
        if days and days[-1][0] // _DAY_S == at_s // _DAY_S:
            days[-1] = [days[-1][0], days[-1][1] + squares, days[-1][2] + products]
        else:
            keep(memory, "standings", [at_s, squares, products], _DAYS)


def _sums(readings: list[Any]) -> list[list[float]]:
    """Of one standing: instant, weighted sums of squared hours and of hours times mV, about their means; or nothing."""
    if len(readings) < 2 or readings[-1][0] - readings[0][0] < _LEAST_H * 3600:
        return []
    hours, millivolts, weights = np.array(readings).T * [[1 / 3600], [1000.0], [1.0]]
    apart = weights * (hours - np.average(hours, weights=weights))
    return [[readings[0][0], float(apart @ hours), float(apart @ millivolts)]]


RULE: Final = Rule(
    KIND,
    needs=("rest_voltage_v",),
    uses=("engine_start.rest_voltage_v", "quiescent_current_ma", "system_voltage_v"),
    judges={Trip: _judge_trip, EngineStart: _judge_start, ParkedReading: _judge_parked},
    healthy_to_end=6,
)
