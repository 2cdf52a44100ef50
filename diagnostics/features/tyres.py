"""What a trip says about tyres: pressure at 20 °C at both ends, and the deepest that one fell below the others."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.parked import p20_kpa
from diagnostics.samples import PRESSURE, WHEELS, Samples

_LEAST_BINS: Final = 12
_CALM_BINS: Final = 3
_NOTICED_KPA: Final = 10.0


def features(trip: Samples, _car: Car) -> dict[str, float]:
    """`p20_<wheel>` as the trip begins: cold where the car stood for long. `p20_loss_<wheel>`: kPa lost on the trip."""
    if not any(trip.has(name) for name in PRESSURE.values()):
        return {}
    start = trip.part(0, 1)
    told = {f"p20_{wheel}": float(p20_kpa(start, wheel)[0]) for wheel in WHEELS}
    return told | _losses(trip) if len(trip) >= _LEAST_BINS else told


def _losses(trip: Samples) -> dict[str, float]:
    """Beyond what the median of the other wheels lost: warmth that the sensors miss is in all four."""
    kpa = np.array([p20_kpa(trip, wheel) for wheel in WHEELS])
    told = np.isfinite(kpa).all(axis=1)
    if np.count_nonzero(told) < 3:
        return {}
    count = kpa.shape[1] // _CALM_BINS * _CALM_BINS
    calm = kpa[:, :count].reshape(len(WHEELS), -1, _CALM_BINS).mean(axis=2)
    lost = calm[:, :1] - calm
    if not (lost[told] > _NOTICED_KPA).any():  # nearly always so
        return {f"p20_loss_{WHEELS[place]}": 0.0 for place in np.flatnonzero(told).tolist()}
    losses = {}
    for place in np.flatnonzero(told).tolist():
        others = lost[[n for n in np.flatnonzero(told).tolist() if n != place]]
        losses[f"p20_loss_{WHEELS[place]}"] = float((lost[place] - np.median(others, axis=0)).max())
    return losses
