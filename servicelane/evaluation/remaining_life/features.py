"""What a model is told of an engine's life so far, after each cycle: levels, trends, what the engine was like new.

Nothing looks ahead: what is told after a cycle is the same whether the engine runs on or not (tested).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from sklearn.linear_model import Ridge

from servicelane.evaluation.remaining_life.turbofans import SENSORS, Engine, Floats

CAP: Final = 125
"""Cycles. Farther from its failure an engine shows nothing yet; peers predict up to this number too."""

LEVEL_CYCLES: Final = (5, 10, 20, 40)
SLOPE_CYCLES: Final = (15, 30)
HEALTH_SLOPE_CYCLES: Final = 60
SPREAD_CYCLES: Final = 30
NEW_CYCLES: Final = 15
SMOOTHING: Final = 0.2
FEATURES: Final = (len(SENSORS) + 1) * (len(LEVEL_CYCLES) + 1 + len(SLOPE_CYCLES) + 4) + 2

_HEALTH_ALPHA: Final = 50.0


@dataclass(frozen=True, slots=True)
class Scale:
    """Learnt on training engines alone: mean and spread of each sensor, and the direction in which they wear.

    `health`: weights of the scaled sensors, of length one; their sum falls as an engine nears its failure.
    """

    mean: Floats
    spread: Floats
    health: Floats


def remaining(engine: Engine) -> Floats:
    """Cycles left after each cycle of an engine that ran until it failed, not capped."""
    return np.arange(engine.cycles - 1, -1, -1, dtype=float)


def learn_scale(engines: Sequence[Engine]) -> Scale:
    rows = np.vstack([engine.sensors for engine in engines])
    left = np.concatenate([remaining(engine) for engine in engines])
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    wearing = left <= CAP
    fitted = Ridge(alpha=_HEALTH_ALPHA).fit((rows[wearing] - mean) / spread, -left[wearing] / CAP)
    return Scale(mean, spread, fitted.coef_ / np.linalg.norm(fitted.coef_))


def features(engine: Engine, scale: Scale) -> Floats:
    """Cycles x FEATURES: row k is what is known after cycle k + 1."""
    scaled = (engine.sensors - scale.mean) / scale.spread
    channels = np.column_stack([scaled, scaled @ scale.health])
    new = _mean_so_far(channels)[np.minimum(np.arange(len(channels)), NEW_CYCLES - 1)]
    told = [_level(channels, cycles) for cycles in LEVEL_CYCLES]
    told.append(_smoothed(channels))
    told += [_slope(channels, cycles) for cycles in SLOPE_CYCLES]
    told += [_slope(channels[:, -1:], HEALTH_SLOPE_CYCLES), _spread(channels), new]
    told += [_level(channels, 10) - new, _mean_so_far(channels), np.arange(1.0, len(channels) + 1)[:, None]]
    return np.hstack(told)


def _level(channels: Floats, cycles: int) -> Floats:
    """Mean of the last cycles, of fewer where there are no more."""
    total = np.vstack([np.zeros(channels.shape[1]), np.cumsum(channels, axis=0)])
    ends = np.arange(1, len(channels) + 1)
    begins = np.maximum(0, ends - cycles)
    means: Floats = (total[ends] - total[begins]) / (ends - begins)[:, None]
    return means


def _mean_so_far(channels: Floats) -> Floats:
    return _level(channels, len(channels))


def _smoothed(channels: Floats) -> Floats:
    """Exponentially, by weights that sum to one from the first cycle on."""
    out = np.empty_like(channels)
    total, weight = np.zeros(channels.shape[1]), 0.0
    for at, row in enumerate(channels):
        total, weight = total * (1 - SMOOTHING) + row, weight * (1 - SMOOTHING) + 1
        out[at] = total / weight
    return out


def _slope(channels: Floats, cycles: int) -> Floats:
    """Least squares over the last cycles, per cycle; 0 for fewer than three."""
    out = np.zeros_like(channels)
    for at in range(2, len(channels)):
        span = min(cycles, at + 1)
        times = np.arange(span) - (span - 1) / 2
        out[at] = times @ channels[at + 1 - span : at + 1] / (times @ times)
    return out


def _spread(channels: Floats) -> Floats:
    squares = _level(channels * channels, SPREAD_CYCLES) - _level(channels, SPREAD_CYCLES) ** 2
    return np.sqrt(np.maximum(squares, 0))
