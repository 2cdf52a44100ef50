"""A simulated car's life as diagnostics would see it, without broker and database in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from diagnostics.code_episodes import episodes_of
from diagnostics.code_reports import CodeReport
from diagnostics.history import (
    MOMENTS,
    Car,
    ChargeSession,
    EngineStart,
    History,
    Moment,
    Regeneration,
    moment_of,
)
from diagnostics.parked import parked_readings
from diagnostics.samples import PARKED_SIGNALS, SIGNALS, Floats, Samples
from diagnostics.trips import trips_of
from simulator.drive import Burst, simulate_car
from simulator.faults.schedule import HiddenFault
from simulator.fleet import CarSpec
from simulator.scenario import Scenario
from telemetry_schema.catalogue import signal
from telemetry_schema.events import event_details, event_kind
from telemetry_schema.frames import SignalColumn
from telemetry_schema.generated import servicelane_v1_pb2 as wire

_IDS: Final = {name: signal(name).id for name in (*SIGNALS, *PARKED_SIGNALS)}


def simulated_history(
    spec: CarSpec, scenario: Scenario, seed: int, end_ms: int, fault: HiddenFault | None = None
) -> History:
    """One car's life in a scenario."""
    return history_of(spec, simulate_car(spec, scenario, seed, end_ms, fault))


def history_of(spec: CarSpec, bursts: Iterable[Burst]) -> History:
    """The same features that the worker derives from stored rows; frames are ten seconds apart, so bins are frames."""
    car = Car(spec.vin, spec.drivetrain, spec.specification)
    drives: list[Samples] = []
    parked: list[Samples] = []
    moments: list[Moment] = []
    reports: list[CodeReport] = []
    for burst in bursts:
        if len(burst.recorded_at_ms):
            drives_now = _IDS["vehicle_speed_kmh"] in burst.columns
            (drives if drives_now else parked).append(_samples(burst, SIGNALS if drives_now else PARKED_SIGNALS))
        moments += [moment for event in burst.events if (moment := _moment(event)) is not None]
        reports += [_report(event) for event in burst.events if event.HasField("dtc_report")]
    return History(
        spec.vin,
        spec.drivetrain,
        spec.specification,
        trips_of(drives, car),
        [one for one in moments if isinstance(one, EngineStart)],
        parked_readings(_joined(parked)),
        episodes_of(reports),
        [one for one in moments if isinstance(one, ChargeSession)],
        [one for one in moments if isinstance(one, Regeneration)],
    )


def until(history: History, burst: Burst, at_s: float) -> History:
    """What was known at an instant of this burst; codes, which are told at a trip's end, are left out."""
    samples = _samples(burst, SIGNALS)
    driven = samples.part(0, int(np.searchsorted(samples.at_s, at_s)))
    trips = [trip for trip in history.trips if trip.ended_s < at_s]
    return replace(
        history,
        trips=[*trips, *trips_of([driven], history.car)],
        starts=[one for one in history.starts if one.at_s < at_s],
        parked=[one for one in history.parked if one.at_s < at_s],
        charges=[one for one in history.charges if one.at_s < at_s],
        regenerations=[one for one in history.regenerations if one.at_s < at_s],
        episodes=(),
    )


def _samples(burst: Burst, names: Sequence[str]) -> Samples:
    told = {name: burst.columns[_IDS[name]] for name in names if _IDS[name] in burst.columns}
    frames = len(burst.recorded_at_ms)
    return Samples(burst.recorded_at_ms / 1000.0, {name: _values(column, frames) for name, column in told.items()})


def _values(column: SignalColumn, frames: int) -> Floats:
    if column.at is None:
        return column.values.astype(np.float64)
    values, present = column.spread(frames)
    return np.where(present, values.astype(np.float64), np.nan)


def _joined(parked: Sequence[Samples]) -> Samples:
    """One after the other; a column that one of them does not have is NaN there."""
    names = {name for one in parked for name in one.columns}
    at_s = np.concatenate([one.at_s for one in parked]) if parked else np.zeros(0)
    return Samples(at_s, {name: np.concatenate([one.get(name) for one in parked]) for name in names})


def _moment(event: wire.Event) -> Moment | None:
    kind = event_kind(event)
    return moment_of(kind, event.recorded_at_ms / 1000.0, event_details(event)) if kind in MOMENTS else None


def _report(event: wire.Event) -> CodeReport:
    told = event.dtc_report
    codes: dict[int, dict[str, Any]] = {one["code"]: one for one in event_details(event).get("codes", ())}
    return CodeReport(event.recorded_at_ms / 1000.0, told.ecu, told.complete, told.cleared, codes)
