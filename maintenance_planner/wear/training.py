"""Fits models of wear to what fleets have told, with scikit-learn.

What is learnt is what the physics misses, as a share of what is left: quantiles by gradient boosting, never rising
with wear. Cars whose part was not replaced yet are not left out: each that was weighs for those that could not be seen
for as long (inverse probability of censoring). The order of time is kept: trees see what was known before a day, the
conformal widths what came after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits

from maintenance_planner.wear.history import Floats
from maintenance_planner.wear.model import END, QUANTILES, EndModel, EndName, PartModel, has_gauge, scale_of
from maintenance_planner.wear.observing import FALLING, FEATURES
from maintenance_planner.wear.trees import Trees, never_rising, trees_of

FITTED_SHARE: Final = 0.6
"""Of the span of time: the rest sets the conformal widths."""

LEAST_ROWS: Final = 100
_HEAVIEST: Final = 10.0
_BOOSTING: Final[Mapping[str, Any]] = {
    "learning_rate": 0.08,
    "max_iter": 100,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 30,
    "l2_regularization": 1.0,
    "early_stopping": False,
    "random_state": 0,
}


class TrainingError(ValueError):
    """There is too little to learn from; the message names the part and what is missing."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What was seen of one part on many days, each column of shape (n,), `features` (n, FEATURES).

    `day`: of the observation. `due_days`, `failure_days`: from it to the end, whether seen or not; NaN: never known.
    `last_day`: until when the car was watched.
    """

    features: Floats
    left_share: Floats
    life_days: Floats
    day: Floats
    due_days: Floats
    failure_days: Floats
    last_day: Floats

    def of(self, chosen: NDArray[np.bool_]) -> Examples:
        return Examples(*(getattr(self, one.name)[chosen] for one in fields(self)))


def fit(component: str, examples: Examples) -> PartModel:
    """Raises TrainingError."""
    cut = float(examples.day.min() + FITTED_SHARE * (examples.last_day.max() - examples.day.min()))
    return PartModel(component, {end: _fit_end(component, examples, cut, end) for end in END})


def _fit_end(component: str, examples: Examples, cut: float, end: EndName) -> EndModel:
    earlier = examples.of(examples.day < cut)
    fitted, weights = seen_ends(earlier, np.minimum(earlier.last_day, cut), end)
    if len(fitted.day) < LEAST_ROWS:
        raise TrainingError(
            f"{component}: the {end} of {len(fitted.day)} observations was seen within the first "
            f"{FITTED_SHARE:.0%} of the time; at least {LEAST_ROWS} are needed: bring more cars or more years"
        )
    target = _missed(fitted, end)
    monotone = [-1 if name in FALLING else 0 for name in FEATURES]
    heavy = None if (weights == 1.0).all() else weights  # all were watched to the end; four times as fast
    rows = np.where(np.isnan(fitted.features).all(axis=0), 0.0, fitted.features)  # what no car says splits nothing
    with threadpool_limits(1):  # a few thousand rows: threads would only wait for each other
        trees = [
            _fitted(
                HistGradientBoostingRegressor(
                    loss="quantile", quantile=quantile, monotonic_cst=monotone, **_BOOSTING
                ).fit(rows, target, sample_weight=heavy)
            )
            for quantile in QUANTILES
        ]
    later = examples.of(examples.day >= cut)
    judged, weights = seen_ends(later, later.last_day, end)
    missed, gauged = _missed(judged, end), has_gauge(judged.features)
    below, middle, above = (
        _moved(missed - one.predict(judged.features), weights, gauged, quantile)
        for one, quantile in zip(trees, QUANTILES, strict=True)
    )
    return EndModel((trees[0], trees[1], trees[2]), below, middle, above)


def _moved(scores: Floats, weights: Floats, gauged: NDArray[np.bool_], quantile: float) -> tuple[float, float]:
    """Without and with a gauge; where too few have been seen of one kind, that of all."""
    without, with_gauge = (
        _conformal(scores[kind], weights[kind], quantile)
        if kind.sum() >= LEAST_ROWS
        else _conformal(scores, weights, quantile)
        for kind in (~gauged, gauged)
    )
    return without, with_gauge


def _fitted(regressor: Any) -> Trees:
    return never_rising(trees_of(regressor), {FEATURES.index(name) for name in FALLING})


def seen_ends(examples: Examples, until: Floats, end: EndName) -> tuple[Examples, Floats]:
    """The observations whose end came within sight, and for how many each stands.

    How long a car could be watched is known of every car, so the chance to have seen an end is counted, not estimated.
    """
    watched = until - examples.day
    left = getattr(examples, f"{end}_days")
    seen = np.isfinite(left) & (left <= watched)
    ordered = np.sort(watched)
    chance = 1.0 - np.searchsorted(ordered, left[seen], side="left") / max(len(ordered), 1)
    return examples.of(seen), np.minimum(1.0 / np.maximum(chance, 1e-6), _HEAVIEST)


def _missed(examples: Examples, end: EndName) -> Floats:
    left = examples.left_share
    told: Floats = (getattr(examples, f"{end}_days") / examples.life_days - left) / scale_of(left)
    return told


def _conformal(scores: Floats, weights: Floats, quantile: float) -> float:
    """The weighted quantile of how far the truth lay from what was said.

    The one that is still to come counts as the farthest on the side of the quantile: above, or below for P10.
    """
    if not len(scores):
        return 0.0
    if quantile < 0.5:
        return -_conformal(-scores, weights, 1.0 - quantile)
    order = np.argsort(scores)
    passed = np.cumsum(weights[order]) / (weights.sum() + weights.mean())
    place = min(int(np.searchsorted(passed, quantile)), len(scores) - 1)
    return float(scores[order][place])
