"""Engine oil near the end of its life, by the car's own monitor.

Below 12 % on three trips in a row: plan a visit; at 2 % or less: soon. The monitor counts revolutions weighed by oil
temperature (handbook 7.3), so cold and load are in it. Three trips above 15 % end it, as a service does.

Does not work for a car without such a monitor: what is due by distance and time is the planner's business.
"""

from __future__ import annotations

from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "oil_life"
COMPONENT: Final = "engine oil"
_LOW_PERCENT: Final = 12.0
_SPENT_PERCENT: Final = 2.0
_IN_A_ROW: Final = 3
_JUMP_PERCENT: Final = 5.0  # a monitor counts down; what falls by more between two trips is not one


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    life = trip.features.get("oil_life_percent")
    if life is None:
        return
    last = keep(memory, "last", [trip.started_s, life], _IN_A_ROW + 1)
    if len(last) > 1 and last[-2][1] - life > _JUMP_PERCENT:
        del last[:-1]
        memory["jumped"] = True
    elif life > _LOW_PERCENT:
        memory.pop("jumped", None)
    recent = last[-_IN_A_ROW:]
    if len(recent) < _IN_A_ROW or memory.get("jumped") or max(one[1] for one in recent) >= _LOW_PERCENT:
        yield COMPONENT, Verdict(trip.ended_s)
        return
    evidence = Evidence(trip.ended_s, "oil_life_percent", life, _LOW_PERCENT, healthy_low=_LOW_PERCENT)
    yield COMPONENT, Verdict(trip.ended_s, SOON if life <= _SPENT_PERCENT else PLAN_A_VISIT, (evidence,), recent[0][0])


RULE: Final = Rule(
    KIND,
    needs=("engine_oil_life_percent",),
    judges={Trip: _judge},
    healthy_to_end=3,
    traces={"oil_life_percent": of_trip("oil_life_percent")},
)
