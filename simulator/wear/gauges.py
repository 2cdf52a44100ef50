"""What a car shows of a part's wear: the true state through a gauge with noise, steps and a scale of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from simulator.physics.following import Floats
from simulator.wear.fleet import WearCar

_CRANK_V: Final = 1.75  # what a new battery loses at 25 °C: 350 A through 5 mΩ


def readings(car: WearCar, part: str, worn: Floats, chance: np.random.Generator) -> tuple[str, Floats] | None:
    """The signal and its value on each day; None where the car has no such gauge."""
    if part not in _GAUGES or not _has(car, part):
        return None
    name, shown = _GAUGES[part]
    return name, shown(car, worn, chance)


def _has(car: WearCar, part: str) -> bool:
    """Every starter shows how the battery is; every traction battery has a controller that knows its health."""
    if part == "battery_12v":
        return car.drivetrain != "electric"
    return part == "traction_battery" or part in car.gauges


def _oil_life(car: WearCar, worn: Floats, chance: np.random.Generator) -> Floats:
    """The car counts with its maker's constant and knows nothing of this oil."""
    left = 100.0 * (1.0 - worn / car.rates["engine_oil"])
    return np.maximum(0.0, left).round()


def _pads(car: WearCar, worn: Floats, chance: np.random.Generator) -> Floats:
    return np.round(11.0 - 8.0 * worn * car.gauge_scale + chance.normal(0, 0.05, len(worn)), 2)


def _tread(car: WearCar, worn: Floats, chance: np.random.Generator) -> Floats:
    return np.round(8.0 - 5.0 * worn * car.gauge_scale + chance.normal(0, 0.15, len(worn)), 1)


def _crank(car: WearCar, worn: Floats, chance: np.random.Generator) -> Floats:
    """What the starter takes from the battery's voltage, seen at 25 °C; grows with age and with how it was built."""
    return _CRANK_V * (car.gauge_scale + 0.737 * worn**1.2) + chance.normal(0, 0.12, len(worn))


def _ash(car: WearCar, worn: Floats, chance: np.random.Generator) -> Floats:
    return np.round(25.0 * worn * (2.0 * car.gauge_scale - 1.0) + chance.normal(0, 0.2, len(worn)), 1)


def _state_of_health(car: WearCar, worn: Floats, chance: np.random.Generator) -> Floats:
    return np.round(100.0 - 20.0 * worn * car.gauge_scale + chance.normal(0, 0.6, len(worn)), 1)


_GAUGES: Final[dict[str, tuple[str, Callable[[WearCar, Floats, np.random.Generator], Floats]]]] = {
    "engine_oil": ("engine_oil_life_percent", _oil_life),
    "brake_pads": ("brake_pad_min_mm", _pads),
    "tyres": ("tyre_tread_min_mm", _tread),
    "battery_12v": ("crank_drop_v", _crank),
    "particulate_filter_ash": ("dpf_ash_mass_g", _ash),
    "traction_battery": ("traction_state_of_health_percent", _state_of_health),
}
