"""12 V battery ageing: the crank minimum, brought to 25 °C, sinks towards 9.6 V.

Below 9.6 V in 2 of the last 5 starts: replace soon. A trend that reaches 9.6 V within 30 days: plan a visit. Limits
from the diagnostics handbook, 6.1 (control units stop near 9.6 V). The car samples its minimum at 50 Hz or more.
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
_LAST_STARTS: Final = 5
_TREND_DAYS: Final = 21.0
_LEAST_STARTS: Final = 12
_LEAST_DAYS: Final = 7.0
_AHEAD_DAYS: Final = 30.0
_TREND_BELOW_V: Final = 10.4  # nearer than a new battery comes in any weather [default, calibrate]
_HEALTHY_STARTS: Final = 10
_DAY_S: Final = 86_400.0


def detect(history: History) -> list[Alarm]:
    starts = [(start, _at_25_c(start)) for start in history.starts]
    usable = [(start.at_s, minimum) for start, minimum in starts if minimum is not None]
    at_s = np.array([at for at, _ in usable])
    minimum_v = np.array([minimum for _, minimum in usable])
    verdicts = [_judge(at_s[: count + 1], minimum_v[: count + 1]) for count in range(len(usable))]
    return alarms_of(KIND, COMPONENT, verdicts, _HEALTHY_STARTS)


def _at_25_c(start: EngineStart) -> float | None:
    """The minimum of the same start at 25 °C: resistance falls by 1.2 % and current by 2 % per °C (handbook 6.1)."""
    if start.minimum_v is None or start.temperature_c is None:
        return None
    rest_v = start.rest_v if start.rest_v is not None else 12.4
    colder = 25.0 - start.temperature_c
    stronger = math.exp(0.012 * colder) * (1.0 + 0.02 * max(0.0, colder))
    return rest_v - (rest_v - start.minimum_v) / stronger


def _judge(at_s: Floats, minimum_v: Floats) -> Verdict:
    now = float(at_s[-1])
    low = minimum_v[-_LAST_STARTS:] < LIMIT_V
    if low.sum() >= 2:
        worst = float(minimum_v[-_LAST_STARTS:][low].max())
        evidence = Evidence(now, "crank_minimum_at_25c_v", worst, LIMIT_V)
        return Verdict(now, SOON, (evidence,), float(at_s[-_LAST_STARTS:][low][0]))
    return _judge_trend(at_s, minimum_v)


def _judge_trend(at_s: Floats, minimum_v: Floats) -> Verdict:
    now = float(at_s[-1])
    recent = at_s > now - _TREND_DAYS * _DAY_S
    enough = recent.sum() >= _LEAST_STARTS and now - float(at_s[recent][0]) >= _LEAST_DAYS * _DAY_S
    if not enough or float(np.median(minimum_v[-_LAST_STARTS:])) > _TREND_BELOW_V:
        return Verdict(now)
    trend = theil_sen(at_s[recent], minimum_v[recent])
    ahead_v = trend.last + _AHEAD_DAYS * trend.per_day
    if trend.per_day + 3 * trend.error_per_day >= 0 or ahead_v >= LIMIT_V:
        return Verdict(now)
    evidence = (
        Evidence(now, "crank_minimum_at_25c_v", trend.last, LIMIT_V),
        Evidence(now, "crank_minimum_slope_v_per_day", trend.per_day, (LIMIT_V - trend.last) / _AHEAD_DAYS),
    )
    return Verdict(now, PLAN_A_VISIT, evidence, float(at_s[recent][0]))
