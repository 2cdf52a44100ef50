"""Speed over time: trips made of accelerating, holding, braking and standing, as a road makes them."""

from __future__ import annotations

import random
from typing import Final

_ROADS: Final = {  # cruising speeds km/h, seconds they hold, share of stops, seconds of a stop (default)
    "city": ((28, 52), (15, 70), 0.75, (8, 55)),
    "suburban": ((45, 72), (40, 150), 0.45, (5, 35)),
    "motorway": ((95, 132), (200, 700), 0.04, (5, 30)),
    "delivery": ((22, 48), (15, 60), 0.95, (30, 170)),
    "jam": ((6, 28), (15, 60), 0.85, (8, 70)),
}
_PLANS: Final = {  # roads of a trip, in order, with their share of its length
    "short": (("city", 1.0),),
    "commute": (("city", 0.2), ("suburban", 0.5), ("city", 0.3)),
    "regional": (("city", 0.12), ("suburban", 0.25), ("motorway", 0.5), ("city", 0.13)),
    "long": (("city", 0.04), ("motorway", 0.9), ("city", 0.06)),
    "rounds": (("delivery", 1.0),),
    "jammed": (("city", 0.2), ("jam", 0.5), ("city", 0.3)),
}
KINDS: Final = tuple(_PLANS)


def speed_trace(kind: str, minutes: float, dt: float, chance: random.Random) -> list[float]:
    """km/h every `dt` seconds, from a stand to a stand."""
    trace = [0.0] * max(1, round(chance.uniform(5, 25) / dt))
    for road, share in _PLANS[kind]:
        until = len(trace) + minutes * 60 * share / dt
        while len(trace) < until:
            _leg(trace, road, dt, chance)
    _change(trace, 0.0, 1.2, dt)
    trace += [0.0] * max(1, round(10 / dt))
    return trace


def _leg(trace: list[float], road: str, dt: float, chance: random.Random) -> None:
    """Up to a cruising speed, hold it, and perhaps down to a stop."""
    (low, high), (shortest, longest), stops, (brief, lasting) = _ROADS[road]
    target = chance.uniform(low, high)
    _change(trace, target, chance.uniform(0.7, 1.6), dt)
    wander = 0.0
    for _ in range(max(1, round(chance.uniform(shortest, longest) / dt))):
        wander = 0.8 * wander + chance.gauss(0, 0.02 * target)
        trace.append(max(0.0, target + wander))
    if chance.random() < stops:
        _change(trace, 0.0, chance.uniform(0.8, 2.2), dt)
        trace += [0.0] * max(1, round(chance.uniform(brief, lasting) / dt))


def _change(trace: list[float], target: float, ms2: float, dt: float) -> None:
    step = ms2 * 3.6 * dt
    while abs(trace[-1] - target) > step:
        trace.append(trace[-1] + (step if target > trace[-1] else -step))
    trace.append(target)
