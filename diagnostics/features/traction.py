"""What a trip says about a traction battery: how far its weakest cell lies below the strongest, and which one it is."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.samples import Floats
from diagnostics.spreads import Grid
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told

_CALM_A: Final = 30.0
_LEAST_BINS: Final = 6
_PERCENT: Final = Grid(0.0, 100.0, 20)
_MILLIVOLTS: Final = Grid(0.0, 2000.0, 2)
_CELLS: Final = Grid(0.0, 1000.0, 1)


def observe(parts: Parts) -> Seen:
    low, high = parts.get("traction_cell_voltage_min_v"), parts.get("traction_cell_voltage_max_v")
    current = parts.get("traction_current_a")
    calm = (low > 1.0) & (high < 5.0) & (high >= low) & ~(np.abs(current) >= _CALM_A)
    return Seen(
        spreads={
            "traction_soh": (parts.get("traction_state_of_health_percent"), _PERCENT),
            "traction_cell_mv": (np.where(calm, (high - low) * 1000.0, np.nan), _MILLIVOLTS),
            "traction_weakest": (parts.get("traction_cell_id_min"), _CELLS),
        }
    )


def features(told: Told) -> dict[str, Floats]:
    """`cell_spread_mv` at little current; `cell_same_share`: of the cell that is most often the weakest."""
    spread, weakest = told.spread("traction_cell_mv"), told.spread("traction_weakest")
    enough = spread.total >= _LEAST_BINS
    named = enough & (weakest.total >= _LEAST_BINS)
    return {
        "traction_soh_percent": told.median("traction_soh"),
        "cell_spread_mv": np.where(enough, spread.median(), np.nan),
        "cell_same_share": np.where(named, weakest.most() / np.maximum(weakest.total, 1), np.nan),
    }
