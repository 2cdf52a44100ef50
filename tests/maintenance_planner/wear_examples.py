"""A made-up part whose life is known, for the tests of training."""

from __future__ import annotations

import numpy as np

from maintenance_planner.wear.observing import FEATURES
from maintenance_planner.wear.training import Examples

WORN, LIFE = FEATURES.index("worn_share"), FEATURES.index("log_life_days")


def examples(count: int = 1500, seed: int = 1, watched_days: float = 4_000.0, harder: float = 0.2) -> Examples:
    """A part of about 1,000 days, worn faster by each car's own share, which nothing tells."""
    chance = np.random.default_rng(seed)
    worn = chance.uniform(0, 1, count)
    life = chance.uniform(800, 1200, count)
    day = chance.uniform(0, watched_days, count)
    rate = np.exp(chance.normal(0, harder, count))
    features = np.full((count, len(FEATURES)), np.nan)
    features[:, WORN], features[:, LIFE] = worn, np.log(life)
    due = life * (1 - worn) / rate
    return Examples(features, 1 - worn, life, day, due, due + 0.3 * life, np.full(count, watched_days))
