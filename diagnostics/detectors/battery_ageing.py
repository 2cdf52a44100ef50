"""12 V battery ageing: the crank minimum, brought to 25 °C, sinks towards 9.6 V.

Below 9.6 V in 2 of the last 5 starts: replace soon. A trend that reaches 9.6 V within 30 days: plan a visit; the trend
is that of a full battery, so that one that is only empty (a charging fault, a drain) is not called old. Limits from the
diagnostics handbook, 6.1 (control units stop near 9.6 V). The car samples its minimum at 50 Hz or more.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from diagnostics.alarms import PLAN_A_VISIT, SOON, Alarm, Evidence, Verdict, alarms_of
from diagnostics.history import EngineStart, History
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
_HEALTHY_STARTS: Final = 10
_DAY_S: Final = 86_400.0


def detect(history: History) -> list[Alarm]:
    usable = [start for start in history.starts if start.minimum_v is not None and start.temperature_c is not None]
    at_s = np.array([start.at_s for start in usable])
    rest_v = np.array([_OPEN_V if start.rest_v is None else start.rest_v for start in usable])
    sag_v = np.array([_sag_at_25_c_v(start, rest) for start, rest in zip(usable, rest_v, strict=True)])
    verdicts = [
        _judge(at_s[: count + 1], (rest_v - sag_v)[: count + 1], (_FULL_V - sag_v)[: count + 1])
        for count in range(len(usable))
    ]
    return alarms_of(KIND, COMPONENT, verdicts, _HEALTHY_STARTS)


def _sag_at_25_c_v(start: EngineStart, rest_v: float) -> float:
    """How far the same start would pull at 25 °C: resistance falls by 1.2 %, current by 2 % per °C (handbook 6.1)."""
    assert start.minimum_v is not None
    assert start.temperature_c is not None
    colder = 25.0 - start.temperature_c
    return (rest_v - start.minimum_v) / (math.exp(0.012 * colder) * (1.0 + 0.02 * max(0.0, colder)))


def _judge(at_s: Floats, minimum_v: Floats, full_v: Floats) -> Verdict:
    now = float(at_s[-1])
    low = minimum_v[-_LAST_STARTS:] < LIMIT_V
    if low.sum() >= 2:
        worst = float(minimum_v[-_LAST_STARTS:][low].max())
        evidence = Evidence(now, "crank_minimum_at_25c_v", worst, LIMIT_V)
        return Verdict(now, SOON, (evidence,), float(at_s[-_LAST_STARTS:][low][0]))
    return _judge_trend(at_s, full_v)


def _judge_trend(at_s: Floats, full_v: Floats) -> Verdict:
    now = float(at_s[-1])
    recent = at_s > now - _TREND_DAYS * _DAY_S
    enough = recent.sum() >= _LEAST_STARTS and now - float(at_s[recent][0]) >= _LEAST_DAYS * _DAY_S
    if not enough or float(np.median(full_v[-_LAST_STARTS:])) > _TREND_BELOW_V:
        return Verdict(now)
    trend = theil_sen(at_s[recent], full_v[recent])
    ahead_v = trend.last + _AHEAD_DAYS * trend.per_day
    if trend.per_day + 5 * trend.error_per_day >= 0 or ahead_v >= LIMIT_V:
        return Verdict(now)
    evidence = (
        Evidence(now, "crank_minimum_at_25c_v", trend.last, LIMIT_V),
        Evidence(now, "crank_minimum_slope_v_per_day", trend.per_day, (LIMIT_V - trend.last) / _AHEAD_DAYS),
    )
    return Verdict(now, PLAN_A_VISIT, evidence, float(at_s[recent][0]))
