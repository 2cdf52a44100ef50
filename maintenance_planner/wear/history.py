"""What a car's days have told of wear: sums of its trips, and readings of gauges. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SUMS: Final = (
    "km",
    "idle_s",
    "running_s",
    "fuel_l",
    "weighted_revolutions",
    "brake_work_kj_kg",
    "trips",
    "cold_starts",
    "cold_short",
)
"""Of a day: distance, time standing and running, fuel, revolutions weighed by oil temperature (handbook 7.3), what the
brakes took for each kg (handbook 6.7), trips, cold starts, and starts in frost that ended within ten minutes."""

AMBIENT: Final = "ambient_c"
GAUGES: Final = (
    "engine_oil_life_percent",
    "brake_pad_min_mm",
    "tyre_tread_min_mm",
    "crank_drop_v",
    "dpf_ash_mass_g",
    "traction_state_of_health_percent",
)


@dataclass(frozen=True, slots=True)
class WearHistory:
    """Days one after another from `first_day` (days since 1970) on, each column of shape (n,).

    A sum is 0 on a day without trips. `ambient_c` and gauges are NaN where nothing was said.
    """

    first_day: int
    columns: Mapping[str, Floats]

    def __len__(self) -> int:
        return len(self.columns["km"])

    def until(self, day: int) -> WearHistory:
        """What was known at the end of that day."""
        length = day - self.first_day + 1
        return WearHistory(self.first_day, {name: values[:length] for name, values in self.columns.items()})

    def since(self, day: int) -> WearHistory:
        """What a service knows that has had the car from that day on."""
        begin = max(day - self.first_day, 0)
        return WearHistory(self.first_day + begin, {name: values[begin:] for name, values in self.columns.items()})


def history_of(days: Sequence[tuple[date, Mapping[str, float]]], until: date) -> WearHistory | None:
    """From what each day said before `until`, in the order of time; None of nothing."""
    if not days:
        return None
    first = days[0][0]
    length = (until - first).days
    columns = {name: np.zeros(length) for name in SUMS}
    columns |= {name: np.full(length, np.nan) for name in (AMBIENT, *GAUGES)}
    for day, told in days:
        place = (day - first).days
        for name, value in told.items():
            if name in columns and place < length:
                columns[name][place] = value
    return WearHistory(day_number(first), columns)


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - date(1970, 1, 1)).days
