"""What a trip says about ignition and oil: misfires by cylinder, revolutions, oil level and life, distance."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.samples import MISFIRES, Floats, Mask
from diagnostics.spreads import Grid
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told

_RUNNING_RPM: Final = 500.0
_SETTLED_SECONDS: Final = 60.0
_FIRINGS_COUNTED: Final = 500.0  # of one cylinder in the 1,000 revolutions that a count speaks of
_LEAST_BINS: Final = 6
_LEVEL_MM: Final = Grid(-100.0, 100.0, 10)
_PERCENT: Final = Grid(0.0, 100.0, 20)


def observe(parts: Parts) -> Seen:
    rpm = parts.get("engine_speed_rpm")
    sums: dict[str, Floats | Mask] = {"revolutions": parts.step_s * np.where(rpm > _RUNNING_RPM, rpm, 0.0) / 60.0}
    running = (rpm > _RUNNING_RPM) & (parts.since_s >= _SETTLED_SECONDS) & ~parts.electric
    for cylinder, name in MISFIRES.items():
        counts = parts.get(name)
        known = running & (counts >= 0.0) & (counts <= _FIRINGS_COUNTED)
        sums |= {f"misfires_{cylinder}": np.where(known, counts, np.nan), f"misfire_bins_{cylinder}": known}
    return Seen(
        sums=sums,
        last={"km": parts.get("odometer_km")},
        spreads={
            "oil_level": (parts.get("engine_oil_level_mm"), _LEVEL_MM),
            "oil_life": (parts.get("engine_oil_life_percent"), _PERCENT),
        },
    )


def features(told: Told) -> dict[str, Floats]:
    """`misfire_<n>` is the share of firings of a cylinder that failed, after the first minute; `km` the odometer."""
    misfires = {
        f"misfire_{cylinder}": told.mean(f"misfires_{cylinder}", f"misfire_bins_{cylinder}", _LEAST_BINS)
        / _FIRINGS_COUNTED
        for cylinder in MISFIRES
    }
    of_engine = {
        "revolutions": told.number("revolutions"),
        "oil_level_mm": told.median("oil_level"),
        "oil_life_percent": told.median("oil_life"),
    }
    engines = {name: np.where(told.electric, np.nan, of) for name, of in of_engine.items()}
    return {"km": told.number("km"), **engines, **misfires}
