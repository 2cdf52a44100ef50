"""A fitted model of one part: quantiles of the days to its due date and to its failure, widened to be true. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maintenance_planner.wear.history import Floats
from maintenance_planner.wear.observing import FEATURES, Observation
from maintenance_planner.wear.trees import Trees

QUANTILES: Final = (0.1, 0.5, 0.9)
END: Final = ("due", "failure")
EndName = Literal["due", "failure"]
LEAST_LEFT: Final = 0.1
"""Of a life: near its end and beyond, what is missed grows no smaller."""


class Quantiles(NamedTuple):
    """Days from the observation on, each of shape (n,); negative: in the past."""

    p10: Floats
    p50: Floats
    p90: Floats


@dataclass(frozen=True, slots=True)
class EndModel:
    """Quantiles of what the physics misses, as a share of what is left of the part's life.

    `below`, `middle` and `above` are conformal: set on cars and years that the trees have not seen, so that one in ten
    falls on either side of the interval and one in two before P50; for parts without a gauge, and for those with it.
    """

    trees: tuple[Trees, Trees, Trees]
    below: tuple[float, float]
    middle: tuple[float, float]
    above: tuple[float, float]

    def shares(self, rows: Floats) -> Quantiles:
        """Without the physics; in order."""
        gauged = has_gauge(rows)
        moved = (np.where(gauged, *by_kind[::-1]) for by_kind in (self.below, self.middle, self.above))
        below, middle, above = (trees.predict(rows) + by for trees, by in zip(self.trees, moved, strict=True))
        low, high = np.maximum(np.minimum(below, above), -1.0), np.maximum(np.maximum(below, above), -1.0)
        return Quantiles(low, np.clip(middle, low, high), high)


def scale_of(left_share: Floats) -> Floats:
    """Of what the physics misses: the more is left, the more it may miss."""
    scale: Floats = np.maximum(left_share, LEAST_LEFT)
    return scale


def has_gauge(rows: Floats) -> NDArray[np.bool_]:
    """Of observations of shape (n, FEATURES)."""
    told: NDArray[np.bool_] = np.isfinite(rows[:, FEATURES.index("gauge_worn_share")])
    return told


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
        scale = scale_of(left)
        return Quantiles(*(life * (left + scale * share) for share in self.ends[end].shares(rows)))
