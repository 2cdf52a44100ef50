"""Faults put into recorded drives, into the signals that they have: the rest stays as a real car made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

import numpy as np

from diagnostics.findings import instant
from diagnostics.history import Car, History, Trip
from diagnostics.samples import Floats, Samples
from diagnostics.service import findings_of
from diagnostics.trips import trips_of
from servicelane.evaluation.matching import RIGHT, answers, explains
from servicelane.evaluation.recorded_drives import RecordedDrive
from simulator.faults.ranges import Part, chance_of, draw
from simulator.faults.sensors import NOISE_SPANS
from simulator.physics.engine import FUEL_KJ_PER_G, STOICHIOMETRIC
from simulator.physics.thermal import CoolingSystem
from simulator.sensor_faults import SensorFault

_DISPLACEMENT_L: Final = 1.6
_LEAST_TRIPS_BEFORE: Final = 8
_KEPT_SHARE: Final = 0.85
"""Of the drives, each case takes another choice: so that cases are not all the same car's same weeks."""

Inject = Callable[[Samples, float, Mapping[str, Any], np.random.Generator], Samples]


@dataclass(frozen=True, slots=True)
class InjectedOutcome:
    """`found_after` counts trips from the first faulty one, 1 for that itself; false findings as words."""

    fault: str
    found_after: int | None
    false: tuple[str, ...]


def inject_case(
    drives: Sequence[RecordedDrive],
    healthy: Sequence[Sequence[Trip]],
    car: Car,
    part: Part,
    seed: int,
    number: int,
    fault: str,
) -> InjectedOutcome | None:
    """One fault that begins on one of the drives and stays; None where no drive has its signals, or none shows it.

    `healthy` are the trips of each drive as they were recorded.
    """
    drawn = draw(fault, part, seed, number)
    needed = [drawn.parameters["signal"]] if "signal" in drawn.parameters else ["coolant_temperature_c"]
    if not all(any(drive.samples.has(name) for drive in drives) for name in needed):
        return None
    chance = chance_of(part, "injected", fault, seed, number)
    chosen = sorted(chance.sample(range(len(drives)), max(1, int(_KEPT_SHARE * len(drives)))))
    earliest = min(_LEAST_TRIPS_BEFORE, len(chosen) - 1)
    onset = chance.randint(earliest, max(earliest, len(chosen) // 2))
    ramp = 1 if fault.startswith("sensor_") and fault != "sensor_coolant_drift" else chance.randint(3, 10)
    noise, inject = np.random.default_rng(chance.getrandbits(60)), _injector(fault)
    trips: list[Trip] = [trip for place in chosen[:onset] for trip in healthy[place]]
    faulty_from = len(trips)
    faulty = [
        inject(drives[place].samples, min(1.0, step / ramp), drawn.parameters, noise)
        for step, place in enumerate(chosen[onset:], 1)
    ]
    trips += trips_of(faulty, car)
    return _judge(fault, drawn.parameters, trips, faulty_from, car) if faulty_from < len(trips) else None


def _judge(
    fault: str, parameters: Mapping[str, Any], trips: Sequence[Trip], faulty_from: int, car: Car
) -> InjectedOutcome:
    onset_at = instant(trips[faulty_from].started_s)
    truth = {"vin": car.vin, "kind": fault, "onset_at": onset_at, "parameters": parameters}
    found: list[float] = []
    false: list[str] = []
    for finding in findings_of(History(car.vin, car.drivetrain, car.specification, trips)):
        alarm = finding.alarm
        row = {"vin": car.vin, "kind": alarm.kind, "component": alarm.component, "found_at": instant(alarm.found_s)}
        if answers(row, truth):
            found.append(alarm.found_s)
        elif not explains(row, truth):
            false.append(f"{alarm.kind}, {alarm.component}")
    after = None if not found else sum(trip.started_s <= min(found) for trip in trips[faulty_from:])
    return InjectedOutcome(fault, after, tuple(false))


def _injector(fault: str) -> Inject:
    """A new one for each case, since a fault has a memory."""
    return _INJECTIONS[fault]()


def _cooled(
    samples: Samples, severity: float, parameters: Mapping[str, Any], _: np.random.Generator, *, kind: str
) -> Samples:
    """The recorded coolant, less what the fault makes a difference to a simulated one on the same drive."""
    well = _simulated(samples, lambda _: None)

    def spoil(cooling: CoolingSystem) -> None:
        if kind == "open":
            cooling.stuck_open = parameters["opening"] * severity
        else:
            cooling.radiator = 1.0 - (1.0 - parameters["left"]) * severity

    difference = _simulated(samples, spoil) - well
    return _with(samples, "coolant_temperature_c", samples.get("coolant_temperature_c") + difference)


def _simulated(samples: Samples, spoil: Callable[[CoolingSystem], None]) -> Floats:
    coolant = samples.get("coolant_temperature_c")
    air_c = float(np.nan_to_num(np.nanmedian(samples.get("ambient_temperature_c")), nan=15.0))
    cooling = CoolingSystem(_DISPLACEMENT_L, air_c, 1.0)
    spoil(cooling)
    now = float(coolant[np.isfinite(coolant)][0]) if np.isfinite(coolant).any() else air_c
    fuel_kw = (np.nan_to_num(samples.get("mass_air_flow_gps")) / STOICHIOMETRIC * FUEL_KJ_PER_G).tolist()
    airflow = cooling.airflow(np.nan_to_num(samples.get("vehicle_speed_kmh"))).tolist()
    dt = np.minimum(np.diff(samples.at_s, prepend=samples.at_s[0]), 30.0).tolist()
    told = np.empty(len(samples))
    for place in range(len(samples)):
        now = cooling.stepper(dt[place], air_c)(now, fuel_kw[place], airflow[place]) if dt[place] else now
        told[place] = now
    return told


def _drifted(samples: Samples, severity: float, parameters: Mapping[str, Any], _: np.random.Generator) -> Samples:
    name = "coolant_temperature_c"
    return _with(samples, name, samples.get(name) - parameters["offset_c"] * severity)


class _Mistold:
    """A faulty sensor over all drives of a case: one that is stuck keeps what it said first."""

    def __init__(self, mode: Literal["stuck", "noisy", "unplugged"]) -> None:
        self._mode = mode
        self._fault: SensorFault | None = None

    def __call__(
        self, samples: Samples, severity: float, parameters: Mapping[str, Any], chance: np.random.Generator
    ) -> Samples:
        name = parameters["signal"]
        if self._fault is None:
            self._fault = SensorFault(name, self._mode, share=parameters.get("share", 1.0))
        self._fault.amount = parameters.get("spans", 0.0) * NOISE_SPANS[name] * severity
        return _with(samples, name, self._fault.said(samples.get(name), chance))


def _with(samples: Samples, name: str, values: Floats) -> Samples:
    return Samples(samples.at_s, {**samples.columns, name: values})


_INJECTIONS: Final[Mapping[str, Callable[[], Inject]]] = {
    "thermostat_stuck_open": lambda: partial(_cooled, kind="open"),
    "radiator_blocked": lambda: partial(_cooled, kind="radiator"),
    "sensor_coolant_drift": lambda: _drifted,
    "sensor_stuck": lambda: _Mistold("stuck"),
    "sensor_noisy": lambda: _Mistold("noisy"),
    "sensor_unplugged": lambda: _Mistold("unplugged"),
}
INJECTABLE: Final = tuple(_INJECTIONS)
assert set(INJECTABLE) <= RIGHT.keys()
