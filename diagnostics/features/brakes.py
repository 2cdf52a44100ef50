"""What a trip says about brake pads."""

from __future__ import annotations

from typing import Final

from diagnostics.history import Car
from diagnostics.samples import PAD, PAD_WEAR, WHEELS, Samples, median

_NEW_MM: Final = 11.0
_SPENT_MM: Final = 2.0  # what a control unit calls wholly worn


def features(trip: Samples, _car: Car) -> dict[str, float]:
    """`pad_<wheel>_mm`: measured, or from the share that is worn where a car has no more than that."""
    told = {}
    for wheel in WHEELS:
        if trip.has(PAD[wheel]):
            told[f"pad_{wheel}_mm"] = median(trip.get(PAD[wheel]))
        elif trip.has(PAD_WEAR[wheel]):
            worn = median(trip.get(PAD_WEAR[wheel])) / 100.0
            told[f"pad_{wheel}_mm"] = _NEW_MM - worn * (_NEW_MM - _SPENT_MM)
    return told
