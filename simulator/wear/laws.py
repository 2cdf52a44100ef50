"""How much of each part a day wears: 0 is new, 1 is due. What a backend must not know.

Forms and constants: handbook 6 and 7 where named; what multiplies them is each car's own (`rates`), and so is the harm
that a harsh driver, heat, dust or cold does beyond what a plan counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from simulator.physics.following import Floats
from simulator.wear.days import Days
from simulator.wear.fleet import WearCar

_PAD_KJ: Final = 43.0 * 60_000  # handbook 6.7: 60,000 km for the mean driver, who brakes 43 kJ/km in frames 10 s apart
_DUST: Final = {"cold": 0.95, "temperate": 0.9, "hot": 1.2}
_SALT: Final = {"cold": 0.12, "temperate": 0.05, "hot": 0.0}  # of a disc's life, a year, to rust
_REGENERATES: Final = {"electric": 0.35, "hybrid": 0.45}  # of the braking is left to the pads


def wear(car: WearCar, days: Days) -> dict[str, Floats]:
    """By part, what each day adds; only the parts that the car has."""
    return {name: car.rates[name] * law(car, days) for name, law in LAWS.items() if has(car.drivetrain, name)}


def has(drivetrain: str, part: str) -> bool:
    if part in ("fuel_filter", "particulate_filter_ash"):
        return drivetrain == "diesel"
    if part == "traction_battery":
        return drivetrain == "electric"
    return drivetrain != "electric" or part not in ("engine_oil", "air_filter")


def _engine_oil(_car: WearCar, days: Days) -> Floats:
    """Handbook 7.3: 40 million weighted revolutions, 0.5 % per short start in frost; and it ages (a third a year)."""
    return days.weighted_revolutions / 40e6 + 0.005 * days.cold_short + 0.3 / 365.0


def _brake_pads(car: WearCar, days: Days) -> Floats:
    """Archard; hot brakes wear faster, and harsh drivers have hot brakes (handbook 6.7)."""
    energy_kj = days.brake_work_kj_kg * car.mass_kg * _REGENERATES.get(car.drivetrain, 1.0)
    return energy_kj / _PAD_KJ * (1.0 + 0.15 * max(0.0, car.harshness - 1.0))


def _brake_discs(car: WearCar, days: Days) -> Floats:
    return 0.42 * _brake_pads(car, days) + _SALT[car.climate] / 365.0


def _tyres(car: WearCar, days: Days) -> Floats:
    """40,000 km for a calm 1,500 kg car; braking and mass take more, heat too."""
    per_km = np.divide(days.brake_work_kj_kg, days.km, out=np.zeros(len(days)), where=days.km > 0)
    style = 0.75 + 5.0 * per_km
    heat = 1.0 + 0.008 * (days.ambient_c - 11.0)
    worn: Floats = days.km / 40_000.0 * style * heat * float((car.mass_kg / 1500.0) ** 0.7)
    return worn


def _battery_12v(car: WearCar, days: Days) -> Floats:
    """Handbook 6.1: 1,650 days at 25 °C, half of that for each 9 °C more; an engine warms it. Short trips."""
    warmth = 2.0 ** ((days.ambient_c + (0.0 if car.drivetrain == "electric" else 6.0) - 25.0) / 9.0)
    short = np.convolve(days.cold_short + 0.2 * days.cold_starts, np.ones(30) / 30.0, mode="full")[: len(days)]
    return (0.35 + 0.65 * np.minimum(warmth, 4.0)) / 1650.0 * (1.0 + 0.8 * np.minimum(short, 1.0))


def _air_filter(car: WearCar, days: Days) -> Floats:
    """Dust comes with the air that is burnt: 60,000 km at 8 l per 100 km; towns and dry countries have more of it."""
    return days.fuel_l / 4800.0 * _DUST[car.climate] * (0.8 + _town(days))


def _cabin_filter(car: WearCar, days: Days) -> Floats:
    """Hours of the fan, and pollen and mould with the seasons."""
    return days.running_s / 3600.0 / 900.0 * _DUST[car.climate] * (0.8 + _town(days)) + 0.15 / 365.0


def _fuel_filter(_car: WearCar, days: Days) -> Floats:
    return days.fuel_l / 4200.0


def _ash(_car: WearCar, days: Days) -> Floats:
    """Handbook 6.8: 10 to 15 g per 100,000 km, due at 25 g; it comes with burnt oil, and that with revolutions."""
    return days.fuel_l / 26_000.0 + days.weighted_revolutions / 3.0e9


def _traction_battery(_car: WearCar, days: Days) -> Floats:
    """Handbook 6.10: calendar with the root of time and warmth, throughput; of 20 % that may be lost."""
    years = np.arange(len(days) + 1) / 365.25
    calendar = 2.4 * np.diff(np.sqrt(years)) * np.exp((np.minimum(days.ambient_c, 35.0) - 15.0) / 28.0)
    return (calendar + 0.55 / 10_000.0 * days.km + 0.5 / 365.25) / 20.0


def _town(days: Days) -> Floats:
    """0 on motorways, 0.5 in dense traffic: the share of standing time, doubled."""
    share = np.divide(days.idle_s, days.running_s, out=np.zeros(len(days)), where=days.running_s > 0)
    return np.minimum(0.5, 1.2 * share)


LAWS: Final[dict[str, Callable[[WearCar, Days], Floats]]] = {
    "engine_oil": _engine_oil,
    "brake_pads": _brake_pads,
    "brake_discs": _brake_discs,
    "tyres": _tyres,
    "battery_12v": _battery_12v,
    "air_filter": _air_filter,
    "cabin_filter": _cabin_filter,
    "fuel_filter": _fuel_filter,
    "particulate_filter_ash": _ash,
    "traction_battery": _traction_battery,
}
