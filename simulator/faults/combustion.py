"""What goes wrong with mixture, ignition, exhaust and oil."""

from __future__ import annotations

from typing import Final

import numpy as np

from simulator.car import Car
from simulator.driven import Driven
from simulator.faults.degradation import COMBUSTION, DIESEL, SPARK, Degradation, Parameters, Seen, Watch
from simulator.physics.misfire import BASE_RATE
from simulator.physics.particulate_filter import WORKSHOP_G

_HARM_KM: Final = 10.0  # unburnt fuel heats it up for some minutes (default)
_LEAN: Final = 0x017100
_MISFIRE: Final = 0x030000
_MISFIRE_2: Final = 0x030200
_SOOT: Final = 0x246300
_OIL_LOW: Final = 0x052400


def _vacuum_leak(car: Car, severity: float, p: Parameters) -> None:
    car.trim.leak_gps = p["leak_gps"] * severity


def _dirty_maf(car: Car, severity: float, p: Parameters) -> None:
    car.trim.maf_gain = 1.0 - p["loss"] * severity


def _weak_pump(car: Car, severity: float, p: Parameters) -> None:
    car.trim.pump_weakness = p["weakness"] * severity


def _lean(limit: float) -> Watch:
    def seen(_: Car, driven: Driven) -> Seen:
        return driven.long_trim is not None and driven.long_trim > limit

    return seen


def _worn_plugs(car: Car, severity: float, p: Parameters) -> None:
    """All plugs wear, one a little more."""
    rates = np.full(len(car.misfire.rates), BASE_RATE + p["rate"] * 0.6 * severity)
    rates[int(p["worst"]) % len(rates)] += p["rate"] * 0.4 * severity
    car.misfire.rates = rates


def _coil(car: Car, severity: float, p: Parameters) -> None:
    car.misfire.rates[1 % len(car.misfire.rates)] = BASE_RATE + (p["rate"] if severity > 0.02 else 0.0)


def _missing(cylinder: int | None, limit: int) -> Watch:
    def seen(_: Car, driven: Driven) -> Seen:
        if driven.misfires is None:
            return False
        counts = driven.misfires.sum(axis=0) if cylinder is None else driven.misfires[cylinder % len(driven.misfires)]
        many: Seen = counts > limit
        return many

    return seen


def _misfires_harm(limit: float) -> Watch:
    """A catalyst takes harm from a mean share of misfires above `limit`, after so many kilometres on one trip."""

    def seen(car: Car, driven: Driven) -> Seen:
        harmed: Seen = driven.odometer_km - driven.odometer_km[0] > _HARM_KM
        return harmed if float(np.max(car.misfire.rates)) > limit else False

    return seen


def _soot(car: Car, severity: float, p: Parameters) -> None:
    """A control unit that sees what injectors do bars regenerations: then the filter fills up."""
    car.filter.soot_factor = 1.0 + p["more"] * severity
    car.filter.barred = severity >= p["barred_from"]


def _burns_badly(car: Car, severity: float, p: Parameters) -> None:
    car.filter.burn_factor = 1.0 - (1.0 - p["left"]) * severity


def _soot_above(limit: float) -> Watch:
    def seen(_: Car, driven: Driven) -> Seen:
        return driven.filter is not None and driven.filter[0] > limit

    return seen


def _oil_burning(car: Car, severity: float, p: Parameters) -> None:
    """When it begins an owner has filled up for the last time, up to `level_mm`."""
    if not car.oil.neglected:
        car.oil.neglected = True
        car.oil.level_mm = max(p["level_mm"], car.oil.level_mm)
        car.oil.life_percent = max(60.0, car.oil.life_percent)
    car.oil.consumption = 0.12 + p["litres"] * severity


def _oil_below(limit_mm: float) -> Watch:
    def seen(_: Car, driven: Driven) -> Seen:
        return driven.oil_level_mm is not None and driven.oil_level_mm < limit_mm

    return seen


def _neglect_change(car: Car, p: Parameters) -> None:
    car.oil.neglected = True
    car.oil.life_percent = p["life_percent"]


def _oil_is_used_up(_: Car, driven: Driven) -> Seen:
    return driven.oil_life_percent is not None and driven.oil_life_percent <= 0.0


def _nothing(_car: Car, _severity: float, _parameters: Parameters) -> None:
    """Time alone does it."""


COMBUSTION_FAULTS: Final = (
    Degradation("vacuum_leak", "intake manifold", SPARK, _vacuum_leak, {"leak_gps": 1.3}, _lean(24), _LEAN, _lean(20)),
    Degradation("dirty_maf", "air mass sensor", SPARK, _dirty_maf, {"loss": 0.24}, _lean(24), _LEAN, _lean(20)),
    Degradation("weak_fuel_pump", "fuel pump", SPARK, _weak_pump, {"weakness": 1.6}, _lean(24), _LEAN, _lean(20)),
    Degradation(
        "misfire_plug_wear",
        "spark plugs",
        SPARK,
        _worn_plugs,
        {"rate": 0.012, "worst": 0},
        _misfires_harm(0.02),
        _MISFIRE,
        _missing(None, 12),
    ),
    Degradation(
        "coil_failure",
        "ignition coil 2",
        SPARK,
        _coil,
        {"rate": 0.08},
        _misfires_harm(0.05),
        _MISFIRE_2,
        _missing(1, 15),
        gradual=False,
    ),
    Degradation(
        "dpf_soot",
        "injectors",
        DIESEL,
        _soot,
        {"more": 2.2, "barred_from": 0.95},
        _soot_above(WORKSHOP_G),
        _SOOT,
        _soot_above(30.0),
    ),
    Degradation(
        "dpf_regeneration_fails",
        "particulate filter",
        DIESEL,
        _burns_badly,
        {"left": 0.05},
        _soot_above(WORKSHOP_G),
        _SOOT,
        _soot_above(30.0),
    ),
    Degradation(
        "oil_consumption",
        "engine oil",
        COMBUSTION,
        _oil_burning,
        {"litres": 1.6, "level_mm": 20.0},
        _oil_below(0.0),
        _OIL_LOW,
        _oil_below(-8.0),
    ),
    Degradation(
        "oil_change_missed",
        "engine oil",
        COMBUSTION,
        _nothing,
        {"life_percent": 22.0},
        _oil_is_used_up,
        prepare=_neglect_change,
    ),
)
