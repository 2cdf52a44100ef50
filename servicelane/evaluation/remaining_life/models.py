"""The models among which cross-validation chooses: a linear one to compare with, boosted trees, networks, and means."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from servicelane.evaluation.remaining_life.features import CAP, features, learn_scale, remaining
from servicelane.evaluation.remaining_life.turbofans import Engine, Floats

Fitted = Callable[[Floats], Floats]
Fit = Callable[[Floats, Floats, int], Fitted]
"""Of features (rows x FEATURES), capped cycles left (rows) and a seed: what predicts."""

NETWORKS: Final = 6
BOOSTINGS: Final = 3
FIRST_CYCLE: Final = 20
"""Rows before are not learnt from: trends of a few cycles are noise, and every test engine has run for longer."""

LONG_LIVES: Final = 200
EVERY: Final = 3
"""Of rows farther than LONG_LIVES from failure one in three is learnt from: all have the same answer, the cap."""


def _linear(rows: Floats, left: Floats, seed: int) -> Fitted:
    return _clipped([make_pipeline(StandardScaler(), Ridge(alpha=100.0)).fit(rows, left)])


def _boosting(rows: Floats, left: Floats, seed: int) -> Fitted:
    return _clipped([_boosted(seed + number).fit(rows, left) for number in range(BOOSTINGS)])


def _network(rows: Floats, left: Floats, seed: int) -> Fitted:
    return _clipped([_net(seed + number).fit(rows, left) for number in range(NETWORKS)])


KINDS: Final[Mapping[str, Fit]] = {"linear": _linear, "boosted trees": _boosting, "networks": _network}
CANDIDATES: Final[Mapping[str, tuple[str, ...]]] = {
    **{kind: (kind,) for kind in KINDS},
    "boosted trees and networks": ("boosted trees", "networks"),
}
"""Each the mean of what these kinds say."""


def _boosted(seed: int) -> HistGradientBoostingRegressor:
    return HistGradientBoostingRegressor(
        max_iter=250,
        learning_rate=0.04,
        max_leaf_nodes=15,
        min_samples_leaf=60,
        l2_regularization=5.0,
        max_features=0.3,
        random_state=seed,
    )


def _net(seed: int) -> Any:
    net = MLPRegressor(
        hidden_layer_sizes=(64, 32),
        alpha=3.0,
        learning_rate_init=0.002,
        batch_size=256,
        max_iter=25,
        n_iter_no_change=100,
        random_state=seed,
    )
    return make_pipeline(StandardScaler(), net)


def _clipped(models: Sequence[Any]) -> Fitted:
    def predict(rows: Floats) -> Floats:
        found: Floats = np.mean([np.clip(model.predict(rows), 0, CAP) for model in models], axis=0)
        return found

    return predict


def learn(kinds: Iterable[str], engines: Sequence[Engine], seed: int) -> Callable[[Engine], dict[str, Floats]]:
    """What says, of another engine and by kind, the capped cycles left after each of its cycles."""
    scale = learn_scale(engines)
    rows = np.vstack([features(engine, scale)[_learnt_from(engine)] for engine in engines])
    left = np.concatenate([remaining(engine)[_learnt_from(engine)] for engine in engines])
    fitted = {kind: KINDS[kind](rows, np.minimum(left, CAP), seed) for kind in kinds}

    def say(engine: Engine) -> dict[str, Floats]:
        known = features(engine, scale)
        return {kind: predict(known) for kind, predict in fitted.items()}

    return say


def together(said: Mapping[str, Floats], candidate: str) -> Floats:
    mean: Floats = np.mean([said[kind] for kind in CANDIDATES[candidate]], axis=0)
    return mean


def _learnt_from(engine: Engine) -> NDArray[np.bool_]:
    cycle, left = np.arange(1, engine.cycles + 1), remaining(engine)
    rows: NDArray[np.bool_] = (cycle >= FIRST_CYCLE) & ((left <= LONG_LIVES) | (cycle % EVERY == 0))
    return rows
