"""Brake pads that are worn, or that one wheel wears much faster than the other of its axle.

Below 3 mm on two trips in a row: plan a visit (handbook 6.7: replace at 3 mm); below 2 mm: soon (least 1.5 to 2 mm).
A wheel that has lost 1 mm more than its neighbour since both were seen first, and twice as much: plan a visit, a
caliper sticks (`wheel_difference`, mm). New pads (1.5 mm more than before) start the comparison again. Six healthy
trips end it.

Wear follows what the brakes took, so nothing has to be corrected for. Does not work without a measured thickness or
share of wear, and not for a disc.
"""

from __future__ import annotations

from typing import Final

from diagnostics.alarms import PLAN_A_VISIT, SOON, Evidence, Verdict
from diagnostics.history import Car, Item, Trip
from diagnostics.rules import Memory, Rule, Said, keep
from diagnostics.samples import PAD, PAD_WEAR, WHEELS

KIND: Final = "brake_wear"
_REPLACE_MM: Final = 3.0
_LEAST_MM: Final = 2.0
_THINNEST_MM: Final = 0.3  # less is a sensor that says nothing
_NEW_PADS_MM: Final = 1.5
_DIFFERENCE_MM: Final = 1.0
_TIMES: Final = 2.0
_SENSOR_MM: Final = 0.05
_NEIGHBOUR: Final = {
    "front_left": "front_right",
    "front_right": "front_left",
    "rear_left": "rear_right",
    "rear_right": "rear_left",
}


def _judge(memory: Memory, trip: Trip, _car: Car) -> Said:
    told = {wheel: trip.features[f"pad_{wheel}_mm"] for wheel in WHEELS if f"pad_{wheel}_mm" in trip.features}
    pads = {wheel: mm for wheel, mm in told.items() if mm > _THINNEST_MM}
    first: dict[str, list[float]] = memory.setdefault("first", {})
    for wheel, mm in pads.items():
        if wheel not in first or mm > keep(memory, wheel, mm, 2)[0] + _NEW_PADS_MM:
            for one in (wheel, _NEIGHBOUR[wheel]):
                if one in pads:
                    first[one] = [trip.started_s, pads[one]]
            memory[wheel] = [mm]
    for wheel, mm in pads.items():
        yield f"brake {wheel.replace('_', ' ')}", _verdict(memory, trip, wheel, mm, pads, first)


def _verdict(
    memory: Memory, trip: Trip, wheel: str, mm: float, pads: dict[str, float], first: dict[str, list[float]]
) -> Verdict:
    evidence = []
    last = memory[wheel]
    thin = len(last) == 2 and max(last) < _REPLACE_MM
    if thin:
        evidence.append(Evidence(trip.ended_s, "brake_pad_mm", mm, _REPLACE_MM, healthy_low=_REPLACE_MM))
    other = _NEIGHBOUR[wheel]
    if other in pads and other in first:
        lost, beside = first[wheel][1] - mm, first[other][1] - pads[other]
        if lost - beside > _DIFFERENCE_MM and lost > _TIMES * max(beside, _SENSOR_MM):
            difference = _DIFFERENCE_MM
            evidence.append(
                Evidence(trip.ended_s, "wheel_difference", lost - beside, difference, healthy_high=difference)
            )
    if not evidence:
        memory.pop(f"{wheel}_onset_s", None)
        return Verdict(trip.ended_s)
    onset_s = memory.setdefault(f"{wheel}_onset_s", trip.started_s)
    urgent = thin and max(last) < _LEAST_MM
    return Verdict(trip.ended_s, SOON if urgent else PLAN_A_VISIT, tuple(evidence), onset_s)


def _pad_mm(item: Item, component: str) -> float | None:
    wheel = component.removeprefix("brake ").replace(" ", "_")
    return item.features.get(f"pad_{wheel}_mm") if isinstance(item, Trip) else None


RULE: Final = Rule(
    KIND,
    needs=(PAD["front_left"],),
    uses=(*PAD.values(), *PAD_WEAR.values()),
    judges={Trip: _judge},
    healthy_to_end=6,
    traces={"brake_pad_mm": _pad_mm},
)
