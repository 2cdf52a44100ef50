"""What a trip says about a diesel's particulate filter."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import Samples, median

_LEAST_FLOW_KGPH: Final = 60.0  # below it the pressure is within the sensor's noise
_KGPH_OF_GPS: Final = 3.6
_LEAST_BINS: Final = 6
_SLOW_KMH: Final = 20.0
_LONGEST_BIN_S: Final = 30.0


def features(trip: Samples, car: Car) -> dict[str, float]:
    """`dpf_resistance`: kPa over the filter for 100 kg/h of gas. `dpf_soot_g` is the highest of the trip."""
    if car.drivetrain != "diesel":
        return {}
    pressure, soot = trip.get("dpf_differential_pressure_kpa"), trip.get("dpf_soot_mass_g")
    flow = trip.get("exhaust_flow_kgph")
    flow = np.where(np.isnan(flow), trip.get("mass_air_flow_gps") * _KGPH_OF_GPS, flow)
    flowing = (flow > _LEAST_FLOW_KGPH) & np.isfinite(pressure)
    told = {"dpf_soot_g": float(soot[np.isfinite(soot)].max(initial=-1.0))}
    if told["dpf_soot_g"] < 0:
        told = {}
    if told:
        told |= _soot_gain(trip)
    if np.count_nonzero(flowing) >= _LEAST_BINS:
        told["dpf_resistance"] = median(pressure[flowing] / flow[flowing]) * 100.0
    return told


def _soot_gain(trip: Samples) -> dict[str, float]:
    """Grams from the first to the last minute where nothing was burnt, and litres burnt slow and fast meanwhile."""
    soot, rate = trip.get("dpf_soot_mass_g"), trip.get("fuel_rate_lph")
    known = np.isfinite(soot) & np.isfinite(rate)
    if np.count_nonzero(known) < 3 * _LEAST_BINS:
        return {}
    told = soot[known]
    gain = median(told[-_LEAST_BINS:]) - median(told[:_LEAST_BINS])
    if gain < -1.0 or told.max() - median(told[-_LEAST_BINS:]) > 1.5:
        return {}
    litres = np.minimum(np.diff(trip.at_s, prepend=trip.at_s[0]), _LONGEST_BIN_S) / 3600.0 * np.where(known, rate, 0.0)
    slow = trip.get("vehicle_speed_kmh") < _SLOW_KMH
    return {
        "dpf_soot_gain_g": gain,
        "fuel_slow_l": float(litres[slow].sum()),
        "fuel_fast_l": float(litres[~slow].sum()),
    }
