"""What a trip says about mixture: the sum of short and long fuel trim of a warm engine, by how much air it takes."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.samples import Floats, Mask
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told

_WARM_C: Final = 70.0
_WARM_SECONDS: Final = 300.0
_RUNNING_RPM: Final = 500.0
_IDLE_KMH: Final = 3.0
_CRUISE_KMH: Final = 25.0
_HIGH_LOAD_PERCENT: Final = 60.0
_LOW_LOAD_PERCENT: Final = 50.0
_LEAST_BINS: Final = 3
_WIDEST_PERCENT: Final = 60.0  # trims are clipped at 25 % each by control units; more is no trim
_PARTS: Final = ("trim", "trim_idle", "trim_cruise", "trim_load")


def observe(parts: Parts) -> Seen:
    trim = _total_percent(parts)
    known = _warm(parts) & (parts.get("engine_speed_rpm") > _RUNNING_RPM) & (np.abs(trim) < _WIDEST_PERCENT)
    known &= ~parts.electric & ~parts.diesel
    speed, load = parts.get("vehicle_speed_kmh"), parts.get("engine_load_percent")
    idle, cruise = known & (speed < _IDLE_KMH), known & (speed > _CRUISE_KMH) & (load < _LOW_LOAD_PERCENT)
    masks = dict(zip(_PARTS, (known, idle, cruise, known & (load > _HIGH_LOAD_PERCENT)), strict=True))
    sums = {f"{name}_sum": np.where(mask, trim, np.nan) for name, mask in masks.items()}
    return Seen(sums=sums | {f"{name}_bins": mask for name, mask in masks.items()})


def features(told: Told) -> dict[str, Floats]:
    """`trim_percent` of all; `trim_idle_`, `trim_cruise_`, `trim_load_percent` of a part that was long enough."""
    enough = told.number("trim_bins") >= 2 * _LEAST_BINS
    return {
        f"{name}_percent": np.where(enough, told.mean(f"{name}_sum", f"{name}_bins", _LEAST_BINS), np.nan)
        for name in _PARTS
    }


def _total_percent(parts: Parts) -> Floats:
    """Of the first bank, or the mean of both."""
    first = parts.get("short_term_fuel_trim_1_percent") + parts.get("long_term_fuel_trim_1_percent")
    second = parts.get("short_term_fuel_trim_2_percent") + parts.get("long_term_fuel_trim_2_percent")
    return np.where(np.isnan(second), first, (first + second) / 2)


def _warm(parts: Parts) -> Mask:
    """Closed loop for certain; where the coolant is not told, after five minutes."""
    coolant = parts.get("coolant_temperature_c")
    warm: Mask = np.where(np.isnan(coolant), parts.since_s > _WARM_SECONDS, coolant >= _WARM_C)
    return warm
