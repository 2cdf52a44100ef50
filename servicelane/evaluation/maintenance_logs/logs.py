"""The five files as arrays, each log in the order of machine and time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from servicelane.evaluation.maintenance_logs.columns import Columns, LogFiles, read_columns
from servicelane.evaluation.maintenance_logs.tables import Column, LogFileError, known_machines, read_table


@dataclass(frozen=True, slots=True)
class Log:
    """What happened to which machine when, in seconds since 1970; `kind`: index into `kinds`."""

    machine: Column
    at: Column
    kind: Column
    kinds: tuple[str, ...]

    def of(self, machine: int, kind: int) -> Column:
        """When it happened to that machine, in order."""
        found: Column = self.at[(self.machine == machine) & (self.kind == kind)]
        return found


@dataclass(frozen=True, slots=True)
class Logs:
    """`age` (years) and `model` by machine number. `values`: lines x signals, float32, NaN where none was told."""

    machines: tuple[str, ...]
    age: Column
    model: Column
    failures: Log
    replacements: Log
    errors: Log
    machine: Column
    at: Column
    values: Column
    signals: tuple[str, ...]


def read_logs(files: LogFiles) -> Logs:
    """Raises LogFileError."""
    columns = read_columns(files.columns)
    head = read_table(files.machines, [], [columns.machine, columns.model], [columns.age], "")
    names = [str(name) for name in head[columns.machine]]
    numbers = {name: number for number, name in enumerate(names)}
    if len(numbers) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        line = len(names) - names[::-1].index(twice) + 1
        raise LogFileError(f"{files.machines.name}, line {line}: machine {twice!r} stands there twice")
    failures = _log(files, "failures", columns.failure, columns, numbers)
    if not len(failures.at):
        raise LogFileError(f"{files.failures.name}: no line but the head; without failures nothing can be learnt")
    telemetry = read_table(
        files.telemetry, [columns.datetime], [columns.machine], columns.signals, columns.datetime_format
    )
    if not len(telemetry[columns.datetime]):
        raise LogFileError(f"{files.telemetry.name}: no line but the head")
    machine = known_machines(files.telemetry, telemetry[columns.machine], numbers)
    order = np.lexsort((telemetry[columns.datetime], machine))
    return Logs(
        tuple(names),
        head[columns.age],
        np.unique(head[columns.model], return_inverse=True)[1].astype(np.float32),
        failures,
        _log(files, "maintenance", columns.component, columns, numbers),
        _log(files, "errors", columns.error, columns, numbers),
        machine[order],
        telemetry[columns.datetime][order],
        np.column_stack([telemetry[name] for name in columns.signals])[order],
        columns.signals,
    )


def _log(files: LogFiles, which: str, kind: str, columns: Columns, numbers: dict[str, int]) -> Log:
    path = getattr(files, which)
    read = read_table(path, [columns.datetime], [columns.machine, kind], [], columns.datetime_format)
    machine = known_machines(path, read[columns.machine], numbers)
    kinds, index = np.unique(read[kind], return_inverse=True)
    order = np.lexsort((read[columns.datetime], machine))
    return Log(machine[order], read[columns.datetime][order], index[order], tuple(str(one) for one in kinds))
