"""One scripted degradation: what it does as its severity grows from 0 to 1, and when the car is done for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from simulator.car import Car
from simulator.driven import Driven

ALL: Final = frozenset({"petrol", "diesel", "hybrid", "electric"})
COMBUSTION: Final = frozenset({"petrol", "diesel", "hybrid"})
SPARK: Final = frozenset({"petrol", "hybrid"})
DIESEL: Final = frozenset({"diesel"})
ELECTRIC: Final = frozenset({"electric"})

Parameters = Mapping[str, Any]
Mask = npt.NDArray[np.bool_]
Seen = Mask | bool
"""Whether something held at each instant of a trip, shape (n,), or for the whole of it."""
Watch = Callable[[Car, Driven], Seen]


def never(_car: Car, _driven: Driven) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Degradation:
    """`apply(car, severity, parameters)` sets the effect; `done_for` is true once the car strands or fails inspection.

    `usual` are the parameters where a scenario names none; `prepare` makes a car that is about to have the fault,
    before its first trip. `monitor` is what the car's own control unit tests on a trip, and `code` the 24-bit code it
    sets when that fails. A `gradual` fault is one that a detector can see coming.
    """

    kind: str
    component: str
    drivetrains: frozenset[str]
    apply: Callable[[Car, float, Parameters], None]
    usual: Parameters = field(default_factory=dict)
    done_for: Watch = never
    code: int | None = None
    monitor: Watch = never
    prepare: Callable[[Car, Parameters], None] = lambda _car, _parameters: None
    gradual: bool = True
