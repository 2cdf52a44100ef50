"""Maintenance logs of machines that do not exist, in the shape of the public set: who fails tells so beforehand.

The relations are its kinds: a day and more before a component fails one signal shifts, an error is told more often, and
a component fails sooner the longer ago it was replaced. What it hides, the evaluation has to find.

`python -m tests.servicelane.maintenance_log_fleet FOLDER` writes a larger set with another seed, for the page.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

START: Final = np.datetime64("2015-01-01T06:00:00")
SIGNALS: Final = {"volt": (170.0, 15.0), "rotate": (450.0, 50.0), "pressure": (100.0, 11.0), "vibration": (40.0, 5.0)}
SHIFTS: Final = {
    "comp1": ("volt", 45.0),
    "comp2": ("rotate", -130.0),
    "comp3": ("pressure", 32.0),
    "comp4": ("vibration", 16.0),
}
"""By component: the signal that shifts before it fails, and by how much."""

SHIFT_HOURS: Final = 40
MEAN_LIFE_DAYS: Final = 170
PLANNED_DAYS: Final = 45


@dataclass(frozen=True)
class Fleet:
    """`related` False: failures come from nowhere, and nothing can be learnt."""

    machines: int = 20
    days: int = 120
    seed: int = 11
    related: bool = True

    def write(self, folder: Path) -> Path:
        generator = np.random.default_rng(self.seed)
        parts = [self._machine(number, generator) for number in range(1, self.machines + 1)]
        for name in ("telemetry", "errors", "maintenance", "failures"):
            table = pd.concat([part[name] for part in parts])
            table.to_csv(folder / f"{name}.csv", index=False, date_format="%Y-%m-%d %H:%M:%S")
        models = [f"model{1 + number % 4}" for number in range(self.machines)]
        ages = generator.integers(0, 20, self.machines)
        machines = pd.DataFrame({"machineID": range(1, self.machines + 1), "model": models, "age": ages})
        machines.to_csv(folder / "machines.csv", index=False)
        return folder

    def _machine(self, number: int, generator: np.random.Generator) -> dict[str, pd.DataFrame]:
        hours = self.days * 24
        values = {name: generator.normal(*spread, hours) for name, spread in SIGNALS.items()}
        failures, replaced = [], []
        errors = [(hour, f"error{1 + number % 5}") for hour in np.flatnonzero(generator.random(hours) < 0.002)]
        for component, (signal, shift) in SHIFTS.items():
            for hour, failed in _ends(generator, hours):
                replaced.append((hour, component))
                if failed:
                    failures.append((hour, component))
                    told = hour if self.related else int(generator.integers(SHIFT_HOURS, hours))
                    since = max(0, told - SHIFT_HOURS)
                    values[signal][since:told] += shift
                    errors.append((since, f"error{component[-1]}"))
        return {
            "telemetry": _table(number, [(hour,) for hour in range(hours)], []).assign(
                **{name: told.round(6) for name, told in values.items()}
            ),
            "errors": _table(number, errors, ["errorID"]),
            "maintenance": _table(number, replaced, ["comp"]),
            "failures": _table(number, failures, ["failure"]),
        }


def _ends(generator: np.random.Generator, hours: int) -> Iterator[tuple[int, bool]]:
    """At 06:00 of a day each, as in the public set: when it failed, or was replaced by plan before that."""
    day = 0
    while True:
        life = 2 + int(generator.weibull(2.0) * MEAN_LIFE_DAYS / 2)
        day += min(life, PLANNED_DAYS)
        if day * 24 >= hours:
            return
        yield day * 24, life <= PLANNED_DAYS


def _table(number: int, rows: list[tuple[int, str]] | list[tuple[int]], names: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(sorted(rows), columns=["datetime", *names])
    table["datetime"] = START + table["datetime"].to_numpy(dtype=np.int64) * np.timedelta64(3600, "s")
    table.insert(1, "machineID", number)
    return table


if __name__ == "__main__":
    made = Path(sys.argv[1])
    made.mkdir(parents=True, exist_ok=True)
    Fleet(machines=40, days=240, seed=83).write(made)
