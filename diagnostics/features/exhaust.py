"""What a trip says about a diesel's particulate filter."""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.history import Car
from diagnostics.samples import Samples, median

_LEAST_FLOW_KGPH: Final = 60.0  # below it the pressure is within the sensor's noise
_KGPH_OF_GPS: Final = 3.6
_LEAST_BINS: Final = 6


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
    if np.count_nonzero(flowing) >= _LEAST_BINS:
        told["dpf_resistance"] = median(pressure[flowing] / flow[flowing]) * 100.0
    return told
