"""Chooses a model on the training engines alone, and judges it once on the others."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import KFold
from threadpoolctl import threadpool_limits

from servicelane.evaluation.remaining_life.features import CAP, remaining
from servicelane.evaluation.remaining_life.models import CANDIDATES, KINDS, learn, together
from servicelane.evaluation.remaining_life.turbofans import Engine, Floats, read_engines, read_truth

SEED: Final = 20_260_701
FOLDS: Final = 5
FIRST_JUDGED_CYCLE: Final = 31
"""In cross-validation an engine is judged as if it were cut off after each cycle from this one on."""

BANDS: Final = ((0, 25), (25, 75), (75, CAP), (CAP, 10_000))
"""Of the true cycles left: from, to below."""

RESAMPLES: Final = 2_000


@dataclass(frozen=True, slots=True)
class Judged:
    """Errors in cycles, predicted minus true. `score`: of the PHM 2008 challenge, worse late than early."""

    rmse: float
    score: float


@dataclass(frozen=True, slots=True)
class Band:
    """Engines whose true cycles left (not capped) lie in the band, judged against the capped truth."""

    from_cycles: int
    to_cycles: int
    engines: int
    rmse: float
    bias: float


@dataclass(frozen=True, slots=True)
class RemainingLife:
    """`interval`: 95 % of the RMSE against capped truth if other engines of the same kind had been drawn (bootstrap).

    `raw_floor`: the RMSE against raw truth of a prediction that knew the capped truth exactly.
    """

    seed: int
    chosen: str
    cross_validated: dict[str, float]
    capped: Judged
    raw: Judged
    raw_floor: float
    interval: tuple[float, float]
    bands: list[Band]
    choosing_cpu_seconds: float
    training_cpu_seconds: float


def evaluate_remaining_life(
    folder: Path, seed: int = SEED, heard: Callable[[int, int], None] = lambda _done, _all: None
) -> RemainingLife:
    """On `train_FD001.txt`, `test_FD001.txt` and `RUL_FD001.txt` of the folder. Raises TurbofanFileError."""
    engines, others = read_engines(folder / "train_FD001.txt"), read_engines(folder / "test_FD001.txt")
    started = time.process_time()
    cross_validated = _cross_validate(engines, seed, heard)
    chosen = min(cross_validated, key=lambda name: cross_validated[name])
    chosen_at = time.process_time()
    say = _learn(CANDIDATES[chosen], engines, seed)
    trained_at = time.process_time()
    predicted = np.array([together(say(engine), chosen)[-1] for engine in others])
    truth = read_truth(folder / "RUL_FD001.txt", len(others))  # only now, and only here
    capped = np.minimum(truth, CAP)
    return RemainingLife(
        seed,
        chosen,
        cross_validated,
        judge(predicted, capped),
        judge(predicted, truth),
        rmse(capped - truth),
        _interval(predicted - capped, seed),
        [band for low, high in BANDS if (band := _band(predicted, truth, low, high))],
        chosen_at - started,
        trained_at - chosen_at,
    )


def judge(predicted: Floats, truth: Floats) -> Judged:
    errors = predicted - truth
    punished = np.where(errors < 0, np.expm1(-errors / 13), np.expm1(errors / 10))
    return Judged(rmse(errors), float(punished.sum()))


def rmse(errors: Floats) -> float:
    return float(np.sqrt(np.mean(errors**2)))


def _cross_validate(engines: Sequence[Engine], seed: int, heard: Callable[[int, int], None]) -> dict[str, float]:
    """RMSE against capped truth by candidate; an engine is in one fold with all of its cycles."""
    errors: dict[str, list[Floats]] = {name: [] for name in CANDIDATES}
    folds = KFold(FOLDS, shuffle=True, random_state=seed).split(np.arange(len(engines)))
    for number, (kept, left_out) in enumerate(folds, 1):
        say = _learn(KINDS, [engines[at] for at in kept], seed)
        for engine in (engines[at] for at in left_out):
            said, truth = say(engine), np.minimum(remaining(engine), CAP)
            for name in CANDIDATES:
                errors[name].append((together(said, name) - truth)[FIRST_JUDGED_CYCLE - 1 :])
        heard(number, FOLDS)
    return {name: rmse(np.concatenate(some)) for name, some in errors.items()}


def _learn(kinds: Iterable[str], engines: Sequence[Engine], seed: int) -> Callable[[Engine], dict[str, Floats]]:
    with warnings.catch_warnings(), threadpool_limits(1):  # threads cost more than they bring on so few rows
        warnings.simplefilter("ignore", ConvergenceWarning)  # the networks stop early on purpose
        return learn(kinds, engines, seed)


def _interval(errors: Floats, seed: int) -> tuple[float, float]:
    drawn = np.random.default_rng(seed).integers(0, len(errors), (RESAMPLES, len(errors)))
    low, high = np.quantile(np.sqrt(np.mean(errors[drawn] ** 2, axis=1)), [0.025, 0.975])
    return float(low), float(high)


def _band(predicted: Floats, truth: Floats, low: int, high: int) -> Band | None:
    inside = (truth >= low) & (truth < high)
    if not inside.any():
        return None
    errors = (predicted - np.minimum(truth, CAP))[inside]
    return Band(low, high, int(inside.sum()), rmse(errors), float(errors.mean()))
