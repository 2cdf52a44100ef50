"""A simulated car's life as diagnostics would see it, without broker and database in between."""

from __future__ import annotations

from typing import Any

import numpy as np

from diagnostics.code_episodes import CodeReport, episodes_of
from diagnostics.history import EngineStart, History, ParkedReading
from diagnostics.samples import SIGNALS, WHEELS, Floats, Samples
from diagnostics.trips import Trip, describe, p20_kpa, split_trips
from simulator.drive import Burst, simulate_car
from simulator.faults.schedule import HiddenFault
from simulator.fleet import CarSpec
from simulator.scenario import Scenario
from telemetry_schema.catalogue import signal
from telemetry_schema.generated import servicelane_v1_pb2 as wire


def simulated_history(
    spec: CarSpec, scenario: Scenario, seed: int, end_ms: int, fault: HiddenFault | None = None
) -> History:
    """The same features that the worker derives from stored rows; frames are ten seconds apart, so bins are frames."""
    trips: list[Trip] = []
    parked: list[ParkedReading] = []
    starts: list[EngineStart] = []
    reports: list[CodeReport] = []
    for burst in simulate_car(spec, scenario, seed, end_ms, fault):
        samples = _samples(burst)
        if np.isfinite(samples.get("vehicle_speed_kmh")).any():
            trips += [describe(trip, spec.drivetrain, spec.specification) for trip in split_trips(samples)]
        elif len(samples):
            kpa = {wheel: float(p20_kpa(samples, wheel)[0]) for wheel in WHEELS}
            parked.append(ParkedReading(float(samples.at_s[0]), kpa))
        starts += [_start(event) for event in burst.events if event.HasField("engine_start")]
        reports += [_report(event) for event in burst.events if event.HasField("dtc_report")]
    return History(spec.vin, spec.drivetrain, spec.specification, trips, starts, parked, episodes_of(reports))


def _samples(burst: Burst) -> Samples:
    columns = {name: _column(burst, name) for name in SIGNALS if signal(name).id in burst.columns}
    return Samples(burst.recorded_at_ms / 1000.0, columns)


def _column(burst: Burst, name: str) -> Floats:
    values, present = burst.columns[signal(name).id].spread(len(burst.recorded_at_ms))
    return np.where(present, values.astype(np.float64), np.nan)


def _start(event: wire.Event) -> EngineStart:
    told = event.engine_start

    def known(name: str) -> float | None:
        return getattr(told, name) if told.HasField(name) else None  # type: ignore[arg-type]

    return EngineStart(
        at_s=event.recorded_at_ms / 1000.0,
        minimum_v=known("crank_minimum_voltage_v"),
        rest_v=known("rest_voltage_v"),
        temperature_c=known("battery_temperature_c"),
    )


def _report(event: wire.Event) -> CodeReport:
    told = event.dtc_report
    codes: dict[int, dict[str, Any]] = {
        one.code: {"status": one.status, "occurrences": one.occurrences} for one in told.codes
    }
    return CodeReport(event.recorded_at_ms / 1000.0, told.ecu, told.complete, told.cleared, codes)
