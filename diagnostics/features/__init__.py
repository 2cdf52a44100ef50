"""What the samples of one trip say, one file per part of the car: `features(trip, car)` gives what the car can tell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from diagnostics.features import (
    brakes,
    charging,
    cooling,
    driving,
    engine,
    exhaust,
    mixture,
    plausibility,
    traction,
    tyres,
)
from diagnostics.history import Car
from diagnostics.samples import Samples

FAMILIES: Final[tuple[Callable[[Samples, Car], dict[str, float]], ...]] = tuple(
    family.features
    for family in (charging, cooling, mixture, engine, exhaust, tyres, brakes, traction, plausibility, driving)
)
