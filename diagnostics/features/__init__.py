"""What the samples of one trip say, one file per part of the car.

A family is two functions. `observe(parts)` says what new bins of many trips show, side by side: sums, extremes, first
and last values, spreads (for medians), and what has to be followed bin by bin. `features(told)` says what that comes to
by now, one number for each trip, NaN where a trip or its car does not tell. Neither sees a trip whole, so a trip costs
what its newest minute costs, however long it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from diagnostics.features import (
    brakes,
    charging,
    cold_start,
    cooling,
    driving,
    engine,
    exhaust,
    mixture,
    plausibility,
    radiator,
    traction,
    tyres,
)
from diagnostics.samples import Floats
from diagnostics.trip_parts import Parts
from diagnostics.trip_states import Seen, Told


class Family(NamedTuple):
    observe: Callable[[Parts], Seen]
    features: Callable[[Told], Mapping[str, Floats]]


FAMILIES: Final[tuple[Family, ...]] = tuple(
    Family(family.observe, family.features)
    for family in (
        charging,
        cooling,
        radiator,
        mixture,
        engine,
        exhaust,
        tyres,
        brakes,
        traction,
        plausibility,
        cold_start,
        driving,
    )
)
