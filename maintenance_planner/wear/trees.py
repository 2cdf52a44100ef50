"""Boosted trees as plain arrays: what scikit-learn has fitted, evaluated without it and kept without pickle. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maintenance_planner.wear.history import Floats


@dataclass(frozen=True, slots=True)
class Trees:
    """Nodes of all trees one after another; `roots` says where each begins, `left` and `right` are places among all.

    A leaf is its own child, so that all rows can go down the same number of steps (`depth`).
    """

    start: float
    depth: int
    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float64]
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    value: NDArray[np.float64]

    def predict(self, rows: Floats) -> Floats:
        """Shape (n, features) to (n,). NaN is a value of its own."""
        place = np.broadcast_to(self.roots, (len(rows), len(self.roots))).copy()
        lines = np.arange(len(rows))[:, None]
        for _ in range(self.depth):
            asked = rows[lines, self.feature[place]]
            goes_left = np.where(np.isnan(asked), self.missing_left[place], asked <= self.threshold[place])
            place = np.where(goes_left, self.left[place], self.right[place])
        told: Floats = self.start + self.value[place].sum(axis=1)
        return told

    def arrays(self) -> dict[str, NDArray[Any]]:
        names = ("roots", "feature", "threshold", "missing_left", "left", "right", "value")
        kept = {name: getattr(self, name) for name in names}
        return kept | {"start": np.array(self.start), "depth": np.array(self.depth)}

    @classmethod
    def of_arrays(cls, kept: dict[str, NDArray[Any]]) -> Trees:
        """Raises KeyError where one is missing."""
        named: dict[str, Any] = {name: kept[name] for name in cls.__dataclass_fields__}
        return cls(**named | {"start": float(kept["start"]), "depth": int(kept["depth"])})


def trees_of(fitted: Any) -> Trees:
    """From a fitted HistGradientBoostingRegressor whose link is the identity."""
    roots, nodes, base = [], [], 0
    for (predictor,) in fitted._predictors:
        told = predictor.nodes
        leaf = told["is_leaf"].astype(bool)
        own = np.arange(len(told))
        nodes.append(
            {
                "feature": np.where(leaf, 0, told["feature_idx"]),
                "threshold": np.where(leaf, 0.0, told["num_threshold"]),
                "missing_left": told["missing_go_to_left"].astype(bool),
                "left": base + np.where(leaf, own, told["left"]),
                "right": base + np.where(leaf, own, told["right"]),
                "value": np.where(leaf, told["value"], 0.0),
                "depth": told["depth"],
            }
        )
        roots.append(base)
        base += len(told)
    joined = {name: np.concatenate([one[name] for one in nodes]) for name in nodes[0]}
    return Trees(
        start=float(np.ravel(fitted._baseline_prediction)[0]),
        depth=int(joined["depth"].max()),
        roots=np.array(roots, dtype=np.int32),
        feature=joined["feature"].astype(np.int16),
        threshold=joined["threshold"].astype(np.float64),
        missing_left=joined["missing_left"],
        left=joined["left"].astype(np.int32),
        right=joined["right"].astype(np.int32),
        value=joined["value"].astype(np.float64),
    )


def never_rising(trees: Trees, falling: Collection[int]) -> Trees:
    """With leaves held so that no tree rises with these features.

    scikit-learn keeps this while it grows a tree, and loses it for quantiles, whose leaves it sets anew afterwards.
    """
    value = trees.value.copy()
    for root in trees.roots.tolist():
        _hold(trees, value, root, falling, -np.inf, np.inf)
    return replace(trees, value=value)


def _hold(trees: Trees, value: Floats, place: int, falling: Collection[int], low: float, high: float) -> None:
    left, right = int(trees.left[place]), int(trees.right[place])
    if left == place:
        value[place] = min(max(value[place], low), high)
        return
    if int(trees.feature[place]) not in falling:
        _hold(trees, value, left, falling, low, high)
        _hold(trees, value, right, falling, low, high)
        return
    between = (_mean(trees, value, left) + _mean(trees, value, right)) / 2
    between = min(max(between, low), high)
    _hold(trees, value, left, falling, between, high)
    _hold(trees, value, right, falling, low, between)


def _mean(trees: Trees, value: Floats, place: int) -> float:
    """Of the leaves below."""
    left, right = int(trees.left[place]), int(trees.right[place])
    if left == place:
        return float(value[place])
    return (_mean(trees, value, left) + _mean(trees, value, right)) / 2
