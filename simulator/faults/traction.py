"""What goes wrong with a traction battery."""

from __future__ import annotations

from typing import Final

from simulator.car import Car
from simulator.driven import Driven
from simulator.faults.degradation import ELECTRIC, Degradation, Parameters, Seen

_DETERIORATED: Final = 0x0A8000


def _weak_cell(car: Car, severity: float, p: Parameters) -> None:
    if car.traction:
        car.traction.spread_v = 0.008 + p["spread_v"] * severity


def _spreads(limit_v: float, car: Car) -> Seen:
    return bool(car.traction and car.traction.spread_v > limit_v)


def _ages(car: Car, severity: float, p: Parameters) -> None:
    """Years of ageing in months: the loss is real, its pace is not."""
    if car.traction:
        car.traction.soh = p["start"] - p["loss"] * severity


def _some_years_old(car: Car, p: Parameters) -> None:
    if car.traction:
        car.traction.soh = p["start"]


def _worn_out(car: Car, _: Driven) -> Seen:
    return bool(car.traction and car.traction.soh < 0.66)


TRACTION_FAULTS: Final = (
    Degradation(
        "traction_cell_weak",
        "traction battery cell",
        ELECTRIC | {"hybrid"},
        _weak_cell,
        {"spread_v": 0.11},
        lambda car, _: _spreads(0.1, car),
        _DETERIORATED,
        lambda car, _: _spreads(0.09, car),
    ),
    Degradation(
        "traction_ageing",
        "traction battery",
        ELECTRIC,
        _ages,
        {"start": 0.92, "loss": 0.28},
        _worn_out,
        prepare=_some_years_old,
    ),
)
