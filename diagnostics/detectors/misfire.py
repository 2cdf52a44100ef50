"""Misfires by cylinder, long before the control unit lights its lamp at 1 to 3 %.

The mean over the last ten trips, by revolutions, above 0.4 % of a cylinder's firings, with at least eight of them
counted (handbook 6.5: 0.3 to 0.5 % sustained; healthy engines lie below 0.01 %) and the last two trips both above
0.2 %: plan a visit. Above 2 %: soon, and on one trip already where 25 were
counted. Above 10 % on two trips: stop, the catalyst takes harm (handbook 6.5). Eight
healthy trips end it. One cylinder that stands out against the others is named; where several are bad it is the
ignition as a whole. `step` and `slow_rise` tell whether it came from one trip to the next, as a coil does, or grew,
as plugs wear, and `several_cylinders` that the second is bad too, as in a set that wears together.

Does not work where the car does not count by cylinder, on rough roads where counting is switched off, and for diesels.
The first minute after a start does not count.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.alarms import PLAN_A_VISIT, SOON, STOP, Evidence, Verdict
from diagnostics.history import Car, Item, Trip
from diagnostics.rules import Memory, Rule, Said, keep
from diagnostics.samples import CYLINDERS, MISFIRES, Floats

KIND: Final = "misfire"
COMPONENT: Final = "ignition"
_LIMIT: Final = 0.004
_BOTH_ABOVE: Final = 0.002
_SOON: Final = 0.02
_STOP: Final = 0.10
_TRIPS: Final = 10
_LEAST_COUNTED: Final = 8.0
_AT_ONCE_COUNTED: Final = 25.0
_STANDS_OUT: Final = 4.0  # times the next cylinder
_STEP: Final = 4.0  # times the trips before
_PERCENT: Final = 100.0


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    shares = [trip.features.get(f"misfire_{cylinder}") for cylinder in CYLINDERS]
    revolutions = trip.features.get("revolutions", 0.0)
    if revolutions <= 0 or all(share is None for share in shares):
        return
    last = keep(memory, "last", [trip.started_s, revolutions, *shares], _TRIPS)
    if max(share or 0.0 for share in shares) < _BOTH_ABOVE:  # nearly always so
        memory.pop("was", None)
        yield memory.get("component", COMPONENT), Verdict(trip.ended_s)
        return
    yield from _look(memory, trip, np.array(last, dtype=np.float64))


def _look(memory: Memory, trip: Trip, last: Floats) -> Said:
    """`last` has shape (trips, 2 + cylinders): start, revolutions, shares, NaN where a cylinder is not told."""
    revolutions, shares = last[:, 1], np.nan_to_num(last[:, 2:])
    means = revolutions @ shares / revolutions.sum()
    counted = revolutions @ shares / 2.0
    twice = (len(last) > 1) & (shares[-2:].min(axis=0) > _BOTH_ABOVE)
    at_once = (shares[-1] > _SOON) & (revolutions[-1] * shares[-1] / 2.0 > _AT_ONCE_COUNTED)
    bad = (means > _LIMIT) & (counted >= _LEAST_COUNTED) & twice | at_once
    if not bad.any():
        yield memory.get("component", COMPONENT), Verdict(trip.ended_s)
        return
    worst, next_worst = np.sort(means)[::-1][:2]
    alone = int(np.argmax(means)) + 1 if worst > _STANDS_OUT * next_worst else None
    component = memory.setdefault("component", f"cylinder {alone}" if alone else COMPONENT)
    verdict = _verdict(trip, last, shares, means)
    if not alone:
        several = Evidence(trip.ended_s, "several_cylinders", next_worst * _PERCENT, worst / _STANDS_OUT * _PERCENT)
        verdict = verdict._replace(evidence=(*verdict.evidence, several))
    yield component, verdict


def _verdict(trip: Trip, last: Floats, shares: Floats, means: Floats) -> Verdict:
    cylinder = int(np.argmax(means))
    worst, lately = float(means[cylinder]), float(shares[-2:, cylinder].min())
    severity = STOP if lately > _STOP else SOON if max(worst, lately) > _SOON else PLAN_A_VISIT
    above = shares[:, cylinder] > _BOTH_ABOVE
    first = int(np.argmax(above))
    before = float(shares[:first, cylinder].max(initial=0.0))
    stepped = bool(shares[first, cylinder] > max(_STEP * before, 2 * _LIMIT))
    limit = _LIMIT * _PERCENT
    rate = Evidence(trip.ended_s, "misfire_percent", worst * _PERCENT, limit, healthy_high=limit)
    shape = Evidence(
        trip.ended_s,
        "step" if stepped else "slow_rise",
        float(shares[first, cylinder]) * _PERCENT,
        max(_STEP * before, 2 * _LIMIT) * _PERCENT,
    )
    return Verdict(trip.ended_s, severity, (rate, shape), float(last[first, 0]))


def _percent(item: Item, component: str) -> float | None:
    """Of the cylinder, or of the worst one."""
    if not isinstance(item, Trip):
        return None
    cylinders = [component.removeprefix("cylinder ")] if component != COMPONENT else [str(one) for one in CYLINDERS]
    told = [item.features[f"misfire_{one}"] for one in cylinders if f"misfire_{one}" in item.features]
    return max(told) * _PERCENT if told else None


RULE: Final = Rule(
    KIND,
    needs=("misfire_count_cylinder_1", "engine_speed_rpm"),
    uses=tuple(MISFIRES.values()),
    judges={Trip: _judge},
    healthy_to_end=8,
    traces={"misfire_percent": _percent},
)
