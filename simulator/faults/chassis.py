"""What goes wrong with brakes and tyres."""

from __future__ import annotations

from typing import Final

from simulator.car import Car
from simulator.driven import Driven
from simulator.faults.degradation import ALL, Degradation, Mask, Parameters, Seen

_FLAT_KPA: Final = 110.0


def _stuck_caliper(car: Car, severity: float, p: Parameters) -> None:
    car.brakes.drag[int(p["wheel"])] = p["more"] * severity


def _thin_pads(car: Car, p: Parameters) -> None:
    """Pads are some years old when a caliper begins to stick, and nobody looks at them."""
    car.brakes.neglected = True
    if "pad_mm" in p:
        car.brakes.pad_mm[:] = p["pad_mm"] + 1.0
        car.brakes.pad_mm[int(p["wheel"])] = p["pad_mm"]


def _pads_are_worn(_: Car, driven: Driven) -> Seen:
    worn: Mask = driven.pad_mm.min(axis=0) < 1.6
    return worn


def _tyre_leak(car: Car, severity: float, p: Parameters) -> None:
    car.tyres.leak_per_day[int(p["wheel"])] = p["kpa_per_day"] if severity > 0.0 else 0.0


def _puncture(car: Car, severity: float, p: Parameters) -> None:
    car.tyres.puncture_per_minute[int(p["wheel"])] = p["kpa_per_minute"] if severity > 0.0 else 0.0


def _tyre_is_low(car: Car, driven: Driven) -> Seen:
    low: Mask = (driven.cold_kpa / car.tyres.placard[:, None]).min(axis=0) < 0.75
    return low


def _tyre_is_flat(_: Car, driven: Driven) -> Seen:
    flat: Mask = driven.cold_kpa.min(axis=0) < _FLAT_KPA
    return flat


CHASSIS_FAULTS: Final = (
    Degradation(
        "brake_pad_wear",
        "front brake pads",
        ALL,
        _stuck_caliper,
        {"more": 40.0, "wheel": 0},
        _pads_are_worn,
        prepare=_thin_pads,
    ),
    Degradation("slow_tyre_leak", "tyre", ALL, _tyre_leak, {"kpa_per_day": 3.2, "wheel": 2}, _tyre_is_low),
    Degradation(
        "tyre_puncture", "tyre", ALL, _puncture, {"kpa_per_minute": 8.0, "wheel": 1}, _tyre_is_flat, gradual=False
    ),
)
