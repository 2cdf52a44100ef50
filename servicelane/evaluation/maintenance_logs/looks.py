"""Every three hours each machine is looked at: what was known just before, and what fails within the horizon. Pure.

Nothing of the instant itself or of later is in what was known, so a failure never tells of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from servicelane.evaluation.maintenance_logs.logs import Log, Logs
from servicelane.evaluation.maintenance_logs.tables import Column

STEP_SECONDS: Final = 3 * 3600
WINDOW_STEPS: Final = (1, 8)
"""Three hours and a day: how the signals have been, by mean and spread."""

ERROR_STEPS: Final = (8, 24)
"""A day and three: how often each error was told."""

NEVER_HOURS: Final = 24.0 * 365 * 2


@dataclass(frozen=True, slots=True)
class Looks:
    """Rows in the order of machine and time. `fails`: rows x components, whether it fails within the horizon."""

    machine: Column
    at: Column
    known: Column
    fails: Column
    components: tuple[str, ...]


def look(logs: Logs, horizon_seconds: int) -> Looks:
    parts = [part for machine in range(len(logs.machines)) if (part := _of_machine(logs, machine, horizon_seconds))]
    machine, at, known, fails = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Looks(machine, at, known, fails, logs.failures.kinds)


def _of_machine(logs: Logs, machine: int, horizon: int) -> tuple[Column, Column, Column, Column] | None:
    begin, end = np.searchsorted(logs.machine, [machine, machine + 1])
    if begin == end:
        return None
    steps = logs.at[begin:end] // STEP_SECONDS
    first = int(steps[0])
    ats = (np.arange(first, int(steps[-1]) + 1) + 1) * STEP_SECONDS
    signals = _signals(steps - first, logs.values[begin:end], len(ats))
    told = [_counts(logs.errors.of(machine, kind), ats) for kind in range(len(logs.errors.kinds))]
    ages = [_hours_since(_replaced(logs, machine, name), ats) for name in _replaceable(logs)]
    fixed = np.tile([logs.age[machine], logs.model[machine]], (len(ats), 1))
    known = np.column_stack([signals, *told, *ages, fixed]).astype(np.float32)
    fails = np.column_stack(
        [_within(logs.failures.of(machine, kind), ats, horizon) for kind in range(len(logs.failures.kinds))]
    )
    seen = np.isfinite(signals).any(axis=1)
    return np.full(int(seen.sum()), machine), ats[seen], known[seen], fails[seen]


def _signals(steps: Column, values: Column, count: int) -> Column:
    """Mean and spread of each signal over each window that ends before the look; NaN where nothing was told."""
    columns = []
    for signal in range(values.shape[1]):
        told = np.isfinite(values[:, signal])
        at, value = steps[told], values[told, signal].astype(float)
        centre = value.mean() if len(value) else 0.0  # differences of sums of squares need small numbers
        sums = [np.bincount(at, power, count) for power in (np.ones(len(at)), value - centre, (value - centre) ** 2)]
        for window in WINDOW_STEPS:
            number, total, squares = (_windowed(one, window) for one in sums)
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = total / number
                spread = np.sqrt(np.maximum(squares / number - mean**2, 0))
            columns += [mean + centre, spread]
    return np.column_stack(columns)


def _windowed(per_step: Column, steps: int) -> Column:
    total = np.concatenate([np.zeros(steps), np.cumsum(per_step)])
    sums: Column = total[steps:] - total[:-steps]
    return sums


def _counts(happened: Column, ats: Column) -> Column:
    """How often in each window before the look."""
    before = np.searchsorted(happened, ats, side="left")
    since = [np.searchsorted(happened, ats - steps * STEP_SECONDS, side="left") for steps in ERROR_STEPS]
    return np.column_stack([before - one for one in since])


def _replaceable(logs: Logs) -> list[str]:
    return sorted({*logs.failures.kinds, *logs.replacements.kinds})


def _replaced(logs: Logs, machine: int, component: str) -> Column:
    """By plan, or because it had failed."""
    both: tuple[Log, ...] = (logs.failures, logs.replacements)
    found = [log.of(machine, log.kinds.index(component)) for log in both if component in log.kinds]
    return np.unique(np.concatenate(found))


def _hours_since(happened: Column, ats: Column) -> Column:
    before = np.searchsorted(happened, ats, side="left")
    last = np.concatenate([[-np.inf], happened.astype(float)])[before]
    hours: Column = np.minimum((ats - last) / 3600, NEVER_HOURS)
    return hours


def _within(failed: Column, ats: Column, horizon: int) -> Column:
    """From the look on to before the horizon's end."""
    found: Column = np.searchsorted(failed, ats + horizon, side="left") > np.searchsorted(failed, ats, side="left")
    return found
