"""A slow model of an engine that warms up: a healthy one is always at least as warm. Pure.

Heat from fuel into one mass that loses heat to the air: C dT/dt = q·P − UA·(T − Ta). Capacity and losses are at the
slow end: on 78 recorded trips of a healthy car (KIT, -10 to 30 °C) no minute lay more than 0.8 °C below the model once
it stood at 70 °C, so that -8 °C is far from healthy.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from diagnostics.samples import Floats, Samples, median

JUDGED_FROM_C: Final = 70.0
HIGHEST_C: Final = 80.0
_FUEL_KJ_PER_G: Final = 43.0
_AIR_PER_FUEL: Final = 14.7
_PETROL_G_PER_L: Final = 745.0
_DIESEL_G_PER_L: Final = 832.0
_SHARE_OF_FUEL: Final = 0.30  # of its heat, to the coolant (handbook 6.3: 0.25 to 0.30)
_SHARE_OF_AIR: Final = 0.25  # where fuel is guessed from air, which flows on while the fuel is cut
_REFERENCE_L: Final = 2.0
_CAPACITY_KJ_PER_K: Final = 150.0  # of a two-litre engine, oil and block included
_LOSS_W_PER_K: Final = 130.0  # block, and a cabin heater that is on
_MINUTE: Final = 6  # samples
_LONGEST_STEP_S: Final = 30.0


def coolant_kw(trip: Samples, drivetrain: str) -> Floats:
    """Heat to the coolant, from the fuel rate or, for spark ignition, the air mass; NaN where neither is known."""
    density = _DIESEL_G_PER_L if drivetrain == "diesel" else _PETROL_G_PER_L
    from_rate = trip.get("fuel_rate_lph") * density / 3600.0 * _SHARE_OF_FUEL * _FUEL_KJ_PER_G
    if drivetrain == "diesel":
        return from_rate
    from_air = trip.get("mass_air_flow_gps") / _AIR_PER_FUEL * _SHARE_OF_AIR * _FUEL_KJ_PER_G
    return np.where(np.isnan(from_rate), from_air, from_rate)


def model_coolant_c(trip: Samples, drivetrain: str, displacement_l: float) -> Floats | None:
    """The least a healthy coolant would read, shape (n,); None where start, air or fuel are not known."""
    measured = trip.get("coolant_temperature_c")
    heat = coolant_kw(trip, drivetrain)
    air = trip.get("ambient_temperature_c")
    begun = measured[:3][np.isfinite(measured[:3])]
    air_c = median(air)
    if np.count_nonzero(np.isnan(heat)) > 0.3 * len(heat) or not len(begun) or np.isnan(air_c):
        return None
    heat = np.where(np.isnan(heat), median(heat), heat)
    air = np.where(np.isnan(air), air_c, air)
    size = float(np.clip(displacement_l / _REFERENCE_L, 0.5, 2.5)) ** 0.7
    capacity, loss = size * _CAPACITY_KJ_PER_K, size * _LOSS_W_PER_K / 1000.0
    steps = np.minimum(np.diff(trip.at_s, prepend=trip.at_s[0]), _LONGEST_STEP_S)
    gains, factors = steps * (heat + loss * air) / capacity, 1.0 - steps * loss / capacity
    modelled: list[float] = []
    now = float(begun.min())
    for gain, factor in zip(gains.tolist(), factors.tolist(), strict=True):
        now = now * factor + gain
        if now > HIGHEST_C:
            now = HIGHEST_C
        modelled.append(now)
    return np.array(modelled)


def lowest_residual_c(trip: Samples, modelled: Floats) -> float | None:
    """The lowest minute of measured less modelled coolant while the model is warm; None where it never is."""
    difference = trip.get("coolant_temperature_c") - modelled
    if len(difference) < _MINUTE:
        return None
    minutes = np.convolve(difference, np.ones(_MINUTE) / _MINUTE, "valid")[modelled[_MINUTE - 1 :] >= JUDGED_FROM_C]
    known = minutes[np.isfinite(minutes)]
    return float(known.min()) if len(known) else None
