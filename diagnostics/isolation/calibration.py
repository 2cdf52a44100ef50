"""How far the stated probabilities can be believed: reliability, and the temperature that makes them so. Pure.

`fit_temperature` is maximum likelihood on cases whose cause is known; the constant in `ranking.py` comes from
development cars, whose seeds and parameters are apart from those of every evaluation.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

LEAST_PROBABILITY: Final = 1e-6
"""What a cause that was not ranked at all counts for: a surprise, not an infinite one."""

_COOLEST, _HOTTEST = 0.25, 4.0
_STEPS: Final = 60


@dataclass(frozen=True, slots=True)
class Case:
    """What was stated of the causes of one fault, and which it was."""

    probabilities: Mapping[str, float]
    true_cause: str


@dataclass(frozen=True, slots=True)
class Bin:
    """Causes given between `low` and `high`: how probable they were said to be, and how often they were it."""

    low: float
    high: float
    stated: float
    observed: float
    causes: int


def fit_temperature(cases: Collection[Case]) -> float:
    """The temperature under which the true causes are the least surprising, by golden-section search."""
    shrink = (math.sqrt(5) - 1) / 2
    low, high = math.log(_COOLEST), math.log(_HOTTEST)
    for _ in range(_STEPS):
        left, right = high - shrink * (high - low), low + shrink * (high - low)
        if surprise(cases, math.exp(left)) <= surprise(cases, math.exp(right)):
            high = right
        else:
            low = left
    return math.exp((low + high) / 2)


def surprise(cases: Collection[Case], temperature: float = 1.0) -> float:
    """Mean of -log p of the true cause, in nats."""
    return math.fsum(-math.log(_true_probability(case, temperature)) for case in cases) / len(cases)


def reliability(cases: Collection[Case], bins: int = 10) -> list[Bin]:
    """Every stated probability against how often it came true; bins that hold nothing are left out."""
    pairs = [(value, cause == case.true_cause) for case in cases for cause, value in case.probabilities.items()]
    return [
        one
        for place in range(bins)
        if (one := _bin(pairs, place / bins, (place + 1) / bins, place == bins - 1)) is not None
    ]


def calibration_error(cases: Collection[Case], bins: int = 10) -> float:
    """The mean distance between the probability of the first cause and how often it was it (ECE)."""
    firsts = [
        Case(
            {(first := max(sorted(case.probabilities), key=case.probabilities.__getitem__)): case.probabilities[first]},
            case.true_cause,
        )
        for case in cases
    ]
    return math.fsum(one.causes * abs(one.stated - one.observed) for one in reliability(firsts, bins)) / len(firsts)


def rank_of_truth(case: Case) -> int:
    """1 where the true cause stands first; one more than there are causes where it was not ranked."""
    ranked = sorted(case.probabilities, key=lambda cause: (-case.probabilities[cause], cause))
    return ranked.index(case.true_cause) + 1 if case.true_cause in ranked else len(ranked) + 1


def _true_probability(case: Case, temperature: float) -> float:
    powers: dict[str, float] = {cause: value ** (1 / temperature) for cause, value in case.probabilities.items()}
    return max(LEAST_PROBABILITY, powers.get(case.true_cause, 0.0) / math.fsum(powers.values()))


def _bin(pairs: Sequence[tuple[float, bool]], low: float, high: float, last: bool) -> Bin | None:
    inside = [(value, true) for value, true in pairs if low <= value and (value < high or last)]
    if not inside:
        return None
    stated = math.fsum(value for value, _ in inside) / len(inside)
    return Bin(low, high, stated, sum(true for _, true in inside) / len(inside), len(inside))
