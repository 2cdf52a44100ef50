"""Driving samples to trips, and what a trip says about charging and cooling. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from diagnostics.samples import PRESSURE, TEMPERATURE, WHEELS, Floats, Mask, Samples, longest_stretch_s
from diagnostics.warm_up import lowest_residual_c, model_coolant_c

TRIP_GAP_SECONDS: Final = 600
_CHARGING_RPM: Final = 1500.0
_SETTLED_SECONDS: Final = 300.0
_MOVING_KMH: Final = 25.0
_OPENS_C: Final = 78.0  # below it no thermostat of a car opens
_DEFAULT_DISPLACEMENT_L: Final = 2.0
_CHARGING_V_PER_C: Final = 0.009
"""Regulators give -18 mV/°C of their own temperature, which follows the air's by about half [default, calibrate]."""
_REFERENCE_AIR_C: Final = 15.0

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip as detectors see it. Instants are Unix seconds; a feature that the car cannot give is missing."""

    started_s: float
    ended_s: float
    features: Mapping[str, float]


def split_trips(samples: Samples) -> list[Samples]:
    """Driving samples in runs without a gap of more than ten minutes."""
    if not len(samples):
        return []
    edges = [0, *(np.flatnonzero(np.diff(samples.at_s) > TRIP_GAP_SECONDS) + 1).tolist(), len(samples)]
    return [samples.part(start, stop) for start, stop in pairwise(edges)]


def describe(trip: Samples, drivetrain: str, specification: Mapping[str, Any]) -> Trip:
    features = _charging(trip, drivetrain) | _wheels(trip)
    if drivetrain != "electric":
        features |= _cooling(trip, drivetrain, float(specification.get("displacement_l", _DEFAULT_DISPLACEMENT_L)))
    known = {name: round(value, 4) for name, value in features.items() if np.isfinite(value)}
    return Trip(float(trip.at_s[0]), float(trip.at_s[-1]), known)


def _charging(trip: Samples, drivetrain: str) -> Features:
    """Voltages of an engine that has settled, at charging speed; an electric car's DC-DC converter always charges."""
    voltage = trip.get("system_voltage_v")
    settled = trip.at_s - trip.at_s[0] >= _SETTLED_SECONDS
    if drivetrain != "electric":
        settled &= (trip.get("engine_speed_rpm") >= _CHARGING_RPM) & _is_warm(trip)
    settled &= np.isfinite(voltage)
    if settled.sum() < 6:
        return {}
    air = trip.get("ambient_temperature_c")
    air_c = float(np.nanmedian(air)) if np.isfinite(air).any() else _REFERENCE_AIR_C
    return {
        "charging_v": float(np.median(voltage[settled])) + _CHARGING_V_PER_C * (air_c - _REFERENCE_AIR_C),
        "charging_low_s": longest_stretch_s(trip.at_s[settled], voltage[settled] < 12.9),
        "charging_high_s": longest_stretch_s(trip.at_s[settled], voltage[settled] > 15.2),
        "ripple_v": _median(trip.get("voltage_ripple_v")[settled]),
    }


def _is_warm(trip: Samples) -> Mask:
    coolant = trip.get("coolant_temperature_c")
    return np.isnan(coolant) | (coolant >= 40.0)


def _cooling(trip: Samples, drivetrain: str, displacement_l: float) -> Features:
    coolant = trip.get("coolant_temperature_c")
    known = np.isfinite(coolant)
    if known.sum() < 6:
        return {}
    features = {
        "coolant_start_c": float(coolant[known][0]),
        "coolant_highest_c": float(np.max(coolant[known])),
        "coolant_above_110_s": longest_stretch_s(trip.at_s[known], coolant[known] > 110.0),
        "coolant_above_117_s": longest_stretch_s(trip.at_s[known], coolant[known] > 117.0),
        "coolant_level_percent": _median(trip.get("coolant_level_percent")),
        "coolant_droop_c": _highway_droop(trip, coolant),
        "coolant_sag_c": _sag(coolant[known], trip.get("vehicle_speed_kmh")[known]),
    }
    modelled = model_coolant_c(trip, drivetrain, displacement_l)
    residual = None if modelled is None else lowest_residual_c(trip, modelled)
    features["coolant_residual_c"] = np.nan if residual is None else residual
    return features


def _highway_droop(trip: Samples, coolant: Floats) -> float:
    """How far a warm engine cools in cold wind: its warm median less the median above 90 km/h below 10 °C."""
    warm = np.maximum.accumulate(np.nan_to_num(coolant, nan=-99.0)) >= 80.0
    fast = warm & (trip.get("vehicle_speed_kmh") > 90.0) & (trip.get("ambient_temperature_c") < 10.0)
    slow = warm & ~fast
    if fast.sum() < 6 or slow.sum() < 6:
        return float("nan")
    return _median(coolant[slow]) - _median(coolant[fast])


def _sag(coolant: Floats, speed_kmh: Floats) -> float:
    """How far a driving engine cools again before it has ever been warm: a thermostat that is closed does not let it.

    Only while the car moves: an idling engine may well cool when its heater is on.
    """
    calm = np.convolve(coolant, np.ones(3) / 3, "valid")
    moving = np.convolve(np.nan_to_num(speed_kmh), np.ones(3) / 3, "valid") > _MOVING_KMH
    deepest, highest, told = 0.0, -np.inf, False
    for now, moves in zip(calm, moving, strict=True):
        if now >= _OPENS_C:
            break
        highest = max(highest, now) if moves else -np.inf
        deepest = max(deepest, highest - now)
        told |= bool(moves)
    return deepest if told else float("nan")


def _wheels(trip: Samples) -> Features:
    """Pressures at 20 °C as the trip begins: cold readings where the car stood for long before."""
    return {f"p20_{wheel}": float(p20_kpa(trip, wheel)[0]) for wheel in WHEELS}


def p20_kpa(samples: Samples, wheel: str) -> Floats:
    """Gauge pressure brought to 20 °C by the gas law, shape (n,)."""
    kelvin = samples.get(TEMPERATURE[wheel]) + 273.0
    return (samples.get(PRESSURE[wheel]) + 101.3) * 293.0 / kelvin - 101.3


def _median(values: Floats) -> float:
    return float(np.nanmedian(values)) if np.isfinite(values).any() else float("nan")
