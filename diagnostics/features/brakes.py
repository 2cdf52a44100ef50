"""What a trip says about brake pads."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.samples import PAD, PAD_WEAR, WHEELS, Floats
from diagnostics.spreads import Grid
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told

_NEW_MM: Final = 11.0
_SPENT_MM: Final = 2.0  # what a control unit calls wholly worn
_MM: Final = Grid(0.0, 25.0, 100)
_PERCENT: Final = Grid(0.0, 100.0, 10)


def observe(parts: Parts) -> Seen:
    pads = {name: (parts.get(name), _MM) for name in PAD.values()}
    return Seen(spreads=pads | {name: (parts.get(name), _PERCENT) for name in PAD_WEAR.values()})


def features(told: Told) -> dict[str, Floats]:
    """`pad_<wheel>_mm`: measured, or from the share that is worn where a car has no more than that."""
    return {f"pad_{wheel}_mm": _pad_mm(told, wheel) for wheel in WHEELS}


def _pad_mm(told: Told, wheel: str) -> Floats:
    measured_mm, worn = told.median(PAD[wheel]), told.median(PAD_WEAR[wheel]) / 100.0
    return np.where(np.isnan(measured_mm), _NEW_MM - worn * (_NEW_MM - _SPENT_MM), measured_mm)
