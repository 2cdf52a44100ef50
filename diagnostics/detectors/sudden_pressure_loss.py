"""One tyre loses much of its pressure on a single trip: a nail, a kerb, a burst.

More than 15 % of its pressure at the start beyond what the median of the others lost, at 20 °C, over half a minute:
stop. Twelve healthy trips end it. A tyre that falls by an eighth between two trips, beyond the others, is low before it
moves: soon.

Does not work with fewer than three wheels that tell, on trips of less than two minutes, and when a sensor falls silent
or to zero at once: that is taken for a sensor.
"""

from __future__ import annotations

from statistics import median
from typing import Final

import numpy as np

from diagnostics.alarms import SOON, STOP, Evidence, Verdict
from diagnostics.history import Car, Item, Trip
from diagnostics.rules import Memory, Rule, Said
from diagnostics.samples import PRESSURE, TEMPERATURE, WHEELS

KIND: Final = "sudden_pressure_loss"
_SHARE: Final = 0.15
_BETWEEN_SHARE: Final = 0.125
_NOTICED_KPA: Final = 10.0
_SOON_AFTER_S: Final = 2 * 86_400.0  # longer apart, a slow leak does as much


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    starts = {wheel: trip.features[f"p20_{wheel}"] for wheel in WHEELS if f"p20_{wheel}" in trip.features}
    before: dict[str, float] = memory.get("kpa", {})
    apart_s = trip.started_s - memory.get("ended_s", -np.inf)
    memory["kpa"], memory["ended_s"] = starts, trip.ended_s
    if len(starts) < 3:
        return
    fell = {wheel: before[wheel] - kpa for wheel, kpa in starts.items() if wheel in before}
    for wheel, kpa in starts.items():
        lost = trip.features.get(f"p20_loss_{wheel}", 0.0)
        verdict = Verdict(trip.ended_s)
        if lost > _SHARE * kpa:
            verdict = _bad(trip, STOP, lost, _SHARE * kpa)
        elif fell.get(wheel, 0.0) > _NOTICED_KPA and len(fell) >= 3 and apart_s < _SOON_AFTER_S:
            overnight = fell[wheel] - float(median([one for name, one in fell.items() if name != wheel]))
            if overnight > _BETWEEN_SHARE * before[wheel]:
                verdict = _bad(trip, SOON, overnight, _BETWEEN_SHARE * before[wheel])
        yield f"tyre {wheel.replace('_', ' ')}", verdict


def _bad(trip: Trip, severity: int, lost_kpa: float, limit_kpa: float) -> Verdict:
    evidence = Evidence(trip.ended_s, "pressure_lost_kpa", lost_kpa, limit_kpa, healthy_high=limit_kpa)
    return Verdict(trip.ended_s, severity, (evidence,), trip.started_s)


def _lost_kpa(item: Item, component: str) -> float | None:
    wheel = component.removeprefix("tyre ").replace(" ", "_")
    return item.features.get(f"p20_loss_{wheel}") if isinstance(item, Trip) else None


RULE: Final = Rule(
    KIND,
    needs=(*PRESSURE.values(), *TEMPERATURE.values()),
    judges={Trip: _judge},
    healthy_to_end=12,
    traces={"pressure_lost_kpa": _lost_kpa},
)
