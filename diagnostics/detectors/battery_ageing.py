"""12 V battery ageing: the crank minimum, brought to 25 °C, sinks towards 9.6 V.

Below 9.6 V in 2 of the last 5 starts: replace soon. A trend that reaches 9.6 V within 30 days: plan a visit; the trend
is that of a full battery, so that one that is only empty (a charging fault, a drain) is not called old. Limits from the
diagnostics handbook, 6.1 (control units stop near 9.6 V). Ten healthy starts end it.

Does not work where the car samples its minimum more slowly than at 50 Hz (the dip is missed), and not for loss of
capacity without loss of resistance, which no start shows.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, EngineStart, Item
from diagnostics.rules import Memory, Rule, Said
from diagnostics.samples import Floats
from diagnostics.trends import theil_sen

KIND: Final = "battery_ageing"
COMPONENT: Final = "12 V battery"
LIMIT_V: Final = 9.6
_FULL_V: Final = 12.6  # at rest, handbook 6.1
_OPEN_V: Final = 12.4  # where the car does not say
_LAST_STARTS: Final = 5
_TREND_DAYS: Final = 21.0
_LEAST_STARTS: Final = 16
_LEAST_DAYS: Final = 14.0
_AHEAD_DAYS: Final = 30.0
_TREND_BELOW_V: Final = 10.4  # nearer than a new battery comes in any weather [default, calibrate]
_MOST_STARTS: Final = 80
_DAY_S: Final = 86_400.0


def _judge(memory: Memory, start: EngineStart, _car: Car) -> Said:
    told = _rest_and_sag_v(start)
    if told is None:
        return
    rest_v, sag_v = told
    kept: list[list[float]] = memory.setdefault("starts", [])
    kept.append([start.at_s, rest_v - sag_v, _FULL_V - sag_v])
    while len(kept) > _LAST_STARTS and (kept[0][0] <= start.at_s - _TREND_DAYS * _DAY_S or len(kept) > _MOST_STARTS):
        del kept[0]
    yield COMPONENT, _verdict(np.array(kept))


def _rest_and_sag_v(start: EngineStart) -> tuple[float, float] | None:
    """Before the start, and how far it would pull at 25 °C; None where the car does not tell or tells nonsense."""
    if start.minimum_v is None or start.temperature_c is None or not 3.0 < start.minimum_v < 16.0:
        return None
    if not -45.0 < start.temperature_c < 80.0:
        return None
    rest_v = start.rest_v if start.rest_v is not None and 9.0 < start.rest_v < 16.0 else _OPEN_V
    return rest_v, _sag_at_25_c_v(start.minimum_v, start.temperature_c, rest_v)


def _minimum_at_25_c_v(item: Item, _component: str) -> float | None:
    told = _rest_and_sag_v(item) if isinstance(item, EngineStart) else None
    return None if told is None else told[0] - told[1]


def _sag_at_25_c_v(minimum_v: float, temperature_c: float, rest_v: float) -> float:
    """How far the same start would pull at 25 °C: resistance falls by 1.2 %, current by 2 % per °C (handbook 6.1)."""
    colder = 25.0 - temperature_c
    return (rest_v - minimum_v) / (math.exp(0.012 * colder) * (1.0 + 0.02 * max(0.0, colder)))


def _verdict(starts: Floats) -> Verdict:
    """`starts` has shape (n, 3): instant, minimum at 25 °C, the same of a full battery."""
    now = float(starts[-1, 0])
    last = starts[-_LAST_STARTS:]
    low = last[last[:, 1] < LIMIT_V]
    if len(low) >= 2:
        evidence = Evidence(now, "crank_minimum_at_25c_v", float(low[:, 1].max()), LIMIT_V, healthy_low=LIMIT_V)
        return Verdict(now, SOON, (evidence,), float(low[0, 0]))
    return _judge_trend(starts)


def _judge_trend(starts: Floats) -> Verdict:
    now = float(starts[-1, 0])
    recent = starts[starts[:, 0] > now - _TREND_DAYS * _DAY_S]
    enough = len(recent) >= _LEAST_STARTS and now - recent[0, 0] >= _LEAST_DAYS * _DAY_S
    if not enough or float(np.median(starts[-_LAST_STARTS:, 2])) > _TREND_BELOW_V:
        return Verdict(now)
    trend = theil_sen(recent[:, 0], recent[:, 2])
    ahead_v = trend.last + _AHEAD_DAYS * trend.per_day
    if trend.per_day + 5 * trend.error_per_day >= 0 or ahead_v >= LIMIT_V:
        return Verdict(now)
    steepest = (LIMIT_V - trend.last) / _AHEAD_DAYS
    evidence = (
        Evidence(now, "crank_minimum_at_25c_v", trend.last, LIMIT_V, healthy_low=_TREND_BELOW_V),
        Evidence(now, "crank_minimum_slope_v_per_day", trend.per_day, steepest, healthy_low=steepest),
    )
    return Verdict(now, PLAN_A_VISIT, evidence, float(recent[0, 0]))


RULE: Final = Rule(
    KIND,
    needs=("engine_start.crank_minimum_voltage_v", "engine_start.battery_temperature_c"),
    uses=("engine_start.rest_voltage_v", "engine_start.ambient_temperature_c"),
    judges={EngineStart: _judge},
    healthy_to_end=10,
    traces={"crank_minimum_at_25c_v": _minimum_at_25_c_v},
)
