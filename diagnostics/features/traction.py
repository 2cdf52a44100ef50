"""What a trip says about a traction battery: how far its weakest cell lies below the strongest, and which one it is."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import Samples, median

_CALM_A: Final = 30.0
_LEAST_BINS: Final = 6


def features(trip: Samples, _car: Car) -> dict[str, float]:
    """`cell_spread_mv` at little current; `cell_same_share`: of the cell that is most often the weakest."""
    if not trip.has("traction_cell_voltage_max_v"):
        return {"traction_soh_percent": median(trip.get("traction_state_of_health_percent"))}
    low, high = trip.get("traction_cell_voltage_min_v"), trip.get("traction_cell_voltage_max_v")
    current = trip.get("traction_current_a")
    believed = (low > 1.0) & (high < 5.0) & (high >= low)
    calm = believed & ((np.abs(current) < _CALM_A) | np.isnan(current))
    told = {"traction_soh_percent": median(trip.get("traction_state_of_health_percent"))}
    if np.count_nonzero(calm) >= _LEAST_BINS:
        told["cell_spread_mv"] = median(high[calm] - low[calm]) * 1000.0
        told["cell_same_share"] = _same_share(trip)
    return told


def _same_share(trip: Samples) -> float:
    cells = trip.get("traction_cell_id_min")
    known = cells[np.isfinite(cells)].astype(np.int64)
    if len(known) < _LEAST_BINS:
        return float("nan")
    return float(np.unique(known, return_counts=True)[1].max() / len(known))
