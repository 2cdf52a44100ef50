"""A fitted model of one part: quantiles of the days to its due date and to its failure, widened to be true. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np

from maintenance_planner.wear.history import Floats
from maintenance_planner.wear.observing import Observation
from maintenance_planner.wear.trees import Trees

QUANTILES: Final = (0.1, 0.5, 0.9)
END: Final = ("due", "failure")
EndName = Literal["due", "failure"]


class Quantiles(NamedTuple):
    """Days from the observation on, each of shape (n,); negative: in the past."""

    p10: Floats
    p50: Floats
    p90: Floats


@dataclass(frozen=True, slots=True)
class EndModel:
    """Quantiles of what the physics misses, as a share of the part's life; `below` and `above` are conformal.

    They were set on cars and years that the trees have not seen, so that one in ten falls on either side.
    """

    trees: tuple[Trees, Trees, Trees]
    below: float
    above: float

    def shares(self, rows: Floats) -> Quantiles:
        """Without the physics; in order."""
        low, middle, high = (trees.predict(rows) for trees in self.trees)
        low, high = low - self.below, high + self.above
        middle = np.clip(middle, np.minimum(low, high), np.maximum(low, high))
        return Quantiles(np.minimum(low, middle), middle, np.maximum(high, middle))


@dataclass(frozen=True, slots=True)
class PartModel:
    """`due` and `failure` of one part."""

    component: str
    ends: Mapping[str, EndModel]

    def days(self, observations: Sequence[Observation], end: EndName) -> Quantiles:
        """Of many cars at once."""
        rows = np.array([one.features for one in observations])
        left = np.array([one.left_share for one in observations])
        life = np.array([one.life_days for one in observations])
        return Quantiles(*(life * (left + share) for share in self.ends[end].shares(rows)))
