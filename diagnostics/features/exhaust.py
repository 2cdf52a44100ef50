"""What a trip says about a diesel's particulate filter."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Final, NamedTuple

import numpy as np

from diagnostics.samples import Floats
from diagnostics.spreads import Grid
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Followed, Seen, Told

_LEAST_FLOW_KGPH: Final = 60.0  # below it the pressure is within the sensor's noise
_KGPH_OF_GPS: Final = 3.6
_LEAST_BINS: Final = 6
_SLOW_KMH: Final = 20.0
_KPA: Final = Grid(0.0, 50.0, 50)  # for 100 kg/h


def observe(parts: Parts) -> Seen:
    pressure, soot = parts.get("dpf_differential_pressure_kpa"), parts.get("dpf_soot_mass_g")
    flow, rate = parts.get("exhaust_flow_kgph"), parts.get("fuel_rate_lph")
    flow = np.where(np.isnan(flow), parts.get("mass_air_flow_gps") * _KGPH_OF_GPS, flow)
    flowing = parts.diesel & (flow > _LEAST_FLOW_KGPH)
    resistance = np.divide(pressure * 100.0, flow, out=np.full(len(parts), np.nan), where=flowing)
    known = parts.diesel & np.isfinite(soot) & np.isfinite(rate)
    litres = np.where(known, parts.step_s / 3600.0 * rate, 0.0)
    slow = parts.get("vehicle_speed_kmh") < _SLOW_KMH
    return Seen(
        sums={"dpf_slow_l": np.where(slow, litres, 0.0), "dpf_fast_l": np.where(slow, 0.0, litres)},
        highest={"dpf_soot_g": np.where(parts.diesel, soot, np.nan)},
        spreads={"dpf_resistance": (resistance, _KPA)},
        followed={"dpf_soot": Followed(_step, known, (soot,))},
    )


def features(told: Told) -> dict[str, Floats]:
    """`dpf_resistance`: kPa over the filter for 100 kg/h of gas. `dpf_soot_g` is the highest of the trip.

    `dpf_soot_gain_g` from the first to the last minute where nothing was burnt, and litres burnt slow and fast.
    """
    soot_g, resistance = told.number("dpf_soot_g"), told.spread("dpf_resistance")
    gain_g = np.array([np.nan if one is None else one.gain_g() for one in told.followed("dpf_soot")])
    grew = np.isfinite(gain_g) & (soot_g >= 0.0)
    return {
        "dpf_soot_g": np.where(soot_g >= 0.0, soot_g, np.nan),
        "dpf_resistance": np.where(resistance.total >= _LEAST_BINS, resistance.median(), np.nan),
        "dpf_soot_gain_g": np.where(grew, gain_g, np.nan),
        "fuel_slow_l": np.where(grew, told.number("dpf_slow_l"), np.nan),
        "fuel_fast_l": np.where(grew, told.number("dpf_fast_l"), np.nan),
    }


class _Soot(NamedTuple):
    """The first and the last minute in which it was told."""

    first_g: tuple[float, ...] = ()
    last_g: tuple[float, ...] = ()
    highest_g: float = -np.inf
    bins: int = 0

    def gain_g(self) -> float:
        if self.bins < 3 * _LEAST_BINS:
            return np.nan
        last_g = median(self.last_g)
        gain_g = last_g - median(self.first_g)
        burnt = gain_g < -1.0 or self.highest_g - last_g > 1.5
        return np.nan if burnt else gain_g


_NO_SOOT: Final = _Soot()


def _step(before: _Soot | None, soot_g: Sequence[float]) -> _Soot:
    first_g, last_g, highest_g, bins = before or _NO_SOOT
    return _Soot(
        (*first_g, *soot_g)[:_LEAST_BINS],
        (*last_g, *soot_g)[-_LEAST_BINS:],
        max(highest_g, *soot_g),
        bins + len(soot_g),
    )
