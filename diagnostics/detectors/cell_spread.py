"""One cell of a traction battery falls behind the others.

Strongest less weakest cell, median of a trip at less than 30 A or of a parked hour at rest, on three in a row: above
35 mV with the same cell the weakest most of the time: plan a visit; above 50 mV in any case; above 100 mV: soon
(handbook 6.10: 30 watch, 50 service, 100 critical). Twelve healthy verdicts end it. Little current keeps load, and
with it the temperature's share in resistance, out.

Does not work for batteries that tell blocks instead of cells, nor near empty, where all curves are steep.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, ParkedReading, Trip
from diagnostics.rules import Memory, Rule, Said, keep, of_trip

KIND: Final = "cell_spread"
COMPONENT: Final = "traction battery cell"
_WATCH_MV: Final = 35.0
_SERVICE_MV: Final = 50.0
_CRITICAL_MV: Final = 100.0
_WIDEST_MV: Final = 1500.0
_SAME_SHARE: Final = 0.6
_IN_A_ROW: Final = 3


def _judge_trip(memory: Memory, trip: Trip, _car: Car) -> Said:
    memory["same"] = trip.features.get("cell_same_share", 0.0) >= _SAME_SHARE
    return _judge(memory, trip.ended_s, trip.started_s, trip.features)


def _judge_parked(memory: Memory, reading: ParkedReading, _car: Car) -> Said:
    return _judge(memory, reading.at_s, reading.at_s, reading.features)


def _judge(memory: Memory, at_s: float, since_s: float, features: Mapping[str, float]) -> Said:
    spread = features.get("cell_spread_mv")
    if spread is None or not 0.0 <= spread < _WIDEST_MV:
        return
    last = keep(memory, "last", [since_s, spread], _IN_A_ROW)
    lowest = min(one[1] for one in last)
    limit = _WATCH_MV if memory.get("same") else _SERVICE_MV
    if len(last) < _IN_A_ROW or lowest <= limit:
        yield COMPONENT, Verdict(at_s)
        return
    evidence = Evidence(at_s, "cell_spread_mv", spread, limit, healthy_high=limit)
    yield COMPONENT, Verdict(at_s, SOON if lowest > _CRITICAL_MV else PLAN_A_VISIT, (evidence,), last[0][0])


RULE: Final = Rule(
    KIND,
    needs=("traction_cell_voltage_min_v", "traction_cell_voltage_max_v"),
    uses=("traction_current_a", "traction_cell_id_min"),
    judges={Trip: _judge_trip, ParkedReading: _judge_parked},
    healthy_to_end=12,
    traces={"cell_spread_mv": of_trip("cell_spread_mv")},
)
