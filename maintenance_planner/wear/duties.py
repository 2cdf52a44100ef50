"""How much of a part's life a day takes by the handbook, 1 being all of it: the physics that models start from. Pure.

Models correct it for the car; its size matters less than that it grows with what wears the part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from maintenance_planner.wear.history import AMBIENT, Floats, WearHistory

_MEAN_AMBIENT_C: Final = 11.0
MEAN_PER_KM: Final = {"brake_work_kj_kg": 43.0 / 1500.0, "weighted_revolutions": 40e6 / 15_000.0, "fuel_l": 0.07}
"""What stands for a sum that a car never tells, by distance. No part of an electric car goes by the last two."""


def _engine_oil(day: Mapping[str, Floats]) -> Floats:
    """Handbook 7.3: 40 million weighted revolutions, 0.5 % for each short start in frost; oil ages within years."""
    return day["weighted_revolutions"] / 40e6 + 0.005 * day["cold_short"] + 0.2 / 365.0


def _brake_pads(day: Mapping[str, Floats]) -> Floats:
    """Archard (handbook 6.7): 60,000 km of the mean driver, who brakes 43 kJ/km in a car of 1,500 kg."""
    return day["brake_work_kj_kg"] / (60_000 * 43.0 / 1500.0)


def _brake_discs(day: Mapping[str, Floats]) -> Floats:
    """Two sets of pads; a disc rusts as well."""
    return 0.45 * _brake_pads(day) + 0.04 / 365.0


def _tyres(day: Mapping[str, Floats]) -> Floats:
    """40,000 km; half of it grows with how hard the car is braked."""
    return 0.7 * day["km"] / 40_000.0 + 0.12 * day["brake_work_kj_kg"] / 1_000.0


def _battery_12v(day: Mapping[str, Floats]) -> Floats:
    """Handbook 6.1: 55 months, and it halves with some 9 °C more; cold starts take their share."""
    warmth = 2.0 ** ((day[AMBIENT] - 20.0) / 9.0)
    return (0.4 + 0.6 * np.minimum(warmth, 4.0)) / 1650.0 + 0.00005 * day["cold_starts"]


def _air_filter(day: Mapping[str, Floats]) -> Floats:
    """60,000 km at 7 l per 100 km; more where one stands in traffic."""
    return day["fuel_l"] / 4_200.0 * (0.9 + 0.5 * _idle_share(day))


def _cabin_filter(day: Mapping[str, Floats]) -> Floats:
    """30,000 km at 37 km/h."""
    return day["running_s"] / 3600.0 / 810.0 + 0.1 / 365.0


def _fuel_filter(day: Mapping[str, Floats]) -> Floats:
    return day["fuel_l"] / 3_900.0


def _particulate_filter_ash(day: Mapping[str, Floats]) -> Floats:
    """200,000 km at 6.5 l per 100 km: ash comes with the fuel and the oil that are burnt."""
    return day["fuel_l"] / 13_000.0


def _traction_battery(day: Mapping[str, Floats]) -> Floats:
    """Handbook 6.10: 20 % within some ten years and 150,000 km."""
    return 0.7 / 3_650.0 + 0.3 * day["km"] / 150_000.0


def _idle_share(day: Mapping[str, Floats]) -> Floats:
    return np.divide(day["idle_s"], day["running_s"], out=np.zeros(len(day["km"])), where=day["running_s"] > 0)


DUTIES: Final[Mapping[str, Callable[[Mapping[str, Floats]], Floats]]] = {
    "engine_oil": _engine_oil,
    "brake_pads": _brake_pads,
    "brake_discs": _brake_discs,
    "tyres": _tyres,
    "battery_12v": _battery_12v,
    "air_filter": _air_filter,
    "cabin_filter": _cabin_filter,
    "fuel_filter": _fuel_filter,
    "particulate_filter_ash": _particulate_filter_ash,
    "traction_battery": _traction_battery,
}


def duty_of(component: str, history: WearHistory) -> Floats:
    """Of each day, shape (n,). What is unknown counts as the mean: of the days known, or of cars where none is."""
    ambient_c = history.columns[AMBIENT]
    known = np.isfinite(ambient_c)
    mean_c = float(ambient_c[known].mean()) if known.any() else _MEAN_AMBIENT_C
    columns = {**history.columns, AMBIENT: np.where(known, ambient_c, mean_c)}
    for name, per_km in MEAN_PER_KM.items():
        if not columns[name].any():
            columns[name] = columns["km"] * per_km
    return DUTIES[component](columns)
