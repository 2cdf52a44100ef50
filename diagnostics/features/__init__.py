"""What the samples of one trip say, one file per part of the car: `features(trip, car)` gives what the car can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from diagnostics.features import charging, cooling, tyres
from diagnostics.history import Car
from diagnostics.samples import Samples

Features = dict[str, float]

FAMILIES: Final[tuple[Callable[[Samples, Car], Features], ...]] = (
    charging.features,
    cooling.features,
    tyres.features,
)
